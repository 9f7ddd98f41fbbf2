"""The whole page: its text, its style and script, and the policy that allows no others."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from onevoice.diagram.svg import stylesheet
from onevoice.exits import Exit
from onevoice.report import words
from onevoice.web.report import checks, figures, proofs, requirements, tables, traces
from onevoice.web.report.markup import Markup, join, tag
from onevoice.web.report.sources import Sources

if TYPE_CHECKING:
    from onevoice.web.report.content import Content

_LEGEND = (
    "● installs a view (the shaded band); ▶ transmits its subgroup's data; ▷ acknowledges; □ the "
    "service places a message in a view; solid arrow: data is delivered; dashed arrow: an "
    "acknowledgment is; ◆ completes; ✗ crashes."
)
_CONFORMING = ("lockstep", "wrong-members", "sessions", "program", "storms", "logs")
_HELD = ("agreement", "corpus")


def page(content: Content) -> str:
    """The report as the text of an HTML file."""
    style = stylesheet() + _asset("report.css")
    script = _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return Template(_asset("report.html")).substitute(
        policy=policy, style=style, script=script, body=_body(content)
    )


def _body(content: Content) -> Markup:
    sources = Sources()
    parts = (
        ("overview", "What was checked", [checks.overview(content)]),
        ("shipped", "The shipped protocol", _shipped(content, sources)),
        ("requirements", "The requirements", _requirements(content, sources)),
        ("variants", "The ways it goes wrong", _variants(content, sources)),
        ("conformance", "The implementation", _checks(content, _CONFORMING, sources)),
        ("proofs", "Proofs", _proofs(content, sources)),
        ("tools", "The engines and the kept traces", _checks(content, _HELD, sources)),
        ("figures", "States, speed and memory", [figures.searches(content)]),
        ("traces", "Counterexamples and witnesses", _traces(content, sources)),
    )
    head = _head(content, sources, [*((key, title) for key, title, _ in parts),
                                    ("sources", "Sources")])  # fmt: skip
    sections = [_section(key, title, *shown) for key, title, shown in parts]
    # Last, for by now it is known which lines are named.
    sections.append(_section("sources", "Sources", sources.section()))
    return join([head, tag("main", join(sections, "\n"), id="main")], "\n")


def _head(content: Content, sources: Sources, parts: list[tuple[str, str]]) -> Markup:
    links = [tag("li", tag("a", title, href=f"#{key}")) for key, title in parts]
    return tag(
        "header",
        tag("a", "Skip to the report", href="#main", class_="skip"),
        tag("h1", "Every subgroup speaks with one voice"),
        _verdict(content, sources),
        tag("p", _facts(content)),
        tag("nav", tag("ul", *links), aria_label="Sections"),
    )


def _verdict(content: Content, sources: Sources) -> Markup:
    """What came of it: green only if the gate's exit code is 0 and nothing is unknown."""
    unknown = checks.unknown(content)
    code = content.exit
    if content.wrong:
        items = [
            tag("li", tag("b", name), f": {one.reason} ",
                sources.link(one.place) if one.place is not None else "")
            for name, one in content.wrong
        ]  # fmt: skip
        said = f"✗ {words.count(len(items), 'thing')} not as it must be (exit code {int(code)}):"
        parts = [tag("p", said), tag("ul", *items)]
        return tag("div", *parts, tag("p", unknown) if unknown else "", class_="verdict bad")
    if code is not Exit.HOLDS:
        said = f"? Nothing is known, so nothing is right (exit code {int(code)})."
        return tag("div", tag("p", f"{said} {unknown}"), class_="verdict unsure")
    if unknown:
        said = "? What was asked for is as it must be, but not everything was asked for."
        return tag("div", tag("p", said), tag("p", unknown), class_="verdict unsure")
    return tag("p", "✓ All of it is as it must be.", class_="verdict good")


def _facts(content: Content) -> str:
    gated = content.gated
    states = sum(found.states for _, found in (*gated.shipped, *gated.variants))
    shown = content.counterexamples
    replayed = sum(told.replay.violation is not None for told in shown)
    reached = sum(told.replay.difference is None for told in content.witnesses)
    version = f" onevoice {content.version}." if content.version else ""
    return (
        f"The {gated.tier} tier of the gate: {words.count(len(gated.done), 'check')}, "
        f"{gated.seconds:,.0f} s. {words.count(len(gated.shipped), 'run')} of the shipped protocol "
        f"and {len(gated.variants)} of its variants, {states:,} states. "
        f"{words.count(len(shown), 'counterexample')}, of which {replayed} violate what they say "
        f"when the interpreter takes them again; {len(content.witnesses)} witnesses, "
        f"of which {reached} show what they are kept for.{version}"
    )


