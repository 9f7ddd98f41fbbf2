"""The tables of the report: runs, properties, actions, requirements, and variant × property."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from model.search import Status
from onevoice.report import words
from onevoice.web.report.markup import Markup, join, table, tag

if TYPE_CHECKING:
    from onevoice.rows import Citation, Row
    from onevoice.search import Searched
    from onevoice.web.report.content import Content

_HEAT = (3, 7, 12)  # steps: the fewer, the warmer
_SIGNS = {
    Status.HOLDS: ("·", "holds"),
    Status.VACUOUS: ("–", "holds only vacuously"),
    Status.UNDECIDED: ("?", "undecided"),
    Status.NOT_CHECKED: ("", "not checked"),
}


def runs(shipped: Sequence[Searched]) -> Markup:
    """The runs of the shipped protocol."""
    rows = []
    for number, searched in enumerate(shipped, start=1):
        result, run = searched.result, searched.ask.run
        violated = [finding.name for finding in result.violated]
        if violated:
            verdict = tag("td", f"✗ violates {', '.join(violated)}", class_="bad")
        elif not result.complete:
            verdict = tag("td", f"? stopped: {result.stopped}", class_="unsure")
        else:
            verdict = tag("td", "✓ all hold", class_="good")
        counts = (result.states, result.transitions, result.depth)
        rows.append(
            tag(
                "tr",
                tag("th", str(number), scope="row"),
                tag("td", words.short(run)),
                tag("td", words.scope(run)),
                *(tag("td", f"{count:,}", class_="number") for count in counts),
                tag("td", f"{result.seconds:.1f} s", class_="number"),
                verdict,
            )
        )
    columns = ("Run", "What", "Scope", "States", "Transitions", "Depth", "Time", "Verdict")
    return table("Runs of the shipped protocol", columns, rows)


def properties(shipped: Sequence[Searched]) -> Markup:
    """What each property says, and in how many runs it held."""
    rows = []
    for prop in shipped[0].ask.run.staged.properties:
        findings = [s.result.findings[prop.name] for s in shipped]
        held = sum(finding.status is Status.HOLDS for finding in findings)
        others = Counter(f.status.value for f in findings if f.status is not Status.HOLDS)
        more = ", ".join(f"{status} in {count}" for status, count in others.items())
        bad = any(finding.status is Status.VIOLATED for finding in findings)
        style = "bad" if bad else "good" if held else "unsure"
        rows.append(
            tag(
                "tr",
                tag("th", prop.name, scope="row"),
                tag("td", findings[0].kind),
                tag("td", " ".join(prop.doc.split("\n\n")[0].split())),
                tag("td", f"{held} of {len(findings)}" + (f"; {more}" if more else ""),
                    class_=style),
            )
        )  # fmt: skip
    columns = ("Property", "Kind", "What it says", "Holds in runs")
    return table("Properties of the shipped protocol", columns, rows)


def actions(shipped: Sequence[Searched]) -> Markup:
    """How often each action was taken, over all runs."""
    enabled, taken = Counter[str](), Counter[str]()
    for searched in shipped:
        for name, coverage in searched.result.coverage.items():
            enabled[name] += coverage.enabled
            taken[name] += coverage.taken
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", f"{enabled[name]:,}", class_="number"),
            tag("td", f"{taken[name]:,}" if taken[name] else "never", class_="number"),
        )
        for name in enabled
    ]
    columns = ("Action", "Enabled in states", "Transitions")
    return table("Actions of the shipped protocol, over all runs", columns, rows)


def proofs(content: Content) -> Markup:
    """What was proved for any number of members, requests and failures."""
    rows = []
    for switches, done in content.proofs:
        total = sum(len(each.outcomes) for each in done)
        shown = sum(len(each.with_result("proved")) for each in done)
        still_open = [obligation.title for each in done for obligation, _ in each.open]
        names = sorted(frozenset[str]().union(*(each.properties() for each in done)))
        verdict = f"✗ open: {', '.join(still_open)}" if still_open else "✓ nothing is open"
        rows.append(
            tag(
                "tr",
                tag("th", switches, scope="row"),
                tag("td", f"{shown} of {total}", class_="number"),
                tag("td", f"{sum(each.seconds for each in done):.1f} s", class_="number"),
                tag("td", ", ".join(names)),
                tag("td", verdict, class_="bad" if still_open else "good"),
            )
        )
    columns = ("Protocol", "Obligations proved", "Time", "Properties proved", "Verdict")
    return table("Proofs, for every size", columns, rows)


def requirements(rows: Iterable[Row], runs_total: int, *, proved: bool) -> Markup:
    """The requirements R1 to R13, with the evidence for each.

    Args:
        rows: the requirements.
        runs_total: how many runs of the shipped protocol there are.
        proved: whether proofs were asked for.
    """
    body = []
    for row in rows:
        checked = [f"{name} ({len(held)} of {runs_total})" for name, held in row.checked.items()]
        body.append(
            tag(
                "tr",
                tag("th", row.name, scope="row"),
                tag("td", row.requirement),
                _cited(row.specified),
                _listed(checked, "no property"),
                _cited(row.proved, "not proved" if proved else "not asked here"),
                _cited(row.implemented),
                _listed(row.caught, "no such member"),
                _folded(row.tested),
            )
        )
    columns = (
        "Row", "Requirement", "Specified", "Checked (held in runs)", "Proved", "Implemented",
        "Caught if wrong", "Tested",
    )  # fmt: skip
    return table("The requirements, and the evidence for each", columns, body, "requirements")


def heat_map(content: Content) -> Markup:
    """Variant × property: which assumption each property rests on."""
    runs = content.variants
    names = list(dict.fromkeys(name for searched in runs for name in searched.result.findings))
    head = tag(
        "tr",
        tag("th", "Property", scope="col"),
        *(tag("th", tag("span", _column(searched, runs)), scope="col") for searched in runs),
    )
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            *(_heat(content, searched, name) for searched in runs),
        )
        for name in names
    ]
    caption = "Steps to a violation of each property, by variant; each number opens the trace"
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", head),
            tag("tbody", join(rows, "\n")),
            class_="heat",
        ),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=caption,
    )


def _heat(content: Content, searched: Searched, name: str) -> Markup:
    finding = searched.result.findings.get(name)
    if finding is None:
        return tag("td")
    if finding.status is not Status.VIOLATED:
        sign, meaning = _SIGNS[finding.status]
        said = tag("span", meaning, class_="unseen")
        return tag("td", tag("span", sign, aria_hidden="true"), said, title=meaning)
    told = content.of(searched, name)
    assert told is not None
    assert finding.trace is not None
    steps, here = len(told.kept.trace), len(finding.trace)
    warm = sum(steps > most for most in _HEAT)
    variant, _ = told.found
    meaning = f"{variant} violates {name}: a trace of {words.count(steps, 'step')}"
    meaning += f"; at this scope the shortest has {here}" if here != steps else ""
    link = tag("a", str(steps), href=f"#{told.key}", aria_label=meaning)
    return tag("td", link, class_=f"heat-{warm}", title=meaning)


def _column(searched: Searched, runs: Sequence[Searched]) -> str:
    run = searched.ask.run
    assert run.variant is not None
    alike = sum(other.ask.run.variant is run.variant for other in runs)
    return run.variant.value + (f" ({run.delivery.value})" if alike > 1 else "")


def _cited(citations: Sequence[Citation], nothing: str = "nothing cites it") -> Markup:
    return _listed(_places(citations), nothing)


def _places(citations: Sequence[Citation]) -> list[str]:
    return [f"{c.name} ({Path(c.where.file).name}:{c.where.line})" for c in citations]


def _listed(items: Sequence[str], nothing: str = "nothing cites it") -> Markup:
    if not items:
        return tag("td", tag("span", nothing, class_="nothing"))
    return tag("td", tag("ul", *(tag("li", item) for item in items)))


def _folded(citations: Sequence[Citation]) -> Markup:
    if not citations:
        return _listed(())
    listed = tag("ul", *(tag("li", item) for item in _places(citations)))
    return tag("td", tag("details", tag("summary", words.count(len(citations), "test")), listed))
