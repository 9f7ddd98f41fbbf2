"""Counts known in closed form, where states are many, wide, or hardly anything at all."""

from __future__ import annotations

from threading import Lock
from typing import Any, Literal

import pytest

from model.lang import Flag, Formula, Relation, Spec, action, final, init, leads_to, safety, stage
from model.scope import Finite, Scope
from model.search import Limits, check
from model.search.native import engine as native
from tests.search.specs import Cell, Dials, Digit, Lamp, Lamps, dials, lamps, rows

Engine = Literal["interp", "native"]


@pytest.mark.parametrize("threads", [1, 2])
def test_more_states_than_the_first_table_has_slots_are_counted(threads: int) -> None:
    digits, number = 19, 5
    assert digits**number > 1 << 21
    result = check(dials(Dials(), number, digits), limits=Limits(threads=threads))
    assert result.complete
    assert result.states == digits**number
    assert result.transitions == number * (digits - 1) * digits ** (number - 1)
    assert result.depth == number * (digits - 1)
    assert sum(c.discovered for c in result.coverage.values()) == result.states - 1
    assert not result.violated


@pytest.mark.parametrize(("number", "cells"), [(1, 63), (1, 64), (1, 65), (2, 70)])
@pytest.mark.parametrize("threads", [1, 2])
def test_states_of_several_words_are_counted(
    number: int, cells: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "_CHUNK", 16)
    result = check(rows(number, cells), limits=Limits(threads=threads))
    assert result.states == (cells + 1) ** number
    assert result.transitions == number * cells * (cells + 1) ** (number - 1)
    assert result.depth == number * cells
    assert not result.violated, "nothing is mixed up between words"


def test_the_interpreter_counts_wide_states_too() -> None:
    result = check(rows(2, 4), "interp")
    assert (result.states, result.transitions, result.depth) == (25, 40, 8)


@pytest.mark.parametrize("engine", ["interp", "native"])
def test_there_may_be_more_than_one_initial_state(engine: Engine) -> None:
    class Anywhere(Dials):
        @init
        def start(s, d: Digit) -> None:  # type: ignore[override]
            s.shows[:] = d

        @safety
        def not_at_the_top(s) -> Formula:
            return ~s.all_up_already()

        def all_up_already(s) -> Formula:
            return Dials.all_up(s)

    result = check(dials(Anywhere(), 2, 4), engine)
    assert (result.initial, result.states, result.depth) == (4, 16, 3)
    trace = result.findings["not_at_the_top"].trace
    assert trace is not None
    assert len(trace) == 0, "one of them is at the top"


def test_more_initial_states_than_a_thread_reserves_at_a_time() -> None:
    class Open(Spec):
        fixed = Relation(Cell, immutable=True)
        on = Flag()

        @init
        def start(s) -> None: ...

        @action
        def toggle(s) -> None:
            s.on = ~s.on

    result = check(Finite(stage(Open()), Scope({"Cell": 13})), limits=Limits(threads=2))
    assert (result.initial, result.states, result.transitions) == (1 << 13, 1 << 14, 1 << 14)


class Still(Spec):
    """Nothing can happen, or nothing that makes a difference."""

    on = Flag()
    off = Flag()

    def __init__(self, moves: bool) -> None:
        self.moves = moves

    @init
    def start(s) -> None:
        s.on = True

    @action(fair="weak")
    def stay(s) -> None:
        s.require(s.on if s.moves else ~s.on)
        s.on = True

    @safety
    def lit(s) -> Formula:
        return s.on & ~s.off

    @leads_to
    def goes_off(s) -> tuple[Formula, Formula]:
        return s.on, s.off

    @final
    def rests(s) -> Formula:
        return s.off


@pytest.mark.parametrize("engine", ["interp", "native"])
@pytest.mark.parametrize("moves", [True, False])
def test_a_state_may_have_no_bit_that_varies(engine: Engine, moves: bool) -> None:
    result = check(Finite(stage(Still(moves)), Scope({})), engine)
    assert (result.states, result.transitions, result.depth) == (1, int(moves), 0)
    assert (result.coverage["stay"].enabled, result.coverage["stay"].taken) == (moves, moves)
    violated = [f.name for f in result.violated]
    assert violated == (["goes_off"] if moves else ["deadlock", "goes_off"])
    loop = result.findings["goes_off"].trace
    assert loop is not None
    assert (loop.closing is not None) == moves, "it goes round, or rests"


# -- two threads ------------------------------------------------------------------------------


@pytest.fixture
def by_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two threads, of which one expands the even levels and the other the odd ones."""
    work, lock = native.NativeSearch._work, Lock()

    def in_turn(self: Any, thread: int, todo: Any) -> Any:
        with lock:
            return work(self, self.position.depth % 2, todo)

    monkeypatch.setattr(native, "_CHUNK", 1)
    monkeypatch.setattr(native.NativeSearch, "_work", in_turn)


class Ordered(Lamps):
    """Two things are wrong, one of them sooner."""

    @safety
    def fine(s) -> Formula:
        later = s.exactly(Lamp.a, Lamp.b, Lamp.c)
        return ~later & ~s.exactly(Lamp.a, Lamp.b)

    @leads_to
    def settled(s, x: Lamp) -> tuple[Formula, Formula]:
        later = (x == Lamp.a) & s.exactly(Lamp.a, Lamp.b, Lamp.c)
        sooner = (x == Lamp.d) & s.exactly(Lamp.a, Lamp.b)
        return later | sooner, s.on[Lamp.a] & s.on[Lamp.d]


def lengths(threads: int) -> dict[str, int]:
    result = check(lamps(Ordered()), limits=Limits(threads=threads))
    return {f.name: len(f.trace) for f in result.violated if f.trace is not None}


def test_one_thread_finds_the_shortest_of_several_violations() -> None:
    assert lengths(threads=1) == {"deadlock": 4, "fine": 2, "settled": 2}


@pytest.mark.usefixtures("by_turns")
def test_two_threads_find_the_shortest_of_several_violations() -> None:
    assert lengths(threads=2) == {"deadlock": 4, "fine": 2, "settled": 2}
