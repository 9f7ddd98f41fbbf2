"""A rejection names the member, its event, the guard that is false, and what was possible.

The explanations are in `explained.txt`, which `--update-golden` rewrites; a person reviews it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.validate.short import judged

EXPLAINED = Path(__file__).with_name("explained.txt")
Log = Mapping[str, str]

A2 = "install v1, acknowledge, data a1 v1, data b1 v1, ack b1 v1, install v2"
B1 = "install v1, transmit, acknowledge, data a1 v1, data b1 v1, ack b1 v1, install v2"
ALL = "data a1 v1, data b1 v1, ack a1 v1, ack b1 v1, ack a2 v1"

CASES: Mapping[str, Log] = {
    "a successor speaks though its subgroup has been spoken for": {
        "a1#1": "install v1, transmit", "a2#1": A2 + ", transmit", "b1#1": B1,
    },
    "a leader acknowledges before it transmits": {
        "a1#1": "install v1, acknowledge, transmit", "a2#1": "install v1", "b1#1": "install v1",
    },
    "a member completes without every acknowledgment": {
        "a1#1": "install v1, transmit, acknowledge", "a2#1": A2.replace("install v2", "complete"),
        "b1#1": B1,
    },
    "a member that has every acknowledgment goes on before it completes": {
        "a1#1": "install v1, transmit, acknowledge",
        "a2#1": f"install v1, acknowledge, {ALL}, install v2",
        "b1#1": f"install v1, transmit, acknowledge, {ALL}, complete, install v2",
    },
    "a member delivers what its sender never sent": {
        "a1#1": "install v1, close", "a2#1": "install v1, data a1 v1", "b1#1": "install v1",
    },
    "a member delivers messages of one sender in another order": {
        "a1#1": "install v1, transmit, acknowledge", "a2#1": "install v1, ack a1 v1, data a1 v1",
        "b1#1": "install v1",
    },
    "a member believes that it leads, and does not": {
        "a1#1": "install v1", "a2#1": "install v1 leads", "b1#1": "install v1",
    },
    "the data of a subgroup is not the same everywhere": {
        "a1#1": "install v1, transmit =A", "a2#1": "install v1, data a1 v1 =X",
        "b1#1": "install v1",
    },
    "a message is of a view that its sender was not in": {
        "a1#1": "install v1, transmit", "a2#1": A2, "b1#1": B1 + ", data a1 v2",
    },
}  # fmt: skip


def explained(title: str, log: Log) -> str:
    verdict = judged(log)
    assert not verdict.accepted, title
    assert verdict.rejected is not None, title
    life, index, why = verdict.rejected
    lines = [f"# {title}", *(f"{life}: {text}" for life, text in log.items()), ""]
    lines += [f"{life}, event {index + 1}, {log[life].split(', ')[index]}: {why}"]
    if verdict.stuck is not None:
        lines += [f"  possible: {step}" for step in verdict.stuck.possible]
    return "\n".join(lines)


def test_explanations_are_as_reviewed(update_golden: bool) -> None:
    text = "\n\n".join(explained(title, log) for title, log in CASES.items()) + "\n"
    if update_golden:
        EXPLAINED.write_text(text, encoding="utf-8")
    assert text == EXPLAINED.read_text(encoding="utf-8")


@pytest.mark.parametrize("title", CASES)
def test_without_the_event_that_is_named_there_is_a_behaviour(title: str) -> None:
    """It is that event that is to blame, not one that only waits for it."""
    log = dict(CASES[title])
    rejected = judged(log).rejected
    assert rejected is not None
    life, index, _ = rejected
    log[life] = ", ".join(log[life].split(", ")[:index])
    if index == 0:
        del log[life]
    assert judged(log).accepted
