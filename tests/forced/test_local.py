"""A schedule is forced upon real processes; they do what the trace says, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from impl.transports.local import Schedule
from model.protocol import Delivery, Variant
from tests.forced.made import counterexamples, texts, to_the_end
from traces.errors import TraceError
from traces.forced import counterpart, force, normal_form
from traces.forced import local as forcing
from traces.forced.events import Expected, Logged, in_words
from traces.forced.knowledge import Known, Words
from traces.forced.path import path_graph
from traces.run import Run

RUN = Run("2+1", 1)
ALL = ("install(a1, v0)", "install(a2, v0)", "install(b1, v0)")
OUT = ("order(data, a1, v0, v0)",)
HEARD = tuple(f"deliver({q}, data, a1, v0)" for q in ("b1", "a2", "a1"))


@pytest.fixture(autouse=True)
def nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file, and no process: all that are started are given the folder's name."""
    with TemporaryDirectory(prefix="ov-", dir="/tmp") as folder:
        monkeypatch.setattr(forcing, "_FOLDERS", folder)
        yield
        assert not list(Path(folder).iterdir())
        assert not [line for line in command_lines() if folder.encode() in line]


def command_lines() -> Iterator[bytes]:
    """Of all processes."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended
            yield path.read_bytes()


@pytest.mark.parametrize(
    ("delivery", "killed", "speaks"),
    [
        (Delivery.SAME_VIEW, ("crash(a1)", "exclude(v0, v1)"), "transmit(a2, v1)"),
        (Delivery.SAME_VIEW, (*OUT, HEARD[0], "crash(a1)"), None),
        (Delivery.SENDING_VIEW, (*OUT, *HEARD, "crash(a1)"), None),
    ],
    ids=["before its data is out", "while it is given to some", "after all have it"],
)
def test_a_leader_is_killed(
    delivery: Delivery, killed: tuple[str, ...], speaks: str | None
) -> None:
    """R2, R5: its successor speaks if nobody will ever hear it, and only then."""
    run = Run("2+1", 1, delivery=delivery)
    trace = to_the_end(run, *ALL, *killed)
    assert [text for text in texts(run, trace) if text.startswith("transmit(a2")] == (
        [speaks] if speaks else []
    )
    forced = force("local", run, trace, "shipped")
    assert forced.difference is None
    assert len(forced.taken) == forced.steps
    done = [text for taken in forced.taken for text in taken.done]
    assert "a1 is no more" in done
    assert "a2 enters v1" in done
    assert forced.compared > 15


def test_a_joiner_comes_in_the_middle_of_an_exchange() -> None:
    run = Run("1+1,1j", 0)
    trace = to_the_end(
        run, "install(a1, v0)", "install(b1, v0)", *OUT, "request(v0, v1, r1)", HEARD[2], HEARD[0],
        "install(c1, v1)",
    )  # fmt: skip
    forced = force("local", run, trace, "shipped")
    assert forced.difference is None
    assert forced.compared > 20
    assert force("simulated", run, trace, "shipped").difference is None


def test_a_leader_that_speaks_twice_is_followed_by_processes_that_do() -> None:
    """The letter of R3: with real processes, and the shipped ones do not."""
    run = Run("2+1", 1, variant=Variant.ON_RECEIPT_ONLY)
    twice = next(c for c in counterexamples(run) if c.violates == "transmissions")
    weaker, normal = normal_form("local", run, twice.trace)
    spoken = [text for text in texts(weaker, normal) if text.startswith("transmit(a1")]
    assert spoken == ["transmit(a1, v0)", "transmit(a1, v1)"]
    assert force("local", weaker, normal, counterpart(run.variant)).difference is None
    difference = force("local", weaker, normal, "shipped").difference
    assert difference is not None
    assert difference.text == (
        "a1 differs in indicator of transmit: set in the implementation, clear by the specification"
    )


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ("never-speaks", "a1 differs in what it does next: acknowledge (view v0, request v0, "
         "indicator clear, completed no) in the implementation, transmit (view v0, request v0, "
         "data A, indicator set, completed no) by the specification"),
        ("no-waiting", "a1 differs in what it does next: complete (view v0, request v0, data none, "
         "lost a1 a2 | b1, indicator set, completed yes) in the implementation, nothing by the "
         "specification"),
    ],
)  # fmt: skip
def test_processes_that_are_wrong_are_told_with_what_they_do(members: str, text: str) -> None:
    difference = force("local", RUN, to_the_end(RUN, "install(a1, v0)"), members).difference
    assert difference is not None
    assert difference.text == text


def test_a_process_that_ends_is_told_with_its_last_words() -> None:
    """Members of this name there are none, which only the process finds out."""
    forced = forcing.on_local(RUN, to_the_end(RUN, "install(a1, v0)"), "nonesuch", limit_s=3.0)
    assert forced.difference is not None
    assert forced.difference.variable == "whether it is connected"
    assert "no members are named 'nonesuch'" in forced.difference.implementation
    assert not forced.taken


def test_a_process_that_dies_in_the_middle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """b1 is killed when it has been formed a configuration with, which the trace does not do."""
    form = Schedule.form

    async def kill(schedule: Schedule, members: list[str]) -> None:
        await form(schedule, members)
        process = int(members[-1].rpartition("-")[2])
        os.kill(process, signal.SIGKILL)
        await schedule.until(lambda: schedule.waiting[members[-1]].is_gone)

    monkeypatch.setattr(Schedule, "form", kill)
    forced = forcing.on_local(RUN, to_the_end(RUN, "install(a1, v0)"))
    assert forced.difference is not None
    assert forced.difference.text == (
        "b1 differs in whether it is up: its process has ended in the implementation, yes by the "
        "specification"
    )


def test_a_process_that_does_nothing_is_told() -> None:
    """It is given less time than anything takes."""
    forced = forcing.on_local(RUN, to_the_end(RUN, "install(a1, v0)"), limit_s=1e-6)
    assert forced.difference is not None
    assert forced.difference.text == (
        "a1 differs in whether it is connected: not in 1e-06 s in the implementation, yes by the "
        "specification"
    )


def test_the_fixture_would_see_a_process_that_is_left(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print(flush=True); input()", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert [line for line in command_lines() if str(tmp_path).encode() in line]
        process.kill()


# -- what is compared -------------------------------------------------------------------------


def test_events_of_the_specification_say_all_that_a_log_says() -> None:
    run = Run("1+1j", 1)
    words = Words(run.finite)
    trace = to_the_end(run, "install(a1, v0)")
    expected = Expected(Known(run, path_graph(run.finite, trace)), words)
    found = {}
    for number, step in enumerate(trace.steps, 1):
        event = expected.of(step.action.name, step.args, number)
        if event is not None:
            found[run.finite.describe(step)] = in_words(event[1])
    assert found["install(a1, v0)"] == (
        "install (view v0, request v0, members a1 b1, subgroups a1 | b1 without data, "
        "indicator clear, completed no)"
    )
    assert found["transmit(a1, v0)"] == (
        "transmit (view v0, request v0, data A, indicator set, completed no)"
    )
    assert found["deliver(b1, data, a1, v0)"] == (
        "deliver (view v0, request v0, kind data, sender a1, data A, indicator clear, completed no)"
    )
    assert found["complete(b1, v0)"] == (
        "complete (view v0, request v0, data a1: A, lost none, indicator clear, completed yes)"
    )
    assert set(found) == {text for text in texts(run, trace) if not text.startswith("order")}


def test_what_a_log_has_otherwise_shows() -> None:
    """A view of another name, data that nobody holds, and what is no event."""
    logged = Logged(Words(RUN.finite))
    state = {"indicator": False, "completed": False}
    line = {"event": "install", "view": "1.x", "request": "1.x", "members": ["a1#1"],
            "state": state}  # fmt: skip
    assert logged.of(line)["view"] == "another view"
    logged.learn(line, {"event": "install", "view": "v0"})
    assert logged.of(line)["view"] == "v0"
    logged.learn({**line, "view": "1.y"}, {"event": "install", "view": "v0"})
    assert logged.of({**line, "view": "1.y"})["view"] == "another view"
    said = {"event": "transmit", "view": "1.x", "request": "1.x", "digest": "?", "state": state}
    assert logged.of(said)["data"] == "something else"
    assert logged.of({"event": "close"}) == {"event": "close"}
    with pytest.raises(TraceError, match="an event of a log lacks 'digest'"):
        logged.of({name: value for name, value in said.items() if name != "digest"})
