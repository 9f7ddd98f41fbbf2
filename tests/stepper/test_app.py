"""The stepper's screen, its keys and its mouse."""

from __future__ import annotations

import asyncio
import re
import threading
from pathlib import Path
from threading import Event

import pytest
from rich.text import Text

from onevoice.diagram.diagram import Diagram, Lane, Mark, Row, Sign
from onevoice.stepper.app import THREAD, Lines, Stepper
from onevoice.stepper.behaviour import Behaviour
from onevoice.stepper.comparison import Comparison
from onevoice.stepper.story import Pane
from tests.stepper.conftest import NARROW, WIDE, Size, lines_of, row_after, screen, settled

SCREEN = Path(__file__).with_name("screen.txt")


def test_the_whole_screen_shows_the_diagram_and_beside_it_the_step(behaviour: Behaviour) -> None:
    shown = "\n".join(screen(behaviour, (118, 32), "j", "j"))
    assert re.sub(r"\.py:\d+", ".py:N", shown) + "\n" == SCREEN.read_text(encoding="utf-8")


KEYS = {
    "j": 1, "down": 1, "right": 1, "space": 1, "j j j k": 2, "j j up": 1, "j j left": 1, "k": 0,
    "G": 10, "end": 10, "G j": 10, "G g": 0, "G home": 0,
}  # fmt: skip


def test_keys_go_through_the_steps(behaviour: Behaviour) -> None:
    async def rows() -> dict[str, int]:
        app, found = Stepper(behaviour), {}
        async with app.run_test(size=WIDE) as pilot:
            for keys in KEYS:
                app.row = 0
                await pilot.press(*keys.split())
                found[keys] = app.row
        return found

    assert asyncio.run(rows()) == KEYS


def test_a_key_leads_to_the_first_difference(differing: Comparison) -> None:
    assert row_after(differing, "d") == 2


def test_where_nothing_is_compared_there_is_no_such_key(behaviour: Behaviour) -> None:
    assert row_after(behaviour, "j", "d") == 1
    assert not any("Difference" in line for line in screen(behaviour, WIDE))


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_current_step_has_a_pointer_and_is_in_sight(behaviour: Behaviour, size: Size) -> None:
    for keys, step in (("g", "initial state"), ("j j", "transmit(a1, v0)"), ("G", "deliver(a1,")):
        pointed = [line for line in screen(behaviour, size, *keys.split()) if "❯" in line]
        assert len(pointed) == 1
        assert step in pointed[0]


def test_sides_are_compared_side_by_side_and_the_difference_is_marked(
    differing: Comparison,
) -> None:
    shown = screen(differing, WIDE, "d")
    assert any("Specification" in line and "Implementation (core" in line for line in shown)
    assert any(line.count("✗ The first difference") == 2 for line in shown)
    elsewhere = screen(differing, WIDE, "g")
    marked = [line for line in elsewhere if line.startswith("✗") and "transmit(a1, v0)" in line]
    assert len(marked) == 1


def test_a_key_shows_the_state_in_full_and_again_what_changed(behaviour: Behaviour) -> None:
    tall = (130, 60)
    assert any("State" in line for line in screen(behaviour, tall, "j", "f"))
    assert not any("State" in line for line in screen(behaviour, tall, "j", "f", "f"))
    assert any("State" in line for line in screen(behaviour, tall, full=True))


def test_help_lists_the_keys_until_it_is_closed(behaviour: Behaviour) -> None:
    assert any("the step before" in line for line in screen(behaviour, NARROW, "question_mark"))
    shown = screen(behaviour, NARROW, *["question_mark", "escape", "question_mark", "q"])
    assert not any("the step before" in line for line in shown)
    assert row_after(behaviour, "question_mark", "j", "escape") == 0


