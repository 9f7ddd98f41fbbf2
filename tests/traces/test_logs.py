"""Logs may be partial, and what is there must be right: nothing is skipped."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from traces.errors import TraceError
from traces.logs import read_logs

ACK = {"member": "a#1", "event": "acknowledge", "view": "1.x"}


def written(folder: Path, *events: dict[str, Any], name: str = "log.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return path


def test_lives_may_be_interleaved_in_a_file(tmp_path: Path) -> None:
    other = {**ACK, "member": "b#1"}
    read = read_logs([written(tmp_path, ACK, other, ACK)])
    assert read == {"a#1": [ACK, ACK], "b#1": [other]}


def test_a_folder_stands_for_the_logs_in_it(tmp_path: Path) -> None:
    written(tmp_path, ACK, name="a.jsonl")
    written(tmp_path, {**ACK, "member": "b#1"}, name="b.jsonl")
    (tmp_path / "notes.txt").write_text("no log")
    assert list(read_logs([tmp_path])) == ["a#1", "b#1"]


def test_a_last_line_that_was_cut_short_is_dropped(tmp_path: Path) -> None:
    path = written(tmp_path, ACK)
    with path.open("a") as file:
        file.write('{"member": "a#1", "ev')
    assert read_logs([path]) == {"a#1": [ACK]}


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ({**ACK, "event": "nap"}, "there is no event 'nap'"),
        ({"member": "a#1"}, "there is no event NoneType"),
        ({**ACK, "member": "a"}, "not name#incarnation"),
        ({"event": "acknowledge"}, "not name#incarnation"),
        ({**ACK, "veiw": "1.x"}, "`acknowledge` has no field 'veiw'"),
        ({**ACK, "view": "x"}, "`view` is 'x', which does not fit"),
        ({**ACK, "seq": 2}, "`seq` does not count on"),
        ({**ACK, "state": {"indicator": 1}}, "`state` has not a truth value"),
        ({**ACK, "state": {"tired": True}}, "`state` has no field 'tired'"),
        ({**ACK, "event": "deliver", "kind": "ack", "digest": "d"}, "has no field 'digest'"),
        ({**ACK, "event": "deliver", "kind": "nod"}, "`kind` is 'nod'"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, event: dict[str, Any], problem: str
) -> None:
    path = written(tmp_path, {**ACK, "member": "b#1"}, event)
    with pytest.raises(TraceError, match=f"{path}: line 2: .*{problem}"):
        read_logs([path])


def test_a_field_that_is_declared_to_be_ignored_is_not_looked_at(tmp_path: Path) -> None:
    path = written(tmp_path, {**ACK, "clock": 3})
    assert read_logs([path], ["clock"]) == {"a#1": [ACK]}


def test_nothing_comes_after_the_end_of_a_life(tmp_path: Path) -> None:
    path = written(tmp_path, {"member": "a#1", "event": "close"}, ACK)
    with pytest.raises(TraceError, match="an event of a#1 after its `close`"):
        read_logs([path])


def test_a_life_is_in_one_file(tmp_path: Path) -> None:
    paths = [written(tmp_path, ACK, name=name) for name in ("a.jsonl", "b.jsonl")]
    with pytest.raises(TraceError, match=r"events of a#1 are in another file"):
        read_logs(paths)


def test_too_many_events_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, ACK, ACK, ACK)
    assert len(read_logs([path], events_max=3)["a#1"]) == 3
    with path.open("a") as file:
        file.write("nothing\n")
    with pytest.raises(TraceError, match=r"there are more than 3 events.*--max-events"):
        read_logs([path], events_max=3)
    other = written(tmp_path, {**ACK, "member": "b#1"}, name="b.jsonl")
    with pytest.raises(TraceError, match=r"b\.jsonl: there are more than 4 events"):
        read_logs([path, other], events_max=4)


def test_a_million_lines_are_refused_by_default(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    path.write_bytes(b"{}\n" * 1_000_000)
    with pytest.raises(TraceError, match="more than 100,000 events"):
        read_logs([path])


def test_what_is_no_log_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TraceError, match="it is no regular file"):
        read_logs([tmp_path / "pipe"])
    with pytest.raises(TraceError, match="no log is there"):
        read_logs([tmp_path])
    with pytest.raises(TraceError, match="No such file"):
        read_logs([tmp_path / "gone.jsonl"])
