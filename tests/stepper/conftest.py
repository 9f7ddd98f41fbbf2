"""Stories to step through, and screens to look at, without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from onevoice.report.behaviour import headline
from onevoice.stepper.app import Stepper
from onevoice.stepper.behaviour import Behaviour
from onevoice.stepper.comparison import Comparison
from onevoice.stepper.story import Story
from traces.counterexample import Counterexample, read
from traces.forced import maker, side_by_side

CORPUS = Path(__file__).parents[2] / "traces" / "corpus"
SPOKEN_TWICE = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
RESTS = next(CORPUS.glob("acks-without-round/Coverage_*.itf.json"))
Compared = Callable[[Counterexample, str], Comparison]
Size = tuple[int, int]
WIDE: Size = (130, 30)
NARROW: Size = (80, 24)


def compared(kept: Counterexample, members: str) -> Comparison:
    """A counterexample on these members of the implementation, beside the specification."""
    found = side_by_side(kept.run, kept.trace, maker(members))
    where = f"Implementation (core, members {members})"
    return Comparison(kept.run, kept.trace, found.forced, headline(kept), where, found.states)


@pytest.fixture(scope="session")
def behaviour() -> Behaviour:
    """A counterexample of ten steps on the specification."""
    return Behaviour(read(SPOKEN_TWICE))


@pytest.fixture(scope="session")
def differing() -> Comparison:
    """The same on the members that are shipped, which differ from it."""
    return compared(read(SPOKEN_TWICE), "shipped")


def lines_of(app: Stepper) -> list[str]:
    """What is on the screen."""
    # There is no public way to a screen's text but a picture of it.
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def settled(app: Stepper, pilot: Pilot[None]) -> None:
    """Waits until everything is shown."""
    await pilot.pause()
    while app.is_preparing:
        await pilot.pause()


def screen(story: Story, size: Size, *keys: str, full: bool = False) -> list[str]:
    """The screen after some keys were pressed."""

    async def pressed() -> list[str]:
        app = Stepper(story, full=full)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press(*keys)
            await settled(app, pilot)
            return lines_of(app)

    return asyncio.run(pressed())


def row_after(story: Story, *keys: str, size: Size = WIDE) -> int:
    """The current row after some keys were pressed."""

    async def pressed() -> int:
        app = Stepper(story)
        async with app.run_test(size=size) as pilot:
            await pilot.press(*keys)
            return app.row

    return asyncio.run(pressed())
