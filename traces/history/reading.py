"""Logs of members: JSON Lines to events, strictly.

The format, as it is published: a line is an object with `seq` (1, 2, … in the file), `member`
(name#incarnation), `event`, and what the event is about (`_FIELDS`); views are written epoch.tag.
`state` may be left out; if it is there, it is whole. Simulations add to `install` events that
start a request, and to `complete` events, `holds`: the digest of what the member holds then, or
null if it holds nothing.

Nothing is trusted and nothing wrong is skipped: whatever does not fit is a `TraceError` that
names the file and the line. Two things are allowed on purpose: further fields, for a later
version may have more to say, and a last line without its newline, which is dropped, for a member
that is killed may be in the middle of it.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

from traces.errors import TraceError, quoted

Event: TypeAlias = Mapping[str, Any]

LINE_BYTES_MAX = 16 * 2**20
EPOCH_DIGITS_MAX = 18
TEXT_MAX = 500  # characters of a name, view or digest
_NO_LOG = "name a log that a member wrote, whole, one file for each member life"


def _is_text(value: object) -> bool:
    return type(value) is str and _is_printable(value)


@lru_cache(maxsize=2**16)
def _is_printable(text: str) -> bool:
    """What is shown to people must not move their cursor."""
    return 0 < len(text) <= TEXT_MAX and text.isprintable()


@lru_cache(maxsize=2**16)
def epoch_of(view: str) -> int:
    """The epoch of a view's name, or -1 if it is none."""
    epoch, dot, tag = view.partition(".")
    good = dot and tag and epoch.isascii() and epoch.isdecimal() and len(epoch) <= EPOCH_DIGITS_MAX
    return int(epoch) if good and _is_printable(view) else -1


@lru_cache(maxsize=2**16)
def _names_a_life(text: str) -> bool:
    name, _, incarnation = text.rpartition("#")
    return bool(name and incarnation) and _is_printable(text)


def _is_view(value: object) -> bool:
    return type(value) is str and epoch_of(value) >= 0


def _is_member(value: object) -> bool:
    return type(value) is str and _names_a_life(value)


