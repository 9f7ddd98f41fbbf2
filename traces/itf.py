"""The Informal Trace Format: JSON text to values, strictly, and values to JSON text.

The format is that of Apalache's ADR-015 (2023), which Quint writes too: an object with `vars`,
`states`, and perhaps `params`, `loop` and `#meta`. A value is written as

- true, false, "text"; an integer as {"#bigint": "3"} (plain JSON integers are read as well);
- a set as {"#set": [...]}, a map as {"#map": [[key, value], ...]}, a tuple as {"#tup": [...]},
  a sequence as [...], a record or a variant as {"field": ...}.

Nothing in a file is trusted: its size, its nesting, its numbers and every value in it are
checked, and whatever is wrong is a `TraceError` that names the place.
"""

from __future__ import annotations

import json
import re
import stat
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from traces.errors import TraceError, quoted

Json: TypeAlias = Any
BYTES_MAX = 256 * 2**20
NESTING_MAX = 64
DIGITS_MAX = 1000
FORMAT_DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html"
_NO_TRACE = "name a file that `onevoice check` wrote (they end in .itf.json)"


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of TLA+ or Quint."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A function with a finite domain; no key occurs twice."""

    pairs: tuple[tuple[Value, Value], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Fields by name; a variant is a record of `tag` and `value`."""

    fields: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Unserializable:
    """Something its tool could not write, as text."""

    text: str


# A tuple is a Python tuple, a set a frozenset.
Value: TypeAlias = (
    "bool | int | str | tuple[Value, ...] | frozenset[Value] | Sequence | Map | Record"
    " | Unserializable"
)


@dataclass(frozen=True)
class Document:
    """A trace as the format has it, whatever the spec.

    Attributes:
        variables: the names of `params` and `vars`.
        states: per state its fields, without `#meta`.
        state_metas: per state its `#meta`, as JSON.
        loop: the index of the state that follows the last one, in a lasso.
        meta: the `#meta` of the trace, as JSON.
    """

    variables: tuple[str, ...]
    states: tuple[dict[str, Value], ...]
    state_metas: tuple[dict[str, Json], ...]
    loop: int | None
    meta: dict[str, Json]


def read_text(path: Path) -> str:
    """The text of a trace file.

    Raises:
        TraceError: there is no such file, it is none, or it is too large or not UTF-8.
    """
    file = str(path)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise TraceError("this is not a file", advice=_NO_TRACE, file=file)
        if status.st_size > BYTES_MAX:
            raise TraceError(
                f"the file has {status.st_size:,} bytes, more than the {BYTES_MAX:,} that are read",
                advice=_NO_TRACE,
                file=file,
            )
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise TraceError(
            "the text is not UTF-8", advice=_NO_TRACE, file=file, place=f"byte {error.start}"
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise TraceError(
            f"the file cannot be read ({reason})", advice=_NO_TRACE, file=file
        ) from None


def parse(text: str) -> Document:
    """Reads a trace from its JSON text.

    Raises:
        TraceError: the text is no JSON, or no trace.
    """
    root = _object(_json(text), "the trace")
    params = _names(root.get("params", []), "params")
    variables = (*params, *_names(_required(root, "vars", "the trace"), "vars"))
    raw = _required(root, "states", "the trace")
    if not isinstance(raw, list) or not raw:
        raise TraceError("`states` must be a list of at least one state")
    states: list[dict[str, Value]] = []
    metas: list[dict[str, Json]] = []
    for index, item in enumerate(raw):
        try:
            fields = _object(item, "a state")
            metas.append(_object(fields.get("#meta", {}), "`#meta`"))
            states.append({n: _field(n, v) for n, v in fields.items() if n != "#meta"})
            for name in variables[len(params) if index else 0 :]:
                _required(states[-1], name, "the state")
        except TraceError as error:
            raise error.within(place=f"state {index}") from None
    loop = root.get("loop")
    if loop is not None and (type(loop) is not int or not 0 <= loop < len(states)):
        raise TraceError(f"`loop` must be the index of a state, 0 to {len(states) - 1}")
    meta = _object(root.get("#meta", {}), "`#meta`")
    return Document(variables, tuple(states), tuple(metas), loop, meta)


def unparse(
    variables: list[str], states: list[dict[str, Json]], loop: int | None, meta: dict[str, Json]
) -> str:
    """The JSON text of a trace, one line a state, so that files compare line by line.

    Args:
        variables: the names that every state has.
        states: the states' fields as JSON values, `#meta` included.
        loop: the index of the state that follows the last one, in a lasso.
        meta: the `#meta` of the trace.
    """
    head = {"#meta": meta, "vars": variables} | ({} if loop is None else {"loop": loop})
    lines = ",\n".join("  " + json.dumps(s, ensure_ascii=False) for s in states)
    start = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")
    return f'{start},\n  "states": [\n{lines}\n  ]\n}}\n'


def record_fields(raw: Json) -> dict[str, Value]:
    """The fields of a record, such as a step that stands in a `#meta`.

    Raises:
        TraceError: it is no record, or a value in it is malformed.
    """
    return {name: _field(name, value) for name, value in _object(raw, "a record").items()}


def tup(items: list[Json]) -> Json:
    """A tuple as JSON."""
    return {"#tup": items}


def set_of(items: list[Json]) -> Json:
    """A set as JSON."""
    return {"#set": items}


def map_of(pairs: list[tuple[Json, Json]]) -> Json:
    """A map as JSON."""
    return {"#map": [list(pair) for pair in pairs]}


# -- JSON ---------------------------------------------------------------------------------------


def _json(text: str) -> Json:
    def no_float(digits: str) -> NoReturn:
        raise TraceError(f"{quoted(digits)} is not an integer, and the format has no other numbers")

    def integer(digits: str) -> int:
        if len(digits) > DIGITS_MAX:
            raise TraceError(f"a number has {len(digits):,} digits, the most is {DIGITS_MAX}")
        return int(digits)

    def fields(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        made = dict(pairs)
        if len(made) != len(pairs):
            twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise TraceError(f"an object has the field {quoted(twice)} twice")
        return made

    try:
        return json.loads(
            text,
            parse_float=no_float,
            parse_int=integer,
            parse_constant=no_float,
            object_pairs_hook=fields,
        )
    except json.JSONDecodeError as error:
        raise TraceError(
            f"the text is not JSON: {error.msg}",
            place=f"line {error.lineno}, column {error.colno}",
        ) from None
    except RecursionError:
        raise TraceError(f"values are nested more than {NESTING_MAX} deep") from None


def _object(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TraceError(f"{what} must be a JSON object, not {quoted(value)}")
    return value


def _required(fields: dict[str, Json], name: str, what: str) -> Json:
    if name not in fields:
        raise TraceError(f"{what} lacks {quoted(name)}")
    return fields[name]


def _names(value: Json, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TraceError(f"`{what}` must be a list of names")
    return tuple(value)


# -- values -------------------------------------------------------------------------------------


def _field(name: str, value: Json) -> Value:
    try:
        return _value(value, NESTING_MAX)
    except TraceError as error:
        raise error.within(place=quoted(name)) from None


def _value(value: Json, nesting: int) -> Value:
    if nesting == 0:
        raise TraceError(f"values are nested more than {NESTING_MAX} deep")
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, list):
        return Sequence(_values(value, nesting))
    if not isinstance(value, dict):
        raise TraceError("null is no value of the format")
    special = [name for name in value if name.startswith("#")]
    if not special:
        return Record(tuple((name, _value(v, nesting - 1)) for name, v in value.items()))
    if len(value) > 1:
        raise TraceError(f"{quoted(special[0])} does not stand alone")
    return _special(special[0], value[special[0]], nesting)


def _special(name: str, content: Json, nesting: int) -> Value:
    match name, content:
        case "#bigint", str(digits):
            if not re.fullmatch(rf"-?[0-9]{{1,{DIGITS_MAX}}}", digits, re.ASCII):
                raise TraceError(f"`#bigint` holds {quoted(digits)}, which is no integer")
            return int(digits)
        case "#tup", list(items):
            return _values(items, nesting)
        case "#set", list(items):
            found = frozenset(_values(items, nesting))
            if len(found) != len(items):
                raise TraceError("a `#set` holds something twice")
            return found
        case "#map", list(pairs):
            return _map(pairs, nesting)
        case "#unserializable", str(text):
            return Unserializable(text)
        case "#bigint" | "#unserializable", _:
            raise TraceError(f"`{name}` must hold a text, not {quoted(content)}")
        case "#tup" | "#set" | "#map", _:
            raise TraceError(f"`{name}` must hold a list, not {quoted(content)}")
        case _:
            raise TraceError(f"{quoted(name)} is no kind of value")


def _values(items: list[Json], nesting: int) -> tuple[Value, ...]:
    return tuple(_value(item, nesting - 1) for item in items)


def _map(pairs: list[Json], nesting: int) -> Map:
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise TraceError("`#map` must hold pairs [key, value]")
    made = tuple((_value(k, nesting - 1), _value(v, nesting - 1)) for k, v in pairs)
    if len({key for key, _ in made}) != len(made):
        raise TraceError("a `#map` holds a key twice")
    return Map(made)
