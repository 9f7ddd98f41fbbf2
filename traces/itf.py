"""The Informal Trace Format: JSON text to values, strictly, and values to JSON text.

The format is that of Apalache's ADR-015 (2023), which Quint writes too: an object with `vars`,
`states`, and perhaps `params`, `loop` and `#meta`. A value is written as

- true, false, "text"; an integer as {"#bigint": "3"} (plain JSON integers are read as well, for
  Quint's evaluator writes them);
- a set as {"#set": [...]}, a map as {"#map": [[key, value], ...]}, a tuple as {"#tup": [...]},
  a sequence as [...], a record or a variant as {"field": ...}.

Nothing in a file is trusted: `json_text` bounds its size, its nesting and its numbers, every value
in it is checked here, and whatever is wrong is a `TraceError` that names the place.
"""

from __future__ import annotations

import gc
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from traces.errors import TraceError, quoted
from traces.json_text import DIGITS_MAX, Json, decode, read_text

__all__ = [
    "FORMAT_DESCRIPTION", "Document", "Json", "Map", "Record", "Sequence", "Set", "Unserializable",
    "Value", "map_of", "parse", "read_text", "record_fields", "set_of", "tup", "unparse", "write",
]  # fmt: skip

FORMAT_DESCRIPTION = "https://apalache-mc.org/docs/adr/015adr-trace.html"
_SAME_HASH_MAX = 100
_PLACE_MAX = 120  # characters
_WRITABLE = (
    "names must not begin with `#`, `#meta` must hold JSON, every state all `vars`, and nothing "
    "may be larger than what is read"
)


class Set(frozenset["Value"]):
    """A set. Its order is that of the file, which means nothing, but is written again."""

    __slots__ = ("items",)
    items: tuple[Value, ...]

    def __new__(cls, items: Iterable[Value] = ()) -> Set:
        unique = dict.fromkeys(items)
        made = super().__new__(cls, unique)
        made.items = tuple(unique)
        return made


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of TLA+ or Quint."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """A function with a finite domain; no key occurs twice, and their order means nothing."""

    pairs: tuple[tuple[Value, Value], ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Map) and _same(self.pairs, other.pairs)

    def __hash__(self) -> int:
        return hash(sum(map(hash, self.pairs)))


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Fields by name, in any order; a variant is a record of `tag` and `value`."""

    fields: tuple[tuple[str, Value], ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Record) and _same(self.fields, other.fields)

    def __hash__(self) -> int:
        return hash(sum(map(hash, self.fields)))


@dataclass(frozen=True, slots=True)
class Unserializable:
    """Something its tool could not write, such as an infinite set, as text."""

    text: str


# A tuple is a Python tuple; a set any frozenset.
Value: TypeAlias = (
    "bool | int | str | tuple[Value, ...] | frozenset[Value] | Sequence | Map | Record"
    " | Unserializable"
)


@dataclass(frozen=True)
class Document:
    """A trace as the format has it, whatever the spec.

    Attributes:
        params: the names that the first state must have.
        variables: the names that every state must have.
        states: per state its fields, without `#meta`.
        state_metas: per state its `#meta`, as JSON.
        loop: the index of the state that follows the last one, in a lasso.
        meta: the `#meta` of the trace, as JSON.
    """

    params: tuple[str, ...]
    variables: tuple[str, ...]
    states: tuple[dict[str, Value], ...]
    state_metas: tuple[dict[str, Json], ...]
    loop: int | None
    meta: dict[str, Json]


# -- reading ------------------------------------------------------------------------------------


def parse(text: str) -> Document:
    """Reads a trace from its JSON text.

    Raises:
        TraceError: the text is no JSON, or no trace.
    """
    collects = gc.isenabled()
    gc.disable()  # nothing here refers to itself; to look for what does would double the time
    try:
        return _read_document(_object(decode(text), "the trace"))
    finally:
        if collects:
            gc.enable()


