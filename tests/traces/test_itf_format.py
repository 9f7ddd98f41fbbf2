"""The reader of the trace format reads what other tools write, and nothing that is malformed.

The files in `forms` are ours, in the forms that the tools write: `apalache` as Apalache's
`TlaToItfJson` does (fields by name, infinite sets as text, model values as in `2_OF_LAMP`, `params`
in the first state only, a state that has more than `vars`), `quint` as Quint's `itf.ts` does
(qualified names, `vars` that list the last names twice, variants, and `{"tag": "UNIT"}` as it takes
it over from Apalache), `quint_evaluator` as its evaluator does through the crate itf (plain
integers, `params` and `loop` where there are none, null in `#meta`, JSON within a text).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from traces import itf
from traces.errors import TraceError

FORMS = Path(__file__).parent / "forms"


def record(**fields: itf.Value) -> itf.Record:
    return itf.Record(tuple(fields.items()))


def form(name: str) -> itf.Document:
    return itf.parse(itf.read_text(FORMS / f"{name}.itf.json"))


def read_value(value: Any) -> itf.Value:
    """A value as it is read when it stands in a state."""
    document = itf.parse(json.dumps({"vars": ["x"], "states": [{"x": value}]}))
    return document.states[0]["x"]


def test_a_trace_of_apalache_is_read() -> None:
    document = form("apalache")
    assert document.params == ("limit", "range")
    assert document.variables == ("lamps", "log", "voltage")
    assert document.loop is None
    first, second = document.states
    assert first == {
        "bright": False,
        "lamps": frozenset(),
        "limit": -(2**255),
        "log": itf.Sequence(()),
        "range": itf.Unserializable("[BOOLEAN → Int]"),
        "voltage": itf.Map(()),
    }
    assert second == {
        "bright": True,
        "lamps": frozenset({(1, "2_OF_LAMP")}),
        "log": itf.Sequence(
            (record(tag="On", value=record(at=0)), record(tag="Off", value="u_OF_UNIT"))
        ),
        "voltage": itf.Map(
            (
                ((1, "2_OF_LAMP"), itf.Unserializable("Int")),
                (frozenset({True}), itf.Map(((record(name="a"), itf.Sequence(())),))),
            )
        ),
    }


def test_a_trace_of_quint_is_read() -> None:
    document = form("quint")
    assert document.variables == (
        "house::lamps::lit",
        *(2 * ("mbt::actionTaken", "mbt::nondetPicks")),
    )
    first, second = document.states
    assert first == {
        "house::lamps::lit": itf.Map((("kitchen", -1),)),
        "mbt::actionTaken": "init",
        "mbt::nondetPicks": record(
            lamp=record(tag="None", value=()), colour=record(tag="None", value=record())
        ),
    }
    paid = record(tag="pay", amount=100, __type=record(tag="UNIT"))
    assert second["mbt::nondetPicks"] == record(
        lamp=record(tag="Some", value="kitchen"), colour=record(tag="Some", value=paid)
    )


def test_a_trace_of_the_evaluator_of_quint_is_read() -> None:
    document = form("quint_evaluator")
    assert (document.params, document.loop) == ((), None)
    assert document.meta["source"] is None
    assert document.state_metas[0]["diagnostics"].startswith("[{")
    first, second = document.states
    assert first == {
        "lit": frozenset({-3, 0, 2**53 + 1}),
        "queue": itf.Sequence((record(tag="Empty", value=()),)),
    }
    assert second == {
        "lit": itf.Unserializable("Nat"),
        "queue": itf.Sequence(((7, "seven", itf.Map(((frozenset(), record()),))),)),
    }


def test_names_need_not_be_identifiers_and_meta_is_any_json() -> None:
    document = form("odd_names")
    (state,) = document.states
    assert state == {
        "": itf.Record((("", record(tag=1)),)),
        "a.b": itf.Record((("a.b", itf.Sequence(())), ("a b", ""), ("💡", "💡"))),
        "λ → 光": frozenset({"光", "光 "}),
        "#meta of x": record(tag="Some"),
        'quoted "name"\0': "\0",
    }
    assert document.variables == tuple(state)
    assert document.loop == 0
    note = [None, 0.5, -100.0, {"#set": "not a value here"}]
    assert document.state_metas == ({"note": note, "index": "first"},)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (True, True),
        (7, 7),
        ({"#bigint": "7"}, 7),
        ({"#bigint": "-007"}, -7),
        ("text", "text"),
        ([1, 2], itf.Sequence((1, 2))),
        ({"#tup": []}, ()),
        ({"#set": [{"#set": []}]}, frozenset({frozenset()})),
        ({}, record()),
        ({"#unserializable": "Nat"}, itf.Unserializable("Nat")),
    ],
)
def test_each_kind_of_value_is_read(value: Any, meant: itf.Value) -> None:
    read = read_value(value)
    assert read == meant
    assert type(read) in (type(meant), itf.Set)  # true is 1, but no number


def test_order_means_nothing_in_sets_maps_and_records() -> None:
    one = {"#set": [1, {"#map": [["a", 1], ["b", {"x": 1, "y": 2}]]}]}
    other = {"#set": [{"#map": [["b", {"y": 2, "x": 1}], ["a", 1]]}, 1]}
    assert read_value(one) == read_value(other)
    assert hash(read_value(one)) == hash(read_value(other))
    assert read_value([1, 2]) != read_value([2, 1])
    assert read_value({"#map": [["a", 1]]}) != read_value({"#map": [["a", 2]]})
    assert read_value({"a": 1}) != read_value({"b": 1})


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "null is no value"),
        (1.5, "1.5 is no integer, and the format has no other numbers"),
        ({"#bigint": "1.5"}, "'1.5', which is no integer"),
        ({"#bigint": "1" * 2000}, "which is no integer"),
        ({"#bigint": "१"}, "which is no integer"),
        ({"#bigint": 3}, "`#bigint` must hold a text, not int"),
        ({"#set": {}}, "`#set` must hold a list, not dict"),
        ({"#set": ["a", "a"]}, "holds something twice"),
        ({"#set": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}, "holds something twice"),
        ({"#map": [["a"]]}, "must hold pairs"),
        ({"#map": [["a", 1], ["a", 2]]}, "holds a key twice"),
        ({"#set": [], "#tup": []}, "does not stand alone"),
        ({"#bag": []}, "'#bag' is no kind of value"),
    ],
)
def test_each_malformed_value_is_refused_with_its_place(value: Any, problem: str) -> None:
    with pytest.raises(TraceError) as error:
        read_value({"a": [0, {"#tup": ["b", {"#map": [["c", value]]}]}]})
    assert problem in str(error.value)
    assert error.value.place == "state 0, 'x', 'a', item 1, item 1, item 0"


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
        ('{"vars": ["x"], "states": [{"x": 1}, {"y": 1}]}', "state 1: the state lacks 'x'"),
        ('{"vars": ["#meta"], "states": [{"#meta": {}}]}', "state 0: the state lacks '#meta'"),
        ('{"params": "N", "vars": [], "states": [{}]}', "`params` must be a list of names"),
        ('{"params": ["N"], "vars": [], "states": [{}]}', "state 0: the state lacks 'N'"),
        ('{"vars": [], "states": [1]}', "state 0: a state must be a JSON object"),
        ('{"vars": [], "states": [{"#meta": 1}]}', "state 0: `#meta` must be a JSON object"),
        ('{"#meta": [], "vars": [], "states": [{}]}', "`#meta` must be a JSON object"),
        ('{"vars": [], "states": [{}], "loop": 1}', "`loop` must be the index of a state"),
        ('{"vars": [], "states": [{}], "loop": true}', "`loop` must be the index of a state"),
        ('{"vars": [], "vars": [], "states": [{}]}', "column 14: an object has the field 'vars'"),
    ],
)
def test_a_text_that_is_no_trace_is_refused(text: str, problem: str) -> None:
    with pytest.raises(TraceError) as error:
        itf.parse(text)
    assert problem in str(error.value)


def test_a_message_shows_nothing_of_a_file_that_a_terminal_would_obey() -> None:
    value: Any = {"#\x1b[2J\u202e" * 50: 1}
    for _ in range(50):
        value = {"\x1b[2J": value}
    with pytest.raises(TraceError) as error:
        itf.parse(json.dumps({"vars": [], "states": [{"x": value}]}))
    assert str(error.value).isprintable()
    assert str(error.value).isascii()
    assert len(str(error.value)) < 400
    assert error.value.place.startswith("state 0, 'x', ")
