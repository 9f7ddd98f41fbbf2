"""`onevoice conform`: the implementation in lockstep with the specification."""

from __future__ import annotations

from typing import Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import Name, read_limits, read_run, scope_options, search_limits


def _variants() -> list[str]:
    from impl.core.variants import VARIANTS

    return list(VARIANTS)


@click.command("conform")
@scope_options(groups="2+1")
@click.option(
    "--members",
    type=Name("variant of the implementation", _variants),
    default=None,
    help="Members that are wrong on purpose, to see that it shows.",
)
@search_limits
@click.option("--plain", is_flag=True, help="No colours.")
def command(variant: str | None, members: str | None, plain: bool, **given: Any) -> int:
    """Drive the implementation through every transition of the specification, in lockstep.

    In every state, each member of the implementation must know what it knows by the specification,
    and may take the steps that it may take there, no more and no fewer; in every transition it must
    do what the specification says. What the environment does is the specification's choice. So at
    this scope the implementation is not sampled, but compared whole.

    Exit code: 0 it conforms; 14 it does not, and the shortest way to a difference is shown; 75 a
    limit was reached.
    """
    from impl.core import Member
    from impl.core.variants import VARIANTS
    from onevoice.report.conforming import show_lockstep
    from onevoice.report.terminal import Terminal
    from traces.lockstep import lockstep

    run, limits = read_run(given, variant), read_limits(given)
    make_member = Member if members is None else VARIANTS[members]
    try:
        found = lockstep(run, make_member, limits=limits)
    except (TimeoutError, MemoryError) as error:
        raise Stop(Exit.LIMIT, f"nothing was compared: {error}") from None
    show_lockstep(Terminal(plain), run, members, found)
    return Exit.HOLDS if found.complete else Exit.DIFFERS
