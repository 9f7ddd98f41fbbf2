"""Whoever logs nothing that can be held against the specification is told so, never "accepted"."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from model.protocol import Delivery
from tests.onevoice.conftest import Run as Onevoice
from tests.onevoice.conftest import onevoice as onevoice
from tests.validate.cases import SCOPES, whole
from tests.validate.mutants import without
from traces.errors import TraceError
from traces.validate import Validator
from traces.validate.verdict import KINDS, SILENT_KINDS

Logs = Mapping[str, Sequence[Mapping[str, Any]]]
CLOSE = {"seq": 1, "member": "a1#1", "event": "close"}
UPDATE = {"seq": 1, "member": "a1#1", "event": "update", "view": "1.t0", "digest": "A"}


def written(folder: Path, *events: Mapping[str, Any]) -> str:
    file = folder / "log.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events))
    return str(file)


@pytest.mark.parametrize(
    "logs",
    [{}, {"a1#1": []}, {"a1#1": [], "b1#1": []}, {"a1#1": [CLOSE]}, {"a1#1": [UPDATE]}],
    ids=["no log", "an empty one", "empty ones", "only closes", "only updates"],
)
def test_logs_without_an_event_that_could_be_held_against_it_are_an_error(logs: Logs) -> None:
    with pytest.raises(TraceError, match="no event that could be held against the specification"):
        Validator().validate(logs)


@pytest.mark.parametrize("groups", SCOPES)
@pytest.mark.parametrize("delivery", list(Delivery))
def test_with_all_kinds_silent_only_the_views_are_held_against_it_and_that_is_said(
    groups: str, delivery: Delivery
) -> None:
    for seed in range(80, 84):
        logs = without(whole(groups, delivery, seed).logs, *SILENT_KINDS)
        verdict = Validator(delivery).validate(logs, SILENT_KINDS)
        assert verdict.accepted
        assert verdict.constrained == verdict.events["install"] > 0
        assert verdict.constrained + verdict.outside == verdict.events.total()


@pytest.mark.parametrize("groups", SCOPES)
@pytest.mark.parametrize("delivery", list(Delivery))
def test_of_whole_logs_all_events_are_held_against_it(groups: str, delivery: Delivery) -> None:
    for seed in range(90, 94):
        verdict = Validator(delivery).validate(whole(groups, delivery, seed).logs)
        assert verdict.accepted
        assert verdict.constrained == sum(verdict.events[kind] for kind in KINDS) > 0
        assert verdict.guesses == []


def test_a_kind_of_event_that_is_unknown_is_an_error(onevoice: Onevoice, tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="there is no event 'dance'"):
        Validator().validate({"a1#1": [{"member": "a1#1", "event": "dance"}]})
    ran = onevoice("validate", written(tmp_path, {"member": "a1#1", "event": "dance"}))
    assert ran.code == 2
    assert "dance" in ran.err


def test_a_field_that_is_unknown_is_an_error_unless_it_is_to_be_ignored(
    onevoice: Onevoice, tmp_path: Path
) -> None:
    install, *_ = whole("1+1", Delivery.SAME_VIEW, 1).logs["a1#1"]
    file = written(tmp_path, {**install, "colour": "red"})
    ran = onevoice("validate", file)
    assert ran.code == 2
    assert "`install` has no field 'colour'" in ran.err
    assert onevoice("validate", "--ignore", "colour", file).code == 0


def test_the_command_refuses_what_says_nothing(onevoice: Onevoice, tmp_path: Path) -> None:
    for events in ((), (CLOSE,)):
        ran = onevoice("validate", written(tmp_path, *events))
        assert ran.code == 2
        assert "no event" in ran.err or "empty" in ran.err


@pytest.mark.parametrize("kind", ["install", "update", "close", "dance"])
def test_what_has_to_be_logged_cannot_be_silent(kind: str) -> None:
    logs = whole("1+1", Delivery.SAME_VIEW, 1).logs
    with pytest.raises(TraceError, match=f"'{kind}' cannot be silent"):
        Validator().validate(logs, (kind,))
