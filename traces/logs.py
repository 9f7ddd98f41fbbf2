"""Logs as they are found: of one life or of many in a file, whole or with things left out.

What is there must be right (`traces.history.reading` says the format), and what is not may be
missing. Nothing is skipped: a kind of event or a field that is not of the format is an error,
unless the field is declared to be ignored.
"""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

from traces.errors import TraceError, quoted
from traces.history.reading import LINE_BYTES_MAX, check_event, known_fields, read_lines

EVENTS_MAX = 100_000
"""Of all logs together, unless more are asked for."""
_ADVICE = "name logs that members wrote, or the folder that they are in"
_FEWER = (
    "validate the logs of fewer lives, or the first part of each log; --max-events sets the limit "
    "higher, and may take very long"
)
_FIELD = "leave it out, or declare that it is to be ignored"


def read_logs(
    paths: Iterable[Path], ignored: Collection[str] = (), *, events_max: int = EVENTS_MAX
) -> dict[str, list[Any]]:
    """Reads the events of all lives in some logs.

    Args:
        paths: files of JSON Lines, or folders with such files (`*.jsonl`). The lines of a life are
            in one file, in the order in which it wrote them; those of other lives may be between.
        ignored: fields that are not looked at.
        events_max: of all lives together. Lines are counted before anything in them is read.

    Returns:
        The events of each life, by its name#incarnation.

    Raises:
        TraceError: a file cannot be read, or something in it is malformed, or a life is in two, or
            there are too many events.
    """
    logs: dict[str, list[Any]] = {}
    files = _files(paths)
    _count(files, events_max)
    for path in files:
        here: dict[str, list[Any]] = {}
        for number, event in enumerate(read_lines(path), start=1):
            try:
                _take_in(event, here, ignored)
            except TraceError as error:
                raise error.within(str(path), f"line {number}") from None
        for life, events in here.items():
            if life in logs:
                raise TraceError(
                    f"events of {life} are in another file, too", advice=_ADVICE, file=str(path)
                )
            logs[life] = events
    return logs


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            found = sorted(path.glob("*.jsonl"))
            if not found:
                raise TraceError("no log is there (*.jsonl)", advice=_ADVICE, file=str(path))
            files += found
        else:
            files.append(path)
    return files


def _count(files: Sequence[Path], most: int) -> None:
    """Refuses logs with too many lines, before they are read.

    What cannot be counted is left to whoever reads it, who says what is wrong.
    """
    count = 0
    for path in files:
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                continue
            with path.open("rb") as file:
                while line := file.readline(LINE_BYTES_MAX):
                    count += line.endswith(b"\n")
                    if count > most:
                        raise TraceError(
                            f"there are more than {most:,} events, the most that are held against "
                            "the specification at once", advice=_FEWER, file=str(path),
                        )  # fmt: skip
        except OSError:
            continue


def _take_in(event: dict[str, Any], here: dict[str, list[Any]], ignored: Collection[str]) -> None:
    """Checks a line, and adds it to its life's events."""
    life = event.get("member")
    name, _, incarnation = life.rpartition("#") if isinstance(life, str) else ("", "", "")
    if not (name and incarnation and isinstance(life, str) and life.isprintable()):
        raise TraceError(f"`member` is {quoted(life)}, not name#incarnation", advice=_ADVICE)
    check_event(event, partial=True)
    unknown = sorted(event.keys() - known_fields(event) - set(ignored))
    if unknown:
        raise TraceError(f"`{event['event']}` has no field {quoted(unknown[0])}", advice=_FIELD)
    known = ("indicator", "leads", "completed")
    strange = sorted(set(event.get("state", {})) - set(known) - set(ignored))
    if strange:
        raise TraceError(f"`state` has no field {quoted(strange[0])}", advice=_FIELD)
    events = here.setdefault(life, [])
    if events and events[-1]["event"] == "close":
        raise TraceError(f"an event of {life} after its `close`", advice=_ADVICE)
    if "seq" in event and event["seq"] != len(events) + 1:
        raise TraceError(
            f"`seq` does not count on: {life} has its event {len(events) + 1} here, so that an "
            "event is missing or too many", advice="leave `seq` out if events were left out",
        )  # fmt: skip
    events.append({key: value for key, value in event.items() if key not in ignored})
