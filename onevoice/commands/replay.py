"""`onevoice replay`: a trace file, judged again by the interpreter, or forced upon members."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onevoice.exits import Exit, Stop
from onevoice.options import SECONDS, Name, OneOf
from onevoice.trace_files import TraceFile, read_trace_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.search.result import Trace
    from onevoice.report.terminal import Terminal
    from traces.counterexample import Counterexample
    from traces.forced import Forced, Place, Sides
    from traces.run import Run
    from traces.witness import Witness

MODEL = "model"


def _members() -> list[str]:
    from impl.core.variants import VARIANTS
    from traces.forced import SHIPPED

    return [SHIPPED, *VARIANTS]


@click.command("replay")
@click.argument("trace", type=TraceFile())
@click.option(
    "--on",
    "place",
    type=OneOf([MODEL, "core", "simulated", "local"]),
    default=MODEL,
    show_default=True,
    help="The specification; the state machine of the implementation; members with sessions over "
    "a simulated network; or processes of this machine.",
)
@click.option(
    "--members",
    type=Name("members", _members),
    default=None,
    metavar="NAME",
    help="`shipped`, or those of a variant; by default those of the trace's variant.",
)
@click.option(
    "--normalise",
    is_flag=True,
    help="Have members take at once what is due, and have what must come first come first, if that "
    "is a behaviour of the specification, too.",
)
@click.option("--steps", is_flag=True, help="Print each step, and what was done for it.")
@click.option(
    "-i",
    "--interactive",
    is_flag=True,
    help="Step through both sides, the specification's and the members', on a terminal.",
)
@click.option(
    "--answer-seconds",
    type=SECONDS,
    default=10.0,
    show_default=True,
    help="A process that takes longer for what it is given hangs.",
)
@click.option("--plain", is_flag=True, help="No colours.")
def command(
    trace: Path,
    place: str,
    members: str | None,
    normalise: bool,
    steps: bool,
    interactive: bool,
    answer_seconds: float,
    plain: bool,
) -> int:
    """Take every step of a trace file again, on the specification or on the implementation.

    On the model each step and state is judged again, and then what the trace is for: a property
    that it violates, or a predicate that it reaches.

    Elsewhere the trace is forced upon members of the implementation, and the first difference is
    printed. On *core* each is given what the environment gives, takes its own steps when the trace
    does, and after every step must know what it knows by the specification, with the same steps
    due. On *simulated* and *local* the environment's steps are forced: what is ordered, what each
    member is given, when views are formed, who crashes (a process is killed). The members' own
    steps are only compared, for sessions take them at once; so a trace whose members wait is
    refused, or normalised. What the service under the members does not let happen, such as messages
    of one sender that overtake each other, is refused too, with the reason.

    With --interactive it is stepped through: the sequence diagram, and below it what each step is
    on both sides, with the first difference marked.

    A counterexample of a variant is followed by members of that variant. Those that are shipped
    must differ, unless it is the environment's variant.

    \b
    Examples:
      onevoice check --variant shared-key --trace-dir .
      onevoice replay transmissions_2+1_f1_same-view_shared-key.itf.json
      onevoice replay transmissions_2+1_f1_same-view_shared-key.itf.json --on core -i
      onevoice replay transmissions_2+1_f1_same-view_shared-key.itf.json \\
          --on local --normalise --steps

    Exit code: 0 the trace shows what it is for, or the members do what it says; 14 a step or a
    state differs, the trace does not show what it is for, or the members do otherwise; 2 the file
    is no trace, or cannot be forced there; 69 no processes could be started.
    """
    from onevoice.report.terminal import Terminal
    from onevoice.stepper.start import refuse_unless_possible

    if place == MODEL:
        given = {
            "--members": members is not None, "--normalise": normalise, "--steps": steps,
            "--interactive": interactive,
        }  # fmt: skip
        if any(given.values()):
            names = " and ".join(name for name, is_given in given.items() if is_given)
            verb = "needs" if sum(given.values()) == 1 else "need"
            raise click.UsageError(f"{names} {verb} members: --on core, simulated or local")
        return _on_model(Terminal(plain), read_trace_file(trace))
    if interactive:
        if plain:
            raise click.UsageError("--interactive does not go with --plain")
        refuse_unless_possible()
    return _on_members(
        Terminal(plain), read_trace_file(trace), _place(place), members,
        _How(normalise, steps, interactive, answer_seconds),
    )  # fmt: skip


@dataclass(frozen=True)
class _How:
    """How members are made to follow a trace, and what is shown of it.

    Attributes:
        normalise: the normal form of the trace instead.
        steps: print each.
        interactive: step through both sides before anything is printed.
        answer_s: the time of a process for what it is given.
    """

    normalise: bool
    steps: bool
    interactive: bool
    answer_s: float


def _place(name: str) -> Place:
    from traces.forced import PLACES

    return next(place for place in PLACES if place == name)


def _on_model(terminal: Terminal, kept: Counterexample | Witness) -> int:
    from onevoice.report.behaviour import show_replay
    from onevoice.report.replayed import show_witness_replay
    from traces.replay import reaches, replay
    from traces.witness import Witness

    if isinstance(kept, Witness):
        difference = reaches(kept)
        show_witness_replay(terminal, kept, difference)
    else:
        result = replay(kept)
        difference = result.difference
        show_replay(terminal, kept, result)
    return Exit.HOLDS if difference is None else Exit.DIFFERS


def _on_members(
    terminal: Terminal, kept: Counterexample | Witness, place: Place, members: str | None,
    how: _How,
) -> int:  # fmt: skip
    from onevoice.report.replayed import show_difference, show_forced, show_normal, show_what
    from traces.forced import counterpart, normal_form
    from traces.replay import behaves

    run, trace = kept.run, kept.trace
    difference = behaves(run.finite, trace)
    if difference is not None:
        show_difference(terminal, difference)
        return Exit.DIFFERS
    members = counterpart(run.variant) if members is None else members
    normalised = normal_form(place, run, trace) if how.normalise else None
    if normalised is not None:
        run, trace = normalised
    forced, known = _forced(place, run, trace, members, how.answer_s)
    if how.interactive:
        _step(kept, run, trace, forced, f"Implementation ({place}, members {members})", known)
    show_what(terminal, kept, place, members)
    if normalised is not None:
        show_normal(terminal, kept, run, trace)
    show_forced(terminal, forced, how.steps)
    return Exit.HOLDS if forced.difference is None else Exit.DIFFERS


def _forced(
    place: Place, run: Run, trace: Trace, members: str, answer_s: float
) -> tuple[Forced, Sequence[Sequence[Sides]]]:
    """What came of a trace, and what members know by state, where that is known."""
    from impl.service import TransportError
    from traces.forced import force, maker, side_by_side

    if place == "core":
        found = side_by_side(run, trace, maker(members))
        return found.forced, found.states
    try:
        return force(place, run, trace, members, limit_s=answer_s), ()
    except TransportError as error:
        raise Stop(Exit.UNAVAILABLE, str(error)) from None


def _step(
    kept: Counterexample | Witness, run: Run, trace: Trace, forced: Forced, where: str,
    known: Sequence[Sequence[Sides]],
) -> None:  # fmt: skip
    from onevoice.report.behaviour import headline
    from onevoice.stepper.comparison import Comparison
    from onevoice.stepper.start import step_through
    from traces.witness import Witness

    title = kept.shows if isinstance(kept, Witness) else headline(kept)
    step_through(Comparison(run, trace, forced, title, where, known))
