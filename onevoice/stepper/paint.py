"""Lines of a drawing, and facts and properties of a state, as text with colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from onevoice.diagram.unicode import Style
from onevoice.explorer.answers import explained_data
from onevoice.explorer.session import Explained

if TYPE_CHECKING:
    from onevoice.diagram.unicode import Line
    from onevoice.explorer.session import Reason, Session, Truth
    from onevoice.explorer.table import Fact
    from traces.facts import Change

ADDED, REMOVED, BAD, TRUE = "green", "red", "bold red", "green"
_STYLES = {
    Style.TITLE: "bold",
    Style.NAME: "bold",
    Style.FAINT: "dim",
    Style.LIFE: "dim",
    Style.NUMBER: "dim",
    Style.STEP: "",
    Style.VIEW: "cyan",
    Style.INSTALL: "cyan",
    Style.DATA: "bold green",
    Style.ACKNOWLEDGMENT: "yellow",
    Style.COMPLETE: "bold",
    Style.BAD: BAD,
}
_SIGNS = {"true": ("✓", TRUE), "false": ("✗", BAD), "open": ("…", "yellow")}
_MARKS = {"new": ("+", ADDED), "gone": ("-", REMOVED), "": ("", "")}
_FIXED = "In every state"


def line(drawn: Line) -> Text:
    """A line of a drawing."""
    return Text("").join(Text(span.text, _STYLES[span.style]) for span in drawn.spans)


def heading(text: str) -> Text:
    """What the lines below are."""
    return Text(text, "bold underline")


def change(found: Change) -> Text:
    """A point that a step changed."""
    style = "" if not found.is_truth else REMOVED if found.after is None else ADDED
    return Text(f"  {str(found).strip()}", style)


def facts(found: Sequence[Fact]) -> Iterator[Text]:
    """The facts of a state: those of each member together, and of each a line for each view."""
    changing = [fact for fact in found if not fact.fixed]
    places = dict.fromkeys((fact.row, fact.column) for fact in changing)
    for row, column in sorted(places):
        here = [fact for fact in changing if (fact.row, fact.column) == (row, column)]
        place = ", ".join(filter(None, (row, column))) or "all"
        yield _listed(place, here)
    fixed = [fact for fact in found if fact.fixed]
    if fixed:
        yield Text(f"  {_FIXED}: {', '.join(fact.point for fact in fixed)}", "dim")


def _listed(place: str, here: Iterable[Fact]) -> Text:
    text = Text.assemble((f"  {place}: ", "bold"))
    for number, fact in enumerate(here):
        sign, style = _MARKS[fact.mark]
        text.append(f"{', ' if number else ''}")
        text.append(f"{sign}{fact.text}", style)
    return text


def truths(session: Session, found: Sequence[Truth]) -> Iterator[Text]:
    """Every property of the spec: those that are false or owed with the reason, then the others."""
    for status in ("false", "open"):
        for truth in found:
            if truth.status == status:
                sign, style = _SIGNS[status]
                said = "" if status == "false" else "  still owed"
                yield Text(f"  {sign} {truth.name}{said}", style)
                if truth.reason is not None:
                    yield from _why(session, truth, truth.reason)
    true = [truth.name for truth in found if truth.status == "true"]
    sign, style = _SIGNS["true"]
    yield Text("  ").append(f"{sign} ", style).append(", ".join(true))


def _why(session: Session, truth: Truth, reason: Reason) -> Iterator[Text]:
    said = explained_data(session, Explained(False, reason))
    why = said["reason"]
    yield Text(f"      {'not yet' if truth.status == 'open' else 'false'}: {why['false']}")
    if why["for"]:
        yield Text(f"      for {why['for']}")
    if truth.kind != "step" and said["atoms"]:  # those of a step are of two states
        atoms = ", ".join(f"{atom['text']} {_is(atom['value'])}" for atom in said["atoms"])
        yield Text(f"      where {atoms}")
    if why["at"]:
        yield Text(f"      at {why['at']}", "dim")


def _is(value: bool) -> str:
    return "is true" if value else "is false"