def _is_size(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_digest(value: object) -> bool:
    return value is None or _is_text(value)


def _is_kind(value: object) -> bool:
    return type(value) is str and (value == "data" or value == "ack")


def _are_members(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 0
        and all(map(_is_member, value))
        and len(set(value)) == len(value)
    )


def _are_names(value: object) -> bool:
    return (
        isinstance(value, list | tuple)
        and all(map(_is_text, value))
        and len(set(value)) == len(value)
    )


def _are_digests(value: object) -> bool:
    return (
        type(value) is dict and all(map(_is_text, value)) and all(map(_is_digest, value.values()))
    )


def _are_subgroups(value: object) -> bool:
    """Whether they are a partition of the members is for the judge to say."""
    if not isinstance(value, list | tuple) or not all(type(each) is dict for each in value):
        return False
    if not all(
        _is_text(each.get("name"))
        and _are_members(each.get("members"))
        and type(each.get("bears_data")) is bool
        for each in value
    ):
        return False
    return len({each["name"] for each in value}) == len(value)


_Check: TypeAlias = Callable[[object], bool]
_FIELDS: Mapping[str, tuple[tuple[str, _Check], ...]] = {
    "install": (("view", _is_view), ("request", _is_view), ("members", _are_members)),
    "deliver": (
        ("kind", _is_kind),
        ("sender", _is_member),
        ("view", _is_view),
        ("request", _is_view),
    ),
    "transmit": (
        ("view", _is_view),
        ("request", _is_view),
        ("bytes", _is_size),
        ("digest", _is_digest),
    ),
    "acknowledge": (("view", _is_view), ("request", _is_view)),
    "complete": (
        ("view", _is_view),
        ("request", _is_view),
        ("data", _are_digests),
        ("lost", _are_names),
    ),
    "update": (("sender", _is_member), ("view", _is_view), ("digest", _is_digest)),
    "close": (),
}
_OF_DATA: tuple[tuple[str, _Check], ...] = (("bytes", _is_size), ("digest", _is_digest))
_ABSENT = object()


def _check_fields(event: Event, fields: Iterable[tuple[str, _Check]], partial: bool) -> None:
    for name, fits in fields:
        value = event.get(name, _ABSENT)
        if value is _ABSENT:
            if partial:
                continue
            _malformed(f"`{name}` is missing")
        if not fits(value):
            _malformed(f"`{name}` is {quoted(value)}, which does not fit")


_STATE = ("indicator", "leads", "completed")


def check_event(event: Event, *, partial: bool = False) -> None:
    """Checks that an event is one of the format, but for `seq` and `member`.

    Args:
        event: a line of a log.
        partial: whether fields may be missing.

    Raises:
        TraceError: if it is none.
    """
    name = event.get("event")
    fields = _FIELDS.get(name) if type(name) is str else None
    if fields is None:
        _malformed(f"there is no event {quoted(name)}")
    _check_fields(event, fields, partial)
    if name == "deliver" and event.get("kind", "data" if partial else None) == "data":
        _check_fields(event, _OF_DATA, partial)
    elif name == "install":
        if event.get("view", "") == event.get("request", "") or "view" not in event:
            _check_fields(event, (("subgroups", _are_subgroups),), partial)
        elif event.get("subgroups") is not None and "request" in event:
            _malformed("`subgroups` of a view that starts no request")
    if "holds" in event and not _is_digest(event["holds"]):
        _malformed(f"`holds` is {quoted(event['holds'])}, which is no digest")
    state = event.get("state", _ABSENT)
    if state is not _ABSENT and not (
        type(state) is dict
        and (partial or all(each in state for each in _STATE))
        and all(type(state[each]) is bool for each in _STATE if each in state)
    ):
        _malformed("`state` has not a truth value for each of indicator, leads, completed")


_BESIDES: Mapping[str, frozenset[str]] = {
    "install": frozenset({"subgroups", "holds"}),
    "deliver": frozenset(name for name, _ in _OF_DATA),
    "complete": frozenset({"holds"}),
}


def known_fields(event: Event) -> frozenset[str]:
    """The fields that an event like this one may have."""
    name = event["event"]
    besides = _BESIDES.get(name, frozenset()) if event.get("kind") != "ack" else frozenset()
    return besides | {each for each, _ in _FIELDS[name]} | {"seq", "member", "event", "state"}


def check_life(life: str, events: Sequence[Event]) -> None:
    """Checks that the events are the log of one member life.

    Args:
        life: name#incarnation.
        events: in the order of the log.

    Raises:
        TraceError: if an event is not of the format, not of this life, or out of sequence.
    """
    if not _is_member(life):
        _malformed(f"{quoted(life)} is no member life (name#incarnation)")
    number, closed = 0, False
    for number, event in enumerate(events, start=1):
        try:
            if not isinstance(event, dict):
                _malformed("it is no object")
            seq = event.get("seq")
            if type(seq) is not int or seq != number:
                _malformed(f"`seq` is not {number}")
            if event.get("member") != life:
                _malformed(f"`member` is {quoted(event.get('member'))}, not {quoted(life)}")
            if closed:
                _malformed("it comes after `close`")
            check_event(event)
            closed = event["event"] == "close"
        except TraceError as error:
            raise error.within(place=f"event {number}") from None


def _malformed(problem: str) -> NoReturn:
    raise TraceError(problem, advice=_NO_LOG)


def read_log(path: str | Path) -> list[dict[str, Any]]:
    """Reads the log of one member life.

    Args:
        path: a file of JSON Lines. If its last line has no newline, that line is dropped.

    Returns:
        Its events; none if the member was killed before it had written one.

    Raises:
        TraceError: if it is no readable file, or anything in it is malformed.
    """
    events = list(read_lines(path))
    if events:
        life = events[0].get("member")
        try:
            check_life(life if isinstance(life, str) else "", events)
        except TraceError as error:
            place = error.place.replace("event", "line")
            raise TraceError(
                error.problem, advice=error.advice, file=str(path), place=place or "line 1"
            ) from None
    return events


def read_lines(path: str | Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON Lines, one by one, whatever is in them.

    Raises:
        TraceError: if it is no readable file, or a line is no object.
    """
    path, number = Path(path), 0
    decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)
    try:
        # What is no regular file may have no end, and opening it may wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            _malformed("it is no regular file")
        with path.open("rb") as file:
            while line := file.readline(LINE_BYTES_MAX + 1):
                number += 1
                if len(line) > LINE_BYTES_MAX:
                    _malformed("the line is too long")
                if not line.endswith(b"\n"):
                    break
                yield _event(line, decoder)
    except OSError as error:
        raise TraceError(
            error.strerror or "it cannot be read", advice=_NO_LOG, file=str(path)
        ) from None
    except TraceError as error:
        raise error.within(str(path), f"line {number}" if number else "") from None


def _event(line: bytes, decoder: json.JSONDecoder) -> dict[str, Any]:
    try:
        event = decoder.decode(line.decode("utf-8"))
    except UnicodeDecodeError:
        _malformed("the line is not UTF-8")
    except (ValueError, RecursionError):
        _malformed("the line is no JSON")
    if type(event) is not dict:
        _malformed("the line is no object")
    return event


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        _malformed("a field occurs twice")
    return made


def _no_constant(name: str) -> NoReturn:
    _malformed(f"{name} is no JSON")
