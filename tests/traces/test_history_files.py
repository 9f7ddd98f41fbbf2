"""Logs as files: read as they were written, and refused at the line where anything is wrong."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.traces.test_history_scenes import join, succession
from traces.errors import TraceError
from traces.history import judge, judge_files, read_log

Event: TypeAlias = dict[str, Any]

INSTALL: Event = {
    "seq": 1,
    "member": "a#1",
    "event": "install",
    "view": "1.x",
    "request": "1.x",
    "members": ["a#1"],
    "subgroups": [{"name": "a", "members": ["a#1"], "bears_data": True}],
    "state": {"indicator": False, "leads": True, "completed": False},
}
DATA: Event = {
    "event": "deliver",
    "kind": "data",
    "sender": "a#1",
    "view": "1.x",
    "request": "1.x",
    "bytes": 3,
    "digest": None,
}
COMPLETE: Event = {
    "event": "complete",
    "view": "1.x",
    "request": "1.x",
    "data": {"a": None},
    "lost": [],
}


def changed(of: Event, **fields: object) -> Event:
    return {**of, **fields}


def lacking(of: Event, field: str) -> Event:
    return {name: value for name, value in of.items() if name != field}


def write(path: Path, *events: Event, end: str = "") -> Path:
    lines = [json.dumps({"seq": n, "member": "a#1", **each}) for n, each in enumerate(events, 1)]
    path.write_text("".join(line + "\n" for line in lines) + end)
    return path


@pytest.fixture
def log(tmp_path):
    return tmp_path / "a.jsonl"


def written(scene, folder) -> list[Path]:
    paths = []
    for life, events in scene.logs.items():
        path = folder / f"{life}.jsonl"
        path.write_text("".join(json.dumps(event) + "\n" for event in events))
        paths.append(path)
    return paths


def test_a_log_is_read_as_it_was_written(log):
    assert read_log(write(log, INSTALL, DATA)) == [INSTALL, {"seq": 2, "member": "a#1", **DATA}]


def test_files_are_judged_as_histories_are(tmp_path):
    scene = succession()
    assert judge_files(written(scene, tmp_path)) == judge(scene.logs)


def test_a_last_line_that_was_cut_short_is_dropped(log):
    assert len(read_log(write(log, INSTALL, DATA, end='{"seq": 3, "mem'))) == 2
    assert len(read_log(write(log, INSTALL, DATA, end=json.dumps({"seq": 3})))) == 2


def test_a_member_that_was_killed_before_its_first_line_has_no_history(log):
    assert read_log(write(log, end='{"seq"')) == []
    assert judge_files([log]).counts.members == 0


def test_a_line_that_is_cut_short_before_others_is_malformed(log):
    log.write_text(json.dumps(INSTALL) + '\n{"seq": 2, "mem\n')
    with pytest.raises(TraceError, match=r"a.jsonl: line 2: the line is no JSON"):
        read_log(log)


def test_a_log_that_ends_without_close_may_have_lost_its_tail(tmp_path):
    scene = join()
    scene.remove("a", event="complete", view="2.x")
    for event in scene.find("a", view="2.x"):
        if event["event"] != "install":
            scene.logs["a#1"].remove(event)
    assert set(judge(scene.logs).violated) >= {"NothingInvented"}
    paths = written(scene, tmp_path)
    judged = judge_files(paths)
    assert judged.holds
    assert judged.counts.excused == 2
    assert not judge_files(paths, killed=()).holds
    assert "NothingInvented" in judge_files(paths, at_rest=[{"a#1", "b#1"}]).violated


def test_members_that_left_have_lost_nothing(tmp_path):
    scene = join()
    for event in scene.find("a", view="2.x"):
        if event["event"] != "install":
            scene.logs["a#1"].remove(event)
    scene.note("a", "close")
    scene.without_states()
    assert set(judge_files(written(scene, tmp_path)).violated) == {"NothingInvented"}


def test_two_logs_of_one_life_are_refused(log, tmp_path):
    other = write(tmp_path / "b.jsonl", INSTALL)
    with pytest.raises(TraceError, match="another log of 'a#1'"):
        judge_files([write(log, INSTALL), other])


SUBGROUP = {"name": "a", "members": ["a#1"], "bears_data": True}
MALFORMED: dict[str, Event] = {
    "an unknown event": {"event": "explode"},
    "an event that is no text": {"event": ["install"]},
    "no event": {"view": "1.x"},
    "a gap": changed(DATA, seq=3),
    "a number that is a truth value": changed(DATA, seq=True),
    "another member": changed(DATA, member="b#1"),
    "a missing field": lacking(DATA, "sender"),
    "data without digest": lacking(DATA, "digest"),
    "data of negative size": changed(DATA, bytes=-1),
    "data of broken size": changed(DATA, bytes=1.5),
    "an unknown kind": changed(DATA, kind="rumour"),
    "a view without tag": changed(DATA, view="1"),
    "a view with a bad epoch": changed(DATA, view="²._"),
    "a view with a huge epoch": changed(DATA, view="9" * 5000 + ".x"),
    "a member without incarnation": changed(DATA, sender="a"),
    "text that moves the cursor": changed(DATA, digest="\x1b[2J"),
    "text that is no text": changed(DATA, digest="\ud800"),
    "a digest that is none": changed(DATA, digest=5),
    "half a state": changed(DATA, state={"indicator": True}),
    "a state that is none": changed(DATA, state=None),
    "no members": changed(INSTALL, members=[], seq=2),
    "a member twice": changed(INSTALL, members=["a#1", "a#1"], seq=2),
    "a list as a member": changed(INSTALL, members=[["a#1"]], seq=2),
    "a request without subgroups": changed(lacking(INSTALL, "subgroups"), seq=2),
    "subgroups without a request": changed(INSTALL, view="2.x", seq=2),
    "subgroups that are none": changed(INSTALL, subgroups=["a"], seq=2),
    "subgroups of one name": changed(INSTALL, subgroups=[SUBGROUP, SUBGROUP], seq=2),
    "subgroups that do not say": changed(INSTALL, subgroups=[lacking(SUBGROUP, "name")], seq=2),
    "a result that is none": changed(COMPLETE, data=["a"]),
    "a result of numbers": changed(COMPLETE, data={"a": 1}),
    "lost that is none": changed(COMPLETE, lost="a"),
    "what is held that is no digest": changed(COMPLETE, holds=1),
}


@pytest.mark.parametrize("event", MALFORMED.values(), ids=MALFORMED)
def test_an_event_that_does_not_fit_is_refused_with_its_line(log, event):
    with pytest.raises(TraceError) as refused:
        read_log(write(log, INSTALL, event))
    assert refused.value.file == str(log)
    assert refused.value.place == "line 2"
    assert str(refused.value).isprintable()


def test_nothing_comes_after_close(log):
    with pytest.raises(TraceError, match="line 3: it comes after `close`"):
        read_log(write(log, INSTALL, {"event": "close"}, {"event": "close"}))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"5",
        b"null",
        b"NaN",
        b"\xff\xfe",
        b'{"seq": 1, "seq": 1}',
        b'{"seq": 1} {"seq": 2}',
        b'{"seq": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"{}",
    ],
    ids=lambda line: ascii(line)[:20],
)
def test_a_line_that_is_no_event_is_refused(log, line):
    log.write_bytes(line + b"\n")
    with pytest.raises(TraceError, match="line 1"):
        read_log(log)


def test_a_line_without_end_is_not_read_into_memory(log, monkeypatch):
    monkeypatch.setattr("traces.history.reading.LINE_BYTES_MAX", 1000)
    log.write_bytes(b" " * 2000)
    with pytest.raises(TraceError, match="line 1: the line is too long"):
        read_log(log)


def test_what_is_no_regular_file_is_refused(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        with pytest.raises(TraceError, match="no regular file"):
            read_log(path)
    with pytest.raises(TraceError, match="No such file"):
        read_log(tmp_path / "nothing")
