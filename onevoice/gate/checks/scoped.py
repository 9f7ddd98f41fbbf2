"""What checks of the protocol at a scope have in common: the scope, and searching it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from model.protocol import Delivery, Variant
from onevoice.gate.check import Check, Place, R, Watch, Wrong
from onevoice.gate.records import Action, Maximum, Property, SearchRecord, Violation

if TYPE_CHECKING:
    from model.search import Finding, Limits
    from onevoice.search import Searched
    from traces.run import Run

Reduce = Literal["none", "order", "symmetry", "all"]


@dataclass(frozen=True, kw_only=True)
class Scoped(Check[R]):
    """A check of the protocol at a scope. The fields are those of `traces.run.Run`."""

    groups: str
    failures: int = 1
    requests: int = 0
    views: int = 0
    delivery: Delivery = Delivery.SAME_VIEW
    total_order: bool = False
    variant: Variant | None = None

    @property
    def at(self) -> Run:
        """The protocol, its environment and its scope."""
        from traces.run import Run

        return Run(
            self.groups, self.failures, self.requests, self.views, self.delivery, self.total_order,
            self.variant,
        )  # fmt: skip

    @property
    def name(self) -> str:
        return short(self.at)


def short(run: Run) -> str:
    """A run in a line of a list, with its variant."""
    from onevoice.report import words

    named = f"{run.variant.value}: " if run.variant is not None else ""
    return named + words.short(run)


def search_at(
    run: Run,
    limits: Limits,
    watch: Watch,
    reduce: Reduce = "none",
    engine: Literal["native", "interp"] = "native",
) -> SearchRecord:
    """Searches a run, for all properties.

    Raises:
        ScopeError: the scope is wrong.
        Stop: the search was interrupted, out of memory, or its engine was refuted.
    """
    from model.search.exploration import Method
    from onevoice.search import REDUCE, Ask, search

    method = None
    if reduce != "none":
        method = Method("exact", frozenset(REDUCE[reduce]), None)
    return _record(search(Ask(run, engine=engine, limits=limits, method=method), watch))


def stopped(found: SearchRecord) -> list[Wrong]:
    """That a search was not completed, if it was not."""
    from onevoice.exits import Exit

    if found.complete:
        return []
    return [Wrong(Exit.LIMIT, f"the search was not completed: {found.stopped}")]


def as_properties(run: Run, findings: Sequence[Finding]) -> tuple[Property, ...]:
    """Findings as values that can be kept."""
    from model.lang.show import show

    return tuple(
        Property(
            name=each.name,
            kind=each.kind,
            status=each.status.value,
            place=Place.of(each.where),
            never=tuple(sorted(show(premise) for premise in each.vacuous_premises)),
            violation=_violation(run, each),
        )
        for each in findings
    )


def _violation(run: Run, finding: Finding) -> Violation | None:
    from traces.counterexample import Counterexample, to_text

    if finding.trace is None:
        return None
    kept = Counterexample.of(run, finding)
    where = finding.culprit_where or finding.where
    return Violation(
        len(finding.trace), kept.file_name, to_text(kept, kept.file_name), Place.of(where)
    )


def _record(searched: Searched) -> SearchRecord:
    result, run = searched.result, searched.ask.run
    account = result.account
    return SearchRecord(
        seconds=result.seconds,
        run=run.options,
        engine=result.engine,
        complete=result.complete,
        stopped=result.stopped,
        reduced=account.reduced,
        states=result.states,
        initial=result.initial,
        transitions=result.transitions,
        depth=result.depth,
        bytes=account.seen_bytes + account.log_bytes,
        properties=as_properties(run, list(result.findings.values())),
        actions={
            name: Action(each.enabled, each.taken, each.discovered)
            for name, each in result.coverage.items()
        },
        maxima={name: Maximum(each.value, each.at_bound) for name, each in result.maxima.items()},
    )
