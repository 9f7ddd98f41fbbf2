"""The states that the interpreter finds, and what is true in them."""

from __future__ import annotations

from functools import cache

from model.interp import Interpreter
from model.lang import Staged, stage
from model.protocol import Delivery, Switches, exchange
from model.scope import Finite, State, Step

KINDS = ("data", "ack")


@cache
def specification(delivery: Delivery) -> Staged:
    return stage(exchange(Switches(delivery, long_lived=True)))


class Graph:
    """The reachable states of a scope, as far as somebody went, and what is true in them."""

    def __init__(self, finite: Finite) -> None:
        self.finite = finite
        self._interpreter = Interpreter(finite)
        self._states: list[State] = list(self._interpreter.initial_states())
        assert len(self._states) == 1
        self._numbers = {self._states[0]: 0}
        self._actions = {action.name: action for action in finite.staged.actions}
        self._after: dict[tuple[int, str, tuple[int, ...]], int] = {}
        self._facts: dict[tuple[int, str], frozenset[tuple[int, ...]]] = {}

    def after(self, state: int, name: str, args: tuple[int, ...]) -> int:
        """The state after a step, or -1."""
        key = (state, name, args)
        if key not in self._after:
            step, before = Step(self._actions[name], args), self._states[state]
            number = -1
            if self._interpreter.enabled(before, step):
                reached = self._interpreter.take(before, step)
                number = self._numbers.setdefault(reached, len(self._states))
                if number == len(self._states):
                    self._states.append(reached)
            self._after[key] = number
        return self._after[key]

    def facts(self, state: int, symbol: str) -> frozenset[tuple[int, ...]]:
        """The tuples in a relation."""
        key = (state, symbol)
        if key not in self._facts:
            declared = next(s for s in self.finite.staged.symbols if s.name == symbol)
            table = self._states[state][self.finite.index[declared]]
            points = self.finite.points(declared)
            self._facts[key] = frozenset(p for p, true in zip(points, table, strict=True) if true)
        return self._facts[key]

    def at(self, state: int, m: int) -> int:
        return max((v for p, v in self.facts(state, "installed") if p == m), default=-1)

    def request_of(self, state: int, view: int) -> int:
        return next(r for v, r in self.facts(state, "belongs") if v == view)

    def group_of(self, state: int, request: int, m: int) -> frozenset[int]:
        return frozenset(b for r, a, b in self.facts(state, "same") if (r, a) == (request, m))

    def leads(self, state: int, m: int, view: int) -> bool:
        group = self.group_of(state, self.request_of(state, view), m)
        return m == min(x for v, x in self.facts(state, "in_view") if v == view and x in group)

    def has_completed(self, state: int, m: int, view: int) -> bool:
        own = [v for p, v in self.facts(state, "completed") if p == m]
        start = self.request_of(state, view)
        return any(self.request_of(state, v) == start for v in own)

    def is_finished(self, state: int) -> bool:
        """Whether all who are up in the open view have completed what its messages, and those of
        the views before it, complete.

        They must before they go on, and only then it can be said what they hold when they do.
        """
        facts, crashed = self.facts(state, "in_view"), self.facts(state, "crashed")
        placed = self.facts(state, "placed")
        last = max(v for v, _ in facts)
        for m in [m for v, m in facts if v == last and (m,) not in crashed]:
            for view in [v for v, p in facts if p == m and v >= self.at(state, m)]:
                members = [p for v, p in facts if v == view]
                over = all((view, KINDS.index("ack"), p, view) in placed for p in members)
                if over and not self.has_completed(state, m, view):
                    return False
        return True

    def holds(self, state: int, m: int) -> frozenset[int]:
        return frozenset(d for p, d in self.facts(state, "holds") if p == m)
