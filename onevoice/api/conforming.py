"""`conform`: the implementation through every transition of the specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from onevoice.api.options import as_python, memory, read
from onevoice.api.results import Result, for_progress, sentences
from onevoice.exits import Exit

if TYPE_CHECKING:
    from model.search import Limits
    from onevoice.report.terminal import Terminal
    from onevoice.web.report.markup import Markup
    from traces.forced import Covered
    from traces.lockstep import Lockstep
    from traces.run import Run


@dataclass(frozen=True, repr=False)
class Conformed(Result):
    """What came of driving the implementation.

    Attributes:
        run: the scope.
        members: the members that are wrong on purpose; None for those that are shipped.
        found: what `traces.lockstep` says, or on the simulated network `traces.forced`; None if
            nothing could be compared.
        stopped: the limit that was reached before anything was compared, if one was.
    """

    run: Run
    members: str | None
    found: Lockstep | Covered | None
    stopped: str | None = None

    @property
    def exit(self) -> Exit:
        """0 it conforms; 14 it does not; 75 a limit was reached; 15 there is nothing to compare."""
        if self.difference is not None:
            return Exit.DIFFERS
        if self.found is None or not self.found.complete:
            return Exit.LIMIT
        return Exit.HOLDS if self.compared else Exit.NOT_PROVED

    @property
    def verdict(self) -> str:
        """What came of it, in a line: that it conforms, or how it does not."""
        return sentences(self._show_verdict)[0]

    @property
    def compared(self) -> int:
        """The transitions in which the implementation was compared with the specification."""
        from traces.lockstep import Lockstep

        if self.found is None:
            return 0
        return self.found.followed if isinstance(self.found, Lockstep) else self.found.covered

    @property
    def difference(self) -> str | None:
        """How the implementation and the specification differ, if they do."""
        if self.found is None or self.found.difference is None:
            return None
        return self.found.difference.text

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps that lead to the difference, as the specification writes them."""
        from traces.lockstep import Lockstep

        if isinstance(self.found, Lockstep):
            return () if self.found.difference is None else self.found.difference.steps
        return () if self.found is None else self.found.way

    def _asked(self) -> str:
        from onevoice.report.words import short

        variant = f", variant {self.run.variant.value}" if self.run.variant is not None else ""
        return f"{short(self.run)}{variant}, members {self.members or 'as shipped'}"

    def _show(self, terminal: Terminal) -> None:
        from onevoice.report.conforming import show_lockstep
        from onevoice.report.covered import show_covered
        from traces.lockstep import Lockstep

        if self.found is None:
            self._show_verdict(terminal)
        elif isinstance(self.found, Lockstep):
            show_lockstep(terminal, self.run, self.members, self.found)
        else:
            show_covered(terminal, self.run, self.members, self.found)

    def _show_verdict(self, terminal: Terminal) -> None:
        from onevoice.report import conforming, covered
        from traces.lockstep import Lockstep

        if self.found is None:
            terminal.line(f"Nothing was compared: {self.stopped}")
        elif isinstance(self.found, Lockstep):
            conforming.show_end(terminal, self.found)
        else:
            covered.show_end(terminal, self.found)

    def _parts(self) -> list[Markup]:
        from onevoice.api.drawn import steps
        from onevoice.report.words import count
        from onevoice.web.report.markup import tag

        if self.found is None:
            return []
        compared = f"{count(self.compared, 'transition')} compared, {self.found.seconds:.1f} s"
        return [tag("p", compared, class_="note"), steps(self.steps)]


def conform(
    groups: str = "2+1",
    *,
    failures: int = 1,
    requests: int | None = None,
    views: int | None = None,
    delivery: Literal["sending-view", "same-view"] = "same-view",
    total_order: bool = False,
    variant: str | None = None,
    on: Literal["core", "simulated"] = "core",
    reduce: Literal["none", "order"] = "none",
    members: str | None = None,
    max_memory: int | str | None = None,
    max_states: int | None = None,
    max_seconds: float | None = None,
    threads: int | None = None,
    progress: bool = False,
) -> Conformed:
    """Drives the implementation through every transition of the specification, in lockstep.

    Args:
        groups: the subgroups that meet, as for `check`.
        failures: failures at most.
        requests: requests; those beyond `groups` bring one joiner each.
        views: views at most; by default as many as can be formed.
        delivery: in which view a message is delivered (E4).
        total_order: deliver in one order everywhere (E5).
        variant: the specification departs from the protocol in this way.
        on: the state machine alone, or members with sessions over a simulated network.
        reduce: on the simulated network, take deliveries in one order only if no other step can
            tell.
        members: members that are wrong on purpose, to see that it shows.
        max_memory: bytes, or as in `4G`; by default half of what is free.
        max_states: stop after so many states.
        max_seconds: stop after so long.
        threads: of the search; by default one a core.
        progress: say on standard error how far it is.

    Returns:
        Whether it conforms, or a way to a difference.

    Raises:
        ValueError: an option is wrong, or does not go together with another.
        ScopeError: the scope is wrong.
        KeyboardInterrupt: it was interrupted.
    """
    from onevoice.commands.conform import command
    from onevoice.options import read_limits, read_run

    given = read(
        command, groups=groups, failures=failures, requests=requests, views=views,
        delivery=delivery, total_order=total_order, variant=variant, on=on, reduce=reduce,
        members=members, max_memory=memory(max_memory), max_states=max_states,
        max_seconds=max_seconds, threads=threads,
    )  # fmt: skip
    if given["place"] == "core" and given["reduce"] != "none":
        raise ValueError("reduce: is for the simulated network: on the core all is compared")
    run, limits = read_run(given, given["variant"]), read_limits(given)
    try:
        found = _driven(run, given, limits, progress)
    except (TimeoutError, MemoryError) as error:
        return Conformed(run, given["members"], None, str(error))
    return Conformed(run, given["members"], found)


def _driven(
    run: Run, given: Mapping[str, Any], limits: Limits, progress: bool
) -> Lockstep | Covered:
    from impl.core import Member
    from impl.core.variants import VARIANTS
    from traces.forced import cover
    from traces.lockstep import lockstep

    make_member: Any = Member if given["members"] is None else VARIANTS[given["members"]]
    with as_python(), for_progress(progress).progress("Comparing") as watch:
        if given["place"] == "core":
            return lockstep(run, make_member, limits=limits)
        return cover(
            run,
            make_member,
            reduced=given["reduce"] == "order",
            limits=limits,
            report=lambda done, total: watch.say(f"{done:,} of {total:,} transitions"),
        )
