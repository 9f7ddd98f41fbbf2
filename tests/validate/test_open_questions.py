"""Where a log leaves open what happened: what the comparison with the second witness has found."""

from __future__ import annotations

from tests.validate.short import events, judged
from traces.validate import Validator


def test_what_a_killed_member_knows_has_come_out_though_deliveries_are_not_logged() -> None:
    """a2 acknowledges when it knows a1's data, and a1 and b1 go on with its acknowledgment."""
    logs = {
        "a1#1": "install v1, transmit, acknowledge, complete, install w2",
        "a2#1": "install v1, acknowledge knows",
        "b1#1": "install v1, transmit, acknowledge, complete, install w2",
    }
    assert judged(logs, ("deliver",)).accepted
    logs["a1#1"] = "install v1, close"
    assert not judged(logs, ("deliver",)).accepted


def test_a_delivery_is_of_no_message_of_a_later_view() -> None:
    """Of its own view there are two, and with both of them a1 must complete before it goes on."""
    b1 = "install u2, transmit, data b1 u2, close"
    rest = "install u2, transmit, data b1 u2, ack b1 u2, data a1 u2, ack a1 u2, complete"
    for logged, accepted in (
        (f"install u1, transmit, data a1 u1, something, complete, {rest}, install u3", True),
        (f"install u1, transmit, data a1 u1, {rest}, install u3", True),
        (f"install u1, transmit, data a1 u1, something, {rest}, install u3", False),
    ):
        verdict = judged({"a1#1": logged, "b1#1": b1}, ("acknowledge",))
        assert (verdict.accepted, verdict.undetermined) == (accepted, ""), logged


def test_nobody_is_in_a_view_of_which_others_say_that_it_is_not_in_it() -> None:
    logs = {
        "a1#1": events("a1#1", "install v1, install v2"),
        "a2#1": events("a2#1", "install v1, install v2"),
    }
    del logs["a1#1"][1]["members"]
    verdict = Validator().validate(logs)
    assert verdict.rejected == ("a1#1", 1, "it is not in view v2, by what others say")


def test_whoever_says_later_that_its_indicator_is_not_set_has_not_transmitted() -> None:
    """Nor for those whose log ends in the view: it is a1's data that b1 would have to know."""
    logs = {
        "a1#1": events("a1#1", "install v1, data b1 v1, install w2, acknowledge"),
        "b1#1": events("b1#1", "install v1, data a1 v1"),
    }
    assert Validator().validate(logs, ("transmit",)).accepted
    for event in logs["a1#1"][1:3]:
        event["state"] = {"indicator": False}
    verdict = Validator().validate(logs, ("transmit",))
    assert verdict.rejected is not None
    assert verdict.rejected[:2] == ("b1#1", 1)
