"""The specification's side: what each state of a graph says, packed into numbers.

For each member a *signature*: what the member knows by the specification, in one number, variable
by variable. `abstraction` reads the same off the implementation. They are to be equal.

| variable | in the specification | in the implementation |
|---|---|---|
| at | the view that the member installed last | `view` |
| indicator | `indicator` | `indicator` |
| done | it has completed the request of that view | `completed` |
| transmitted | `sent` of its data, in that view | `transmitted` |
| acknowledged | `sent` of its acknowledgment, in that view | `acknowledged` |
| acknowledgments | `delivered` of acknowledgments of that view | `acknowledged_by` |
| received | `delivered` of data of the request, by subgroup | `received` |
| held | `held` when the request reached it | `held` |

Before its first view a member knows nothing, whatever the specification remembers of its past:
no variable has a value other than the one that it has then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from impl.core import Member
from model.lang import ScopeError
from model.lang.expr import Apply, Expr, Symbol, Var
from model.scope import Finite
from model.search.exploration import Graph
from traces.lockstep.local import Content

FIELDS = (
    "indicator", "done", "transmitted", "acknowledged", "acknowledgments", "received", "held",
)  # fmt: skip
DATA, ACK = 0, 1
"""The kinds of message, in the order of the specification."""
Ints = NDArray[np.int64]
NONE = -1
_BITS = 63


@dataclass(frozen=True)
class Facts:
    """Relations of a graph's states, as bits in numbers: arrays over the states.

    Args:
        finite: the spec at its scope.
        graph: its states.
    """

    finite: Finite
    graph: Graph

    @property
    def members(self) -> int:
        return self.finite.scope.sizes["Member"]

    @property
    def views(self) -> int:
        return self.finite.scope.sizes["View"]

    @property
    def data(self) -> int:
        return self.finite.scope.sizes["Datum"]

    def bits(self, name: str, *fixed: int, last: int = 1) -> Ints:
        """Which of the remaining arguments make a relation true, in each state.

        Args:
            name: of the relation.
            fixed: its first arguments.
            last: how many arguments remain; the last one is the lowest bits.
        """
        symbol = self._symbol(name)
        rest = symbol.sorts[len(fixed) :]
        assert len(rest) == last
        points: list[tuple[int, ...]] = [fixed]
        for sort in rest:
            points = [(*point, i) for point in points for i in range(self.finite.size(sort))]
        if len(points) > _BITS:
            raise ScopeError(
                f"{name}: {len(points)} bits, more than a number has: take fewer members"
            )
        out = np.zeros(self.graph.states, np.int64)
        for bit, truth in enumerate(self._truth(symbol, points)):
            out |= truth.astype(np.int64) << bit
        return out

    @cached_property
    def in_view(self) -> Ints:
        """By view: its members."""
        return np.stack([self.bits("in_view", v) for v in range(self.views)])

    @cached_property
    def closed(self) -> Ints:
        """By view: whether another one was formed from it."""
        formed_from = np.stack([self.bits("prev", w) for w in range(self.views)])
        return np.stack([(formed_from >> v & 1).max(axis=0) for v in range(self.views)])

    @cached_property
    def request_of(self) -> Ints:
        """By view: the view that started its request, or NONE if it is not formed."""
        return np.stack([_lowest_bit(self.bits("belongs", v)) for v in range(self.views)])

    @cached_property
    def same(self) -> Ints:
        """By request: who is of one subgroup, as a matrix of members."""
        return np.stack([self.bits("same", r, last=2) for r in range(self.views)])

    @cached_property
    def holds(self) -> Ints:
        """By member: what it holds."""
        return np.stack([self.bits("holds", m) for m in range(self.members)])

    @cached_property
    def held(self) -> Ints:
        """By member and request: what it held when that reached it."""
        return np.stack(
            [
                np.stack([self.bits("held", m, r) for r in range(self.views)])
                for m in range(self.members)
            ]
        )

    @cached_property
    def at(self) -> Ints:
        """By member: the view that it installed last, or NONE."""
        return np.stack([_highest_bit(self.bits("installed", m)) for m in range(self.members)])

    @cached_property
    def received(self) -> NDArray[np.int32]:
        """By member: the members of the subgroups whose data it received, in its request."""
        states, everyone = np.arange(self.graph.states), (1 << self.members) - 1
        out = np.zeros((self.members, self.graph.states), np.int32)
        for m in range(self.members):
            _, request, rounds = self._present(m)
            same = self.same[request, states]
            for p in range(self.members):
                came = (self.bits("delivered", m, DATA, p) & rounds) != 0
                out[m] |= np.where(came, same >> (p * self.members) & everyone, 0)
        return out

    def dropped(
        self, m: int, kind: Ints | int, p: Ints | int, v: Ints | int, states: Ints | int
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether messages that are delivered have no effect, and whether they say nothing new.

        Args:
            m: to whom.
            kind, p, v: which ones, one for each state or the same for all.
            states: in which.

        Returns:
            Which are of another request, or acknowledgments of another round; and which are data
            of a subgroup whose data was received.
        """
        at = self.at[m, states]
        other_request = self.request_of[v, states] != self.request_of[at, states]
        stale = other_request | np.logical_and(kind == ACK, v != at)
        known = (self.received[m, states] >> p & 1) != 0
        return stale, ~stale & known & (kind == DATA)

    def signature(self, m: int) -> Ints:
        """What a member knows, by the specification."""
        at = self.at[m]
        view, request, rounds = self._present(m)
        indicator = self.bits("indicator") >> m & 1
        done = (self.bits("completed", m) & rounds) != 0
        transmitted = self.bits("sent", DATA, m) >> view & 1
        acknowledged = self.bits("sent", ACK, m) >> view & 1
        acknowledgments = np.zeros_like(at)
        for p in range(self.members):
            acknowledgments |= (self.bits("delivered", m, ACK, p) >> view & 1) << p
        held = self.held[m][request, np.arange(self.graph.states)]
        fields = (
            indicator, done.astype(np.int64), transmitted, acknowledged, acknowledgments,
            self.received[m], held,
        )  # fmt: skip
        return np.where(at >= 0, self._packed(at + 1, fields), 0)

    def abstraction(self, member: Member[Content]) -> int:
        """The same, read off the implementation."""
        at = 0 if member.view is None else member.view.id.epoch + 1
        received = 0
        for group in member.received:
            received |= _mask(group.members)
        held = 0 if member.held is None else sum(1 << datum for datum in member.held())
        fields = (
            int(member.indicator), int(member.completed), int(member.transmitted),
            int(member.acknowledged), _mask(member.acknowledged_by), received, held,
        )  # fmt: skip
        return int(self._packed(at, fields))

    def differing(self, one: int, other: int) -> list[str]:
        """The variables in which two signatures differ."""
        names = []
        for name, width in reversed(list(zip(FIELDS, self._widths, strict=True))):
            if (one ^ other) & ((1 << width) - 1):
                names.append(name)
            one, other = one >> width, other >> width
        return ["at", *reversed(names)] if one != other else names[::-1]

    def _present(self, m: int) -> tuple[Ints, Ints, Ints]:
        """Of each state: the view that a member is in, its request, and the rounds of that."""
        view = np.maximum(self.at[m], 0)
        request = np.maximum(self.request_of[view, np.arange(self.graph.states)], 0)
        rounds = np.zeros_like(view)
        for v in range(self.views):
            rounds |= (self.request_of[v] == request).astype(np.int64) << v
        return view, request, rounds

    @property
    def _widths(self) -> tuple[int, ...]:
        return (1, 1, 1, 1, self.members, self.members, self.data)

    def _packed(self, at: Ints | int, fields: tuple[Ints | int, ...]) -> Ints | int:
        packed = at
        for value, width in zip(fields, self._widths, strict=True):
            packed = packed << width | value
        return packed

    def _symbol(self, name: str) -> Symbol:
        return next(s for s in self.finite.staged.symbols if s.name == name)

    def _truth(self, symbol: Symbol, points: list[tuple[int, ...]]) -> NDArray[np.bool_]:
        variables = tuple(Var(f"x{i}", sort, i) for i, sort in enumerate(symbol.sorts))
        atom: Expr = Apply(symbol, variables, False)
        return self.graph.observe([(atom, dict(zip(variables, p, strict=True))) for p in points])


def _mask(members: object) -> int:
    """Members as bits: their incarnation is their number in the specification."""
    assert isinstance(members, set | frozenset)
    return sum(1 << int(member.incarnation) for member in members)


def _lowest_bit(bits: Ints) -> Ints:
    out = np.full_like(bits, NONE)
    for bit in reversed(range(int(bits.max(initial=0)).bit_length())):
        out[(bits >> bit & 1) == 1] = bit
    return out


def _highest_bit(bits: Ints) -> Ints:
    out = np.full_like(bits, NONE)
    for bit in range(int(bits.max(initial=0)).bit_length()):
        out[(bits >> bit & 1) == 1] = bit
    return out
