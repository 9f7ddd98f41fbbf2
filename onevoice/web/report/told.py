"""The traces of the report: replayed, and every property judged again in each of their states.

All of it is done by the interpreter, whatever has found the trace.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from model.interp import Interpreter
from model.lang.staged import Bound, Invariant
from model.search.result import Trace
from onevoice.diagram.kept import diagram_of_kept
from traces.replay import Replay, reaches, replay, violation
from traces.witness import Witness

if TYPE_CHECKING:
    from model.lang.staged import LeadsTo
    from model.scope import Finite
    from onevoice.diagram.diagram import Diagram
    from traces.counterexample import Counterexample

SHIPPED = "shipped"
"""What stands for a variant where there is none."""


class Truth(Enum):
    """What a property is in a state of a trace; the value is its sign."""

    TRUE = "✓"
    FALSE = "✗"
    OWED = "…"  # of leads-to: its premise was true, its goal not since
    SILENT = "–"  # a property of steps, where none has been taken


@dataclass(frozen=True)
class Told:
    """A trace, to be stepped through.

    Attributes:
        key: names it in the page: letters, digits and `-`.
        again: the command that replays it, or that finds it if it is kept in no file.
        replay: what came of taking it again; a witness that shows what it is for violates nothing
            and differs in nothing.
        truths: by property, what it is in each row of the diagram.
    """

    key: str
    again: str
    kept: Counterexample | Witness
    diagram: Diagram
    replay: Replay
    truths: dict[str, tuple[Truth, ...]]

    @property
    def violates(self) -> str | None:
        """The property that it is to violate; None if it is a witness."""
        return None if isinstance(self.kept, Witness) else self.kept.violates

    @property
    def found(self) -> tuple[str, str | None]:
        """The variant, or `shipped`, and the property that it violates."""
        return variant_of(self.kept), self.violates


def tell(kept: Iterable[tuple[str, Counterexample | Witness]]) -> tuple[Told, ...]:
    """Traces, replayed and judged in each state.

    Args:
        kept: each with the command that replays or finds it.

    Raises:
        TraceError: one cannot be drawn, because it is no behaviour.
    """
    told: dict[str, Told] = {}
    for again, trace in kept:
        one = tell_one(again, trace, told)
        told[one.key] = one
    return tuple(told.values())


def tell_one(again: str, trace: Counterexample | Witness, taken: Collection[str]) -> Told:
    """A trace, replayed and judged in each state.

    Args:
        again: the command that replays or finds it.
        trace: what was kept or found.
        taken: names that others in the page have.

    Raises:
        TraceError: it cannot be drawn, because it is no behaviour.
    """
    return Told(
        _key(trace, taken),
        again,
        trace,
        diagram_of_kept(trace),
        Replay(None, reaches(trace)) if isinstance(trace, Witness) else replay(trace),
        truths(trace.run.finite, trace.trace),
    )


def variant_of(kept: Counterexample | Witness) -> str:
    """The variant of which a trace is a behaviour, or `shipped`."""
    return kept.run.variant.value if kept.run.variant is not None else SHIPPED


def truths(finite: Finite, trace: Trace) -> dict[str, tuple[Truth, ...]]:
    """By property, what it is in each state; after the last, in the one that closes a loop."""
    states, steps = trace.states, trace.steps
    if trace.closing is not None and trace.loop is not None:
        states, steps = (*states, states[trace.loop]), (*steps, trace.closing)
    prefixes = [Trace(states[: n + 1], steps[:n]) for n in range(len(states))]
    found: dict[str, tuple[Truth, ...]] = {}
    safety: tuple[Invariant | Bound, ...] = (*finite.staged.invariants, *finite.staged.bounds)
    for prop in safety:
        of_steps = isinstance(prop, Invariant) and prop.is_step
        found[prop.name] = tuple(
            _judged(finite, prop.name, prefix) if prefix.steps or not of_steps else Truth.SILENT
            for prefix in prefixes
        )
    for leads_to in finite.staged.leads_to:
        found[leads_to.name] = tuple(_owed(finite, leads_to, prefixes[-1]))
    return found


def _judged(finite: Finite, name: str, trace: Trace) -> Truth:
    """Whether a property is true at the end of a trace."""
    return Truth.TRUE if violation(finite, name, trace) is None else Truth.FALSE


def _owed(finite: Finite, leads_to: LeadsTo, trace: Trace) -> Iterator[Truth]:
    interpreter = Interpreter(finite)
    environments = list(finite.valuations(leads_to.params))
    owed: set[int] = set()
    for state in trace.states:
        for number, env in enumerate(environments):
            if interpreter.value(leads_to.goal, state, env):
                owed.discard(number)
            elif interpreter.value(leads_to.premise, state, env):
                owed.add(number)
        yield Truth.OWED if owed else Truth.TRUE


def _key(kept: Counterexample | Witness, taken: Collection[str]) -> str:
    name = f"witness-{kept.shows[:40]}" if isinstance(kept, Witness) else kept.violates
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"{variant_of(kept)}-{name}").strip("-")
    key, number = plain, 1
    while key in taken:
        number += 1
        key = f"{plain}-{number}"
    return key
