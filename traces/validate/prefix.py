"""A behaviour that shows a log, or the first part of one, as a trace of the specification.

While logs are followed, elements have numbers with gaps and nothing is bounded. A trace is of a
finite scope, in which only those elements are that occur, under the names that logs give them: then
the interpreter can take its steps, and it can be written as ITF and shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from model.interp import Interpreter
from model.lang import stage
from model.protocol import Delivery, Switches, exchange
from model.scope import Finite, Scope, State, Step
from model.search.result import Trace
from model.sparse.store import Point
from traces import itf
from traces.errors import TraceError
from traces.itf import Json
from traces.states import Codec
from traces.validate.steps import Taken

VALUES_MAX = 20_000_000
"""Of all states of a trace: beyond it, writing one would take minutes and gigabytes."""


@dataclass(frozen=True)
class Prefix:
    """The steps of a behaviour, from an initial state on.

    Attributes:
        delivery: the form of E4.
        steps: in order.
        given: the immutables, by name: the tuples in each.
        lives: by number of a member.
        views: by number, as far as the log names them.
        events: that are in it, by life and number (from 0): each with the number of steps after
            which it is shown. The last of these is its own, if its kind is one of steps.
    """

    delivery: Delivery
    steps: tuple[Taken, ...]
    given: Mapping[str, frozenset[Point]]
    lives: Mapping[int, str]
    views: Mapping[int, str]
    events: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def trace(self) -> tuple[Finite, Trace]:
        """The behaviour as a trace, and the spec at the scope that it needs.

        Raises:
            TraceError: it is too large to be one, or not even the first view could be formed.
        """
        if not self.given["arrives"]:
            raise TraceError(
                "there is no behaviour, for its first view cannot be formed",
                advice="see the explanation of the verdict",
            )
        staged = stage(exchange(Switches(self.delivery, long_lived=True)))
        actions = {action.name: action for action in staged.actions}
        used: dict[str, set[int]] = {"Member": set(), "View": {0}, "Arrival": {0}, "Datum": set()}
        symbols = {symbol.name: symbol for symbol in staged.symbols}
        for name, points in self.given.items():
            for point in points:
                for sort, element in zip(symbols[name].sorts, point, strict=True):
                    used[sort.name].add(element)
        for name, args in self.steps:
            for param, arg in zip(actions[name].params, args, strict=True):
                if param.sort.name in used:
                    used[param.sort.name].add(arg)
        numbers = {
            sort: {element: i for i, element in enumerate(sorted(elements or {0}))}
            for sort, elements in used.items()
        }

        def renumbered(sorts: tuple[str, ...], point: Point) -> Point:
            return tuple(
                numbers[sort][element] if sort in numbers else element
                for sort, element in zip(sorts, point, strict=True)
            )

        given = {
            name: {renumbered(tuple(s.name for s in symbols[name].sorts), p) for p in points}
            for name, points in self.given.items()
        }
        names = {sort: self._names(sort, sorted(of)) for sort, of in numbers.items()}
        finite = Finite(staged, Scope({s: len(of) for s, of in numbers.items()}, given, names))
        values = sum(math.prod(map(finite.size, symbol.sorts)) for symbol in staged.symbols)
        if values * (len(self.steps) + 1) > VALUES_MAX:
            sizes = ", ".join(f"{len(of)} of {sort}" for sort, of in numbers.items())
            raise TraceError(
                f"a trace of {len(self.steps):,} steps with {sizes} has more than {VALUES_MAX:,} "
                "values",
                advice="validate fewer views or members",
            )
        steps = [
            Step(
                actions[name],
                renumbered(tuple(p.sort.name for p in actions[name].params), args),
            )
            for name, args in self.steps
        ]
        return finite, _taken(finite, steps)

    def text(self, description: str) -> str:
        """The behaviour as the text of an ITF file.

        Args:
            description: what it shows.

        Raises:
            TraceError: it cannot be a trace.
        """
        finite, trace = self.trace()
        codec = Codec(finite)
        states: list[dict[str, Json]] = [
            {"#meta": {"index": i}, **codec.write_state(state), **codec.write_step(step)}
            for i, (state, step) in enumerate(zip(trace.states, (None, *trace.steps), strict=True))
        ]
        meta: dict[str, Json] = {
            "format": "ITF",
            "format-description": itf.FORMAT_DESCRIPTION,
            "description": description,
            "source": finite.staged.name,
        }
        return itf.unparse(codec.variables, states, None, meta)

    def _names(self, sort: str, elements: list[int]) -> tuple[str, ...]:
        """How elements are called: no two of a sort the same."""
        brought = {d: self.lives[m] for m, d in sorted(self.given["brings"], reverse=True)}
        names: list[str] = []
        for i, element in enumerate(elements):
            match sort:
                case "Member":
                    name = self.lives.get(element, "nobody")
                case "View":
                    name = self.views.get(element, f"view {i}, not in the log")
                case "Datum":
                    name = f"data of {brought[element]}" if element in brought else f"update {i}"
                case _:
                    name = f"arrival {i}"
            times = sum(other.split(", again")[0] == name for other in names)
            names.append(f"{name}, again {times}" if times else name)
        return tuple(names)


def _taken(finite: Finite, steps: list[Step]) -> Trace:
    interpreter = Interpreter(finite)
    (first,) = interpreter.initial_states()
    states: list[State] = [first]
    for step in steps:
        assert interpreter.enabled(states[-1], step), f"{step} is no step of the specification"
        states.append(interpreter.take(states[-1], step))
    return Trace(tuple(states), tuple(steps))
