"""Tables of searches: what holds, what happened, and what each variant breaks in how many steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.search import DEADLOCK
from onevoice.web.report.content import variant_name
from onevoice.web.report.markup import Markup, join, table, tag

if TYPE_CHECKING:
    from onevoice.gate.checks.search import Search
    from onevoice.gate.records import Maximum, Property, SearchRecord
    from onevoice.web.report.content import Content
    from onevoice.web.report.sources import Sources

Searched = tuple["Search", "SearchRecord"]

_HEAT = (3, 7, 12)  # steps: the fewer, the warmer
_SIGNS = {
    "holds": ("·", "holds"),
    "vacuous": ("–", "holds only vacuously"),
    "undecided": ("?", "undecided"),
    "not checked": ("", "not checked"),
}


def numbers(held: Sequence[int]) -> str:
    """Numbers in ascending order, as `1–4, 7`."""
    parts: list[list[int]] = []
    for number in held:
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in parts)


def property_key(name: str) -> str:
    """How the row of a property is named in the page."""
    return f"property-{name}"


def properties(content: Content, sources: Sources) -> Markup:
    """What each property says, and in which runs of the shipped protocol it held."""
    shipped = content.gated.shipped
    docs = _docs(shipped)
    asked = len(content.shipped_asked)
    names = dict.fromkeys(each.name for _, found in shipped for each in found.properties)
    rows = [_property(name, shipped, asked, docs.get(name, ""), sources) for name in names]
    columns = ("Property", "Kind", "What it says", "Said in", "Holds in runs")
    return table("Properties of the shipped protocol", columns, rows)


def _property(
    name: str, shipped: Sequence[Searched], asked: int, doc: str, sources: Sources
) -> Markup:
    found = {
        number: each
        for number, (_, record) in enumerate(shipped, start=1)
        for each in record.properties
        if each.name == name
    }
    first = next(iter(found.values()))
    held = [number for number, each in found.items() if each.status == "holds"]
    others = Counter(each.status for each in found.values() if each.status != "holds")
    which = f": {numbers(held)}" if 0 < len(held) < asked else ""
    parts = [f"{len(held)} of {asked}{which}"]
    parts += [f"{status} in {count}" for status, count in others.items()]
    bad = others["violated"]
    style = "bad" if bad else "good" if len(held) == asked else "unsure"
    return tag(
        "tr",
        tag("th", name, scope="row", id=property_key(name)),
        tag("td", first.kind),
        tag("td", doc),
        tag("td", sources.link(first.place)),
        tag("td", "; ".join(parts), class_=style),
    )


def _docs(shipped: Sequence[Searched]) -> dict[str, str]:
    """What each property says, in a sentence."""
    first, _ = shipped[0]
    found = {p.name: " ".join(p.doc.split("\n\n")[0].split()) for p in first.at.staged.properties}
    return {DEADLOCK: "There is always a next step, until all is done.", **found}


def actions(shipped: Sequence[Searched]) -> Markup:
    """How often each action was taken, over all runs."""
    enabled, taken, new = Counter[str](), Counter[str](), Counter[str]()
    runs = Counter[str]()
    for _, found in shipped:
        for name, action in found.actions.items():
            enabled[name] += action.enabled
            taken[name] += action.taken
            new[name] += action.discovered
            runs[name] += action.taken > 0
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            *(_number(count[name]) for count in (enabled, taken, new)),
            tag("td", f"{runs[name]} of {len(shipped)}" if runs[name] else "never",
                class_="number" if runs[name] else "number bad"),
        )
        for name in enabled
    ]  # fmt: skip
    columns = ("Action", "Enabled in states", "Transitions", "To new states", "Taken in runs")
    return table("Actions of the shipped protocol, over all runs", columns, rows)


def maxima(shipped: Sequence[Searched]) -> Markup:
    """How large what is bounded has become."""
    found: dict[str, list[Maximum]] = {}
    for _, record in shipped:
        for name, maximum in record.maxima.items():
            found.setdefault(name, []).append(maximum)
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            _number(max(each.value for each in values)),
            tag("td", f"{sum(each.at_bound for each in values)} of {len(values)}",
                class_="number"),
        )
        for name, values in found.items()
    ]  # fmt: skip
    columns = ("Bound", "Largest value", "Reached exactly in runs")
    return table("What is bounded, over all runs", columns, rows)


def heat_map(content: Content) -> Markup:
    """Variant × property: which assumption each property rests on."""
    runs = content.gated.variants
    names = list(dict.fromkeys(each.name for _, found in runs for each in found.properties))
    head = tag(
        "tr",
        tag("th", "Property", scope="col"),
        *(tag("th", tag("span", _column(search, runs)), scope="col") for search, _ in runs),
    )
    by_name = [{each.name: each for each in found.properties} for _, found in runs]
    rows = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            *(
                _heat(content, search, found)
                for (search, _), found in zip(runs, _of(by_name, name), strict=True)
            ),
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


def _of(by_name: Iterable[Mapping[str, Property]], name: str) -> Iterable[Property | None]:
    return (each.get(name) for each in by_name)


def _heat(content: Content, search: Search, found: Property | None) -> Markup:
    if found is None:
        return tag("td")
    if found.violation is None:
        sign, meaning = _SIGNS[found.status]
        if found.name in search.breaks:
            meaning += ", though this variant must break it"
            said = tag("span", meaning, class_="unseen")
            return tag("td", f"{sign}!", said, class_="bad", title=meaning)
        said = tag("span", meaning, class_="unseen")
        return tag("td", tag("span", sign, aria_hidden="true"), said, title=meaning)
    here = found.violation.steps
    expected = found.name in search.breaks
    told = content.of(search, found.name)
    steps = here if told is None else len(told.kept.trace)
    warm = sum(steps > most for most in _HEAT)
    meaning = f"{variant_name(search)} violates {found.name}: a trace of "
    meaning += words.count(steps, "step")
    meaning += f"; at this scope the shortest has {here}" if here != steps else ""
    meaning += "" if expected else "; this is not expected of it"
    text = str(steps) if expected else f"{steps}!"
    if told is None:  # it cannot be read or drawn, which is said above
        shown = tag("span", text)
    else:
        shown = tag("a", text, href=f"#{told.key}", aria_label=meaning)
    return tag("td", shown, class_=f"heat-{warm}", title=meaning)


def _column(search: Search, runs: Sequence[Searched]) -> str:
    alike = sum(other.variant is search.variant for other, _ in runs)
    return variant_name(search) + (f" ({search.delivery.value})" if alike > 1 else "")


def _number(count: int) -> Markup:
    return tag("td", f"{count:,}", class_="number")
