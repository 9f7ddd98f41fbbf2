"""What stands beside a behaviour: members upon whom it is forced, and logs that it shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from impl.core.variants import VARIANTS
from model.protocol import Variant
from onevoice.explorer import beside
from onevoice.explorer.answers import members_for, members_names
from onevoice.explorer.beside import implementation_data, logs_data
from onevoice.explorer.session import Session
from tests.explorer.logged import LOGS, REJECTED
from tests.explorer.walks import along, kept, last
from traces.forced import SHIPPED, maker, side_by_side
from traces.forced.core import on_core
from traces.run import Run
from traces.validate import validate

WRONG = ("shared-key", "indicator-on-receipt-only", "ignores-indicator")


def compared(name: str, members: str) -> dict[str, Any]:
    return implementation_data(along(kept(name))[-1], members)


@pytest.mark.parametrize("variant", WRONG)
def test_members_of_the_variant_do_the_same_in_every_step(variant: str) -> None:
    session = along(kept(f"{variant}/AtMostOnce"))[-1]
    said = implementation_data(session, members_for(session.run.variant))
    assert said["members"] == variant
    assert [row["status"] for row in said["rows"]] == ["same"] * len(session.states)
    assert len(said["states"]) == len(session.states)
    assert all(
        isinstance(cell, str | None)
        for state in said["states"] for variable in state["variables"] for cell in variable["cells"]
    )  # fmt: skip
    assert said["verdict"]["status"] == "true"


@pytest.mark.parametrize("variant", WRONG)
def test_members_that_are_right_differ_once_and_nothing_is_said_after_it(variant: str) -> None:
    found = kept(f"{variant}/AtMostOnce")
    said = compared(f"{variant}/AtMostOnce", SHIPPED)
    difference = on_core(found.run, found.trace).difference
    assert difference is not None
    statuses = [row["status"] for row in said["rows"]]
    after = len(found.trace) - difference.step
    assert statuses == ["same"] * difference.step + ["different"] + ["unknown"] * after
    row = said["rows"][difference.step]
    assert row["difference"]["model"] == difference.specification
    assert row["difference"]["other"] == difference.implementation
    assert difference.text in said["verdict"]["text"]
    differing = [
        (variable["name"], cell)
        for state in said["states"] for variable in state["variables"] for cell in variable["cells"]
        if isinstance(cell, list)
    ]  # fmt: skip
    assert (difference.variable, [difference.specification, difference.implementation]) in differing
    assert len(said["states"]) == difference.step + 1


def test_every_variable_of_every_live_member_is_shown_in_every_state() -> None:
    session = last(Run("2+1", 1), 40, seed=5)
    crashed = {
        step.args[0]: number
        for number, step in enumerate(session.steps, 1) if step.action.name == "crash"
    }  # fmt: skip
    assert crashed
    said = implementation_data(session, SHIPPED)
    for number, state in enumerate(said["states"]):
        assert state["members"] == ["a1", "a2", "b1"]
        assert len(state["variables"]) == 10
        for variable in state["variables"]:
            gone = [m for m, cell in enumerate(variable["cells"]) if cell is None]
            assert gone == sorted(m for m, when in crashed.items() if when <= number)


def test_a_step_says_what_it_changed_on_both_sides() -> None:
    said = compared("indicator-on-receipt-only/AtMostOnce", SHIPPED)
    row = said["rows"][2]
    assert row["model"] == {"text": "transmit(a1, v0)", "lines": ["+ sent(data, a1, v0)"]}
    assert row["other"]["text"] == "a1 transmits, as is due"
    assert "a1: the indicator: clear → set" in row["other"]["lines"]
    assert said["rows"][0]["model"]["lines"] == said["rows"][0]["other"]["lines"] == []


@pytest.mark.parametrize("name", ["shared-key/AtMostOnce", "ignores-indicator/AtMostOnce"])
def test_what_is_compared_is_what_replay_compares(name: str) -> None:
    found = kept(name)
    for members in (SHIPPED, *WRONG):
        both = side_by_side(found.run, found.trace, maker(members))
        assert both.forced == on_core(found.run, found.trace, maker(members))


def test_what_is_refused_is_still_a_state() -> None:
    """Where a member refuses what it is given it knows what it knew."""

    def deaf(me: Any) -> Any:
        member = VARIANTS["acks-without-round"](me)

        def refuse(*args: object) -> None:
            from impl.core import ProtocolError

            raise ProtocolError("it is deaf")

        member.__class__ = type("Deaf", (member.__class__,), {"deliver": refuse, "receive": refuse})
        return member

    session = last(Run("1+1", 0), 30, seed=2)
    both = side_by_side(session.run, session.trace, deaf)
    assert both.forced.difference is not None
    assert "refused" in both.forced.difference.text
    assert len(both.states) == both.forced.difference.step + 1
    assert both.states[-1]


def test_every_variant_has_members_to_be_compared_with() -> None:
    for variant in (None, *Variant):
        assert members_for(variant) in members_names()
    assert members_for(None) == SHIPPED
    assert members_names() == [SHIPPED, *VARIANTS]


# -- logs ---------------------------------------------------------------------------------------


def test_every_event_of_accepted_logs_stands_beside_a_step() -> None:
    said = logs_data(validate(LOGS), LOGS)
    assert said["verdict"]["status"] == "true"
    shown = {
        line for behaviour in said["behaviours"] for row in behaviour["rows"]
        for line in row["other"]["lines"]
    }  # fmt: skip
    assert len(shown) == sum(map(len, LOGS.values()))
    for behaviour in said["behaviours"]:
        assert behaviour["diagram"].startswith("<svg")
        numbers = [row["number"] for row in behaviour["rows"]]
        assert numbers == list(range(len(numbers)))


def test_an_event_stands_beside_the_step_that_it_is() -> None:
    for behaviour in logs_data(validate(LOGS), LOGS)["behaviours"]:
        for row in behaviour["rows"][1:]:
            action, _, rest = row["model"]["text"].partition("(")
            if row["status"] == "unseen":
                assert row["other"] == {"text": "in no log", "lines": []}
                continue
            assert row["status"] == "same"
            life, _, event = row["other"]["text"].partition(", event ")
            assert event.partition(": ")[2].split()[0] == action
            assert rest.startswith(life)


def test_events_of_a_life_stand_in_their_order() -> None:
    for behaviour in logs_data(validate(LOGS), LOGS)["behaviours"]:
        seen = dict.fromkeys(LOGS, 0)
        for row in behaviour["rows"]:
            for line in row["other"]["lines"]:
                life, _, rest = line.partition(", event ")
                number = int(rest.partition(":")[0])
                assert number == seen[life] + 1
                seen[life] = number


def test_logs_that_are_not_accepted_end_with_the_event_that_cannot_be() -> None:
    verdict = validate(REJECTED)
    assert verdict.rejected is not None
    life, index, why = verdict.rejected
    said = logs_data(verdict, REJECTED)
    assert said["verdict"]["status"] == "false"
    (behaviour,) = said["behaviours"]
    *before, end = behaviour["rows"]
    assert {row["status"] for row in before} <= {"same", "unseen"}
    assert end["status"] == "different"
    assert end["other"]["text"] == f"{life}, event {index + 1}: transmit"
    assert end["difference"]["model"] == why
    assert said["possible"]
    assert all(each["event"].partition(",")[0] != life for each in said["next"])


def test_logs_that_contradict_each_other_have_a_difference_and_no_behaviour() -> None:
    life = next(iter(LOGS))
    wrong = {life: [dict(event) for event in LOGS[life]]}
    wrong[life][0]["members"] = ["z#1"]
    said = logs_data(validate(wrong), wrong)
    assert said["verdict"]["status"] in ("false", "open")
    (behaviour,) = said["behaviours"]
    assert behaviour["diagram"] == ""
    assert behaviour["note"]


def test_a_long_behaviour_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "SHOWN_STEPS_MAX", 20)
    for behaviour in logs_data(validate(LOGS), LOGS)["behaviours"]:
        assert behaviour["rows"] == []
        assert "more than the 20 that are shown" in behaviour["note"]


def test_views_are_called_by_the_beginnings_of_their_names() -> None:
    short: Callable[..., str] = beside._short
    names = ("1.8c2a6708d53f2412", "1.8c7a", "2.x", "2.448bbaee68471c3f")
    assert [short(name, names) for name in names] == ["1.8c2…", "1.8c7a", "2.x", "2.44…"]
    assert short("view 1, not in the log", ("view 1, not in the log",)).endswith("log")


def test_a_session_at_its_beginning_can_be_compared() -> None:
    said = implementation_data(Session.begin(Run("1+1", 0)), SHIPPED)
    assert [row["status"] for row in said["rows"]] == ["same"]
