"""Whether an inferred invariant is one: asked afresh, as if somebody had written it by hand.

Every obligation (initial, preserved by each action, implies the property) is a script of its own
for a solver of its own, made by `proofs.induction` as for the lemmas of a proof.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.lang.expr import Expr
from model.lang.staged import Clause, Invariant, Staged
from proofs.induction.obligations import Obligations
from proofs.induction.proof import Lemma, Proof
from proofs.smt.solver import Settings, ask

SEEDS = (0, 1, 2)


def not_shown(
    staged: Staged, invariant: Invariant, formulas: Sequence[Expr], seconds: float = 10.0
) -> Iterator[str]:
    """The titles of the obligations that z3 does not show.

    Args:
        staged: the spec.
        invariant: the property.
        formulas: that are said to be inductive together and to imply it.
        seconds: for each obligation and seed.
    """
    lemmas = tuple(
        Lemma.of(f"inferred {number}", Clause(formula, formula.where))
        for number, formula in enumerate(formulas, 1)
    )
    obligations = Obligations(Proof(staged.name, staged, staged, lemmas, (invariant,), (), {}, ()))
    for obligation in obligations:
        script = obligations.script(obligation).text()
        if not _is_unsatisfiable(script, seconds):
            yield obligation.title


def _is_unsatisfiable(script: str, seconds: float) -> bool:
    """Whether z3 says so, perhaps only with another seed; a model settles that it is not."""
    for seed in SEEDS:
        result = ask(script, Settings(seconds, seed)).result
        if result != "unknown":
            return result == "unsat"
    return False
