"""`onevoice demo`: what it shows is what happened, and it checks that itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

from tests.onevoice.conftest import Run


def test_the_successor_speaks_only_if_it_must(onevoice: Run) -> None:
    ran = onevoice("demo", "--plain")
    assert ran.code == 0, ran.out + ran.err
    scenes = ran.out.split("\n\n")
    before, after = next(s for s in scenes if "about to speak" in s), scenes[-2]
    assert "a1 is killed, before its data is out" in before
    assert "a2 speaks for a1+a2+a3" in before
    assert "a2 is killed, after its data is out" in after
    assert "a3 speaks" not in after
    for scene in (before, after):
        assert "complete: everyone has the data of 2 parts" in scene
    assert "colour = red" in scenes[-1]


def test_it_leaves_nothing_behind(onevoice: Run, tmp_path: Path) -> None:
    assert onevoice("demo", "--plain").code == 0
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_it(program: Callable[..., Popen[str]]) -> None:
    import signal

    running = program("demo", "--plain")
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert err == "onevoice: Interrupted.\n"
