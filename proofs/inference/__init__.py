"""Invariant inference: from a spec and a property to an inductive invariant that implies it.

Read in this order: `outcome.py` (what is asked and answered), `cubes.py` (clauses as expressions
of the language), `scopes.py` and `small.py` (what small instances reach), `queries.py` and
`diagrams.py` (z3), `templates.py` and `houdini.py` (candidates, and which are inductive),
`updr.py` (property-directed), `recheck.py`, `infer.py`.
"""

from proofs.inference.infer import infer
from proofs.inference.outcome import Answer, Counterexample, Inferred, Limits, Progress, Unknown

__all__ = ["Answer", "Counterexample", "Inferred", "Limits", "Progress", "Unknown", "infer"]
