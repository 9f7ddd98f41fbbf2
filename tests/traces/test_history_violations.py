"""For every property a history that violates it, and nothing but what follows from that."""

from __future__ import annotations

import pytest

from tests.traces.test_history_scenes import JOINED, Scene, broken, join, partition, started


def test_data_of_a_subgroup_that_is_received_twice():
    """Which needs a leader that speaks although another member of its view had spoken."""
    scene = started()
    scene.transmit("a")
    scene.install("4.x", "abc")
    scene.transmit("b")
    scene.deliver("data", "b", "abc")
    scene.deliver("data", "a", "abc", sent="3.x")
    scene.round("abc")
    assert broken(scene.without_states()) == {"AtMostOnce", "transmissions", "rounds"}
    assert scene.judge().counts.duplicates_received == 3


def test_a_member_that_completes_without_the_data_of_a_live_subgroup():
    scene = started()
    scene.transmit("a")
    scene.round("abc")
    for m in "abc":
        for event in scene.find(m, event="complete", view="3.x"):
            event["lost"] = []
    assert broken(scene) == {"Complete"}


def test_a_result_that_does_not_say_what_was_lost():
    scene = started()
    scene.install("4.x", "c")
    scene.round("c")
    assert not broken(scene)
    scene.find("c", event="complete")[0]["lost"] = []
    assert broken(scene) == {"Complete"}


def test_members_that_complete_with_different_data():
    scene = started()
    scene.round("abc", "a")
    scene.find("c", event="deliver", kind="data")[0]["digest"] = None  # large, says the log
    scene.find("c", event="complete")[0]["data"]["ab"] = "other"
    assert broken(scene) == {"Agreement"}


def test_members_that_completed_together_and_hold_different_data():
    scene = started()
    scene.round("abc", "a")
    for m, holds in zip("abc", ("one", "one", "other"), strict=True):
        scene.find(m, event="complete", view="3.x")[0]["holds"] = holds
    assert broken(scene) == {"SameData"}


def test_members_that_completed_together_and_hold_different_data_when_they_go_on():
    scene = started()
    scene.round("abc", "a")
    holds = {"a": "one", "b": "other", "c": "one"}
    scene.install("4.x", "abcd", {"abc": True, "d": False}, holds=holds)
    assert broken(scene) == {"SameData"}


def test_members_that_go_on_together_of_whom_one_has_completed():
    scene = started()
    scene.round("abc", "a", complete=False)
    scene.complete("ab")
    scene.install("4.x", "ab", at="ab")
    assert not broken(scene)
    scene = started()
    scene.round("abc", "a", complete=False)
    scene.complete("a")
    scene.install("4.x", "ab", at="ab")
    assert broken(scene) == {"Uniform"}


@pytest.mark.parametrize(
    "subgroups",
    [
        {"a": True, "bc": True, "d": False},  # who completed together is apart
        {"abcd": True},  # who is fresh is with others
        {"abc": False, "d": False},  # who has data is said to have none
        {"abc": True},  # and who is fresh in no subgroup
    ],
)
def test_subgroups_that_are_not_those_who_completed_together(subgroups):
    scene = started()
    scene.round("abc", "a")
    scene.install("4.x", "abcd", subgroups)
    assert broken(scene) == {"Announced"}


@pytest.mark.parametrize(
    "subgroups",
    [
        {"abc": True, "d": False},  # nobody completed, yet all are together
        {"a": True, "b": True, "c": False, "d": False},  # who was together is apart
        {"ab": True, "c": True, "d": False},  # c has got no data meanwhile
    ],
)
def test_subgroups_that_forget_who_did_not_complete(subgroups):
    scene = started()
    scene.install("4.x", "abcd", subgroups)
    assert broken(scene) == {"Announced"}


def test_parts_that_hold_different_data_are_announced_as_one_subgroup():
    scene = partition()
    scene.install("5.x", "ac")
    scene.install("5.y", "bd")
    scene.install("6.x", "abcd", {"abcd": True})
    assert not broken(scene)
    scene = partition()
    scene.install("5.x", "ac")
    scene.install("5.y", "bd")
    scene.update("a", "more", "ac")
    scene.install("6.x", "abcd", {"abcd": True})
    assert broken(scene) == {"Announced"}


def test_two_leaders_of_one_subgroup():
    scene = started()
    scene.find("b", event="install", view="3.x")[0]["state"]["leads"] = True
    assert broken(scene) == {"OneLeader"}


def test_data_that_is_not_what_the_subgroup_held():
    scene = Scene()
    scene.install("1.x", "ab", {"ab": True}, holds={"a": "of ab", "b": "other"})
    scene.round("ab", "a")
    assert broken(scene) == {"OwnVoice"}


def test_a_joiner_without_data_that_transmits():
    scene = started()
    scene.round("abc", "ac")
    assert broken(scene) == {"OwnVoice", "ExactCost"}


def test_two_parts_that_speak_differently_for_one_subgroup():
    scene = partition()
    for m in "bd":
        for event in scene.find(m, digest="of ab", view="3.y"):
            event["digest"] = "other"
        for event in scene.find(m, event="complete", view="3.y"):
            event["data"]["ab"] = "other"
    assert broken(scene) == {"OwnVoice"}


def test_an_indicator_that_was_not_cleared():
    scene = started()
    scene.find("b", event="install", view="3.x")[0]["state"]["indicator"] = True
    assert broken(scene) == {"Truthful"}


def test_an_indicator_that_its_subgroups_data_does_not_set():
    scene = started()
    scene.round("abc", "a", complete=False)
    scene.find("b", kind="data", view="3.x")[0]["state"]["indicator"] = False
    assert broken(scene) == {"Indicator"}


