"""A diagram on a terminal shows what the diagram does, in the width that there is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.cells import cell_len

from onevoice.diagram.diagram import Arrow, Band, Diagram, Lane, Loop, Mark, Row, Sign
from onevoice.diagram.glyphs import ASCII, UNICODE, Glyphs, glyphs_for
from onevoice.diagram.kept import diagram_of_kept
from onevoice.diagram.unicode import Drawing, drawing
from tests.diagram.conftest import DOUBLE, Drawn
from traces.counterexample import read_trace

WIDTHS = (40, 80, 120)


def texts(drawn: Drawing) -> list[str]:
    return [line.text for line in drawn.lines]


def first_lines(drawn: Drawing) -> dict[int, str]:
    """The line on which everything of a row stands, by row."""
    found: dict[int, str] = {}
    for line in drawn.body:
        assert line.row is not None
        found.setdefault(line.row, line.text)
    return found


def columns(diagram: Diagram, drawn: Drawing) -> list[int]:
    """Where the lanes are: below the first letters of the members' names."""
    heads, found, after = drawn.heads[0].text, [], 0
    for lane in diagram.lanes:
        after = heads.index(lane.name, after)
        found.append(after)
    return found


def words_of(drawn: Drawing, row: int, start: int) -> str:
    """All text of a row beside the lanes, on one line."""
    lines = [line.text[start:] for line in drawn.body if line.row == row]
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_no_line_is_wider_than_the_terminal(drawn: Drawn, width: int, glyphs: Glyphs) -> None:
    for _, diagram in drawn:
        for text in texts(drawing(diagram, width, glyphs)):
            assert cell_len(text) <= width, text


def test_each_row_has_its_lines_in_order_and_says_its_step_and_view(drawn: Drawn) -> None:
    for _, diagram in drawn:
        for width in WIDTHS:
            lines = drawing(diagram, width)
            end = columns(diagram, lines)[-1] + 3
            assert [line.row for line in lines.body] == sorted(line.row or 0 for line in lines.body)
            assert set(first_lines(lines)) == {row.number for row in diagram.rows}
            for row in diagram.rows:
                said = words_of(lines, row.number, end)
                assert row.step in said
                assert row.view in said


def test_each_mark_stands_in_its_row_on_its_lane(drawn: Drawn) -> None:
    for glyphs in (UNICODE, ASCII):
        for _, diagram in drawn:
            lines = drawing(diagram, 80, glyphs)
            at, rows = columns(diagram, lines), first_lines(lines)
            for mark in diagram.marks:
                assert rows[mark.row][at[mark.lane]] == glyphs.sign(mark.sign)


def test_each_arrow_goes_from_the_senders_lane_to_the_receivers(drawn: Drawn) -> None:
    ways = set()
    for _, diagram in drawn:
        lines = drawing(diagram, 80)
        at, rows = columns(diagram, lines), first_lines(lines)
        for arrow in diagram.arrows:
            text, start, end = rows[arrow.delivered], at[arrow.sender], at[arrow.receiver]
            shaft, crossing, *_, head, back, bend = list(UNICODE.arrow(arrow.kind))
            if start == end:
                assert text[start + 1 : start + 3] == back + bend
            elif start < end:
                assert set(text[start + 1 : end - 1]) <= {shaft, crossing}
                assert text[end - 1] == head
            else:
                assert set(text[end + 2 : start]) <= {shaft, crossing}
                assert text[end + 1] == back
            assert text[start] != " " or diagram.lanes[arrow.sender].last is not None
            assert f"sent at {arrow.sent}" in text
            ways.add((arrow.kind, (start > end) - (start < end)))
    assert len(ways) == 6


def test_a_lane_begins_with_its_member_and_ends_where_it_crashes(drawn: Drawn) -> None:
    for _, diagram in drawn:
        lines = drawing(diagram, 80)
        at, rows = columns(diagram, lines), first_lines(lines)
        busy = {a.delivered for a in diagram.arrows} | {r.number for r in diagram.rows if r.view}
        busy |= {m.row for m in diagram.marks if m.sign is Sign.PLACED}  # of the dead, too
        for number, lane in enumerate(diagram.lanes):
            for row in {row.number for row in diagram.rows} - busy:
                is_there = lane.first is not None and lane.first <= row
                is_there = is_there and (lane.last is None or row <= lane.last)
                assert (rows[row].ljust(80)[at[number]] != " ") == is_there


def test_a_lane_is_dotted_until_a_view_is_installed(drawn: Drawn) -> None:
    seen = set()
    for _, diagram in drawn:
        lines = drawing(diagram, 80)
        at, rows = columns(diagram, lines), first_lines(lines)
        for row, text in rows.items():
            for number in range(len(diagram.lanes)):
                sign = text.ljust(80)[at[number]]
                if sign in "│┊":
                    installed = any(b.first <= row for b in diagram.bands if b.lane == number)
                    assert (sign == "│") == installed
                    seen.add(sign)
    assert seen == set("│┊")


