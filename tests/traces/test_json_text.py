"""JSON is read as the standard library reads it, but strictly, with the place of what is wrong, and
in memory that is known beforehand.
"""

from __future__ import annotations

import json
import math
import tracemalloc
from collections.abc import Callable
from itertools import repeat
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from traces import itf, json_text
from traces.errors import TraceError
from traces.json_text import decode

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
PIECES = ['"', "\\", "\\u00", "\\ud83d", "\\udca1", "/", "[", "]", "{", "}", ",", ":", " ", "\n",
          "\t", "\0", "-", "+", ".", "0", "1", "e", "E", "true", "null", "NaN", "\ufeff", "é",
          "💡", "\u00a0", '"a"', '"a":']  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Texts that are JSON, or nearly so."""
    text = json.dumps(
        draw(values), ensure_ascii=draw(st.booleans()), indent=draw(st.none() | st.just(1))
    )
    for _ in range(draw(st.integers(0, 2))):
        at, length = draw(st.integers(0, len(text))), draw(st.integers(0, 2))
        text = text[:at] + draw(st.sampled_from(["", *PIECES])) + text[at + length :]
    return text


def by_the_standard_library(text: str) -> str | None:
    """How it reads a text; None if it does not, or if the text is JSON but not strictly so."""

    def fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs):
            raise ValueError
        return dict(pairs)

    def real(digits: str) -> float:
        if not math.isfinite(float(digits)):
            raise ValueError
        return float(digits)

    def no_constant(word: str) -> None:
        raise ValueError(word)

    try:
        value = json.loads(
            text, object_pairs_hook=fields, parse_float=real, parse_constant=no_constant
        )
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate has no code
    except ValueError:
        return None
    return repr(value)


@given(text=texts() | st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example('{"a": 1, "a": 1}')
@example('["\\ud83d\\udca1", "\\udca1\\ud83d"]')
@example("[1e400]")
@example("[01]")
@example("[1.]")
@example("[-]")
@example('"\x1f"')
@example("[1] 2")
@example("[1],")
def test_what_is_read_is_what_the_standard_library_reads(text: str) -> None:
    expected = by_the_standard_library(text)
    if expected is not None:
        assert repr(decode(text)) == expected
        return
    with pytest.raises(TraceError) as error:
        decode(text)
    assert error.value.place.startswith("line ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: the text is not JSON: a value must be here"),
        ("\ufeff{}", "line 1, column 1: the text is not JSON: a value must be here"),
        ("\0", "line 1, column 1: the text is not JSON: a value must be here"),
        ('{\n "a" []}', "line 2, column 6: the text is not JSON: `:` must be here"),
        ("[1\n 2]", "line 2, column 2: the text is not JSON: `,` or `]` must be here"),
        ('{"a": 1\n]', "line 2, column 1: the text is not JSON: `,` or `}` must be here"),
        ("{\n\n1: 2}", "line 3, column 1: the text is not JSON: a name must be here"),
        ("[]\n ,", "line 2, column 2: the text is not JSON: nothing must be here"),
        ("[NaN]", "line 1, column 2: the text is not JSON: a value must be here"),
        ('[\n"a', "line 2, column 1: the text is not JSON: Unterminated string"),
        ('["\\x"]', "line 1, column 3: the text is not JSON: Invalid \\escape"),
        ('["a\n"]', "line 1, column 4: the text is not JSON: Invalid control character"),
        ('["a",\n "\\ud800"]', "line 2, column 2: half of a surrogate pair is no character"),
        ('{"\ud800": 1}', "line 1, column 2: half of a surrogate pair is no character"),
        ('{"a":\n1,\n "a": 1}', "line 3, column 2: an object has the field 'a' twice"),
        ("[" + "9" * 1001 + "]", "line 1, column 2: a number has 1,001 digits"),
        ("[\n-1e400]", "line 2, column 1: '-1e400' is too large a number"),
        ('{"a":' * 64 + "[" * 65, "line 1, column 385: brackets are nested more than 128 deep"),
        ("[" * 200_000, "line 1, column 129: brackets are nested more than 128 deep"),
    ],
)
def test_what_is_wrong_is_named_with_its_line_and_column(text: str, message: str) -> None:
    with pytest.raises(TraceError) as error:
        decode(text)
    assert str(error.value).startswith(message)


def test_brackets_may_be_nested_so_deep_and_no_deeper() -> None:
    depth = json_text.NESTING_MAX
    assert repr(decode("[" * depth + "]" * depth)) == "[" * depth + "]" * depth


def in_a_state(value: str) -> str:
    return f'{{"vars": ["x"], "states": [{{"x": {value}}}]}}'


def many(item: str, count: int) -> str:
    return "[" + ",".join(repeat(item, count)) + "]"


def chain(names: int) -> str:
    """An object in an object in an object..., each with a name that no other has."""
    return "".join(f'{{"{names + i}":' for i in range(100)) + "1" + "}" * 100


BYTES_PER_MARK = 600

# Texts made of so many brackets and commas, which a decoder turns into large objects.
BOMBS: dict[str, Callable[[int], str]] = {
    "empty lists": lambda marks: in_a_state(many("[]", marks // 2)),
    "empty objects": lambda marks: in_a_state(many("{}", marks // 2)),
    "small objects": lambda marks: in_a_state(many('{"a":1}', marks // 2)),
    "chains of objects": lambda marks: in_a_state(
        "[" + ",".join(chain(100 * i) for i in range(marks // 101)) + "]"
    ),
    "sets in sets": lambda marks: in_a_state(many('{"#set":[' * 60 + "]}" * 60, marks // 121)),
    "maps": lambda marks: in_a_state(many('{"#map":[[1,1]]}', marks // 5)),
    "states": lambda marks: f'{{"vars": [], "states": {many("{}", marks // 2)}}}',
    "texts": lambda marks: in_a_state("[" + ",".join(f'"{i}"' for i in range(marks)) + "]"),
    "meta": lambda marks: (
        f'{{"vars": [], "states": [{{}}], "#meta": {{"a": {many("{}", marks)}}}}}'
    ),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_trace_takes_no_more_memory_than_its_brackets_and_commas_tell(
    bomb: Callable[[int], str],
) -> None:
    text = bomb(20_000)
    marks = sum(map(text.count, "[{,"))
    assert marks <= 41_000
    tracemalloc.start()
    try:
        itf.parse(text)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < BYTES_PER_MARK * marks


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_text_of_too_many_brackets_and_commas_is_refused_unread(
    bomb: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = bomb(400)
    marks = sum(map(text.count, "[{,"))
    monkeypatch.setattr(json_text, "MARKS_MAX", marks)
    itf.parse(text)
    monkeypatch.setattr(json_text, "MARKS_MAX", marks - 1)
    with pytest.raises(TraceError, match=rf"has {marks:,} brackets and commas, more than"):
        itf.parse(text + "this is not even JSON")