def test_a_new_leader_that_transmits_although_its_subgroup_was_spoken_for():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "abc")
    scene.install("4.x", "bc")
    scene.transmit("b")
    assert broken(scene) == {"SilentIfSpokenFor"}
    assert broken(scene.without_states()) == {"SilentIfSpokenFor"}


def test_a_leader_that_acknowledges_before_it_transmits():
    scene = started()
    scene.acknowledge("a")
    assert broken(scene) == {"AckAfterData"}
    scene.transmit("a")
    assert broken(scene.without_states()) == {"AckAfterData"}


def test_a_member_that_does_not_wait_for_every_acknowledgment():
    scene = started()
    scene.round("abc", "a", complete=False)
    scene.remove("b", event="deliver", kind="ack", sender="c#1")
    scene.complete("abc")
    assert broken(scene) == {"NoEarlyProcessing"}


def test_an_acknowledgment_of_an_earlier_round_does_not_count():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "abc")
    scene.acknowledge("c")
    scene.deliver("ack", "c", "abc")
    scene.install("4.x", "bc")
    scene.acknowledge("bc")
    scene.deliver("ack", "b", "bc")
    scene.complete("bc")
    assert broken(scene) == {"NoEarlyProcessing"}


def test_a_member_that_completes_twice():
    scene = started()
    scene.round("abc", "a")
    scene.complete("c")
    assert broken(scene) == {"NoEarlyProcessing"}


def test_a_result_that_was_never_delivered():
    scene = started()
    scene.round("abc", "a")
    for m in "abc":
        scene.find(m, event="complete", view="3.x")[0]["data"]["c"] = "from nowhere"
    assert broken(scene) == {"NothingInvented"}


@pytest.mark.parametrize("field", ["digest", "bytes", "request"])
def test_data_that_is_delivered_otherwise_than_it_was_sent(field):
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "abc")
    scene.find("c", kind="data")[0][field] = {"digest": "other", "bytes": 4, "request": "2.x"}[
        field
    ]
    scene.without_states()
    assert broken(scene) == {"NothingInvented"}


def test_a_message_that_was_never_sent():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "abc")
    scene.remove("a", event="deliver", kind="data", view="3.x")
    scene.remove("a", event="transmit", view="3.x")
    assert broken(scene) == {"NothingInvented"}
    assert broken(scene, killed={"b#1"}) == {"NothingInvented"}
    judged = scene.judge(killed={"a#1"})
    assert judged.holds
    assert judged.counts.excused == 2


def test_a_killed_members_log_does_not_excuse_what_came_before_its_tail():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "abc")
    scene.install("4.x", "ab")
    scene.remove("a", event="transmit", view="3.x")
    assert broken(scene, killed={"a#1"}) == {"NothingInvented"}


def test_a_message_that_its_sender_hears_before_it_sends_it():
    scene = started()
    scene.transmit("a")
    scene.deliver("data", "a", "a")
    (sent,), (heard,) = (
        scene.find("a", event="transmit", view="3.x"),
        scene.find("a", kind="data", view="3.x"),
    )
    log = scene.logs["a#1"]
    log[-2:] = [heard, sent]
    heard["seq"], sent["seq"] = sent["seq"], heard["seq"]
    assert broken(scene.without_states()) == {"NothingInvented", "SilentIfSpokenFor"}


def test_more_rounds_than_failures():
    scene = started()
    scene.install("4.x", "abc")
    scene.round("abc", "a")
    assert broken(scene) == {"rounds"}


def test_a_leader_that_speaks_although_another_of_its_view_had_spoken():
    scene = started()
    scene.transmit("a")
    scene.install("4.x", "ab")
    scene.transmit("b")
    assert broken(scene) == {"transmissions", "OneLeader"}
    assert broken(scene.without_states()) == {"transmissions"}


def test_a_member_that_transmits_twice():
    scene = started()
    scene.transmit("a")
    scene.install("4.x", "ab")
    scene.transmit("a")
    assert broken(scene.without_states()) == {"transmissions"}
    assert scene.judge().counts.transmissions_max == 2


def test_a_member_that_acknowledges_twice_or_when_all_is_over():
    scene = started()
    scene.round("abc", "a", complete=False)
    scene.acknowledge("c")
    assert broken(scene) == {"messages"}
    scene = started()
    scene.round("abc", "a")
    scene.acknowledge("c")
    assert broken(scene) == {"messages", "ExactCost"}


def test_a_request_that_costs_more_messages_than_it_needs():
    scene = started()
    scene.round("abc", "ab")
    assert "ExactCost" in broken(scene)


def test_an_update_before_the_request_is_completed():
    scene = started()
    scene.update("a", "new", "abc")
    assert broken(scene) == {"Updates"}


def test_members_that_go_on_with_different_updates():
    scene = join()
    scene.update("a", "one", "ab")
    scene.update("a", "two", "a")
    assert not broken(scene)
    assert broken(scene, at_rest=[{"a#1", "b#1"}]) == {"Updates"}
    scene.install("3.x", "abc", JOINED)
    assert broken(scene) == {"Updates"}


def test_updates_in_different_orders():
    scene = join()
    for m, digests in (("a", ("one", "two")), ("b", ("two", "one"))):
        for digest in digests:
            scene.update("a", digest, m)
    scene.install("3.x", "abc", JOINED)
    assert broken(scene) == {"Updates"}
    assert broken(scene, total_order=True) == {"Updates", "E5"}
