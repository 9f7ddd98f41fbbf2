"""The numbers of the gate as plots, each with the same numbers as a table.

Times are those of when something was found, on the machine that has found it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.web.report.markup import Markup, join, table, tag
from onevoice.web.report.plots import Axis, Group, bars, dots

if TYPE_CHECKING:
    from onevoice.gate.records import SearchRecord
    from onevoice.web.report.content import Content
    from onevoice.web.report.tables import Searched

GOALS_MAX = 20
_MIB = 1 << 20
_UNITS = ((1_000_000, "M"), (1_000, "k"))


def searches(content: Content) -> Markup:
    """How many states each search has found, how fast, and in how much memory."""
    shipped, variants = content.gated.shipped, content.gated.variants
    found = [*shipped, *variants]
    if not found:
        return tag("p", "Nothing was searched, so there is nothing to draw.", class_="nothing")
    axes = (
        Axis("States", True, _short),
        Axis("States a second", True, _short),
        Axis("Memory, MiB", True, lambda value: f"{value:g}" if value < 1 else f"{value:,.0f}"),
        Axis("Bytes a state", True, _short),
    )
    groups = [
        Group(title, style, tuple((each.name, _measured(record)) for each, record in runs))
        for title, style, runs in (
            ("The shipped protocol", "shipped", shipped),
            ("Variants", "variant", variants),
        )
        if runs
    ]
    most, most_name = max((record.states, each.name) for each, record in found)
    rate, rate_name = max((_rate(record) or 0.0, each.name) for each, record in found)
    says = (
        f"The largest search is {most_name}, with {words.count(most, 'state')}; the fastest is "
        f"{rate_name}, with {rate:,.0f} states a second."
    )
    plot = dots("plot-searches", "States, speed and memory of searches", says, axes, groups)
    return _figure(plot, says, "States, speed and memory of searches", _numbers(found))


def goals(content: Content) -> Markup:
    """The goals of the proofs that took longest."""
    proofs = content.gated.proofs
    several = len(proofs) > 1
    measured = [
        (seconds, f"{name} ({check.switches})" if several else name)
        for check, found in proofs
        for name, seconds in found.goals.items()
    ]
    if not measured:
        return tag("p", "Nothing was proved, so there is nothing to draw.", class_="nothing")
    slowest = sorted(measured, key=lambda goal: (-goal[0], goal[1]))[:GOALS_MAX]
    total = sum(seconds for seconds, _ in measured)
    says = (
        f"The slowest goal is {slowest[0][1]}, with {slowest[0][0]:.1f} s; "
        f"all {len(measured)} take {total:.0f} s together."
    )
    title = f"The {len(slowest)} slowest goals of the proofs"
    axis = Axis("Seconds", False, lambda value: f"{value:.3g}")
    rows = [(name, seconds) for seconds, name in slowest]
    plot = bars("plot-goals", title, says, axis, rows)
    numbers = [
        tag("tr", tag("th", name, scope="row"), tag("td", f"{seconds:.2f} s", class_="number"))
        for name, seconds in rows
    ]
    return _figure(plot, says, title, table(title, ("Goal", "Time"), numbers))


def _figure(plot: Markup, says: str, title: str, numbers: Markup) -> Markup:
    frame = tag("div", plot, class_="scroll", tabindex=0, role="group", aria_label=title)
    figure = tag("figure", frame, tag("figcaption", says))
    return join([figure, tag("details", tag("summary", "The same numbers as a table"), numbers)])


def _numbers(found: list[Searched]) -> Markup:
    rows = []
    for each, record in found:
        rate = _rate(record)
        cells = (
            f"{record.states:,}",
            f"{record.seconds:.2f} s",
            f"{rate:,.0f}" if rate is not None else "–",
            words.size(record.bytes),
            f"{record.bytes / record.states:.0f}" if record.states else "–",
        )
        numbers = (tag("td", cell, class_="number") for cell in cells)
        rows.append(tag("tr", tag("th", each.name, scope="row"), *numbers))
    columns = ("Search", "States", "Time", "States a second", "Memory", "Bytes a state")
    return table("Searches in numbers", columns, rows)


def _measured(found: SearchRecord) -> tuple[float | None, ...]:
    values = (
        float(found.states),
        _rate(found),
        found.bytes / _MIB,
        found.bytes / found.states if found.states else None,
    )
    return tuple(value if value else None for value in values)


def _rate(found: SearchRecord) -> float | None:
    return found.states / found.seconds if found.seconds > 0 else None


def _short(value: float) -> str:
    """A number in three digits, as `12.3k`."""
    for unit, letter in _UNITS:
        if value >= unit:
            return f"{value / unit:.3g}{letter}"
    return f"{value:.3g}"
