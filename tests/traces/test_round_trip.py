"""What is written is read back the same: states and steps of any spec, counterexamples as files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from model.interp import Interpreter
from model.lang import (
    Constant,
    Element,
    Enumeration,
    Flag,
    Formula,
    Function,
    Relation,
    Sort,
    Spec,
    action,
    init,
    stage,
)
from model.protocol import Variant
from model.scope import Finite, Scope, State, Step
from tests.traces.of_each_kind import OF_EACH_KIND
from traces import itf
from traces.counterexample import Counterexample, from_text, read, to_text, write
from traces.states import Codec


class Colour(Enumeration):
    red = Element()
    green = Element()


class Lamp(Sort):
    """A lamp."""


class Lamps(Spec):
    """Every kind of symbol, and actions with and without parameters."""

    lit = Relation(Lamp)
    wired = Relation(Lamp, Lamp)
    colour = Function(Lamp, to=Colour)
    mixed = Function(Lamp, Colour, to=Lamp)
    power = Flag()
    last = Constant(Lamp)

    @init
    def dark(s, x: Lamp) -> None:
        s.colour[:] = Colour.red
        s.mixed[:, :] = lambda a, _c: a
        s.last = x

    @action
    def switch(s) -> None:
        s.require(~s.power)
        s.power = True

    @action
    def light(s, a: Lamp, c: Colour) -> None:
        s.require(s.power, ~s.lit[a])
        s.lit[a] = True
        s.colour[a] = c
        s.wired[a, :] = lambda b: Formula.__invert__(a == b)
        s.mixed[a, c] = s.last
        s.last = a


@pytest.fixture
def lamps() -> Finite:
    return Finite(stage(Lamps()), Scope({"Lamp": 2}, names={"Lamp": ("left", "right lamp")}))


def test_every_state_and_step_of_a_spec_is_read_back(lamps: Finite) -> None:
    codec, interpreter = Codec(lamps), Interpreter(lamps)
    todo: list[tuple[Step | None, State]]
    todo = [(None, state) for state in interpreter.initial_states()]
    seen: set[State] = set()
    while todo:
        step, state = todo.pop()
        fields = {**codec.write_state(state), **codec.write_step(step)}
        text = itf.unparse(codec.variables, [fields], None, {})
        (read_fields,) = itf.parse(text).states
        assert codec.read_state(read_fields) == state
        assert codec.read_step(read_fields) == step
        if state not in seen:
            seen.add(state)
            todo += interpreter.successors(state)
    assert len(seen) > 20


def test_a_state_is_written_as_the_format_says(lamps: Finite) -> None:
    codec, interpreter = Codec(lamps), Interpreter(lamps)
    first = next(interpreter.initial_states())
    power = interpreter.take(first, lamps.steps[0])
    light = next(s for s in lamps.steps if s.action.name == "light")
    fields = {**codec.write_state(interpreter.take(power, light)), **codec.write_step(light)}
    assert fields == {
        "lit": {"#set": [{"#tup": ["left"]}]},
        "wired": {"#set": [{"#tup": ["left", "right lamp"]}]},
        "colour": {"#map": [[{"#tup": ["left"]}, "red"], [{"#tup": ["right lamp"]}, "red"]]},
        "mixed": {
            "#map": [
                [{"#tup": ["left", "red"]}, "left"],
                [{"#tup": ["left", "green"]}, "left"],
                [{"#tup": ["right lamp", "red"]}, "right lamp"],
                [{"#tup": ["right lamp", "green"]}, "right lamp"],
            ]
        },
        "power": True,
        "last": "left",
        "mbt::actionTaken": "light",
        "mbt::nondetPicks": {
            "a": {"tag": "Some", "value": "left"},
            "c": {"tag": "Some", "value": "red"},
        },
    }


@pytest.mark.parametrize("name", [name for name, _, _ in OF_EACH_KIND])
def test_a_counterexample_is_read_back_from_its_file(
    name: str, found: dict[str, Counterexample], tmp_path: Path
) -> None:
    path = tmp_path / found[name].file_name
    write(found[name], path)
    assert read(path) == found[name]


def test_the_same_counterexample_gives_the_same_text(found: dict[str, Counterexample]) -> None:
    for counterexample in found.values():
        text = to_text(counterexample, "x")
        assert to_text(from_text(text), "x") == text


def test_a_file_says_how_to_replay_it_and_how_to_find_it_again(text: str) -> None:
    ours = json.loads(text)["#meta"]["onevoice"]
    assert ours["replay"] == "onevoice replay transmissions.itf.json"
    assert ours["found_by"] == (
        "onevoice check --groups 2 --failures 1 --delivery same-view --variant shared-key "
        "--property transmissions"
    )


def test_every_variant_has_files_of_its_own(found: dict[str, Counterexample]) -> None:
    one = found["AtMostOnce"]
    names = {
        Counterexample(
            type(one.run)("2", variant=variant), one.violates, one.kind, one.trace
        ).file_name
        for variant in (None, *Variant)
    }
    assert len(names) == len(Variant) + 1
