"""Responses (`premise ↝ goal`), proved by rest.

A proof by rest has three parts. All are obligations over any number of elements.

1. Every step of any action adds a point to one of some relations (marked `@grows`) that never
   lose one. Sorts are finite, so a run has finitely many steps, whether it is fair or not.
2. The premise of a response, once true, stays true.
3. In a state in which no instance of a fair action is enabled, the premise implies the goal.

A run ends, by 1. It can end only where no fair action is enabled: weak fairness takes what stays
enabled, and nothing else happens there. So wherever the premise was true the goal is true in the
end, by 2 and 3, or was before. (It is the rule of just response of Manna and Pnueli, "Completing
the temporal picture", 1991, with the points that are missing as ranking; all steps lower it.)

What is true at rest is shown in small pieces, methods marked `@at_rest`, each from the lemmas of
the safety proof, the pieces before it, and that no fair action is enabled. What is taken for
granted is said by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from model.lang import Spec, SpecError, Where
from model.lang.expr import And, Exists, Expr, Forall, Implies, Not, Or
from model.lang.stage import applied
from model.lang.staged import Clause, Invariant
from proofs.induction.obligations import Obligation, Obligations
from proofs.induction.proof import Lemma, Proof, corollary, proof_of

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

    def obligations(self) -> RestObligations:
        """What has to be shown besides the safety proof."""
        return RestObligations(self)


def liveness_of(base: Spec, proof: Spec) -> RestProof:
    """The proof by rest of a spec's responses.

    Args:
        base: the spec.
        proof: an instance of a subclass of its safety proof, with methods marked as above. The
            lemmas of the safety proof are used, and are proved there.

    Raises:
        SpecError: nothing grows, there is no response, or an action is strongly fair.
    """
    safety = proof_of(base, proof)
    staged = safety.staged
    for action in staged.actions:
        if action.fair == "strong":
            raise SpecError(f"{action.name} is strongly fair: rest is for weak fairness",
                            action.where)  # fmt: skip
    if not staged.leads_to:
        raise SpecError(f"{staged.name} declares no `@leads_to`", staged.where)
    quiet = tuple(_quiet(safety))
    granted = tuple(_marked(proof, "_granted"))
    pieces = frozenset(name for name in dir(type(proof)) if _is_piece(proof, name))
    return RestProof(
        safety.name,
        safety.base,
        staged,
        safety.lemmas,
        tuple(_responses(safety)),
        (*_growth(proof), *_stable(proof)),
        safety.readings,
        (*safety.assumptions, *quiet, *granted),
        frozenset(lemma.name for lemma in (*quiet, *granted)),
        frozenset(lemma.name for lemma in safety.lemmas if lemma.name.partition(".")[0] in pieces),
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


def _is_piece(proof: Spec, name: str) -> bool:
    return getattr(getattr(type(proof), name), "_at_rest", False)


def _quiet(proof: Proof) -> Iterator[Lemma]:
    """That no instance of a fair action is enabled."""
    for action in proof.base.actions:
        if action.fair == "weak":
            body = Not(And(tuple(clause.expr for clause in action.guard)))
            clause = Clause(Forall(action.params, body), action.where)
            yield Lemma(f"no {action.name}", action.params, body, clause, "Nothing is left to do.")


def _marked(proof: Spec, mark: str) -> Iterator[Lemma]:
    for name in dir(type(proof)):
        method = getattr(type(proof), name)
        if getattr(method, mark, False):
            variables, formula = applied(proof, method)
            whole = Forall(variables, formula.expr) if variables else formula.expr
            clause = Clause(whole, _where(method))
            yield Lemma(name, variables, formula.expr, clause, method.__doc__ or "")


def _where(method: Any) -> Where:
    return Where(method.__code__.co_filename, method.__code__.co_firstlineno)


def _growth(proof: Spec) -> Iterator[Invariant]:
    """That nothing shrinks, and that every step makes something grow."""
    gains: list[Expr] = []
    where = None
    for name in dir(type(proof)):
        method = getattr(type(proof), name)
        if not getattr(method, "_grows", False):
            continue
        where = _where(method)
        variables, before = applied(proof, method)
        _, after = applied(proof, method, primed=True)
        kept = Forall(variables, Implies(before.expr, after.expr))
        yield Invariant(f"{name} stays", (Clause(kept, where),), True, method.__doc__ or "", where)
        gains.append(Exists(variables, And((Not(before.expr), after.expr))))
    if where is None:
        raise SpecError(f"{type(proof).__name__} marks nothing with `@grows`")
    clause = Clause(Or(tuple(gains)), where)
    yield Invariant("something grows", (clause,), True, "Every step adds a point.", where)


def _stable(proof: Spec) -> Iterator[Invariant]:
    """That premises stay true."""
    for name in dir(type(proof)):
        method = getattr(type(proof), name)
        role = getattr(method, "_role", None)
        if role is None or role.kind != "leads_to":
            continue
        variables, (before, _) = applied(proof, method)
        _, (after, _) = applied(proof, method, primed=True)
        expr = Implies(before.expr, after.expr)
        clause = Clause(Forall(variables, expr) if variables else expr, role.where)
        yield Invariant(f"premise of {name} stays", (clause,), True, "", role.where)


def _responses(proof: Proof) -> Iterator[Invariant]:
    """That at rest a premise implies its goal."""
    for each in proof.staged.leads_to:
        expr = Implies(each.premise, each.goal)
        clause = Clause(Forall(each.params, expr) if each.params else expr, each.where)
        yield Invariant(each.name, (clause,), False, each.doc, each.where)
