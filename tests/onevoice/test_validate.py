"""`onevoice validate`: logs of members, held against the specification, from the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from impl.core import Member
from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather
from tests.onevoice.conftest import Run as Onevoice

WEATHER = Weather(sending_view=False)
Logs = Mapping[str, Sequence[Mapping[str, Any]]]


def histories(seed: int, make_member: Any = Member) -> dict[str, list[dict[str, Any]]]:
    return Storm(seed, WEATHER, make_member).run().histories


def written(folder: Path, logs: Logs) -> str:
    folder.mkdir()
    for number, events in enumerate(logs.values()):
        lines = "".join(json.dumps(event) + "\n" for event in events)
        (folder / f"{number}.jsonl").write_text(lines)
    return str(folder)


def test_the_logs_of_a_storm_are_accepted(onevoice: Onevoice, tmp_path: Path) -> None:
    logs = histories(3)
    ran = onevoice("validate", written(tmp_path / "logs", logs))
    assert ran.code == 0, ran.out
    assert "Accepted: the logs are a behaviour of the specification." in ran.out
    lives = sum(map(bool, logs.values()))
    assert f"{sum(map(len, logs.values()))} events of {lives} members" in ran.out


def test_deliveries_may_be_left_out_if_that_is_said(onevoice: Onevoice, tmp_path: Path) -> None:
    thin = {
        life: [
            {name: value for name, value in event.items() if name != "seq"}
            for event in events
            if event["event"] != "deliver"
        ]
        for life, events in histories(3).items()
    }
    folder = written(tmp_path / "logs", thin)
    assert onevoice("validate", "--silent", "deliver", folder).code == 0
    ran = onevoice("validate", folder)
    assert ran.code == 14
    assert "has not been delivered before" in " ".join(ran.out.split())


def test_logs_of_members_that_are_wrong_are_not_accepted(
    onevoice: Onevoice, tmp_path: Path
) -> None:
    for seed in range(1, 60):
        folder = written(tmp_path / str(seed), histories(seed, VARIANTS["ignores-indicator"]))
        ran = onevoice("validate", folder)
        if ran.code:
            assert ran.code == 14
            text = " ".join(ran.out.split())
            assert "Not accepted" in text
            assert "transmit(" in text
            assert "is not enabled" in text
            assert "What the specification allows there" in text
            return
    pytest.fail("no storm showed it")


def test_what_is_declared_silent_and_is_there_is_refused(
    onevoice: Onevoice, tmp_path: Path
) -> None:
    ran = onevoice("validate", "--silent", "deliver", written(tmp_path / "logs", histories(3)))
    assert ran.code == 2
    assert "`deliver` is declared silent, but there are" in ran.err


def test_a_log_that_leaves_open_too_much_is_not_judged(onevoice: Onevoice, tmp_path: Path) -> None:
    bare = {
        life: [
            {"member": life, "event": event["event"]}
            | ({"subgroups": event["subgroups"]} if "subgroups" in event else {})
            for event in events
        ]
        for life, events in histories(3).items()
    }
    ran = onevoice("validate", written(tmp_path / "logs", bare))
    assert ran.code in (0, 15, 75), ran.out
    assert "Assumed" in ran.out


def test_what_is_no_log_is_wrong_usage(onevoice: Onevoice, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("nothing\n")
    ran = onevoice("validate", str(tmp_path / "x.jsonl"))
    assert ran.code == 2
    assert "x.jsonl: line 1: the line is no JSON" in ran.err
    assert onevoice("validate").code == 2
