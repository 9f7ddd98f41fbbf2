"""A report of a gate that knows little says so, and is never greener than the gate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onevoice.exits import Exit
from onevoice.gate.check import Check, Wrong
from onevoice.gate.checks.search import Search
from onevoice.gate.plan import KINDS, read_plan
from onevoice.gate.records import CorpusRecord
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.rows import rows
from onevoice.web.report import report_of
from onevoice.web.report.checks import SHOWN
from onevoice.web.report.content import content_of
from tests.web.conftest import gate, plan_file
from tests.web.outline import Element, Outline

LATE = (Wrong(Exit.LIMIT, "there was no time left for it"),)


@pytest.fixture(scope="module")
def gated(tmp_path_factory: pytest.TempPathFactory) -> Gated:
    """A gate in which all is as it must be, and no trace is kept."""
    folder = tmp_path_factory.mktemp("gate")
    found = gate(plan_file(folder, folder))
    return replace(found, done=tuple(d for d in found.done if d.check.kind != "corpus"))


def read(gated: Gated) -> Element:
    table = rows([found for _, found in gated.shipped], gated.caught, gated.proved)
    return Outline.of(report_of(gated, table, None)).root


def verdict(gated: Gated) -> Element:
    (head,) = read(gated).all("header")
    (found,) = (e for e in head.all() if e.attributes.get("class", "").startswith("verdict"))
    return found


def but(gated: Gated, how: How, kinds: Mapping[str, int]) -> Gated:
    """The same gate, but of the last few checks of some kinds nothing is known.

    Args:
        gated: a gate.
        how: why nothing is known of them.
        kinds: of how many checks of each kind.
    """
    left, done = dict(kinds), []
    for each in reversed(gated.done):
        if left.get(each.check.kind, 0) > 0:
            left[each.check.kind] -= 1
            each = Done(each.check, how, None, LATE if how is How.NO_TIME else ())
        done.append(each)
    return replace(gated, done=tuple(reversed(done)))


def test_where_all_is_known_and_right_it_is_green(gated: Gated) -> None:
    found = verdict(gated)
    assert found.attributes["class"] == "verdict good"
    assert found.text == "✓ All of it is as it must be."


@pytest.mark.parametrize("tier", ["quick", "full", "deep"])
def test_a_gate_without_checks_is_not_green(tier: Any) -> None:
    found = verdict(Gated(tier, (), 0.0))
    assert found.attributes["class"] == "verdict unsure"
    assert found.text == "? Nothing is known, so nothing is right (exit code 15)."


def test_a_gate_of_which_nothing_is_known_is_not_green(gated: Gated) -> None:
    nothing = but(gated, How.UNCONCERNED, dict.fromkeys(KINDS, 99))
    found = verdict(nothing)
    assert found.attributes["class"] == "verdict unsure"
    assert "exit code 15" in found.text
    text = read(nothing).text
    assert "✓" not in text.replace("✓ true", "")
    assert "so it is not known either whether each property was really checked" in text


def test_what_no_change_concerns_is_said_to_be_unknown(gated: Gated) -> None:
    part = but(gated, How.UNCONCERNED, {"lockstep": 1, "storms": 1})
    assert part.exit is Exit.HOLDS
    found = verdict(part)
    assert found.attributes["class"] == "verdict unsure"
    assert "not everything was asked for" in found.text
    assert "2 not asked for, because no change concerns them" in found.text
    (lockstep,) = (t for t in read(part).all("table", class_="checks") if "Lockstep" in t.text)
    assert "? not asked for: no change concerns it" in lockstep.text


def test_what_there_was_no_time_for_is_wrong(gated: Gated) -> None:
    late = but(gated, How.NO_TIME, {"search": 3})
    found = verdict(late)
    assert found.attributes["class"] == "verdict bad"
    assert "3 things not as it must be (exit code 75)" in found.text
    assert "3 not done, because there was no time" in found.text
    assert not list(read(late).all("table", class_="heat"))


def test_a_run_of_the_shipped_protocol_that_is_not_known_is_counted_as_one(gated: Gated) -> None:
    more = Done(Search(groups="2"), How.UNCONCERNED, None)
    part = replace(gated, done=(*gated.done, more))
    (table,) = read(part).all("table", class_="requirements")
    assert "1 of 2: 1" in table.text
    assert "1 of 1" not in table.text.replace("lockstep 1 of 1", "")


def test_whatever_is_unknown_it_is_never_greener_than_the_gate(gated: Gated) -> None:
    for how in (How.UNCONCERNED, How.NO_TIME):
        for kind in {each.check.kind for each in gated.done}:
            part = but(gated, how, {kind: 1})
            style = verdict(part).attributes["class"]
            assert style == ("verdict bad" if part.exit is not Exit.HOLDS else "verdict unsure")


def test_a_kept_trace_that_is_gone_is_wrong(gated: Gated, tmp_path: Path) -> None:
    check: Check[Any] = next(
        c for c in read_plan(plan_file(tmp_path, tmp_path)).checks if c.kind == "corpus"
    )
    gone = CorpusRecord(seconds=0.1, traces=(str(tmp_path / "gone.itf.json"),), differences={})
    part = replace(gated, done=(*gated.done, Done(check, How.KEPT, gone)))
    assert part.exit is Exit.HOLDS
    content = content_of(part, (), None)
    assert content.exit is Exit.DIFFERS
    assert "gone.itf.json" in verdict(part).text
    assert verdict(part).attributes["class"] == "verdict bad"


def test_each_kind_of_check_has_a_table() -> None:
    assert SHOWN.keys() == KINDS.keys()
