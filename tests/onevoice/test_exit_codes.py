"""Every end of a command has its exit code and, if it is a complaint, one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import model.search
from model.search import EngineDisagreement
from onevoice.cli import COMMANDS
from tests.onevoice.conftest import Run


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--groups 2", 0),
        ("--groups 1+1 --failures 0 --delivery sending-view", 0),  # some properties are vacuous
        ("--groups 2 --variant shared-key", 12),
        ("--groups 2 --variant shared-key --property transmissions", 12),
        ("--groups 2 --variant ignores-indicator --property SilentIfSpokenFor", 12),
        ("--groups 2 --variant unreported-failures", 13),
        ("--groups 2+1j --variant no-view-synchrony --property deadlock", 11),
        ("--groups 2 --variant false-suspicion", 10),
        ("--groups 2 --failures 0 --property Uniform --property Announced", 15),
        ("--groups 2 --max-states 50", 75),
        ("--groups 2 --max-seconds 1e-9", 75),
        ("--groups 2 --variant shared-key --stop-at-first", 12),
        ("--groups 2 --variant shared-key --max-states 50", 12),
    ],
)
def test_a_search_ends_with_the_code_for_what_was_found(
    options: str, code: int, onevoice: Run
) -> None:
    ran = onevoice("check", *options.split())
    assert ran.code == code
    assert ran.err == ""


def test_nothing_holds_that_a_property_left_out_would_have_said(onevoice: Run) -> None:
    ran = onevoice("check", "--groups", "2", "--variant", "unreported-failures", "--no-liveness")
    assert ran.code == 0
    assert "Not checked: Termination, Coverage" in ran.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("chek", "no command 'chek': did you mean 'check'?"),
        ("check --grops 2", "no such option '--grops'"),
        ("check --groups 0+x", "groups '0+x': '0' is no subgroup: write sizes joined by `+`"),
        ("check --groups 99+99", "198 members, the most is 26"),
        ("check --groups 1,1 --requests 1", "groups '1,1' make 2 requests, not 1"),
        ("check --views 1", "with 1 the exchange would get stuck"),
        ("check --failures -1", "-1 is not in the range"),
        ("check --variant no-wating", "no variant 'no-wating': did you mean 'no-waiting'?"),
        ("check --property atmostonce", "no property 'atmostonce': did you mean 'AtMostOnce'?"),
        ("check --property xyzzy", "no property 'xyzzy': choose from deadlock, AtMostOnce"),
        ("check --delivery post", "'post' is not one of 'sending-view', 'same-view'"),
        ("check --engine spin", "'spin' is not one of 'native', 'interp'"),
        ("check --max-memory 3Q", "'3Q' is no size: write bytes, or as in 512M or 4G"),
        ("check --max-memory 1K", "raise --max-memory"),
        ("check --no-liveness --property Coverage", "--no-liveness leaves no property to check"),
        ("variants --variant no-wating", "did you mean 'no-waiting'?"),
        ("show", "missing argument 'TRACE'"),
        ("show absent.itf.json", "absent.itf.json: the file cannot be read"),
        ("replay .", ".: this is not a file; name a file that `onevoice check` wrote"),
    ],
)
def test_wrong_usage_is_said_in_one_line(words: str, said: str, onevoice: Run) -> None:
    ran = onevoice(*words.split())
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.startswith("onevoice: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("command", ["show", "replay"])
def test_a_broken_trace_is_said_in_one_line(command: str, onevoice: Run, tmp_path: Path) -> None:
    (tmp_path / "broken.itf.json").write_text('{"vars": [}')
    ran = onevoice(command, "broken.itf.json")
    assert ran.code == 2
    assert ran.err.startswith("onevoice: broken.itf.json: line 1, column 11: the text is not JSON")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (MemoryError(), 75, "onevoice: Out of memory: no state had been searched. Lower --max-m"),
        (EngineDisagreement("odd"), 70, "the interpreter does not confirm the native engine (odd)"),
        (EngineDisagreement("odd"), 70, "Please report this: onevoice check --groups 2 "),
        (KeyboardInterrupt(), 130, "onevoice: Interrupted: no state had been searched."),
        (ZeroDivisionError("x\ny"), 70, "a defect of onevoice: ZeroDivisionError: x y."),
    ],
)
def test_whatever_happens_in_a_search_is_said_in_one_line(
    error: BaseException, code: int, said: str, onevoice: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise error

    monkeypatch.setattr(model.search, "check", fails)
    ran = onevoice("check", "--groups", "2")
    assert ran.code == code
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_help_is_no_error(onevoice: Run) -> None:
    for words in ((), *((command,) for command in COMMANDS)):
        ran = onevoice(*words, "--help")
        assert ran.code == 0
        assert ran.out.startswith("Usage: onevoice")
