"""Searches: the shipped protocol violates nothing, a variant exactly what it is said to break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from onevoice.exits import Exit, exit_of_kinds
from onevoice.gate.check import Watch, Wrong
from onevoice.gate.checks.scoped import Reduce, Scoped, search_at, stopped
from onevoice.gate.records import SearchRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from model.search import Limits


@dataclass(frozen=True, kw_only=True)
class Search(Scoped[SearchRecord]):
    """A search of all states.

    Attributes:
        reduce: what may be left out, as `--reduce` has it.
        breaks: the properties that a variant violates. One that breaks less is a mistake of the
            spec, one that breaks more is news.
    """

    kind: ClassVar[str] = "search"
    record: ClassVar[type[SearchRecord]] = SearchRecord

    reduce: Reduce = "none"
    breaks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        reduced = "" if self.reduce == "none" else f", reduced by {self.reduce}"
        return super().name + reduced

    def run(self, limits: Limits, watch: Watch) -> SearchRecord:
        return search_at(self.at, limits, watch, self.reduce)

    def judge(self, found: SearchRecord) -> list[Wrong]:
        judged = self._of_shipped(found) if self.variant is None else self._of_variant(found)
        return judged + stopped(found)

    def _of_shipped(self, found: SearchRecord) -> list[Wrong]:
        return [
            Wrong(
                exit_of_kinds([each.kind]),
                f"{each.name} is violated",
                each.violation.place if each.violation is not None else each.place,
                each.name,
            )
            for each in found.violated
        ]

    def _of_variant(self, found: SearchRecord) -> list[Wrong]:
        expected, violated = set(self.breaks), {each.name for each in found.violated}
        known = {each.name: each.place for each in found.properties}
        wrong = [
            (name, "is not violated, though this variant must break it")
            for name in known
            if name in expected - violated and found.complete
        ]
        wrong += [
            (name, "is violated, which is not expected of this variant")
            for name in known
            if name in violated - expected
        ]
        said = [Wrong(Exit.VIOLATED, f"{n} {what}", known[n], n) for n, what in wrong]
        return said + [
            Wrong(Exit.VIOLATED, f"the spec has no property {name} any more")
            for name in sorted(expected - known.keys())
        ]


def of_coverage(shipped: Sequence[SearchRecord]) -> list[Wrong]:
    """Over all runs of the shipped protocol each property was checked, and each action taken."""
    places = {each.name: each.place for found in shipped for each in found.properties}
    held = {each.name for found in shipped for each in found.properties if each.status != "vacuous"}
    wrong = [
        Wrong(Exit.NOT_PROVED, f"{name} holds only vacuously, at every scope", place, name)
        for name, place in sorted(places.items())
        if name not in held
    ]
    actions = {name for found in shipped for name in found.actions}
    enabled = {
        name for found in shipped for name, action in found.actions.items() if action.enabled
    }
    return wrong + [
        Wrong(Exit.NOT_PROVED, f"action {name} is enabled in no state, at no scope")
        for name in sorted(actions - enabled)
    ]