def test_the_double_transmission_reads_as_it_should() -> None:
    assert texts(drawing(diagram_of_kept(read_trace(DOUBLE)), 80)) == [
        "  indicator-on-receipt-only: AtMostOnce (safety) is violated after 10 steps",
        "",
        "      a1  b1",
        "      A   –   its data",
        "   0  ┼┄┄┄┼   initial state  v0: a1 b1",
        "   1  ●   ┊   install(a1, v0)",
        "   2  ▶   ┊   transmit(a1, v0)",
        "   3  │   ✗   crash(b1)",
        "   4  ┼┄┄┄┄   exclude(v0, v1)  → v1: a1",
        "   5  ●       install(a1, v1)",
        "   6  ▶       transmit(a1, v1)",
        "   7  ■       order(data, a1, v0, v1)",
        "   8  │◀┛     deliver(a1, data, a1, v0)  sent at 2",
        "   9  ■       order(data, a1, v1, v1)",
        "  10  │◀┛     deliver(a1, data, a1, v1)  sent at 6",
        "",
        "  ✗ AtMostOnce is violated",
        "  ● installs a view; ▶ transmits data; ■ its message is placed; ✗ crashes;",
        "  ━━▶ data arrives",
    ]


MADE = Diagram(
    "Made up",
    (
        Lane("a1-with-a-long-name", "A", 0, 6),
        Lane("成员二号成员二号", "A", 0, None),
        Lane("b1", "", 0, None),
        Lane("b2-héllo", "", 0, None),
        Lane("c", "", 3, None),
    ),
    tuple(
        Row(number, step, (), view)
        for number, (step, view) in enumerate(
            [
                ("initial state", "v0: four of them"),
                ("install", ""),
                ("transmit", ""),
                ("request", "v1: all"),
                ("deliver(成员二号成员二号, data, a1-with-a-long-name)", ""),
                ("deliver back", ""),
                ("crash", ""),
                ("deliver from the dead", ""),
            ]
        )
    ),
    (Band(0, 0, "v0", 1, 6), Band(3, 0, "v0", 2, 7)),
    (
        Mark(1, 0, Sign.INSTALL, ""),
        Mark(2, 0, Sign.TRANSMIT, ""),
        Mark(6, 0, Sign.CRASH, ""),
    ),
    (
        Arrow("data", "v0", 0, 2, 1, 4),
        Arrow("ack", "v0", 3, 2, 0, 5),
        Arrow("data", "v0", 0, 2, 3, 7),
    ),
    Loop(7, 4),
    "it is bad",
)


def test_five_members_with_wide_and_long_names_are_legible_in_eighty_columns() -> None:
    assert texts(drawing(MADE, 80)) == [
        "  Made up",
        "",
        "        a1-wit… 成员二… b1      b2-hél… c",
        "        A       A       –       –       –       its data",
        "     0  ┼┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┄       initial state  v0: four of them",
        "     1  ●       ┊       ┊       ┊               install",
        "     2  ▶       ┊       ┊       │               transmit",
        "     3  ┼┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┼┄┄┄┄┄┄┄┼       request  → v1: all",
        " ╭▸  4  ┝━━━━━━▶┊       ┊       │       ┊       deliver(成员二号成员二号, data,",
        " │      │       ┊       ┊       │       ┊       a1-with-a-long-name)  sent at 2",
        " │   5  │◁╌╌╌╌╌╌┼╌╌╌╌╌╌╌┼╌╌╌╌╌╌╌┤       ┊       deliver back  sent at 2",
        " │   6  ✗       ┊       ┊       │       ┊       crash",
        " ╰╴  7  ╺━━━━━━━┿━━━━━━━┿━━━━━━▶│       ┊       deliver from the dead  sent at 2",
        "",
        "  ✗ it is bad",
        "  ● installs a view; ▶ transmits data; ✗ crashes; ━━▶ data arrives;",
        "  ╌╌▷ an acknowledgment arrives",
    ]


def test_a_behaviour_that_rests_says_so_at_its_last_row() -> None:
    rows = first_lines(drawing(replace(MADE, loop=Loop(7, 7)), 80))
    assert [row for row, text in rows.items() if text.startswith(" ↻ ")] == [7]


def test_without_the_characters_all_is_ascii_and_in_the_same_places() -> None:
    fancy, plain = drawing(MADE, 80, UNICODE), drawing(MADE, 80, ASCII)
    assert all(text.isascii() for text in texts(plain))
    for row, text in first_lines(fancy).items():
        other = first_lines(plain)[row]
        for place, sign in enumerate(text[:47]):
            assert (sign == " ") == (other[place] == " ")


def test_an_encoding_gets_the_characters_that_it_has() -> None:
    assert glyphs_for("utf-8") is UNICODE
    for encoding in ("ascii", "latin-1", "cp437", "no-such-encoding"):
        assert glyphs_for(encoding) is ASCII


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_character_takes_one_cell(glyphs: Glyphs) -> None:
    for signs in (glyphs.signs, glyphs.data, glyphs.ack, glyphs.life, glyphs.waiting, glyphs.view):
        assert all(cell_len(sign) == 1 for sign in signs)
    assert len(glyphs.signs) == len(Sign)
    assert len(glyphs.data) == len(glyphs.ack) == 8
    assert {cell_len(part) for part in glyphs.loop} == {2}


def test_no_control_character_reaches_the_terminal() -> None:
    nasty = "\x1b[31mred\x07\n\u202e"
    diagram = replace(
        MADE, title=nasty, verdict=nasty, lanes=(replace(MADE.lanes[0], name=nasty),),
        rows=(Row(0, nasty, (), nasty),), bands=(), marks=(), arrows=(), loop=None,
    )  # fmt: skip
    for text in texts(drawing(diagram, 80)):
        assert text.isprintable()


def test_every_line_of_a_row_knows_it_and_no_other_does() -> None:
    drawn = drawing(MADE, 60)
    assert all(line.row is not None for line in drawn.body)
    assert all(line.row is None for line in (*drawn.title, *drawn.heads, *drawn.foot))
