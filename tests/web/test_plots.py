"""Dots and bars stand where their values are, on axes with round numbers."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from onevoice.web.report.plots import Axis, Group, bars, dots
from tests.web.outline import Element, Outline

LOG = Axis("Things", True, lambda value: f"{value:g}")
LINEAR = Axis("Seconds", False, lambda value: f"{value:g}")
VALUES = st.lists(st.floats(1e-3, 1e9), min_size=1, max_size=8)


def drawn(text: str) -> Element:
    (plot,) = Outline.of(text).root.all("svg")
    return plot


def ticks(plot: Element) -> dict[float, float]:
    """By the value of each tick its place."""
    return {float(e.text): float(e.attributes["x"]) for e in plot.all("text", class_="tick")}


def of_dots(values: list[float | None], axis: Axis = LOG) -> Element:
    rows = tuple((f"row {number}", (value,)) for number, value in enumerate(values))
    return drawn(dots("p", "A plot", "It says it.", (axis,), (Group("All", "shipped", rows),)))


def places(plot: Element) -> list[float]:
    return [float(e.attributes["cx"]) for e in plot.all("circle") if list(e.all("title"))]


def test_equal_factors_take_equal_room_on_a_logarithmic_axis() -> None:
    plot = of_dots([10.0, 100.0, 1000.0])
    at = ticks(plot)
    assert list(at) == [10.0, 100.0, 1000.0]
    assert places(plot) == list(at.values())
    first, second, third = at.values()
    assert math.isclose(second - first, third - second, abs_tol=0.2)


def test_bars_are_as_long_as_their_values() -> None:
    plot = drawn(bars("p", "A plot", "It says it.", LINEAR, [("a", 3.0), ("b", 1.5), ("c", 0.75)]))
    widths = [float(e.attributes["width"]) for e in plot.all("rect")]
    assert math.isclose(widths[0], 2 * widths[1], rel_tol=0.01)
    assert math.isclose(widths[1], 2 * widths[2], rel_tol=0.01)
    assert [e.text for e in plot.all("text", class_="value")] == ["3", "1.5", "0.75"]
    assert next(iter(ticks(plot))) == 0.0


@given(VALUES)
def test_every_value_lies_between_the_ends_of_its_axis(values: list[float]) -> None:
    for axis in (LOG, LINEAR):
        plot = of_dots(list(values), axis)
        at = ticks(plot)
        lines = [float(e.attributes["x1"]) for e in plot.all("line", class_="grid")]
        assert len(at) <= 6
        for value, x in zip(values, places(plot), strict=True):
            # A tick that has no room for its label may be the last one.
            assert min(lines) - 0.1 <= x <= min(lines) + 190.1
            assert all((t <= value) <= (place <= x + 0.1) for t, place in at.items())


def test_a_value_that_is_not_there_has_no_dot_but_a_row() -> None:
    plot = of_dots([10.0, None, 100.0])
    assert len(places(plot)) == 2
    assert [e.text for e in plot.all("text", class_="label")] == ["row 0", "row 1", "row 2"]


def test_nothing_at_all_is_drawn_as_nothing() -> None:
    assert places(of_dots([])) == []
    assert list(drawn(bars("p", "A plot", "Nothing.", LINEAR, [])).all("rect")) == []
    assert len(list(drawn(bars("p", "A plot", "Nothing.", LINEAR, [("a", 0.0)])).all("rect"))) == 1


def test_a_label_cannot_become_part_of_the_drawing() -> None:
    hostile = '"><script>alert(1)</script>'
    plot = drawn(bars("p", hostile, hostile, LINEAR, [(hostile, 1.0)]))
    assert not list(plot.all("script"))
    assert next(plot.all("text", class_="label")).text == hostile


def test_it_says_what_it_shows_to_whoever_cannot_see_it() -> None:
    plot = of_dots([1.0])
    title, desc = plot.children[:2]
    assert (title.name, title.text) == ("title", "A plot")
    assert (desc.name, desc.text) == ("desc", "It says it.")
    assert plot.attributes["aria-labelledby"] == title.attributes["id"]
    assert plot.attributes["aria-describedby"] == desc.attributes["id"]
