"""Counterexamples to induction: a state that satisfies what was assumed, and a step that breaks it.

`smallest` looks for one: with the fewest elements, then with the fewest true facts. What a solver
finds is shown only if the interpreter confirms it: in the state before the step all axioms and
hypotheses hold, the step is enabled, and in the state after it what was to be shown is false.

The state need not be reachable. If it is, what was to be shown is violated; if not, a lemma is
missing that excludes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from model.ground.grounding import GroundStep
from model.interp import Interpreter
from model.lang.expr import Not
from model.lang.staged import Action
from model.scope import Finite, State, Step
from proofs.ground.sat import Budget, LimitReached
from proofs.induction.models import Models, cost, sizes
from proofs.induction.proof import Lemma, Proof
from proofs.induction.script import Obligation

COST_MAX = 50_000  # of one formula at a scope, see `models.cost`
_START = "init"


class Refuted(Exception):
    """The interpreter does not confirm what a solver found. A defect of this project."""


@dataclass(frozen=True)
class Cti:
    """A counterexample to induction.

    Attributes:
        finite: the spec with ghosts, without limits, at the sizes of this counterexample.
        obligation: what it shows to be false.
        before: the state before the step; where nothing is stepped, the state.
        step: None for an obligation of the kind `implied` or `initial`.
        after: the state in which the goal is false.
        excluded_by: lemmas that were not assumed and are false in the state before.
    """

    finite: Finite
    obligation: Obligation
    before: State
    step: Step | None
    after: State
    excluded_by: tuple[str, ...] = ()

    @property
    def elements(self) -> int:
        """Of all sorts together, without enumerations."""
        return sum(self.finite.scope.sizes.values())


@dataclass(frozen=True)
class Within:
    """Where to look.

    Attributes:
        most: elements of a sort at most, by its name.
        each: the same for all other sorts.
        total: elements of all sorts together at most.
    """

    most: Mapping[str, int] = field(default_factory=dict)
    each: int = 3
    total: int = 8


def smallest(
    proof: Proof,
    obligations: Sequence[Obligation],
    budget: Budget,
    within: Within,
    without: frozenset[str] = frozenset(),
) -> Cti | None:
    """The smallest counterexample to one of some obligations.

    Args:
        proof: its lemmas are the hypotheses, except for obligations of kind `initial`.
        obligations: of the proof.
        budget: what all solvers together may use.
        within: where to look.
        without: the names of lemmas that are no hypotheses. A corollary is none for itself.

    Returns:
        None if there is none at these sizes, which says nothing of larger ones.

    Raises:
        LimitReached: the budget was used up before there was an answer, or a formula is too large
            at some of the sizes.
        Refuted: the interpreter does not confirm it.
    """
    skipped = False
    for scope in sizes(proof.staged.sorts, within.most, within.each):
        if sum(scope.sizes.values()) > within.total:
            break
        if any(cost(o.clause.expr, scope) > COST_MAX for o in obligations):
            skipped = True
            continue
        for group in _alike(obligations):
            budget.look()
            models = Models(proof.staged, scope, budget)
            try:
                found = _Search(proof, models, group, without).found()
            finally:
                models.close()
            if found is not None:
                return found
    if skipped:
        raise LimitReached(f"the limit of {COST_MAX:,} parts of a formula")
    return None


def _alike(obligations: Sequence[Obligation]) -> Iterator[list[Obligation]]:
    """The obligations by what may be assumed for them."""
    groups: dict[tuple[bool, str], list[Obligation]] = {}
    for each in obligations:
        own = each.goal if each.kind == "implied" else ""
        groups.setdefault((each.kind == "initial", own), []).append(each)
    yield from groups.values()


@dataclass(frozen=True)
class _Choice:
    """One way to violate an obligation, and the literal of it."""

    obligation: Obligation
    step: GroundStep | None
    literal: int


class _Search:
    """Looks for a counterexample to obligations with the same hypotheses, at one scope."""

    def __init__(
        self,
        proof: Proof,
        models: Models,
        obligations: Sequence[Obligation],
        without: frozenset[str],
    ) -> None:
        self._proof, self._models, self._obligations = proof, models, obligations
        self._hypotheses = hypotheses(proof, obligations[0], without)
        self._actions = {a.name: a for a in models.finite.staged.actions}

    def found(self) -> Cti | None:
        """The one with the fewest facts; None if there is none at this scope."""
        models = self._models
        choices = [choice for each in self._obligations for choice in self._choices(each)]
        if not any(choice.literal for choice in choices):
            return None  # so that what is assumed is not even looked at
        for clause in models.finite.staged.axioms:
            models.require(models.literal(clause.expr))
        if self._obligations[0].kind == "initial":
            symbols = models.finite.staged.symbols
            models.require_blank(i for i, symbol in enumerate(symbols) if not symbol.immutable)
        for lemma in self._hypotheses:
            models.require(models.literal(lemma.clause.expr))
        answer = models.find([choice.literal for choice in choices])
        if answer is None:
            return None
        chosen, state = answer
        return self._confirmed(choices[chosen], state)

    def _choices(self, asked: Obligation) -> Iterator[_Choice]:
        models, goal = self._models, asked.clause.expr
        if asked.kind == "implied":
            yield _Choice(asked, None, models.literal(Not(goal)))
            return
        action = self._start() if asked.kind == "initial" else self._actions[asked.action]
        for step in models.steps(action, asked.values):
            wrong = models.after(step, Not(goal), is_step=asked.kind == "step")
            yield _Choice(asked, step, models.both(step.guard, wrong))

    def _start(self) -> Action:
        """What makes the initial states, as an action out of a state in which nothing is true."""
        staged = self._models.finite.staged
        some = staged.actions[0]
        return replace(
            some, name=_START, params=staged.init_params, guard=(), limits=(), updates=staged.init
        )

    def _confirmed(self, choice: _Choice, state: State) -> Cti:
        finite, asked = self._models.finite, choice.obligation
        step = None if choice.step is None else choice.step.step
        interpreter = Interpreter(finite)
        after = state if step is None else interpreter.take(state, step)
        confirm(interpreter, asked, self._hypotheses, state, step, after)
        if asked.kind == "initial":
            return Cti(finite, asked, after, None, after)
        known = {lemma.name for lemma in self._hypotheses}
        excluded = tuple(
            lemma.name
            for lemma in self._proof.lemmas
            if lemma.name not in known
            and lemma.name != asked.goal
            and not interpreter.value(lemma.clause.expr, state)
        )
        return Cti(finite, asked, state, step, after, excluded)


def hypotheses(proof: Proof, asked: Obligation, without: frozenset[str]) -> tuple[Lemma, ...]:
    """The lemmas that may be assumed to show something."""
    if asked.kind == "initial":
        return ()
    kept = [lemma for lemma in proof.lemmas if lemma.name not in without]
    names = [lemma.name for lemma in kept]
    if asked.kind == "implied" and asked.goal in names:
        goal = names.index(asked.goal)
        kept = [x for i, x in enumerate(kept) if not x.is_corollary or i < goal]
    return tuple(kept)


def confirm(
    interpreter: Interpreter,
    asked: Obligation,
    assumed: Sequence[Lemma],
    before: State,
    step: Step | None,
    after: State,
) -> None:
    """Takes the step again, and evaluates everything that was assumed, and the goal.

    Raises:
        Refuted: something is not as the solver said.
    """
    staged = interpreter.finite.staged
    for clause in (*staged.axioms, *(lemma.clause for lemma in assumed)):
        if not interpreter.value(clause.expr, before):
            raise Refuted(f"what {clause.where} says is false in the state before")
    if step is not None:
        if not interpreter.enabled(before, step):
            raise Refuted(f"{interpreter.finite.describe(step)} is not enabled")
        if interpreter.take(before, step) != after:
            raise Refuted(f"{interpreter.finite.describe(step)} leads elsewhere")
    if asked.kind == "initial" and after not in set(_initial(interpreter, before)):
        raise Refuted("the state is no initial state")
    false = (before, after) if asked.kind == "step" else (after, None)
    if interpreter.value(asked.clause.expr, false[0], None, false[1]):
        raise Refuted(f"what {asked.clause.where} says is true in the state after")


def _initial(interpreter: Interpreter, blank: State) -> Iterator[State]:
    """The initial states with these values of immutables."""
    finite = interpreter.finite
    given = {
        symbol.name: _value(finite, table, number)
        for number, (symbol, table) in enumerate(zip(finite.staged.symbols, blank, strict=True))
        if symbol.immutable
    }
    scope = replace(finite.scope, given=given)
    yield from Interpreter(Finite(finite.staged.without_limits(), scope)).initial_states()


def _value(finite: Finite, table: Sequence[int], number: int) -> object:
    symbol = finite.staged.symbols[number]
    points = list(finite.points(symbol))
    if not symbol.sorts:
        return table[0]
    if symbol.result.name == "Bool":
        return {point for point, value in zip(points, table, strict=True) if value}
    return dict(zip(points, table, strict=True))