def record_fields(raw: Json) -> dict[str, Value]:
    """The fields of a record, such as a step that stands in a `#meta`.

    Raises:
        TraceError: it is no record, or a value in it is malformed.
    """
    return _read_fields(_object(raw, "a record"))


def _read_document(root: dict[str, Json]) -> Document:
    params = _names(root.get("params", []), "params")
    variables = _names(_required(root, "vars", "the trace"), "vars")
    raw = _required(root, "states", "the trace")
    if not isinstance(raw, list) or not raw:
        raise TraceError("`states` must be a list of at least one state")
    states: list[dict[str, Value]] = []
    metas: list[dict[str, Json]] = []
    required = dict.fromkeys((*params, *variables))
    for index, item in enumerate(raw):
        raw[index] = None  # so that only one state is there twice
        try:
            fields = _object(item, "a state")
            metas.append(_object(fields.pop("#meta", {}), "`#meta`"))
            states.append(_read_fields(fields))
            if not required.keys() <= states[-1].keys():
                lacking = next(name for name in required if name not in states[-1])
                raise TraceError(f"the state lacks {_shown(lacking)}")
        except TraceError as error:
            raise _within(error, f"state {index}") from None
        if index == 0:
            required = dict.fromkeys(variables)
    loop = root.get("loop")
    if loop is not None and (type(loop) is not int or not 0 <= loop < len(states)):
        raise TraceError(f"`loop` must be the index of a state, 0 to {len(states) - 1}")
    meta = _object(root.get("#meta", {}), "`#meta`")
    return Document(params, variables, tuple(states), tuple(metas), loop, meta)


