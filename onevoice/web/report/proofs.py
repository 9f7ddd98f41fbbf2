"""What was proved for every size, and what it cost: each proof with its goals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.web.report.markup import Markup, join, table, tag

if TYPE_CHECKING:
    from onevoice.gate.checks.proof import Proof
    from onevoice.gate.records import ProofRecord
    from onevoice.web.report.content import Content
    from onevoice.web.report.sources import Sources


def proofs(content: Content, sources: Sources) -> Markup:
    """Each proof: what it proves, what is counted instead, what is open, and its goals."""
    return join((_proof(check, found, sources) for check, found in content.gated.proofs), "\n")


def _proof(check: Proof, found: ProofRecord, sources: Sources) -> Markup:
    open_ = tag("ul", *(tag("li", each.title, " ", sources.link(each.place))
                        for each in found.open))  # fmt: skip
    pairs = [
        ("Obligations", f"{found.proved:,} of {found.obligations:,} are proved"),
        ("Properties proved", ", ".join(found.properties) or "none"),
        ("Counted, not proved", ", ".join(found.counted) or "nothing"),
        ("Open", open_ if found.open else "nothing"),
    ]
    said = tag("dl", *(tag("div", tag("dt", name), tag("dd", text)) for name, text in pairs))
    return join([tag("h3", str(check.switches)), said, _goals(check, found)])


def _goals(check: Proof, found: ProofRecord) -> Markup:
    slowest = sorted(found.goals.items(), key=lambda goal: -goal[1])
    rows = [
        tag("tr", tag("th", name, scope="row"), tag("td", f"{seconds:.2f} s", class_="number"))
        for name, seconds in slowest
    ]
    caption = f"Goals of the proof, {check.switches}, the slowest first"
    summary = f"{words.count(len(rows), 'goal')} with their times"
    return tag("details", tag("summary", summary), table(caption, ("Goal", "Time"), rows))
