"""A diagram as Mermaid text says all that is drawn, and no name can break it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from onevoice.diagram.diagram import Diagram, Loop
from onevoice.diagram.kept import diagram_of_kept
from onevoice.diagram.mermaid import mermaid, written
from tests.diagram.conftest import DOUBLE, Drawn
from tests.diagram.test_svg import HOSTILE, hostile_diagram
from traces.counterexample import read_trace

TEXT = r"(?:[A-Za-z0-9 .()-]|#[0-9]+;)+"
STATEMENT = re.compile(
    rf"  (?:participant m\d+ as {TEXT}|Note over m\d+(?:,m\d+)?: {TEXT}"
    rf"|m\d+-?->>m\d+: {TEXT}|loop for ever|end)"
)
NAMES = (
    *HOSTILE, "end", "End", "a as b", "x\nend", "a->>b", "%%{init: {}}%%", "style:#fff;", " ", "",
    "wrap: x", "#35;", "---", "::", "Note over m0: x", "ü ✗", "\x00\x1b\ud800", "-x", ";", "friend",
)  # fmt: skip


def read(text: str) -> str:
    """A text as Mermaid shows it: it takes `#59;` for what HTML writes `&#59;`."""
    assert re.fullmatch(TEXT, text)
    return re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text)


def named(name: str) -> Diagram:
    """A diagram in which everything is called the same."""
    diagram = diagram_of_kept(read_trace(DOUBLE))
    return replace(
        diagram, title=name, verdict=name,
        lanes=tuple(replace(lane, name=name, brings=name) for lane in diagram.lanes),
        rows=tuple(replace(row, step=name, view=name) for row in diagram.rows),
        marks=tuple(replace(mark, label=name) for mark in diagram.marks),
        arrows=tuple(replace(arrow, view=name) for arrow in diagram.arrows),
    )  # fmt: skip


def test_a_counterexample_is_written_step_by_step() -> None:
    lines = mermaid(diagram_of_kept(read_trace(DOUBLE))).splitlines()
    assert lines == [
        "sequenceDiagram",
        "  participant m0 as a1 (A)",
        "  participant m1 as b1",
        "  Note over m0,m1: indicator-on-receipt-only#58; AtMostOnce (safety) is violated after "
        "10 steps",
        "  Note over m0,m1: 0 view v0#58; a1 b1",
        "  Note over m0: 1 installs v0",
        "  Note over m0: 2 sends data v0",
        "  Note over m1: 3 #10007; crashes",
        "  Note over m0,m1: 4 view v1#58; a1",
        "  Note over m0: 5 installs v1",
        "  Note over m0: 6 sends data v1",
        "  Note over m0: 7 data v0 placed in v1",
        "  m0->>m0: 8 data v0 (sent in 2)",
        "  Note over m0: 9 data v1 placed in v1",
        "  m0->>m0: 10 data v1 (sent in 6)",
        "  Note over m0,m1: #10007; AtMostOnce is violated",
    ]


def test_every_kept_trace_is_written_with_all_that_it_has(drawn: Drawn) -> None:
    for _, diagram in drawn:
        lines = mermaid(diagram).splitlines()
        assert lines[0] == "sequenceDiagram"
        assert all(STATEMENT.fullmatch(line) for line in lines[1:])
        arrows = [line for line in lines if "->>" in line]
        assert len(arrows) == len(diagram.arrows)
        assert sum("-->>" in line for line in arrows) == sum(
            arrow.kind == "ack" for arrow in diagram.arrows
        )
        marks = [line for line in lines if re.match(r"  Note over m\d+: \d", line)]
        assert len(marks) >= len(diagram.marks)
        for row in diagram.rows[1:]:
            assert any(f": {row.number} " in line for line in lines), row


def test_steps_come_in_their_order(drawn: Drawn) -> None:
    for _, diagram in drawn:
        numbers = [int(n) for n in re.findall(r": (\d+) ", mermaid(diagram))]
        assert numbers == sorted(numbers)


@pytest.mark.parametrize("name", [name for name in NAMES if name])
def test_any_name_gives_lines_of_the_same_form(name: str) -> None:
    usual, lines = mermaid(named("a")).splitlines(), mermaid(named(name)).splitlines()
    assert len(lines) == len(usual)
    assert all(STATEMENT.fullmatch(line) for line in lines[1:])
    shapes = [re.split(r"(?: as |: )", line)[0] for line in lines]
    assert shapes == [re.split(r"(?: as |: )", line)[0] for line in usual]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_read_back_as_it_was(name: str) -> None:
    assert read(written(name)) == (name or " ")
    assert not re.search(r"\bend\b", written(name), re.IGNORECASE)
    assert written(name) == written(name).strip()


def test_markup_in_a_name_stays_text() -> None:
    text = mermaid(hostile_diagram())
    assert not set("<>&%\"'/=") & set(text.replace("->>", ""))
    assert text.isascii()
    assert unescape(text) == text


def test_a_behaviour_that_goes_on_for_ever_is_a_loop() -> None:
    diagram = replace(diagram_of_kept(read_trace(DOUBLE)), verdict="")
    around = mermaid(replace(diagram, loop=Loop(10, 6))).splitlines()
    start = around.index("  loop for ever")
    assert around[start - 1] == "  Note over m0: 6 sends data v1"
    assert around[-1] == "  end"
    assert around.count("  end") == 1
    rests = mermaid(replace(diagram, loop=Loop(10, 10))).splitlines()
    assert rests[-1] == "  Note over m0,m1: it rests here for ever"
    assert "  end" not in rests
