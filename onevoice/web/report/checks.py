"""A table for each kind of check: what each has found, how that is known, and what is wrong.

What is not known is a row, too. So is nothing left out that would have to be green.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onevoice.gate.plan import KINDS
from onevoice.gate.result import How
from onevoice.report import words
from onevoice.web.report.markup import Markup, join, table, tag

if TYPE_CHECKING:
    from onevoice.gate.check import Check, Wrong
    from onevoice.gate.result import Done
    from onevoice.web.report.content import Content
    from onevoice.web.report.sources import Sources


@dataclass(frozen=True)
class Kind:
    """How checks of a kind are shown.

    Attributes:
        title: what they are, in a few words.
        says: what it means that they are right.
        columns: the heads of what each has found.
        cells: what stands below them. A number is set as one.
    """

    title: str
    says: str
    columns: tuple[str, ...]
    cells: Callable[[Check[Any], Any], tuple[str | int, ...]]


def _searched(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.states, found.transitions, found.depth


def _agreed(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    fast, slow = found.native, found.interp
    return fast.states, fast.transitions, _seconds(fast.seconds), _seconds(slow.seconds)


def _replayed(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return len(found.traces), len(found.differences)


def _walked(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.states, found.followed, found.transitions


def _caught(check: Check[Any], found: Any) -> tuple[str | int, ...]:
    from onevoice.gate.rows import against

    rows = sorted(against(getattr(check, "members", "")), key=lambda row: int(row[1:]))
    after = len(found.steps) if found.difference is not None else "never"
    return ", ".join(rows) or "–", after, found.difference or "–"


def _covered(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.covered, found.eager, found.left_out


def _driven(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.members, found.transitions, found.steps


def _stormed(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.storms, found.events, found.constrained, found.steps


def _logged(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.events, found.constrained


def _bounded(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    held = [each.name for each in found.properties if each.status == "holds"]
    return len(held), len(found.properties), ", ".join(held)


def _proved(_: Check[Any], found: Any) -> tuple[str | int, ...]:
    return found.proved, found.obligations, len(found.open), len(found.counted)


SHOWN: dict[str, Kind] = {
    "search": Kind(
        "Searches",
        "All states that can be reached at a scope were searched.",
        ("States", "Transitions", "Depth"),
        _searched,
    ),
    "agreement": Kind(
        "Agreement of the engines",
        "The fast engine and the slow one, which is the definition of meaning, say the same: "
        "states, transitions, verdicts and lengths of traces.",
        ("States", "Transitions", "Fast engine", "Slow engine"),
        _agreed,
    ),
    "corpus": Kind(
        "Kept traces",
        "Each is still a behaviour of the specification, and shows what it is kept for.",
        ("Traces", "Different"),
        _replayed,
    ),
    "lockstep": Kind(
        "Lockstep",
        "The implementation does what the specification says, at every transition.",
        ("States", "Transitions compared", "Of"),
        _walked,
    ),
    "wrong-members": Kind(
        "Wrong members",
        "Members that are wrong in one rule on purpose must be caught at it.",
        ("Against", "Caught after steps", "What was different"),
        _caught,
    ),
    "sessions": Kind(
        "Sessions",
        "Members with sessions, driven over the simulated network through every transition in "
        "which nobody waits.",
        ("Transitions taken", "Of", "Left out"),
        _covered,
    ),
    "program": Kind(
        "Other programs",
        "A member in another language does what the specification says, at every transition.",
        ("Members", "Transitions", "Steps"),
        _driven,
    ),
    "storms": Kind(
        "Storms",
        "What members do under random faults is a behaviour of the specification.",
        ("Storms", "Events", "Events held against it", "Steps"),
        _stormed,
    ),
    "logs": Kind(
        "Logs",
        "What members noted while they ran is a behaviour of the specification.",
        ("Events", "Events held against it"),
        _logged,
    ),
    "bounded": Kind(
        "Bounded checks",
        "Safety at a scope, by SAT solvers.",
        ("Hold", "Of", "Properties that hold"),
        _bounded,
    ),
    "proof": Kind(
        "Proofs",
        "The protocol for any number of members, requests and failures.",
        ("Obligations proved", "Of", "Open", "Counted, not proved"),
        _proved,
    ),
}
"""By the name of the kind in the file of the gate."""

_NOT = {
    How.RUN: "? nothing was found",
    How.KEPT: "? nothing was found",
    How.UNCONCERNED: "? not asked for: no change concerns it",
    How.NO_TIME: "? not known: there was no time",
}


def checks(content: Content, kind: str, sources: Sources) -> Markup:
    """The table of a kind, with what it says."""
    done = content.of_kind(kind)
    shown = SHOWN[kind]
    if not done:
        nothing = f"{shown.title}: none was asked for, so nothing is said of it here."
        return tag("p", nothing, class_="nothing")
    return join([tag("p", shown.says), of(shown.title, kind, done, sources)])


def of(
    caption: str, kind: str, done: Sequence[Done], sources: Sources, *, runs: bool = False
) -> Markup:
    """A table of checks.

    Args:
        caption: what it shows.
        kind: of all of them.
        done: the checks.
        sources: gives links to lines.
        runs: those of which something is known are numbered, from 1.
    """
    columns = (
        *(("Run",) if runs else ()),
        "What",
        "Verdict",
        "Known",
        *SHOWN[kind].columns,
        "Time",
    )
    rows, number = [], 0
    for each in done:
        number += each.found is not None
        head = str(number) if each.found is not None else "–"
        key = f"run-{head}" if runs and each.found is not None else None
        first = [tag("th", head, scope="row", id=key), tag("td", each.check.name)]
        if not runs:
            first = [tag("th", each.check.name, scope="row")]
        rows.append(tag("tr", *first, _verdict(each, sources), _how(each), *_found(kind, each)))
    return table(caption, columns, rows, "checks")


def overview(content: Content) -> Markup:
    """How many checks of each kind there are, and what is known of them."""
    rows = []
    for kind in KINDS:
        done = content.of_kind(kind)
        if not done:
            none = tag("td", "none was asked for", class_="unsure")
            rows.append(tag("tr", _named(kind), none, *(tag("td") for _ in range(6))))
            continue
        counts = [sum(each.how is how for each in done) for how in How]
        seconds = sum(each.found.seconds for each in done if each.found is not None)
        wrong = sum(bool(each.wrong) for each in done)
        unknown = sum(each.found is None for each in done)
        if wrong:
            verdict = tag("td", f"✗ {wrong} not as it must be", class_="bad")
        elif unknown:
            verdict = tag("td", f"? {unknown} of {len(done)} not known", class_="unsure")
        else:
            verdict = tag("td", "✓ as it must be", class_="good")
        cells = (
            tag("td", f"{count:,}" if count else "–", class_="number")
            for count in (len(done), *counts)
        )
        time = tag("td", _seconds(seconds), class_="number")
        rows.append(tag("tr", _named(kind), verdict, *cells, time))
    columns = (
        "Kind", "Verdict", "Checks", "Run", "Kept from before", "Not concerned", "No time", "Time",
    )  # fmt: skip
    return table("Checks, by kind", columns, rows)


def _named(kind: str) -> Markup:
    return tag("th", SHOWN[kind].title, scope="row")


def _found(kind: str, each: Done) -> list[Markup]:
    """What a check has found; the time is that of when it was."""
    shown = SHOWN[kind]
    if each.found is None:
        return [tag("td") for _ in range(len(shown.columns) + 1)]
    cells = [
        tag("td", f"{cell:,}", class_="number") if isinstance(cell, int) else tag("td", cell)
        for cell in shown.cells(each.check, each.found)
    ]
    return [*cells, tag("td", _seconds(each.found.seconds), class_="number")]


def _how(each: Done) -> Markup:
    said = {How.RUN: "run", How.KEPT: "kept from before"}.get(each.how, each.how.value)
    return tag("td", said, class_=None if each.how.known else "unsure")


def _verdict(each: Done, sources: Sources) -> Markup:
    if each.wrong:
        return tag("td", *(_reason(one, sources) for one in each.wrong), class_="bad")
    if each.found is None:
        return tag("td", _NOT[each.how], class_="unsure")
    return tag("td", "✓", tag("span", "as it must be", class_="unseen"), class_="good")


def _reason(one: Wrong, sources: Sources) -> Markup:
    where = join([" ", sources.link(one.place)]) if one.place is not None else Markup()
    return tag("div", f"✗ {one.reason}", where)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:,.0f} s"


def unknown(content: Content) -> str:
    """How much is not known, in a sentence; empty if all is."""
    left_out = content.gated.left_out
    if not content.unknown and not left_out:
        return ""
    of = len(content.gated.done) + left_out
    known = len(content.gated.done) - len(content.unknown)
    parts = [
        f"{content.with_how(how)} {why}"
        for how, why in (
            (How.UNCONCERNED, "not asked for, because no change concerns them"),
            (How.NO_TIME, "not done, because there was no time"),
        )
        if content.with_how(how)
    ]
    nothing = sum(each.how.known for each in content.unknown)
    parts += [f"{nothing} without a result"] if nothing else []
    parts += [f"{left_out} not asked for"] if left_out else []
    return f"Of {words.count(of, 'check')} {known} are known: {', '.join(parts)}."
