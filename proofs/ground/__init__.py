"""SAT-based checking at finite scopes, on the circuit that `model.ground` makes.

Read in this order: `sat.py` (a solver with limits), `encode.py` (circuit and steps as clauses),
`targets.py` (properties as what must not be reached), `replay.py` (the interpreter confirms a
counterexample), `bmc.py`, `kinduction.py`, `ic3.py` with `frames.py` and `lift.py`,
`certificate.py` (another solver confirms an invariant), `several.py` with `lemmas.py` and
`vacuity.py` (all properties at once).
"""
