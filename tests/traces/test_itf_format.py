"""The reader of the trace format reads what other tools write, and nothing that is malformed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from traces import itf
from traces.errors import TraceError

# After the example in Apalache's ADR-015.
APALACHE = {
    "#meta": {"source": "MC_MissionariesAndCannibalsTyped.tla"},
    "params": ["Boats"],
    "vars": ["bank_of_boat", "who_is_on_bank"],
    "states": [
        {
            "#meta": {"index": 0},
            "Boats": 1,
            "bank_of_boat": "E",
            "who_is_on_bank": {"#map": [["E", {"#set": ["c1", "m1"]}], ["W", {"#set": []}]]},
        },
        {
            "bank_of_boat": "W",
            "who_is_on_bank": {"#map": [["E", {"#set": []}], ["W", {"#set": ["c1", "m1"]}]]},
        },
    ],
    "loop": 0,
}

# In the form of `quint run --mbt --out-itf`; it lists the last two names twice.
QUINT = {
    "#meta": {"format": "ITF", "source": "bank.qnt", "status": "ok", "timestamp": 1786569203837},
    "vars": ["bank::balances", "mbt::actionTaken", "mbt::nondetPicks", "mbt::actionTaken"],
    "states": [
        {
            "#meta": {"index": 0},
            "bank::balances": {"#map": [["alice", {"#bigint": "-36893488147419103232"}]]},
            "mbt::actionTaken": "init",
            "mbt::nondetPicks": {"amount": {"tag": "None", "value": {"#tup": []}}},
        }
    ],
}


def read_value(value: Any) -> itf.Value:
    """A value as it is read when it stands in a state."""
    document = itf.parse(json.dumps({"vars": ["x"], "states": [{"x": value}]}))
    return document.states[0]["x"]


def test_a_trace_of_apalache_is_read() -> None:
    document = itf.parse(json.dumps(APALACHE))
    assert document.variables == ("Boats", "bank_of_boat", "who_is_on_bank")
    assert document.loop == 0
    assert document.states[0]["who_is_on_bank"] == itf.Map(
        (("E", frozenset({"c1", "m1"})), ("W", frozenset()))
    )


def test_a_trace_of_quint_is_read() -> None:
    (state,) = itf.parse(json.dumps(QUINT)).states
    assert state["bank::balances"] == itf.Map((("alice", -(2**65)),))
    none = itf.Record((("tag", "None"), ("value", ())))
    assert state["mbt::nondetPicks"] == itf.Record((("amount", none),))


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, True),
        (7, 7),
        ({"#bigint": "7"}, 7),
        ("text", "text"),
        ([1, 2], itf.Sequence((1, 2))),
        ({"#tup": []}, ()),
        ({"#set": [{"#set": []}]}, frozenset({frozenset()})),
        ({"not an identifier": 1}, itf.Record((("not an identifier", 1),))),
        ({"#unserializable": "Nat"}, itf.Unserializable("Nat")),
    ],
)
def test_each_kind_of_value_is_read(value: Any, meant: itf.Value) -> None:
    assert read_value(value) == meant


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "null is no value"),
        ({"#bigint": "1.5"}, "'1.5', which is no integer"),
        ({"#bigint": "1" * 2000}, "which is no integer"),
        ({"#bigint": 3}, "`#bigint` must hold a text, not int"),
        ({"#set": {}}, "`#set` must hold a list, not dict"),
        ({"#set": ["a", "a"]}, "holds something twice"),
        ({"#map": [["a"]]}, "must hold pairs"),
        ({"#map": [["a", 1], ["a", 2]]}, "holds a key twice"),
        ({"#set": [], "#tup": []}, "does not stand alone"),
        ({"#bag": []}, "'#bag' is no kind of value"),
    ],
)
def test_each_malformed_value_is_refused_with_its_place(value: Any, problem: str) -> None:
    with pytest.raises(TraceError) as error:
        read_value([value])
    assert problem in str(error.value)
    assert error.value.place == "state 0, 'x'"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "line 1, column 1: the text is not JSON"),
        ('{\n "vars" []}', "line 2, column 9: the text is not JSON"),
        ("[]", "the trace must be a JSON object, not list"),
        ("{}", "the trace lacks 'vars'"),
        ('{"vars": ["x"]}', "the trace lacks 'states'"),
        ('{"vars": ["x"], "states": []}', "at least one state"),
        ('{"vars": [1], "states": [{}]}', "`vars` must be a list of names"),
        ('{"vars": ["x"], "states": [{}]}', "state 0: the state lacks 'x'"),
        ('{"vars": [], "states": [1]}', "state 0: a state must be a JSON object"),
        ('{"vars": [], "states": [{}], "loop": 1}', "`loop` must be the index of a state"),
        ('{"vars": [], "states": [{}], "loop": true}', "`loop` must be the index of a state"),
        ('{"vars": [], "vars": [], "states": [{}]}', "has the field 'vars' twice"),
        ('{"vars": ["x"], "states": [{"x": 1.5}]}', "'1.5' is not an integer"),
        ('{"vars": ["x"], "states": [{"x": NaN}]}', "'NaN' is not an integer"),
        ('{"vars": ["x"], "states": [{"x": ' + "9" * 1001 + "}]}", "1,001 digits"),
    ],
)
def test_a_text_that_is_no_trace_is_refused(text: str, problem: str) -> None:
    with pytest.raises(TraceError) as error:
        itf.parse(text)
    assert problem in str(error.value)


@pytest.mark.parametrize("depth", [itf.NESTING_MAX + 1, 200_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    text = '{"vars": ["x"], "states": [{"x": ' + "[" * depth + "]" * depth + "}]}"
    with pytest.raises(TraceError, match="nested more than 64 deep"):
        itf.parse(text)


def test_a_message_shows_nothing_of_a_file_that_a_terminal_would_obey() -> None:
    with pytest.raises(TraceError) as error:
        itf.parse(json.dumps({"vars": [], "states": [{"x": {"#\x1b[2J\ud800" * 50: 1}}]}))
    assert str(error.value).isprintable()
    assert str(error.value).isascii()
    assert len(str(error.value)) < 200


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    for path, problem in (
        (tmp_path, "this is not a file"),
        (Path("/dev/zero"), "this is not a file"),
        (tmp_path / "absent", "cannot be read (No such file or directory)"),
        (tmp_path / "a\0b", "cannot be read"),
    ):
        with pytest.raises(TraceError) as error:
            itf.read_text(path)
        assert problem in str(error.value)


def test_a_file_that_is_too_large_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "large.itf.json"
    with path.open("wb") as file:
        file.truncate(itf.BYTES_MAX + 1)
    with pytest.raises(TraceError, match="more than the 268,435,456 that are read"):
        itf.read_text(path)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.itf.json"
    path.write_bytes(b'{"vars": ["\xe9"]}')
    with pytest.raises(TraceError, match="byte 11: the text is not UTF-8"):
        itf.read_text(path)