def test_a_click_in_the_diagram_goes_to_that_step(behaviour: Behaviour) -> None:
    async def clicked() -> int:
        app = Stepper(behaviour)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            place = next(n for n, line in enumerate(lines_of(app)) if "exclude(v0, v1)" in line)
            await pilot.click(offset=(20, place))
            await pilot.pause()
            return app.row

    assert asyncio.run(clicked()) == 4


def test_q_leaves(behaviour: Behaviour) -> None:
    async def left() -> bool:
        app = Stepper(behaviour)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("q")
            await pilot.pause()
            return app.is_running

    assert not asyncio.run(left())


def test_another_size_is_drawn_anew(behaviour: Behaviour) -> None:
    async def resized() -> list[str]:
        app = Stepper(behaviour)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            await pilot.resize_terminal(60, 30)
            await pilot.pause()
            return lines_of(app)

    shown = asyncio.run(resized())
    assert all(len(line) <= 60 for line in shown)
    assert any("deliver(a1, data, a1, v1)" in line for line in shown)


def test_who_leaves_does_not_wait_for_what_takes_long(
    behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Slow(behaviour.diagram)
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)

    async def left() -> bool:
        app = Stepper(story)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("j", "q")
            await pilot.pause()
            return app.is_running

    assert not asyncio.run(left())
    (waiting,) = (t for t in threading.enumerate() if t.name == THREAD)
    story.may_go_on.set()
    waiting.join()
    assert not failed


class Slow:
    """A story of which nothing is known until it is told so."""

    sides, marked, title = 1, None, "Slow"

    def __init__(self, diagram: Diagram) -> None:
        self.diagram, self.may_go_on = diagram, Event()
        self.prepared: list[int] = []

    def is_ready(self, row: int) -> bool:
        return row in self.prepared

    def prepare(self, row: int) -> None:
        assert self.may_go_on.wait(60)
        self.prepared.append(row)

    def panes(self, row: int, *, full: bool) -> tuple[Pane, ...]:
        return (Pane("Slow", (Text(f"{row} is known" if self.is_ready(row) else "not yet"),)),)


def test_what_takes_long_keeps_nobody_from_going_on(behaviour: Behaviour) -> None:
    story = Slow(behaviour.diagram)

    async def hurried() -> tuple[list[str], list[str]]:
        app = Stepper(story)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.press("j", "j", "j")
            before = lines_of(app)
            story.may_go_on.set()
            await settled(app, pilot)
            return before, lines_of(app)

    before, after = asyncio.run(hurried())
    assert any("not yet" in line for line in before)
    assert any("❯" in line and "crash(b1)" in line for line in before)
    assert any("3 is known" in line for line in after)
    assert story.prepared == [0, 3]


def test_with_very_many_members_names_stay_above_their_lanes() -> None:
    names = [chr(ord("a") + number) for number in range(26)]
    lanes = tuple(Lane(name, "", 0, None) for name in names)
    rows = tuple(Row(n, f"install({name}, v0)", ()) for n, name in enumerate(["-", *names]))
    marks = tuple(Mark(n, n - 1, Sign.INSTALL, "") for n in range(1, 27))
    story = Slow(Diagram("Many", lanes, rows, (), marks, ()))
    story.may_go_on.set()

    async def scrolled() -> list[str]:
        app = Stepper(story)
        async with app.run_test(size=NARROW) as pilot:
            await settled(app, pilot)
            app.query_one(Lines).scroll_end(animate=False)
            await pilot.pause()
            app.query_one(Lines).scroll_to(x=20, animate=False)
            await settled(app, pilot)
            return lines_of(app)

    shown = asyncio.run(scrolled())
    heads = next(line for line in shown if "x  y  z" in line)
    marked = next(line for line in shown if "install(z, v0)" in line)
    assert marked.index("●") == heads.index("z")


@pytest.mark.parametrize("size", [(20, 8), (10, 4), (200, 80)])
def test_any_size_will_do(behaviour: Behaviour, size: Size) -> None:
    assert screen(behaviour, size, "j", "f", "G", "question_mark", "escape", "g")