def _shipped(content: Content, sources: Sources) -> list[Markup]:
    shipped = content.gated.shipped
    asked = content.shipped_asked
    if not asked:
        return [_nothing("The shipped protocol was not searched.")]
    said = "Every state that can be reached was searched, where nothing else is said."
    if any(found.reduced for _, found in shipped):
        said += (
            " Where a search is reduced, steps and states that make no difference to the verdicts "
            "were left out (partial order, symmetry): counts are those of the smaller graph."
        )
    parts = [
        tag("p", said),
        checks.of("Runs of the shipped protocol", "search", asked, sources, runs=True),
    ]
    if len(shipped) < len(asked):
        parts.append(tag("p", f"? {len(asked) - len(shipped)} of {len(asked)} runs are not known, "
            "so it is not known either whether each property was really checked, and each action "
            "taken.", class_="unsure"))  # fmt: skip
    if not shipped:
        return parts
    return [
        *parts,
        tables.properties(content, sources),
        tables.actions(shipped),
        tables.maxima(shipped),
    ]


def _requirements(content: Content, sources: Sources) -> list[Markup]:
    if not content.rows:
        return [_nothing("The requirements were not asked for.")]
    return [
        tag("p", "What is known of each row of the protocol's description. A property is counted "
            "in each run in which it held, and not vacuously; that the implementation does what "
            "the specification says was compared for all of it at once. Each name of a file leads "
            "to its lines."),
        requirements.requirements(content, sources),
    ]  # fmt: skip


def _variants(content: Content, sources: Sources) -> list[Markup]:
    asked = content.variants_asked
    if not asked:
        return [_nothing("No variant was searched.")]
    known = content.gated.variants
    parts = []
    if known:
        parts = [
            tag("p", "Each variant departs from the protocol, or from what its environment "
                "promises, in one place. What it breaks shows which assumption a property rests "
                "on: the fewer steps, the stronger the colour. · holds; – holds only vacuously; "
                "? undecided; with ! other than expected."),
            tables.heat_map(content),
        ]  # fmt: skip
    if len(known) < len(asked):
        missing = f"? {len(asked) - len(known)} of {len(asked)} searches of variants are not known."
        parts.append(tag("p", missing, class_="unsure"))
    meanings = {variant.value: variant.meaning for variant, _ in asked}
    items = [tag("div", tag("dt", name), tag("dd", said)) for name, said in meanings.items()]
    return [
        *parts,
        tag("details", tag("summary", "What each variant does"), tag("dl", *items)),
        tag("details", tag("summary", "The searches of variants, in numbers"),
            checks.of("Runs of the variants", "search", [each for _, each in asked], sources)),
    ]  # fmt: skip


def _proofs(content: Content, sources: Sources) -> list[Markup]:
    parts = [checks.checks(content, "proof", sources)]
    if content.gated.proofs:
        parts += [figures.goals(content), proofs.proofs(content, sources)]
    return [*parts, checks.checks(content, "bounded", sources)]


def _checks(content: Content, kinds: tuple[str, ...], sources: Sources) -> list[Markup]:
    return [checks.checks(content, kind, sources) for kind in kinds]


def _traces(content: Content, sources: Sources) -> list[Markup]:
    if not content.told:
        return [_nothing("There is no trace: nothing kept was read, and no violation was found.")]
    return [
        tag("p", "Choose one, here or in the table of the variants, and step through it with the "
            "arrow keys or with j and k."),
        tag("p", _LEGEND, class_="legend"),
        traces.contents(content.told),
        tag("p", "", id="said", class_="unseen", role="status", aria_live="polite"),
        join((traces.article(told, sources) for told in content.told), "\n"),
    ]  # fmt: skip


def _nothing(text: str) -> Markup:
    return tag("p", f"? {text}", class_="unsure")


def _section(key: str, title: str, *parts: Markup) -> Markup:
    return tag("section", tag("h2", title, id=f"{key}-h"), *parts, id=key,
               aria_labelledby=f"{key}-h")  # fmt: skip


def _asset(name: str) -> str:
    return (files("onevoice.web.report") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names a script or a style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
