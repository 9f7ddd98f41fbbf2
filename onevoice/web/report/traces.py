"""Traces that can be stepped through: a diagram, what changed, what is true."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from model.lang.show import show
from onevoice.diagram.svg import svg
from onevoice.gate.check import Place
from onevoice.report import words
from onevoice.report.behaviour import headline
from onevoice.web.report.markup import Markup, join, tag
from onevoice.web.report.told import Truth, variant_of
from traces.replay import named
from traces.witness import Witness

if TYPE_CHECKING:
    from onevoice.diagram.diagram import Row
    from onevoice.web.report.sources import Sources
    from onevoice.web.report.told import Told

_BUTTONS = (("first", "First"), ("back", "Back"), ("on", "Next"), ("last", "Last"))


def contents(told: Sequence[Told]) -> Markup:
    """Links to all traces: counterexamples by variant, then witnesses."""
    by_variant: dict[str, list[Told]] = {}
    witnesses = []
    for each in told:
        if each.violates is None:
            text = f"{_shows(each)} ({each.kept.run.delivery.value}, {len(each.kept.trace)})"
            witnesses.append(tag("li", tag("a", text, href=f"#{each.key}")))
        else:
            by_variant.setdefault(variant_of(each.kept), []).append(each)
    items = []
    for variant, traces in by_variant.items():
        shortest = sorted(traces, key=lambda each: len(each.kept.trace))
        links = [
            tag("a", f"{each.violates} {len(each.kept.trace)}", href=f"#{each.key}")
            for each in shortest
        ]
        items.append(tag("li", tag("b", variant), " ", join(links, " ")))
    listed = (
        ("Counterexamples, with their steps", items, "contents"),
        ("Witnesses, with their steps", witnesses, "witnesses"),
    )
    return join(
        join([tag("h3", title), tag("ul", *lines, class_=style)])
        for title, lines, style in listed
        if lines
    )


def article(told: Told, sources: Sources) -> Markup:
    """A trace."""
    diagram = told.diagram
    drawing = Markup(svg(diagram, f"d-{told.key}", alone=False))
    steps = [_step(told, row) for row in diagram.rows]
    kept = told.kept
    title = (
        f"Witness: {_shows(told)}"
        if isinstance(kept, Witness)
        else f"{variant_of(kept)}: {headline(kept)}"
    )
    return tag(
        "article",
        tag("h3", title, tabindex=-1),
        _about(told, sources),
        _controls(len(diagram.rows) - 1),
        tag(
            "div",
            tag("div", drawing, class_="stage scroll", tabindex=0, role="group",
                aria_label="Sequence diagram"),
            tag("div", tag("h4", "The step"), tag("ol", *steps, class_="steps", start=0),
                _truths(told), class_="told"),
            class_="stepped",
        ),
        class_="trace",
        id=told.key,
        data_last=len(diagram.rows) - 1,
    )  # fmt: skip


def _shows(told: Told) -> str:
    return told.kept.shows.rstrip(".") if isinstance(told.kept, Witness) else ""


def _about(told: Told, sources: Sources) -> Markup:
    run = told.kept.run
    pairs: list[tuple[str, str]] = [
        ("Protocol", words.protocol(run)),
        ("Environment", words.environment(run)),
        ("Scope", words.scope(run)),
        *_why(told, sources),
        ("Again", told.again),
    ]
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", text)) for name, text in pairs))


def _why(told: Told, sources: Sources) -> Iterable[tuple[str, str]]:
    if told.violates is not None:
        doc = next((p.doc for p in told.kept.run.staged.properties if p.name == told.violates), "")
        yield "Property", " ".join(doc.split("\n\n")[0].split()) or "there is always a next step"
    if told.replay.difference is not None:
        difference = told.replay.difference
        yield "Not reproduced", f"{difference.place}: {difference.problem}"
        return
    found = told.replay.violation
    if found is None:
        yield "Replayed", "each step is one of the specification, and the last state is as it says"
        return
    elements = named(told.kept.run.finite, found.valuation)
    formula = show(found.culprit)
    if found.measured is not None:
        formula += f" is {found.measured[0]}, at most {found.measured[1]} is allowed"
    yield "False", formula + (f", for {elements}" if elements else "")
    yield "Stated at", sources.link(Place.of(found.where), words.place(found.where))


def _controls(last: int) -> Markup:
    buttons = [tag("button", text, type="button", data_go=go) for go, text in _BUTTONS]
    where = tag("span", f"Step 0 of {last}", class_="where")
    hint = tag("span", "Keys: ← → or k j, Home, End", class_="hint")
    return tag("div", *buttons, where, hint, class_="controls", hidden=True)


def _step(told: Told, row: Row) -> Markup:
    number = row.number
    false = [name for name, truth in told.truths.items() if truth[number] is Truth.FALSE]
    owed = [name for name, truth in told.truths.items() if truth[number] is Truth.OWED]
    judged = sum(t[number] in (Truth.TRUE, Truth.FALSE) for t in told.truths.values())
    changes = [
        tag("li", change, class_={"+": "added", "-": "removed"}.get(change[:1]))
        for change in row.changes
    ]
    if not changes:
        changes = [tag("li", "nothing changes" if number else "nothing has happened yet")]
    if false:
        verdict = tag("p", f"✗ False here: {', '.join(false)}.", class_="bad")
    else:
        verdict = tag("p", f"✓ All {judged} judged here are true.", class_="good")
    parts = [tag("p", tag("code", row.step), class_="taken"), tag("ul", *changes), verdict]
    if row is told.diagram.rows[-1] and told.diagram.verdict and told.violates not in false:
        parts.append(tag("p", f"✗ {told.diagram.verdict}.", class_="bad"))
    if owed:
        parts.append(tag("p", f"… Still owed: {', '.join(owed)}.", class_="unsure"))
    return tag("li", join(parts, " "), value=number)


def _truths(told: Told) -> Markup:
    rows = told.diagram.rows
    heads = [tag("th", str(row.number), scope="col") for row in rows]
    body = []
    for name, truth in told.truths.items():
        # Most are true, and there are very many of them.
        cells = [
            tag("td", one.value, class_=None if one is Truth.TRUE else one.name.lower())
            for one in truth
        ]
        head = tag("th", name, scope="row", class_="bad" if name == told.violates else None)
        body.append(tag("tr", head, *cells))
    caption = "Every property in every state: ✓ true, ✗ false, … owed, – says nothing here"
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", tag("tr", tag("th", "State", scope="col"), *heads)),
            tag("tbody", *body),
            class_="truths",
        ),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=caption,
    )
