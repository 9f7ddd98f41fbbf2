"""`onevoice conform`: the implementation in lockstep with the specification."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import (
    SECONDS,
    WRONG_MEMBERS,
    OneOf,
    read_limits,
    read_run,
    scope_options,
    search_limits,
)

if TYPE_CHECKING:
    from model.search import Limits
    from onevoice.report.terminal import Terminal
    from traces.run import Run


@click.command("conform")
@scope_options(groups="2+1")
@click.option(
    "--on",
    "place",
    type=OneOf(["core", "simulated"]),
    default="core",
    show_default=True,
    help="The state machine alone, or members with sessions over a simulated network.",
)
@click.option(
    "--reduce",
    type=OneOf(["none", "order"]),
    default="none",
    show_default=True,
    help="On the simulated network, take deliveries in one order only if no other step can tell.",
)
@click.option(
    "--members",
    type=WRONG_MEMBERS,
    default=None,
    help="Members that are wrong on purpose, to see that it shows.",
)
@click.option(
    "--program",
    "given_program",
    default=None,
    metavar="COMMAND",
    help="Drive this program instead, which implements a member: one JSON object a line in, one a "
    "line out, as docs/programs.md says.",
)
@click.option(
    "--answer-seconds",
    type=SECONDS,
    default=5.0,
    show_default=True,
    help="A program that takes longer to answer hangs.",
)
@search_limits
@click.option("--plain", is_flag=True, help="No colours.")
def command(
    variant: str | None,
    place: str,
    reduce: str,
    members: str | None,
    given_program: str | None,
    answer_seconds: float,
    plain: bool,
    **given: Any,
) -> int:
    """Drive the implementation through every transition of the specification, in lockstep.

    In every state, each member of the implementation must know what it knows by the specification,
    and may take the steps that it may take there, no more and no fewer; in every transition it must
    do what the specification says. What the environment does is the specification's choice. So at
    this scope the implementation is not sampled, but compared whole.

    With --on simulated, members have sessions, which work out requests and subgroups from what
    members announce, over a simulated network. They take their own steps at once, so that they are
    driven through that part of the state graph in which nobody waits, from the start, by walks that
    cover every transition; what each member knows, holds and has sent is compared on the way.

    With --program it is somebody else's implementation, in any language, that is driven: through
    every state and input of a member that occur at the scope, by traces that cover them all.

    \b
    Examples:
      onevoice conform
      onevoice conform --on simulated --reduce order
      onevoice conform --members ignores-indicator
      onevoice conform --program "node examples/member.mjs"

    Exit code: 0 it conforms; 14 it does not, and a way to a difference is shown (on the core, the
    shortest); 75 a limit was reached.
    """
    from impl.core import Member
    from impl.core.variants import VARIANTS
    from onevoice.report.conforming import show_lockstep
    from onevoice.report.terminal import Terminal
    from traces.lockstep import lockstep

    run, limits = read_run(given, variant), read_limits(given)
    terminal = Terminal(plain)
    if given_program is not None:
        if members is not None or place != "core":
            option = "--members" if members is not None else "--on"
            raise click.UsageError(f"{option} is for the implementation here, not for a --program")
        return _drive(terminal, run, limits, given_program, answer_seconds)
    make_member = Member if members is None else VARIANTS[members]
    if place == "simulated":
        return _cover(terminal, run, members, make_member, limits, reduce == "order")
    if reduce != "none":
        raise click.UsageError("--reduce is for --on simulated: on the core all is compared")
    try:
        found = lockstep(run, make_member, limits=limits)
    except (TimeoutError, MemoryError) as error:
        raise Stop(Exit.LIMIT, f"nothing was compared: {error}") from None
    show_lockstep(terminal, run, members, found)
    return Exit.HOLDS if found.complete else Exit.DIFFERS


def _cover(
    terminal: Terminal, run: Run, members: str | None, make_member: Any, limits: Limits,
    reduced: bool,
) -> int:  # fmt: skip
    from onevoice.report.covered import show_covered
    from traces.forced import cover

    try:
        with terminal.progress("conform") as watch:
            covered = cover(
                run,
                make_member,
                reduced=reduced,
                limits=limits,
                report=lambda done, total: watch.say(f"{done:,} of {total:,} transitions"),
            )
    except (TimeoutError, MemoryError) as error:
        raise Stop(Exit.LIMIT, f"nothing was compared: {error}") from None
    show_covered(terminal, run, members, covered)
    if covered.difference is not None:
        return Exit.DIFFERS
    return Exit.HOLDS if covered.complete else Exit.LIMIT


def _drive(terminal: Terminal, run: Run, limits: Limits, program: str, answer_s: float) -> int:
    from onevoice.report.conforming import show_driven
    from traces.program import conform

    try:
        words = shlex.split(program)
        if not words:
            raise ValueError("no program is named")
        with terminal.progress("conform") as watch:
            driven = conform(
                run,
                words,
                limits=limits,
                answer_s=answer_s,
                report=lambda done, total: watch.say(f"{done:,} of {total:,} lines"),
            )
    except (TimeoutError, MemoryError) as error:
        raise Stop(Exit.LIMIT, f"nothing was compared: {error}") from None
    except OSError as error:
        raise Stop(Exit.USAGE, f"cannot start {program!r}: {error.strerror}") from None
    except ValueError as error:
        raise Stop(Exit.USAGE, f"--program {program!r}: {error}") from None
    show_driven(terminal, run, program, driven)
    return Exit.HOLDS if driven.failure is None else Exit.DIFFERS
