"""`replay`: a trace taken again, on the specification or on the implementation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from onevoice.api.counterexamples import Counterexample
from onevoice.api.options import as_python, read
from onevoice.api.results import Result, sentences
from onevoice.exits import Exit

if TYPE_CHECKING:
    from model.search.result import Trace
    from onevoice.report.terminal import Terminal
    from onevoice.web.report.markup import Markup
    from traces import counterexample
    from traces.forced import Forced, Place
    from traces.replay import Difference, Violation
    from traces.run import Run
    from traces.witness import Witness

T = TypeVar("T")


@dataclass(frozen=True)
class OnModel:
    """A trace on the specification: where they part, if they do, and what it violates."""

    difference: Difference | None
    violation: Violation | None = None


@dataclass(frozen=True)
class OnMembers:
    """A trace on members of the implementation.

    Attributes:
        place: the core, the simulated network or processes.
        members: the name of their rules.
        run, trace: what they were made to follow: the trace, or its normal form.
        forced: what came of it.
    """

    place: Place
    members: str
    run: Run
    trace: Trace
    forced: Forced


@dataclass(frozen=True, repr=False)
class Replayed(Result):
    """What came of a trace.

    Attributes:
        kept: the trace, as `traces` has it.
        found: what came of it, on the specification or on members. Members are given only what is
            a behaviour of the specification; if the trace is none, that is what was found.
    """

    kept: counterexample.Counterexample | Witness
    found: OnModel | OnMembers

    @property
    def exit(self) -> Exit:
        """0 the trace shows what it is for, or the members do what it says; 14 it does not, or
        they do otherwise.
        """
        return Exit.HOLDS if self.difference is None else Exit.DIFFERS

    @property
    def verdict(self) -> str:
        """What came of it, in a line."""
        from onevoice.report import replayed

        match self.found:
            case OnMembers(forced=forced):
                return sentences(lambda terminal: replayed.show_end(terminal, forced))[0]
            case OnModel(difference=None):
                return " ".join(sentences(self._show)[:2])
            case OnModel():
                return sentences(self._show)[0]

    @property
    def difference(self) -> str | None:
        """The first one, in a line; None if there is none."""
        if isinstance(self.found, OnMembers):
            forced = self.found.forced.difference
            return None if forced is None else forced.text
        found = self.found.difference
        return None if found is None else f"{found.place}: {found.problem}"

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that were taken, to the end or to the difference; on the specification all."""
        if isinstance(self.found, OnMembers):
            return tuple(taken.step for taken in self.found.forced.taken)
        return tuple(map(self.kept.run.finite.describe, self.kept.trace.steps))

    def _asked(self) -> str:
        from onevoice.report.behaviour import headline
        from traces.witness import Witness

        shows = self.kept.shows if isinstance(self.kept, Witness) else headline(self.kept)
        on = self.found.place if isinstance(self.found, OnMembers) else "model"
        return f"{shows}, on {on}"

    def _show(self, terminal: Terminal) -> None:
        from onevoice.report import replayed
        from onevoice.report.behaviour import show_replay
        from traces.replay import Replay
        from traces.witness import Witness

        kept, found = self.kept, self.found
        if isinstance(found, OnMembers):
            replayed.show_what(terminal, kept, found.place, found.members)
            if found.trace is not kept.trace:
                replayed.show_normal(terminal, kept, found.run, found.trace)
            replayed.show_forced(terminal, found.forced, steps=False)
        elif isinstance(kept, Witness):
            replayed.show_witness_replay(terminal, kept, found.difference)
        else:
            show_replay(terminal, kept, Replay(found.violation, found.difference))

    def _parts(self) -> list[Markup]:
        from onevoice.api.drawn import picture, steps
        from onevoice.diagram.kept import diagram_of_kept
        from traces.errors import TraceError

        try:
            return [picture(diagram_of_kept(self.kept))]
        except TraceError:  # what is no behaviour may make no sense as a picture
            return [steps(self.steps)]


def replay(
    trace: str | Path | Counterexample | counterexample.Counterexample | Witness,
    *,
    on: Literal["model", "core", "simulated", "local"] = "model",
    members: str | None = None,
    normalise: bool = False,
    answer_seconds: float = 10.0,
) -> Replayed:
    """Takes every step of a trace again, on the specification or on the implementation.

    Args:
        trace: a file, or a counterexample.
        on: the specification; the state machine of the implementation; members with sessions over
            a simulated network; or processes of this machine.
        members: `shipped`, or those of a variant; by default those of the trace's variant.
        normalise: have members take at once what is due, and have what must come first come first,
            if that is a behaviour of the specification, too.
        answer_seconds: a process that takes longer for what it is given hangs.

    Returns:
        Whether the trace shows what it is for, or the members do what it says; else the first
        difference.

    Raises:
        ValueError: an option is wrong, or the trace is of another spec than the exchange.
        TraceError: the file is no trace, or the trace cannot be forced there.
        FormulaError: the predicate of a witness is no formula over the spec.
        ConnectionError: processes could not be started.
        KeyboardInterrupt: it was interrupted.
    """
    from onevoice.commands.replay import command

    options = {"on": on, "members": members, "normalise": normalise}
    given = read(command, "trace", answer_seconds=answer_seconds, **options)
    kept = _kept(trace)
    if given["place"] == "model":
        for name in ("members", "normalise"):
            if given[name]:
                raise ValueError(f"{name}: needs members: on core, simulated or local")
        return Replayed(kept, _on_model(kept))
    return Replayed(kept, _on_members(kept, given))


def _kept(
    trace: str | Path | Counterexample | counterexample.Counterexample | Witness,
) -> counterexample.Counterexample | Witness:
    from onevoice.trace_files import read_trace_file
    from traces.run import Run

    if isinstance(trace, (str, Path)):
        return read_trace_file(Path(trace))
    kept = trace.kept if isinstance(trace, Counterexample) else trace
    run: object = kept.run
    if not isinstance(run, Run):
        raise ValueError("trace: only one of the exchange can be taken again")
    return kept


def _on_model(kept: counterexample.Counterexample | Witness) -> OnModel:
    from traces.replay import reaches, replay
    from traces.witness import Witness

    if isinstance(kept, Witness):
        return OnModel(reaches(kept))
    found = replay(kept)
    return OnModel(found.difference, found.violation)


def _on_members(
    kept: counterexample.Counterexample | Witness, given: dict[str, Any]
) -> OnModel | OnMembers:
    from impl.service import TransportError
    from traces.forced import counterpart, force, normal_form
    from traces.replay import behaves

    run, trace, place = kept.run, kept.trace, given["place"]
    difference = behaves(run.finite, trace)
    if difference is not None:
        return OnModel(difference)
    members = given["members"] or counterpart(run.variant)
    if given["normalise"]:
        run, trace = normal_form(place, run, trace)
    try:
        with as_python():
            forced = _apart(
                lambda: force(place, run, trace, members, limit_s=given["answer_seconds"])
            )
    except TransportError as error:
        raise ConnectionError(str(error)) from None
    return OnMembers(place, members, run, trace, forced)


def _apart(work: Callable[[], T]) -> T:
    """Does work that has an event loop of its own, in a thread where one is running already.

    A notebook has one.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
