"""`onevoice run`: members as processes, spoken to in lines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from traces.history import judge_files

ROOT = Path(__file__).parents[2]


class Member:
    """A member that a test talks to, in JSON Lines."""

    def __init__(self, folder: Path, name: str, *words: str) -> None:
        self.name = name
        self.events: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "onevoice", "run", "--json", "--name", name),
                *("--directory", str(folder / "d"), "--log", str(folder / f"{name}.jsonl")),
                *words,
            ],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def read(self, key: str) -> dict[str, Any]:
        """The next line that has this key; those before it are events."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            line: dict[str, Any] = json.loads(text)
            if "event" in line:
                self.events.append(line)
            if key in line:
                return line
        raise AssertionError(f"{self.name} has ended")

    def tell(self, command: str | None = None) -> None:
        """Gives a command, or ends the input."""
        assert self.process.stdin is not None
        if command is None:
            self.process.stdin.close()
        else:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()

    def ask(self, command: str) -> Any:
        """Gives a command and returns its answer."""
        self.tell(command)
        return self.read("answer")["value"]

    def comes_to_say(self, command: str, expected: Any) -> None:
        """Asks until the answer is this one, for what others do reaches it in its own time."""
        for _ in range(10_000):
            answer = self.ask(command)
            if answer == expected:
                return
        raise AssertionError(f"{self.name} still answers {command!r} with {answer}")


Start = Callable[..., Member]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    members: list[Member] = []

    def start_member(name: str, *words: str) -> Member:
        members.append(Member(tmp_path, name, *words))
        return members[-1]

    yield start_member
    for member in members:
        member.process.kill()
        member.process.wait()
        for stream in (member.process.stdin, member.process.stdout, member.process.stderr):
            if stream is not None:
                stream.close()


def test_a_joiner_gets_what_the_group_has_and_writes_reach_all(start: Start) -> None:
    """R9, R13: programs of one machine, started by the command line."""
    first = start("a1")
    first.read("joined")
    first.ask("put colour red")
    second = start("b1")
    second.read("joined")
    assert second.ask("show") == {"colour": "red"}
    second.ask("put shape very round")
    second.ask("delete colour")
    assert second.ask("show") == {"shape": "very round"}
    first.comes_to_say("show", {"shape": "very round"})
    assert first.ask("members") == ["a1", "b1"]


def killed_leader(start: Start, when: str) -> tuple[Member, Member]:
    """a1 and a2 hold something, b1 joins, and a1 is killed meanwhile; who is left."""
    first = start("a1")
    first.read("joined")
    first.ask("put colour red")
    second = start("a2")
    second.read("joined")
    first.ask(f"die {when}")
    third = start("b1")
    third.read("joined")
    assert third.ask("show") == {"colour": "red"}
    assert first.process.wait() == -signal.SIGKILL
    return second, third


def test_a_leader_that_dies_before_it_speaks_is_succeeded(start: Start, tmp_path: Path) -> None:
    """R5, R13: its process is killed."""
    second, third = killed_leader(start, "speaking")
    assert second.ask("metrics")["transmissions"] == 1
    for member in (second, third):
        member.ask(f"put {member.name} done")
    for member in (second, third):  # both have heard of both
        member.comes_to_say("show", {"a2": "done", "b1": "done", "colour": "red"})
    judgement = judge_files(
        [tmp_path / f"{name}.jsonl" for name in ("a1", "a2", "b1")],
        at_rest=[[second.events[-1]["member"], third.events[-1]["member"]]],
        total_order=True,
    )
    assert judgement.holds, judgement.violations
    assert judgement.counts.rounds_max == 2


def test_a_leader_that_dies_when_its_data_is_out_is_not(start: Start) -> None:
    """R2, R13: its process is killed."""
    second, third = killed_leader(start, "spoken")
    assert second.ask("metrics")["transmissions"] == 0
    assert third.ask("metrics")["duplicates"] == 0


def left(first: Member, second: Member, log: Path) -> None:
    """The second member leaves of its own will, and the first one, which stays, is told."""
    assert second.process.wait() == 0
    first.comes_to_say("members", ["a1"])
    assert json.loads(log.read_text().splitlines()[-1])["event"] == "close"


def test_quit_leaves(start: Start, tmp_path: Path) -> None:
    first, second = start("a1"), start("a2")
    second.read("joined")
    second.tell("quit")
    left(first, second, tmp_path / "a2.jsonl")


def test_the_end_of_the_input_leaves(start: Start, tmp_path: Path) -> None:
    first, second = start("a1"), start("a2")
    second.read("joined")
    second.tell()
    left(first, second, tmp_path / "a2.jsonl")


def test_a_member_that_is_to_stay_leaves_when_it_is_terminated(
    start: Start, tmp_path: Path
) -> None:
    first, second = start("a1"), start("a2", "--stay")
    second.read("joined")
    second.tell()
    first.ask("put colour red")
    while second.read("event")["event"] != "update":
        pass
    second.process.send_signal(signal.SIGTERM)
    left(first, second, tmp_path / "a2.jsonl")


def test_a_line_that_is_no_command_is_told_and_does_no_harm(start: Start) -> None:
    first = start("a1")
    first.read("joined")
    first.tell("frobnicate\nput key\n\nshow")
    assert "no command 'frobnicate'" in first.read("problem")["problem"]
    assert "no command 'put key'" in first.read("problem")["problem"]
    assert first.read("answer")["value"] == {}


def test_what_cannot_be_joined_or_written_ends_with_a_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / "d").write_text("no folder")
    hopeless = start("a1")
    _, err = hopeless.process.communicate()
    assert hopeless.process.returncode in (2, 69)
    assert err.startswith("onevoice: ")
    assert err.count("\n") == 1
