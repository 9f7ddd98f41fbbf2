"""JSON text that nobody vouches for: read strictly, with the place of whatever is wrong.

The decoder of the standard library takes what RFC 8259 does not allow (NaN), keeps one of two
fields of the same name, cannot say where a number or a name stands, and may need fifty times the
memory of a text. Here a text is read once, from left to right, and refused at the first place that
is wrong. How much memory that may take is known before: every value but the outermost stands
behind a bracket or a comma, and these are counted first. With the limits below a trace that is read
takes at most half a gigabyte, half of it only if the text has characters beyond 16 bits.
"""

from __future__ import annotations

import json
import math
import re
import stat
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from traces.errors import TraceError, quoted

Json: TypeAlias = Any
BYTES_MAX = 32 * 2**20
MARKS_MAX = 500_000  # opening brackets and commas, those within strings included
NESTING_MAX = 128
DIGITS_MAX = 1000
_NO_TRACE = "name a file that `onevoice check` wrote (they end in .itf.json)"

# Each of these matches everywhere, if only nothing. The groups of the first two: where it begins,
# a string without escapes, the quote of any other string, a number, its fraction or exponent, a
# word, a bracket.
_NOTHING, _PLAIN, _QUOTE, _NUMBER, _FRACTION, _WORD, _BRACKET = range(1, 8)
_STRING = r'[ \t\n\r]*+()(?:"([^"\\\x00-\x1f]*+)"|(")|'
_BEGINS_NAME = re.compile(_STRING + ")").match
_BEGINS_VALUE = re.compile(
    _STRING + r"(-?(?:0|[1-9][0-9]*+)((?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?))"
    r"|(true|false|null)|([\[{])|)"
).match
_COMES_NEXT = re.compile(r"[ \t\n\r]*+([,:\]}]|)").match
_WORDS = {"true": True, "false": False, "null": None}
_DECODE = json.JSONDecoder().raw_decode
_SURROGATE = re.compile("[\ud800-\udfff]")


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        TraceError: there is no such file, it is none, or it is too large or not UTF-8.
    """
    file = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise TraceError("this is not a file", advice=_NO_TRACE, file=file)
        content, size = b"", status.st_size
        if size <= BYTES_MAX:
            with path.open("rb") as opened:
                content = opened.read(BYTES_MAX + 1)  # some files do not tell their size, or grow
            size = max(size, len(content))
        if size > BYTES_MAX:
            raise TraceError(
                f"the file has {size:,} bytes, more than the {BYTES_MAX:,} that are read",
                advice=_NO_TRACE,
                file=file,
            )
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise TraceError(
            "the text is not UTF-8", advice=_NO_TRACE, file=file, place=f"byte {error.start}"
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TraceError(
            f"the file cannot be read ({reason})", advice=_NO_TRACE, file=file
        ) from None


def decode(text: str) -> Json:
    """The value that a JSON text stands for.

    No object in it has a name twice, every string in it can be written as UTF-8, its numbers are
    finite and not too long, and its brackets are nested at most `NESTING_MAX` deep.

    Raises:
        TraceError: the text is not JSON, is too large, or something else is in it.
    """
    marks = text.count("[") + text.count("{") + text.count(",")
    if marks > MARKS_MAX:
        raise TraceError(
            f"the text has {marks:,} brackets and commas, more than the {MARKS_MAX:,} that are read"
        )
    return _Reader(text).read()


class _Reader:
    """Reads one text. Its methods take where something begins and return where it ends."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._names: dict[str, str] = {}  # so that a name that stands often is kept once

    def read(self) -> Json:
        value, at = self._value(0, NESTING_MAX)
        mark, at = self._next(at)
        if mark or at < len(self._text):
            self._not_json(at - len(mark), "nothing must be here")
        return value

    def _value(self, at: int, nesting: int) -> tuple[Json, int]:
        begin = _BEGINS_VALUE(self._text, at)
        assert begin is not None
        kind, end = begin.lastindex, begin.end()
        if kind == _BRACKET:
            if nesting == 0:
                self._refuse(end - 1, f"brackets are nested more than {NESTING_MAX} deep")
            return (self._items if begin[kind] == "[" else self._fields)(end, nesting - 1)
        if kind == _NUMBER:
            return self._number(begin), end
        if kind == _WORD:
            return _WORDS[begin[kind]], end
        if kind == _NOTHING:
            self._not_json(end, "a value must be here")
        return self._string(begin)

    def _items(self, at: int, nesting: int) -> tuple[list[Json], int]:
        items: list[Json] = []
        mark, end = self._next(at)
        if mark == "]":
            return items, end
        while True:
            item, at = self._value(at, nesting)
            items.append(item)
            mark, at = self._next(at)
            if mark == "]":
                return items, at
            if mark != ",":
                self._not_json(at - len(mark), "`,` or `]` must be here")

    def _fields(self, at: int, nesting: int) -> tuple[dict[str, Json], int]:
        fields: dict[str, Json] = {}
        mark, end = self._next(at)
        if mark == "}":
            return fields, end
        while True:
            begin = _BEGINS_NAME(self._text, at)
            assert begin is not None
            if begin.lastindex == _NOTHING:
                self._not_json(begin.end(), "a name must be here")
            name, at = self._string(begin)
            if name in fields:
                problem = f"an object has the field {quoted(name[:99])} twice"
                self._refuse(begin.start(_NOTHING), problem)
            mark, at = self._next(at)
            if mark != ":":
                self._not_json(at - len(mark), "`:` must be here")
            fields[self._names.setdefault(name, name)], at = self._value(at, nesting)
            mark, at = self._next(at)
            if mark == "}":
                return fields, at
            if mark != ",":
                self._not_json(at - len(mark), "`,` or `}` must be here")

    def _next(self, at: int) -> tuple[str, int]:
        """The mark that comes next, empty if something else does, and where it ends."""
        found = _COMES_NEXT(self._text, at)
        assert found is not None
        return found[1], found.end()

    def _string(self, begin: re.Match[str]) -> tuple[str, int]:
        string, end = begin[_PLAIN], begin.end()
        if begin.lastindex == _QUOTE:
            try:
                string, end = _DECODE(self._text, end - 1)
            except json.JSONDecodeError as error:
                self._not_json(error.pos, error.msg)
        if not string.isascii() and _SURROGATE.search(string):
            self._refuse(begin.start(_NOTHING), "half of a surrogate pair is no character")
        return string, end

    def _number(self, begin: re.Match[str]) -> int | float:
        digits, at = begin[_NUMBER], begin.start(_NUMBER)
        if (count := len(digits.removeprefix("-"))) > DIGITS_MAX:
            self._refuse(at, f"a number has {count:,} digits, the most is {DIGITS_MAX:,}")
        if not begin[_FRACTION]:
            return int(digits)
        if not math.isfinite(number := float(digits)):
            self._refuse(at, f"{quoted(digits)} is too large a number")
        return number

    def _not_json(self, at: int, problem: str) -> NoReturn:
        self._refuse(at, f"the text is not JSON: {problem}")

    def _refuse(self, at: int, problem: str) -> NoReturn:
        line = self._text.count("\n", 0, at) + 1
        column = at - self._text.rfind("\n", 0, at)
        raise TraceError(problem, place=f"line {line}, column {column}")