def _object(value: Json, what: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise TraceError(f"{what} must be a JSON object, not {quoted(value)}")
    return value


def _required(fields: dict[str, Any], name: str, what: str) -> Json:
    if name not in fields:
        raise TraceError(f"{what} lacks {_shown(name)}")
    return fields[name]


def _names(value: Json, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise TraceError(f"`{what}` must be a list of names")
    return tuple(value)


def _read(value: Json) -> Value:
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, list):
        return Sequence(_read_items(value))
    if isinstance(value, float):
        raise TraceError(f"{value} is no integer, and the format has no other numbers")
    if not isinstance(value, dict):
        raise TraceError("null is no value of the format")
    for name in value:
        if name.startswith("#"):
            if len(value) > 1:
                raise TraceError(f"{_shown(name)} does not stand alone")
            return _read_special(name, value[name])
    return Record(tuple(_read_fields(value).items()))


def _read_special(name: str, content: Json) -> Value:
    match name, content:
        case "#bigint", str(digits):
            if not re.fullmatch(rf"-?[0-9]{{1,{DIGITS_MAX}}}", digits):
                raise TraceError(f"`#bigint` holds {_shown(digits)}, which is no integer")
            return int(digits)
        case "#tup", list(items):
            return _read_items(items)
        case "#set", list(items):
            made = Set(_comparable(_read_items(items)))
            if len(made) < len(items):
                raise TraceError("a `#set` holds something twice")
            return made
        case "#map", list(pairs):
            return _read_map(pairs)
        case "#unserializable", str(text):
            return Unserializable(text)
        case "#bigint" | "#unserializable", _:
            raise TraceError(f"`{name}` must hold a text, not {quoted(content)}")
        case "#tup" | "#set" | "#map", _:
            raise TraceError(f"`{name}` must hold a list, not {quoted(content)}")
        case _:
            raise TraceError(f"{_shown(name)} is no kind of value")


def _read_items(items: list[Json]) -> tuple[Value, ...]:
    made: list[Value] = []
    try:
        for item in items:
            made.append(_read(item))
    except TraceError as error:
        raise _within(error, f"item {len(made)}") from None
    return tuple(made)


def _read_fields(fields: dict[str, Json]) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for name, value in fields.items():
        try:
            made[name] = _read(value)
        except TraceError as error:
            raise _within(error, _shown(name)) from None
    return made


def _read_map(pairs: list[Json]) -> Map:
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise TraceError("`#map` must hold pairs [key, value]")
    keys = _comparable(_read_items([key for key, _ in pairs]))
    if len(dict.fromkeys(keys)) < len(keys):
        raise TraceError("a `#map` holds a key twice")
    return Map(tuple(zip(keys, _read_items([value for _, value in pairs]), strict=True)))


def _comparable(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The values, unless to tell whether they are distinct would take for ever.

    They are distinct as Python has it: true and 1 are the same. No tool mixes their types.
    """
    if len(values) > _SAME_HASH_MAX:
        same = max(Counter(map(hash, values)).values())
        if same > _SAME_HASH_MAX:
            raise TraceError(f"{same:,} values are the same, or chosen so that they have one hash")
    return values


def _same(one: tuple[tuple[Any, Value], ...], other: tuple[tuple[Any, Value], ...]) -> bool:
    return len(one) == len(other) and dict(one) == dict(other)


def _shown(text: str) -> str:
    return quoted(text[:99])  # what is longer is cut off anyway, so it need not be escaped


def _within(error: TraceError, place: str) -> TraceError:
    """The same error with the place around it, and not too much of the place within it."""
    inner = error.place if len(error.place) <= _PLACE_MAX else error.place[:_PLACE_MAX] + "..."
    return TraceError(error.problem, advice=error.advice, place=inner).within(place=place)


# -- writing ------------------------------------------------------------------------------------


def write(document: Document) -> str:
    """The JSON text of a trace, which `parse` reads as the same document.

    Raises:
        TraceError: there is no such text.
    """
    try:
        states = [
            ({"#meta": meta} if meta else {}) | {name: _write(v) for name, v in fields.items()}
            for fields, meta in zip(document.states, document.state_metas, strict=True)
        ]
        text = _text(document.params, document.variables, states, document.loop, document.meta)
        same = parse(text) == document
    except (RecursionError, TypeError, ValueError) as error:
        raise TraceError(f"the trace cannot be written: {error}", advice=_WRITABLE) from None
    if not same:
        raise TraceError("the trace cannot be written so that it is read again", advice=_WRITABLE)
    return text


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
    return _text((), variables, states, loop, meta)


def _text(
    params: Collection[str], variables: Collection[str], states: list[dict[str, Json]],
    loop: int | None, meta: dict[str, Json],
) -> str:  # fmt: skip
    head: dict[str, Json] = {"#meta": meta}
    head |= {"params": params} if params else {}
    head |= {"vars": variables}
    head |= {} if loop is None else {"loop": loop}
    lines = ",\n".join("  " + json.dumps(s, ensure_ascii=False) for s in states)
    start = json.dumps(head, ensure_ascii=False, indent=2).removesuffix("\n}")
    return f'{start},\n  "states": [\n{lines}\n  ]\n}}\n'


def _write(value: Value) -> Json:
    match value:
        case bool() | str():
            return value
        case int():
            return {"#bigint": str(value)}
        case tuple():
            return tup([_write(item) for item in value])
        case Set():
            return set_of([_write(item) for item in value.items])
        case frozenset():
            return set_of(sorted((_write(item) for item in value), key=json.dumps))
        case Sequence():
            return [_write(item) for item in value.items]
        case Map():
            return map_of([(_write(key), _write(item)) for key, item in value.pairs])
        case Record():
            return {name: _write(item) for name, item in value.fields}
        case Unserializable():
            return {"#unserializable": value.text}
        case _:
            assert_never(value)


def tup(items: list[Json]) -> Json:
    """A tuple as JSON."""
    return {"#tup": items}


def set_of(items: list[Json]) -> Json:
    """A set as JSON."""
    return {"#set": items}


def map_of(pairs: list[tuple[Json, Json]]) -> Json:
    """A map as JSON."""
    return {"#map": [list(pair) for pair in pairs]}
