"""The whole page: its text, its style and script, and the policy that allows no others."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from onevoice.diagram.svg import stylesheet
from onevoice.report import words
from onevoice.web.report import tables, traces
from onevoice.web.report.markup import Markup, join, tag

if TYPE_CHECKING:
    from onevoice.web.report.content import Content

_LEGEND = (
    "● installs a view (the shaded band); ▶ transmits its subgroup's data; ▷ acknowledges; □ the "
    "service places a message in a view; solid arrow: data is delivered; dashed arrow: an "
    "acknowledgment is; ◆ completes; ✗ crashes."
)


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
    return join(
        [
            _head(content),
            tag(
                "main",
                _section("shipped", "The shipped protocol", *_shipped(content)),
                _section(
                    "requirements",
                    "The requirements",
                    tag("p", "What is known of each row of the protocol's description. A property "
                        "is counted in each run in which it held, and not vacuously."),
                    tables.requirements(
                        content.rows, len(content.shipped), proved=bool(content.proofs)
                    ),
                ),
                _section("variants", "The ways it goes wrong", *_variants(content)),
                _section("traces", "Counterexamples", *_traces(content)),
                id="main",
            ),
        ],
        "\n",
    )  # fmt: skip


def _head(content: Content) -> Markup:
    wrong = content.wrong
    verdict = (
        tag("p", "✓ All of it is as it must be.", class_="verdict good")
        if not wrong
        else tag(
            "div",
            tag("p", f"✗ {words.count(len(wrong), 'thing')} not as it must be:"),
            tag("ul", *(tag("li", f"{name}: {one.reason}") for name, one in wrong)),
            class_="verdict bad",
        )
    )
    states = sum(s.result.states for s in (*content.shipped, *content.variants))
    replayed = sum(told.replay.violation is not None for told in content.told)
    version = f" {content.version}" if content.version else ""
    facts = (
        f"{words.count(len(content.shipped), 'run')} of the shipped protocol and "
        f"{len(content.variants)} of its variants, {states:,} states; "
        f"{words.count(len(content.told), 'counterexample')}, of which {replayed} violate what "
        f"they say when the interpreter takes them again. onevoice{version}."
    )
    names = (
        ("shipped", "Shipped protocol"),
        ("requirements", "Requirements"),
        ("variants", "Variants"),
        ("traces", "Counterexamples"),
    )
    links = [tag("li", tag("a", text, href=f"#{key}")) for key, text in names]
    return tag(
        "header",
        tag("a", "Skip to the report", href="#main", class_="skip"),
        tag("h1", "Every subgroup speaks with one voice"),
        verdict,
        tag("p", facts),
        tag("nav", tag("ul", *links), aria_label="Sections"),
    )


def _shipped(content: Content) -> list[Markup]:
    reduced = any(searched.result.account.reduced for searched in content.shipped)
    said = (
        "Steps and states that make no difference to the verdicts were left out (partial order, "
        "symmetry): counts are those of the smaller graphs."
        if reduced
        else "Every state that can be reached was searched."
    )
    return [
        tag("p", said),
        tables.runs(content.shipped),
        tables.properties(content.shipped),
        tables.actions(content.shipped),
        *([tables.proofs(content)] if content.proofs else []),
    ]


def _variants(content: Content) -> list[Markup]:
    meanings = {
        run.variant.value: run.variant.meaning
        for run in (searched.ask.run for searched in content.variants)
        if run.variant is not None
    }
    items = [tag("div", tag("dt", name), tag("dd", said)) for name, said in meanings.items()]
    return [
        tag("p", "Each variant departs from the protocol, or from what its environment promises, "
            "in one place. What it breaks shows which assumption a property rests on: the fewer "
            "steps, the stronger the colour. · holds; – holds only vacuously; ? undecided."),
        tables.heat_map(content),
        tag("details", tag("summary", "What each variant does"), tag("dl", *items)),
    ]  # fmt: skip


def _traces(content: Content) -> list[Markup]:
    return [
        tag("p", "Choose one, here or in the table above, and step through it with the arrow "
            "keys or with j and k."),
        tag("p", _LEGEND, class_="legend"),
        traces.contents(content.told),
        tag("p", "", id="said", class_="unseen", role="status", aria_live="polite"),
        join((traces.article(told) for told in content.told), "\n"),
    ]  # fmt: skip


def _section(key: str, title: str, *parts: Markup) -> Markup:
    return tag("section", tag("h2", title, id=f"{key}-h"), *parts, id=key,
               aria_labelledby=f"{key}-h")  # fmt: skip


def _asset(name: str) -> str:
    return (files("onevoice.web.report") / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """How a content security policy names a script or a style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
