"""Small finite models: a state, and a step out of it, that satisfy formulas at given sizes.

The sorts are given so many elements, quantifiers become gates over them (`model.ground`), and a
SAT solver looks for a state, immutables included. So an answer is exact at these sizes: no
instance of a formula is left out, unlike in what z3 is asked, where some hypotheses are used at
constants only. Whatever violates a formula in a finite scope is found, with the smallest sizes
first if they are tried in that order (`sizes`), and then with as few true facts as possible.

The search for finite models by grounding is that of McCune, "Mace4", 2003, and of Claessen and
Sörensson, "New techniques that improve MACE-style finite model finding", 2003.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from model.ground import Circuit, Layout
from model.ground.circuit import FALSE
from model.ground.elaborate import Choice, Elaborator
from model.ground.grounding import GroundStep, ground_step
from model.lang.expr import BOOL, Count, Exists, Expr, Forall, SortDecl, Symbol, children
from model.lang.staged import Action, Staged
from model.scope import Finite, Scope, State, Step
from proofs.ground.encode import Frame
from proofs.ground.sat import Budget, Sat, SolverName

SOLVER: SolverName = "minisat22"  # it tries false first, so that what it finds has few facts
ROUNDS_MAX = 200  # of asking for fewer facts


def sizes(sorts: Sequence[SortDecl], most: Mapping[str, int], each: int) -> Iterator[Scope]:
    """Scopes of all sizes, those with the fewest elements in all first.

    Args:
        sorts: of a spec; enumerations have their size.
        most: elements of a sort at most, by its name.
        each: the same for sorts that are not named there.
    """
    free = [sort for sort in sorts if sort.values is None]
    ranges = (range(1, most.get(sort.name, each) + 1) for sort in free)
    for chosen in sorted(product(*ranges), key=lambda found: (sum(found), found)):
        yield named_scope(dict(zip((sort.name for sort in free), chosen, strict=True)))


def named_scope(counts: Mapping[str, int]) -> Scope:
    """A scope with short names for its elements: m0, m1, v0."""
    initials = [name[0] for name in counts]
    names = {
        name: tuple(
            f"{(name[0] if initials.count(name[0]) == 1 else name).lower()}{i}"
            for i in range(count)
        )
        for name, count in counts.items()
    }
    return Scope(dict(counts), names=names)


def cost(expr: Expr, scope: Scope) -> int:
    """How often a part of a formula is looked at if nothing is shared."""
    memo: dict[Expr, int] = {}

    def of(node: Expr) -> int:
        known = memo.get(node)
        if known is None:
            known = 1 + sum(of(child) for child in children(node))
            if isinstance(node, (Forall, Exists, Count)):
                for variable in node.variables:
                    values = variable.sort.values
                    known *= len(values) if values else scope.sizes[variable.sort.name]
            memo[node] = known
        return known

    return of(expr)


class Models:
    """States of a spec at a scope.

    Args:
        staged: the spec. What limits its actions in finite searches is left out: a proof knows
            nothing of it.
        scope: sizes; no immutable is given.
        budget: what the solver may use.

    Attributes:
        finite: the spec at the scope.
    """

    def __init__(self, staged: Staged, scope: Scope, budget: Budget) -> None:
        self.finite = Finite(staged.without_limits(), scope)
        blank = tuple(
            tuple(0 for _ in self.finite.points(symbol)) for symbol in self.finite.staged.symbols
        )
        self._layout = Layout(self.finite, blank, frozenset())
        self._circuit = Circuit(self._layout.size)
        self._elaborator = Elaborator(self._circuit, self._layout)
        self._sat = Sat(SOLVER, budget)
        self._frame = Frame(
            self._circuit, self._sat, [self._sat.variable() for _ in range(self._layout.size)]
        )
        self._require_values()

    def _require_values(self) -> None:
        """The bits of a function's value are those of an element."""
        for symbol in self.finite.staged.symbols:
            if symbol.result is not BOOL:
                for offset, _ in enumerate(self.finite.points(symbol)):
                    found = self._elaborator.cell(symbol, offset, primed=False)
                    self.require(self._circuit.any(literal for _, literal in found))

    # -- formulas -----------------------------------------------------------------------------

    def literal(self, formula: Expr) -> int:
        """Of a closed formula, in the state."""
        return self._elaborator.literal(formula, {})

    def require(self, literal: int) -> None:
        """The state must satisfy this."""
        self._sat.add([self._frame.literal(literal)])

    def require_blank(self, mutable: Iterable[int]) -> None:
        """The tables of these numbers are empty, as before the initial state is made."""
        tables = set(mutable)
        for cell in self._layout.cells.values():
            if cell.table in tables:
                for position, _ in cell.bits:
                    assert position is not None
                    self.require(self._circuit.input(position) ^ 1)

    def steps(self, action: Action, values: Sequence[str] = ()) -> Iterator[GroundStep]:
        """The instances of an action that may be enabled.

        Args:
            action: of the spec, or one like it.
            values: the names of its enumerated arguments; all, if none is named.

        Raises:
            LimitReached: the budget was used up.
        """
        action = replace(action, limits=())
        for valuation in self.finite.valuations(action.params):
            self._sat.budget.look()
            given = tuple(
                variable.sort.values[index]
                for variable, index in valuation.items()
                if variable.sort.values is not None
            )
            if not values or given == tuple(values):
                step = ground_step(self._elaborator, Step(action, tuple(valuation.values())))
                if step is not None:
                    yield step

    def after(self, step: GroundStep, formula: Expr, *, is_step: bool = False) -> int:
        """The literal of what a closed formula says once a step was taken.

        Args:
            step: the step.
            formula: about a state, or about a step, if `is_step`.
            is_step: then only primed symbols are read in the state after.
        """
        kind = Elaborator if is_step else _After
        return kind(self._circuit, self._layout, dict(step.changes)).literal(formula, {})

    def both(self, one: int, other: int) -> int:
        """The literal of a conjunction."""
        return self._circuit.and_(one, other)

    # -- solving ------------------------------------------------------------------------------

    def find(self, choices: Sequence[int]) -> tuple[int, State] | None:
        """A state with as few true facts as can be, in which one of some literals is true.

        Args:
            choices: literals, one of which must be true.

        Returns:
            The number of a literal that is true, and the state.

        Raises:
            LimitReached: the budget was used up before there was an answer.
        """
        if all(choice == FALSE for choice in choices):
            return None
        wanted = [self._frame.literal(choice) for choice in choices]
        self._sat.add(wanted)
        if not self._sat.solve([]):
            return None
        facts = self._facts()
        for _ in range(ROUNDS_MAX):
            true, false = self._split(facts)
            fewer = self._sat.variable()
            self._sat.add([-fewer, *(-fact for fact in true)])
            if not self._sat.solve([fewer, *(-fact for fact in false)]):
                assert self._sat.solve([*(-fact for fact in false), *true])
                break
        state = self._layout.decode(list(self._frame.bits()))
        chosen = next(i for i, literal in enumerate(wanted) if self._sat.value(literal))
        return chosen, state

    def _facts(self) -> list[int]:
        """The variables of relations at their points."""
        return [
            self._frame.inputs[position]
            for cell in self._layout.cells.values()
            if self.finite.staged.symbols[cell.table].result is BOOL
            for position, _ in cell.bits
            if position is not None
        ]

    def _split(self, facts: Iterable[int]) -> tuple[list[int], list[int]]:
        true: list[int] = []
        false: list[int] = []
        for fact in facts:
            (true if self._sat.value(fact) else false).append(fact)
        return true, false

    def close(self) -> None:
        """Frees the memory of the solver."""
        self._sat.close()


class _After(Elaborator):
    """Reads every symbol in the state after a step."""

    def cell(self, symbol: Symbol, offset: int, primed: bool) -> Choice:
        return super().cell(symbol, offset, True)
