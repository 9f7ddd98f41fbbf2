"""A trace is written so that it is read again as the same, and what cannot be is not written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traces.test_itf_format import FORMS, record
from traces import itf
from traces.counterexample import Counterexample, to_text
from traces.errors import TraceError
from traces.json_text import DIGITS_MAX, NESTING_MAX

names = st.text().filter(lambda name: not name.startswith("#"))
integers = st.integers() | st.booleans().map(lambda less: (-1) ** less * (10**DIGITS_MAX - 1))
leaves = st.booleans() | integers | st.text() | st.builds(itf.Unserializable, st.text())


def containers(values: st.SearchStrategy[itf.Value]) -> st.SearchStrategy[itf.Value]:
    """Of each kind, with these values in them."""
    tuples = st.lists(values, max_size=4).map(tuple)
    fields = st.dictionaries(names, values, max_size=4)
    pairs = st.dictionaries(values, values, max_size=4)
    return st.one_of(
        tuples,
        tuples.map(itf.Sequence),
        tuples.map(itf.Set),
        tuples.map(frozenset),
        fields.map(lambda made: itf.Record(tuple(made.items()))),
        pairs.map(lambda made: itf.Map(tuple(made.items()))),
    )


values = st.recursive(leaves, containers, max_leaves=8)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | integers | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
metas = st.dictionaries(st.text(), json_values, max_size=3)


@st.composite
def documents(draw: st.DrawFn) -> itf.Document:
    fields = st.text().filter(lambda name: name != "#meta")
    params = draw(st.lists(fields, max_size=2))
    variables = draw(st.lists(fields, max_size=3))
    extra = st.dictionaries(fields, values, max_size=1)
    states = []
    for index in range(draw(st.integers(1, 3))):
        required = [*variables, *(params if index == 0 else [])]
        states.append(draw(extra) | {name: draw(values) for name in required})
    return itf.Document(
        tuple(params),
        tuple(variables),
        tuple(states),
        tuple(draw(metas) for _ in states),
        draw(st.none() | st.integers(0, len(states) - 1)),
        draw(metas),
    )


@settings(deadline=None)
@given(document=documents())
def test_every_document_is_read_back_from_its_text(document: itf.Document) -> None:
    text = itf.write(document)
    assert itf.parse(text) == document
    # The text tells true from 1, and the order of what has none; documents do not.
    assert itf.write(itf.parse(text)) == text


@pytest.mark.parametrize("path", sorted(FORMS.iterdir()), ids=lambda path: path.name)
def test_a_trace_of_another_tool_is_written_with_nothing_lost(path: Any) -> None:
    document = itf.parse(itf.read_text(path))
    assert itf.parse(itf.write(document)) == document


def test_a_counterexample_is_written_to_the_letter(found: dict[str, Counterexample]) -> None:
    for counterexample in found.values():
        text = to_text(counterexample, "x")
        assert itf.write(itf.parse(text)) == text


def test_sets_without_an_order_are_written_the_same_every_time() -> None:
    one, other = (document(frozenset(items)) for items in (["b", "a", "c"], ["c", "b", "a"]))
    assert itf.write(one) == itf.write(other)
    assert '{"#set": ["a", "b", "c"]}' in itf.write(one)


def document(value: itf.Value, meta: Any = None) -> itf.Document:
    return itf.Document((), ("x",), ({"x": value},), ({},), None, {"a": meta})


def nested(depth: int) -> itf.Value:
    value: itf.Value = ()
    for _ in range(depth):
        value = itf.Sequence((value,))
    return value


GOOD = document(1)


@pytest.mark.parametrize(
    "wrong",
    [
        document(itf.Record((("#set", itf.Sequence(())),))),
        document(itf.Record((("#bigint", "3"),))),
        document(itf.Record((("#a", 1), ("b", 2)))),
        document(itf.Record((("a", 1), ("a", 2)))),
        document(itf.Map((("a", 1), ("a", 2)))),
        document("\ud800"),
        document(10**DIGITS_MAX),
        document(10**10_000),
        document(nested(NESTING_MAX)),
        document(nested(100_000)),
        replace(GOOD, states=(), state_metas=()),
        replace(GOOD, states=({},)),
        replace(GOOD, state_metas=()),
        replace(GOOD, params=("N",)),
        replace(GOOD, loop=1),
        document(1, float("nan")),
        document(1, float("inf")),
        document(1, (1,)),
        document(1, {1: "a"}),
        document(1, object()),
    ],
    ids=range(20),
)
def test_what_the_format_cannot_hold_is_not_written(wrong: itf.Document) -> None:
    itf.write(GOOD)
    with pytest.raises(TraceError):
        itf.write(wrong)


def test_a_set_keeps_its_order_and_is_equal_in_any() -> None:
    one, other = itf.Set(("b", "a", "b")), itf.Set(("a", "b"))
    assert one == other == frozenset("ab")
    assert (one.items, other.items) == (("b", "a"), ("a", "b"))
    assert record(x=one) == record(x=other)
