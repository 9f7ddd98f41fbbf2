"""What a proof by rest says, as invariants that a search of all states of a small scope judges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from model.lang.expr import And, Expr, Implies, Not
from model.lang.staged import Clause, Invariant, Staged
from proofs.liveness import RestProof

RESTS = "some state is at rest"


def claims(proof: RestProof) -> Staged:
    """The spec with ghosts, whose invariants are what the proof claims, lemmas among them.

    Args:
        proof: the proof.

    Returns:
        The spec. `RESTS` is the negation: it must be violated, or nothing was looked at.
    """
    quiet = [
        lemma.clause
        for lemma in proof.assumptions
        if lemma.name in proof.rest and lemma.name not in proof.granted
    ]
    rest = And(tuple(clause.expr for clause in quiet))
    invariants = (
        Invariant(RESTS, (Clause(Not(rest), quiet[0].where),), False, "", quiet[0].where),
        *_at_rest(proof, rest),
        *proof.steps,
        *_always(proof),
    )
    return replace(proof.staged, invariants=invariants, bounds=())


def _at_rest(proof: RestProof, rest: Expr) -> Iterator[Invariant]:
    for lemma in (*proof.lemmas, *proof.assumptions):
        if lemma.name.partition(".")[0] in proof.pieces or lemma.name in proof.granted:
            yield _invariant(lemma.name, Implies(rest, lemma.clause.expr), lemma.clause)
    for response in proof.properties:
        for clause in response.clauses:
            yield _invariant(f"{response.name} at rest", Implies(rest, clause.expr), clause)


def _always(proof: RestProof) -> Iterator[Invariant]:
    for lemma in (*proof.lemmas, *proof.assumptions):
        if lemma.name not in proof.pieces | proof.rest:
            yield _invariant(lemma.name, lemma.clause.expr, lemma.clause)


def _invariant(name: str, expr: Expr, clause: Clause) -> Invariant:
    return Invariant(name, (Clause(expr, clause.where),), False, "", clause.where)
