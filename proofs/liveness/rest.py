"""Responses (`premise ↝ goal`), proved by rest.

A proof by rest has three parts. All are obligations over any number of elements.

1. Every step of any action adds a point to one of some relations (marked `@grows`) that never
   lose one. Sorts are finite, so a run has finitely many steps, whether it is fair or not.
2. The premise of a response, once true, stays true until the goal is true: after a step from a
   state with the premise and without the goal, one of them holds.
3. In a state in which no instance of a fair action is enabled, the premise implies the goal.

A run ends, by 1. It can end only where no fair action is enabled: weak fairness takes what stays
enabled, and nothing else happens there. Let the premise be true somewhere, and suppose that the
goal is true neither there nor later. Then the premise is true in all states from there on: by 2,
one step after the other, as there are finitely many. So it is true in the last one, where the goal
is, by 3: a contradiction. (Part 2 alone is only "unless": without an end the premise might stay for
ever. It is the rule of just response of Manna and Pnueli, "Completing the temporal picture", 1991,
with the points that are missing as ranking; all steps lower it.)

What is true at rest is shown in small pieces, methods marked `@at_rest`, each from the lemmas of
the safety proof, the pieces before it, and that no fair action is enabled. What is taken for
granted is said by name. All this stands in classes of its own, below the safety proof, which only
add to it: a lemma among them would be used here and shown nowhere. Fairness, and the responses, are
read from the spec, not from the proof.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import isfunction
from typing import Any, TypeVar

from model.lang import Spec, SpecError
from model.lang.expr import And, Exists, Expr, Implies, Not, Or
from model.lang.stage import applied
from model.lang.staged import Clause, Invariant
from model.lang.terms import formula
from proofs.induction.obligations import Obligation, Obligations, obligations_of
from proofs.induction.proof import (
    Lemma,
    Proof,
    corollary,
    for_all,
    marked,
    proof_of,
    where_of,
)

M = TypeVar("M", bound=Callable[..., Any])


def grows(method: M) -> M:
    """Marks a method as a relation of the state (over its parameters) that never loses a point."""
    method._grows = True  # type: ignore[attr-defined]
    return method


def at_rest(method: M) -> M:
    """Marks a lemma of states in which no fair action is enabled; it is above `@safety`."""
    method._at_rest = True  # type: ignore[attr-defined]
    return corollary(method)


def taken_for_granted(method: M) -> M:
    """Marks a formula that is assumed of states at rest; its docstring says why it is true."""
    method._granted = True  # type: ignore[attr-defined]
    return method


@dataclass(frozen=True)
class RestProof(Proof):
    """A proof of responses.

    Attributes:
        rest: what is assumed of a state at rest: that no fair action is enabled, and what is taken
            for granted.
        pieces: the names of lemmas that hold at rest only.
        granted: the names of what is taken for granted.
    """

    rest: frozenset[str] = frozenset()
    pieces: frozenset[str] = frozenset()
    granted: tuple[str, ...] = ()


def liveness_of(base: Spec, proof: Spec) -> RestProof:
    """The proof by rest of a spec's responses.

    Args:
        base: the spec.
        proof: an instance of a subclass of its safety proof, with methods marked as above. The
            lemmas of the safety proof are used, and are proved there.

    Raises:
        SpecError: nothing grows, there is no response, an action is strongly fair, a lemma of
            states at rest is a reading, or the classes with marks do more than to add to the
            safety proof.
    """
    safety = proof_of(base, proof)
    about = safety.base
    for action in about.actions:
        if action.fair == "strong":
            raise SpecError(f"{action.name} is strongly fair: rest is for weak fairness",
                            action.where)  # fmt: skip
    if not about.leads_to:
        raise SpecError(f"{about.name} declares no `@leads_to`", about.where)
    _only_adds(type(proof))
    quiet = tuple(_quiet(safety))
    granted = tuple(_granted(proof))
    names = frozenset(name for name, _ in marked(proof, "_at_rest"))
    pieces = tuple(each for each in safety.lemmas if each.name.partition(".")[0] in names)
    for piece in pieces:
        if piece.reading:  # it would be read so in every obligation
            raise SpecError(
                f"{piece.name} is true at rest only, so no reading of {piece.reading}: write two "
                "implications", piece.clause.where
            )  # fmt: skip
    return RestProof(
        safety.name,
        about,
        safety.staged,
        safety.lemmas,
        tuple(_responses(safety)),
        (*_growth(proof), *_stable(base)),
        safety.readings,
        (*safety.assumptions, *quiet, *granted),
        frozenset(lemma.name for lemma in (*quiet, *granted)),
        frozenset(piece.name for piece in pieces),
        tuple(lemma.name for lemma in granted),
    )


class RestObligations(Obligations):
    """What has to be shown for responses, besides the safety proof."""

    proof: RestProof

    def __iter__(self) -> Iterator[Obligation]:
        for obligation in super().__iter__():
            match obligation.kind:
                case "step":
                    yield obligation
                case "implied" if obligation.goal in self._at_rest:
                    yield obligation
                case _:
                    pass

    @property
    def _at_rest(self) -> frozenset[str]:
        return self.proof.pieces | {invariant.name for invariant in self.proof.properties}

    def usable(self, goal: str) -> frozenset[str]:
        """Of a step only what holds everywhere; at rest, pieces that come before besides."""
        found = super().usable(goal)
        return found if goal in self._at_rest else found - self.proof.rest - self.proof.pieces


@obligations_of.register
def _(proof: RestProof) -> RestObligations:
    return RestObligations(proof)


def _only_adds(proof: type[Spec]) -> None:
    """Refuses what the safety proof does not know of: lemmas, and other meanings of its names."""
    classes = [cls for cls in proof.__mro__ if cls is not object]
    marks = ("_grows", "_at_rest", "_granted")
    with_marks = [
        number
        for number, cls in enumerate(classes)
        if any(getattr(member, mark, False) for member in vars(cls).values() for mark in marks)
    ]
    end = max(with_marks, default=-1) + 1
    above = {name for cls in classes[end:] for name in vars(cls)}
    for cls in classes[:end]:
        for name, member in vars(cls).items():
            is_lemma = hasattr(member, "_role") and not getattr(member, "_at_rest", False)
            is_data = name.startswith("__") and not isfunction(member)  # such as its docstring
            if is_lemma or (name in above and not is_data):
                raise SpecError(
                    f"{cls.__name__} is below the safety proof, which does not know of its "
                    f"{name}: declare it there"
                )


def _quiet(proof: Proof) -> Iterator[Lemma]:
    """That no instance of a fair action is enabled."""
    for action in proof.base.actions:
        if action.fair == "weak":
            body = Not(And(tuple(clause.expr for clause in action.guard)))
            clause = Clause(for_all(action.params, body), action.where)
            yield Lemma(f"no {action.name}", action.params, body, clause, "Nothing is left to do.")


def _granted(proof: Spec) -> Iterator[Lemma]:
    for name, method in marked(proof, "_granted"):
        variables, granted = applied(proof, method)
        clause = Clause(for_all(variables, granted.expr), where_of(method))
        yield Lemma(name, variables, granted.expr, clause, method.__doc__ or "")


def _growth(proof: Spec) -> Iterator[Invariant]:
    """That nothing shrinks, and that every step makes something grow."""
    gains: list[Expr] = []
    where = None
    for name, method in marked(proof, "_grows"):
        where = where_of(method)
        variables, before = applied(proof, method)
        _, after = applied(proof, method, primed=True)
        kept = for_all(variables, Implies(before.expr, after.expr))
        yield Invariant(f"{name} stays", (Clause(kept, where),), True, method.__doc__ or "", where)
        gain = And((Not(before.expr), after.expr))
        gains.append(Exists(variables, gain) if variables else gain)
    if where is None:
        raise SpecError(f"{type(proof).__name__} marks nothing with `@grows`")
    clause = Clause(Or(tuple(gains)), where)
    yield Invariant("something grows", (clause,), True, "Every step adds a point.", where)


def _stable(base: Spec) -> Iterator[Invariant]:
    """That premises stay true until goals are."""
    for name, method in marked(base, "_role"):
        role = method._role
        if role.kind != "leads_to":
            continue
        variables, before = applied(base, method)
        _, after = applied(base, method, primed=True)
        (premise, goal), (premise_after, goal_after) = map(_formulas, (before, after))
        kept = Implies(And((premise, Not(goal))), Or((premise_after, goal_after)))
        clause = Clause(for_all(variables, kept), role.where)
        yield Invariant(f"premise of {name} stays", (clause,), True, "", role.where)


def _formulas(pair: tuple[Any, Any]) -> tuple[Expr, Expr]:
    return formula(pair[0]), formula(pair[1])


def _responses(proof: Proof) -> Iterator[Invariant]:
    """That at rest a premise implies its goal."""
    for each in proof.base.leads_to:
        expr = for_all(each.params, Implies(each.premise, each.goal))
        yield Invariant(each.name, (Clause(expr, each.where),), False, each.doc, each.where)
