"""What came of a search, of the exchange or of any spec: a verdict a property."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, assert_never

from onevoice.api.counterexamples import Counterexample
from onevoice.api.results import Result, sentences
from onevoice.exits import Exit

if TYPE_CHECKING:
    from model.lang import Staged
    from model.scope import Finite, Scope
    from model.search import Status
    from onevoice.report.terminal import Terminal
    from onevoice.search import Searched
    from onevoice.web.report.markup import Markup


@dataclass(frozen=True)
class Specified:
    """A spec at a scope: of a run, all that a search and its report ask for.

    Attributes:
        staged: the spec.
        scope: its finite sizes.
    """

    staged: Staged
    scope: Scope

    @cached_property
    def finite(self) -> Finite:
        """The spec at its scope.

        Raises:
            ScopeError: the scope does not fit the spec.
        """
        from model.scope import Finite

        return Finite(self.staged, self.scope)

    @property
    def options(self) -> str:
        """What is searched, in words."""
        sizes = ", ".join(f"{sort}={size}" for sort, size in self.scope.sizes.items())
        return f"{self.staged.name} at {sizes}" if sizes else self.staged.name


@dataclass(frozen=True, repr=False)
class Checked(Result):
    """What came of a search.

    Attributes:
        searched: it, as `onevoice.search` has it.
    """

    searched: Searched

    @property
    def exit(self) -> Exit:
        """0 all holds; 12 safety, 13 liveness, 11 deadlock is violated, 10 several kinds; 15
        everything holds only vacuously; 75 a limit was reached and nothing violated.
        """
        return self.searched.exit

    @property
    def verdict(self) -> str:
        """The last words of the report."""
        from onevoice.report.searched import show_end

        return " ".join(sentences(lambda terminal: show_end(terminal, self.searched)))

    @property
    def properties(self) -> Mapping[str, str]:
        """By property: `holds`, `violated`, `vacuous`, `undecided` or `not checked`."""
        found = {finding.name: finding.status.value for finding in self.searched.findings}
        return found | dict.fromkeys(self.searched.ask.unchecked, "not checked")

    @cached_property
    def violated(self) -> Mapping[str, Counterexample]:
        """A counterexample of each violated property, the shortest first."""
        found = map(Counterexample, self.searched.counterexamples())
        return MappingProxyType({each.violates: each for each in found})

    @property
    def states(self) -> int:
        """Distinct states that were found."""
        return self.searched.result.states

    @property
    def transitions(self) -> int:
        """Steps out of the states that were searched."""
        return self.searched.result.transitions

    @property
    def depth(self) -> int:
        """Steps to the farthest state."""
        return self.searched.result.depth

    @property
    def complete(self) -> bool:
        """All states were searched."""
        return self.searched.result.complete

    @property
    def stopped(self) -> str | None:
        """What stopped the search, if something did."""
        return self.searched.result.stopped

    @property
    def seconds(self) -> float:
        """That it took."""
        return self.searched.result.seconds

    @property
    def data(self) -> dict[str, Any]:
        """What `onevoice check --json` prints; of another spec, `run` is its name and sizes."""
        from onevoice.report.data import found_data, searched_data

        specified = self._specified
        if specified is None:
            return searched_data(self.searched)
        run = {"spec": specified.staged.name, "scope": dict(specified.scope.sizes)}
        return {"run": run, **found_data(self.searched)}

    def to_json(self) -> str:
        """The same as text."""
        from onevoice.report.data import to_text

        return to_text(self.data)

    @property
    def _specified(self) -> Specified | None:
        """What was searched, if it is no run of the exchange."""
        run: object = self.searched.ask.run
        return run if isinstance(run, Specified) else None

    def _asked(self) -> str:
        from onevoice.report.words import short

        specified, run = self._specified, self.searched.ask.run
        if specified is not None:
            return specified.options
        variant = f", variant {run.variant.value}" if run.variant is not None else ""
        return f"{short(run)}{variant}"

    def _show(self, terminal: Terminal) -> None:
        from onevoice.invocation import program
        from onevoice.report.relied import engine
        from onevoice.report.searched import show_ask, show_searched

        if self._specified is None:
            show_ask(terminal, self.searched.ask)
        else:
            pairs = [("Spec", self._specified.options), ("Engine", engine(self.searched.ask))]
            terminal.pairs(pairs)
            terminal.line()
        show_searched(terminal, self.searched, program())

    def _parts(self) -> list[Markup]:
        from onevoice.api.drawn import rows
        from onevoice.report.searched import remark
        from onevoice.report.words import count
        from onevoice.web.report.markup import tag

        content = [
            ((f.name, f.kind, f.status.value, remark(f)), _style(f.status))
            for f in self.searched.findings
        ]
        content += [((name, "", "not checked", ""), "") for name in self.searched.ask.unchecked]
        counts = f"{count(self.states, 'state')}, {count(self.transitions, 'transition')}"
        first = next(iter(self.violated.values()), None)
        return [
            tag("p", f"{counts}, depth {self.depth}, {self.seconds:.2f} s", class_="note"),
            rows("Properties", ("Property", "Kind", "Verdict", "Remark"), content, 2),
            *(first.markup() if first is not None else []),
        ]


def _style(status: Status) -> str:
    from model.search import Status

    match status:
        case Status.HOLDS:
            return "good"
        case Status.VIOLATED:
            return "bad"
        case Status.VACUOUS | Status.UNDECIDED | Status.NOT_CHECKED:
            return "unsure"
        case _:
            assert_never(status)
