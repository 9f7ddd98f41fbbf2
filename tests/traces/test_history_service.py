"""Broken promises of the service are reported as such; and what is wrong when a run rests."""

from __future__ import annotations

from contextlib import suppress
from random import Random

import pytest

from tests.traces.test_history_scenes import JOINED, broken, join, partition, started, succession
from traces.errors import TraceError
from traces.history import judge

# -- the environment --------------------------------------------------------------------------


def test_messages_of_one_sender_in_another_order_are_blamed_on_the_service():
    scene = started()
    scene.transmit("a")
    scene.acknowledge("a")
    scene.deliver("ack", "a", "c")
    scene.deliver("data", "a", "c")
    assert broken(scene) == {"E1"}
    assert scene.judge().by_the_environment


def test_a_message_that_is_delivered_twice_is_blamed_on_the_service():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "aabc")
    judged = scene.judge()
    assert set(judged.violated) == {"E1"}
    assert judged.counts.duplicates_received == 1


def test_members_that_go_on_together_with_different_messages():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "b")
    scene.install("4.x", "bc")
    assert broken(scene) == {"E2"}


def test_a_message_of_a_member_that_is_gone():
    scene = started()
    scene.transmit("a")
    scene.install("4.x", "bc")
    scene.deliver("data", "a", "bc")
    assert broken(scene) == {"E2"}


def test_a_message_that_is_of_one_view_here_and_of_another_there():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "a")
    scene.install("4.x", "ab")
    scene.deliver("data", "a", "b", sent="3.x")
    assert broken(scene) == {"E2", "E4"}


def test_a_message_of_a_view_that_is_still_to_come():
    scene = started()
    scene.install("4.x", "ab", at="a")
    scene.transmit("a")
    scene.deliver("data", "a", "b")
    assert broken(scene) == {"E4"}


def test_views_that_are_not_what_others_were_told():
    scene = join()
    scene.install("3.x", "abc", JOINED, at="ab")
    scene.install("3.x", "ac", {"a": True, "c": False}, at="c")
    assert broken(scene) == {"E3"}


@pytest.mark.parametrize("view", ["2.y", "1.z"])
def test_views_whose_epochs_do_not_increase(view):
    scene = join()
    scene.install(view, "ab")
    assert broken(scene) == {"E3"}


def test_a_view_without_the_member_that_installs_it():
    scene = join()
    scene.install("3.x", "a", at="ab")
    assert broken(scene) == {"E3"}


def test_new_members_without_a_request():
    scene = join()
    scene.install("3.x", "abc", at="ab")
    assert broken(scene) == {"E3"}


def test_a_request_may_have_lost_its_new_members_before_its_first_view():
    scene = join()
    scene.install("3.x", "ab", {"ab": True})
    assert broken(scene) == set()


def test_a_round_of_a_request_that_a_member_was_never_told_of():
    scene = started()
    scene.remove("c", event="install")
    scene.install("4.x", "bc")
    assert broken(scene) == {"E3"}


def test_what_happens_before_any_view():
    event = {"seq": 1, "member": "a#1", "event": "acknowledge", "view": "1.x", "request": "1.x"}
    assert set(judge({"a#1": [event]}).violated) == {"E3"}


def test_the_same_messages_in_another_order_are_wrong_if_order_was_promised():
    scene = started()
    scene.transmit("a")
    scene.acknowledge("c")
    scene.deliver("data", "a", "b")
    scene.deliver("ack", "c", "bc")
    scene.deliver("data", "a", "c")
    scene.install("4.x", "bc")
    assert not broken(scene)
    assert broken(scene, total_order=True) == {"E5"}


# -- at rest ----------------------------------------------------------------------------------


def test_a_run_that_came_to_rest_before_it_completed():
    scene = succession(complete=False)
    assert not broken(scene)
    assert broken(scene, at_rest=[{"b#1", "c#1"}]) == {"Termination"}


def test_a_dead_member_that_was_never_reported():
    assert broken(join(), at_rest=[{"a#1"}]) == {"Termination"}


def test_members_at_rest_in_different_views():
    scene = started()
    scene.install("4.x", "ab", at="a")
    assert broken(scene, at_rest=[{"a#1", "b#1", "c#1"}]) == {"Termination"}
    assert broken(join(), at_rest=[{"a#1", "z#1"}]) == {"Termination"}


def test_data_that_has_not_reached_everyone_at_rest():
    scene = started()
    scene.round("abc", complete=False)
    assert broken(scene.without_states(), at_rest=[{"a#1", "b#1", "c#1"}]) == {
        "Termination",
        "Coverage",
    }


def test_members_at_rest_that_hold_different_data():
    scene = join()
    for m in "ab":
        scene.find(m, event="complete", view="2.x")[0]["holds"] = f"of {m}"
    assert broken(scene, at_rest=[{"a#1", "b#1"}]) == {"SameData", "Coverage"}


# -- what is said of it -----------------------------------------------------------------------


def test_a_violation_says_where_it_is():
    scene = started()
    scene.update("a", "new", "c")
    (found,) = scene.judge().violations
    assert (found.property, found.request, found.view) == ("Updates", "3.x", "3.x")
    assert found.members == ("c#1",)
    assert found.text == "event 2, update: accepted before the request was completed"


def test_all_violations_are_counted_and_the_first_are_kept():
    scene = started()
    for number in range(150):
        scene.update("a", str(number), "c")
    judged = scene.judge()
    assert judged.violated == {"Updates": 150}
    assert len(judged.violations) == 100


def test_histories_that_are_not_of_the_format_are_refused():
    event = {"seq": 1, "member": "a#1", "event": "acknowledge", "view": "1.x"}
    with pytest.raises(TraceError, match="the history of 'a#1', event 1: `request` is missing"):
        judge({"a#1": [event]})


def garbled(random: Random) -> dict[str, list[dict[str, object]]]:
    """The logs of a scene with a few events lost, repeated, moved or changed."""
    logs = random.choice([join, succession, partition])().logs
    everything = [event for log in logs.values() for event in log]
    for _ in range(random.randint(1, 4)):
        log = random.choice([log for log in logs.values() if log])
        place = random.randrange(len(log))
        event = log[place]
        match random.randrange(4):
            case 0:
                del log[place]
            case 1:
                log.insert(random.randrange(len(log) + 1), dict(event))
            case 2:
                log.insert(random.randrange(len(log)), log.pop(place))
            case _:
                field = random.choice([name for name in event if name not in ("seq", "member")])
                others = [other[field] for other in everything if field in other]
                event[field] = random.choice(others)
    for log in logs.values():
        for number, event in enumerate(log, start=1):
            event["seq"] = number
    return logs


@pytest.mark.parametrize("seed", range(200))
def test_any_history_is_judged_or_refused(seed):
    logs = garbled(Random(seed))
    lives = list(logs)
    with suppress(TraceError):
        judged = judge(logs, at_rest=[lives[:2], lives[2:]], killed=lives[:1], total_order=True)
        assert judged.holds == (not judged.violations)
