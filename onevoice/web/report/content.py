"""What the report says, as values.

Every counterexample is replayed here, and every property judged again in each of its states, by
the interpreter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from model.interp import Interpreter
from model.lang.staged import Bound, Invariant
from model.search.result import Trace
from onevoice.diagram.kept import diagram_of_kept
from traces.replay import Replay, replay, violation

if TYPE_CHECKING:
    from model.lang.staged import LeadsTo
    from model.scope import Finite
    from onevoice.diagram.diagram import Diagram
    from onevoice.rows import Row
    from onevoice.search import Searched
    from onevoice.verdicts import Wrong
    from proofs.induction.proved import Proved
    from traces.counterexample import Counterexample


class Truth(Enum):
    """What a property is in a state of a trace; the value is its sign."""

    TRUE = "✓"
    FALSE = "✗"
    OWED = "…"  # of leads-to: its premise was true, its goal not since
    SILENT = "–"  # a property of steps, where none has been taken


@dataclass(frozen=True)
class Told:
    """A counterexample, to be stepped through.

    Attributes:
        key: names it in the page: letters, digits and `-`.
        again: the command that replays it, or that finds it if it is kept in no file.
        truths: by property, what it is in each row of the diagram.
    """

    key: str
    again: str
    kept: Counterexample
    diagram: Diagram
    replay: Replay
    truths: dict[str, tuple[Truth, ...]]

    @property
    def found(self) -> tuple[str, str]:
        """The variant, or `shipped`, and the property that it violates."""
        return _variant(self.kept), self.kept.violates


@dataclass(frozen=True)
class Content:
    """All that the report says.

    Attributes:
        version: of the program, if it is installed.
        shipped: the runs of the shipped protocol.
        variants: the runs of the variants.
        rows: the requirements with their evidence.
        told: the counterexamples.
        wrong: what is not as it must be, with what it is said of.
        proofs: by the switches of the protocol, what was proved for every size; empty if nothing
            was asked.
    """

    version: str | None
    shipped: tuple[Searched, ...]
    variants: tuple[Searched, ...]
    rows: tuple[Row, ...]
    told: tuple[Told, ...]
    wrong: tuple[tuple[str, Wrong], ...]
    proofs: tuple[tuple[str, tuple[Proved, ...]], ...] = ()

    def of(self, searched: Searched, name: str) -> Told | None:
        """The counterexample that shows how a run violates a property."""
        variant = searched.ask.run.variant
        found = (variant.value if variant is not None else "shipped", name)
        return next((told for told in self.told if told.found == found), None)


def tell(kept: Iterable[tuple[str, Counterexample]]) -> tuple[Told, ...]:
    """Counterexamples, replayed and judged in each state.

    Args:
        kept: each with the command that replays or finds it.

    Raises:
        TraceError: one cannot be drawn, because it is no behaviour.
    """
    told: dict[str, Told] = {}
    for again, counterexample in kept:
        key = _key(counterexample, told)
        told[key] = Told(
            key,
            again,
            counterexample,
            diagram_of_kept(counterexample),
            replay(counterexample),
            truths(counterexample.run.finite, counterexample.trace),
        )
    return tuple(told.values())


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


def missing(told: Sequence[Told], runs: Iterable[Searched]) -> Iterator[tuple[str, Counterexample]]:
    """The counterexamples of searches to what none that is kept violates."""
    known = {each.found for each in told}
    for searched in runs:
        for counterexample in searched.counterexamples():
            found = (_variant(counterexample), counterexample.violates)
            if found not in known:
                known.add(found)
                yield f"onevoice check {counterexample.run.options}", counterexample


def _variant(kept: Counterexample) -> str:
    return kept.run.variant.value if kept.run.variant is not None else "shipped"


def _key(kept: Counterexample, taken: Iterable[str]) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", f"{_variant(kept)}-{kept.violates}")
    taken, key, number = set(taken), plain, 1
    while key in taken:
        number += 1
        key = f"{plain}-{number}"
    return key
