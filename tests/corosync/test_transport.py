"""Over real daemons, the transport keeps the promises of `impl.service`."""

from __future__ import annotations

import hashlib

import pytest

from impl.transports.corosync import CorosyncTransport
from tests.corosync.client import Client, Event, group_of
from tests.corosync.cluster import Cluster

pytestmark = pytest.mark.needs_corosync

LIMIT = CorosyncTransport.limit


def together(clients: list[Client], count: int) -> list[str]:
    """The packets that all have received, in the same order; there are so many."""
    orders = [client.texts(count) for client in clients]
    assert all(order == orders[0] for order in orders)
    assert len(orders[0]) == count
    return orders[0]


def test_packets_of_a_sender_come_in_the_order_in_which_it_sent_them(cluster: Cluster) -> None:
    clients = group_of(cluster, "fifo", range(3))
    clients[0].order("burst", text="a", count=2000, bytes=100)
    assert together(clients, 2000) == [f"a {n}".ljust(40, ".") for n in range(2000)]


def test_packets_of_all_come_in_the_same_order_everywhere(cluster: Cluster) -> None:
    clients = group_of(cluster, "total", (0, 0, 1, 2))
    for name, client in zip("abcd", clients, strict=True):
        client.order("burst", text=name, count=500, bytes=0)
    order = together(clients, 2000)
    for name in "abcd":
        assert [text for text in order if text[0] == name] == [f"{name} {n}" for n in range(500)]
    senders = {packet["sender"] for packet in clients[0].of_kind("packet")}
    assert senders == {client.address for client in clients}


def test_the_first_thing_received_is_a_configuration_in_which_all_have_joined(
    cluster: Cluster,
) -> None:
    clients = group_of(cluster, "joined", (0, 1))
    clients[0].order("send", parts=["before"])
    clients[1].packets(1)
    late = Client(cluster, 0, "joined")
    members = sorted(client.address for client in (*clients, late))
    late.configuration([*clients, late])
    told = {"event": "configuration", "members": members, "joined": members}
    assert late.events == [{"event": "opened", "address": late.address}, told]
    for client in clients:
        assert client.configuration([*clients, late])["joined"] == [late.address]


def test_a_process_that_is_killed_is_told_after_what_it_sent(cluster: Cluster) -> None:
    survivor, other, victim = clients = group_of(cluster, "kill", range(3))
    victim.order("send", parts=["last words"])
    together(clients, 1)
    victim.process.kill()
    for client in (survivor, other):
        assert client.configuration([survivor, other])["joined"] == []
        assert client.events[-2]["text"] == "last words"


def test_survivors_of_a_sender_that_dies_while_sending_have_received_the_same(
    cluster: Cluster,
) -> None:
    survivor, other, victim = group_of(cluster, "dies", range(3))
    victim.order("burst", text="v", count=100_000, bytes=200)
    survivor.packets(300)
    victim.process.kill()
    for client in (survivor, other):
        client.configuration([survivor, other])
    received = [client.of_kind("packet") for client in (survivor, other)]
    assert received[0] == received[1]
    texts = [packet["text"].rstrip(".") for packet in received[0]]
    assert texts == [f"v {n}" for n in range(len(texts))]


def test_a_node_without_power_is_told(cluster: Cluster) -> None:
    survivor, other, _ = group_of(cluster, "power", range(3))
    cluster.kill_node(2)
    for client in (survivor, other):
        assert client.configuration([survivor, other])["joined"] == []
    cluster.start_node(2)
    again = Client(cluster, 2, "power")
    for client in (survivor, other):
        told = client.configuration([survivor, other, again])
        assert told["joined"] == [again.address]


def test_parts_that_are_separated_and_merge_tell_who_comes_from_the_other_side(
    cluster: Cluster,
) -> None:
    left, right, alone = clients = group_of(cluster, "parts", range(3))
    cluster.partition([[0, 1], [2]])
    for client in (left, right):
        assert client.configuration([left, right])["joined"] == []
    assert alone.configuration([alone])["joined"] == []
    left.order("send", parts=["for two"])
    alone.order("send", parts=["for one"])
    together([left, right], 1)
    alone.packets(1)
    cluster.heal()
    sides = {client: [alone.address] for client in (left, right)}
    sides[alone] = sorted([left.address, right.address])
    for client, joined in sides.items():
        assert client.configuration(clients)["joined"] == joined
    left.order("send", parts=["for three"])
    for client in clients:
        assert client.texts(2)[-1] == "for three"


def test_members_that_stay_together_receive_the_same_while_others_come_and_go(
    cluster: Cluster,
) -> None:
    one, two, _ = clients = group_of(cluster, "same", range(3))
    for name, client in zip("abc", clients, strict=True):
        client.order("burst", text=name, count=10_000_000, bytes=300)
    for _ in range(2):
        cluster.partition([[0, 1], [2]])
        one.configuration([one, two])
        cluster.heal()
        one.configuration(clients)
    seen = len(one.of_kind("packet"))
    for client in clients:
        client.packets(seen + 500)
        client.process.kill()
    told = [from_all_on(client, clients) for client in (one, two)]
    length = min(map(len, told))
    assert told[0][:length] == told[1][:length]
    for name, client in zip("abc", clients, strict=True):
        own = [e["text"] for e in client.of_kind("packet") if e["sender"] == client.address]
        assert own == [f"{name} {n}".ljust(40, ".") for n in range(len(own))]


def from_all_on(client: Client, clients: list[Client]) -> list[Event]:
    """What a member has received since all these were together for the first time."""
    everyone = sorted(each.address for each in clients)
    events = [event for event in client.events[:] if event["event"] in ("configuration", "packet")]
    return events[[event.get("members") for event in events].index(everyone) + 1 :]


def test_a_packet_may_be_as_long_as_the_limit(cluster: Cluster) -> None:
    clients = group_of(cluster, "limit", range(3))
    clients[0].order("burst", text="big", count=100, bytes=LIMIT)
    digests = [
        hashlib.sha256(f"big {n}".encode().ljust(LIMIT, b".")).hexdigest() for n in range(100)
    ]
    for client in clients:
        assert [packet["digest"] for packet in client.packets(100)] == digests


def test_a_packet_over_the_limit_is_refused_and_nothing_is_sent(cluster: Cluster) -> None:
    (client,) = group_of(cluster, "over", [0])
    client.order("burst", text="long", count=1, bytes=LIMIT + 1)
    failed = client.event("failed", at="burst")
    assert failed["error"] == "ValueError"
    assert str(LIMIT) in failed["text"]
    client.order("send", parts=["after"])
    assert client.texts(1) == ["after"]


def test_the_parts_of_a_packet_arrive_in_one_piece(cluster: Cluster) -> None:
    clients = group_of(cluster, "pieces", (0, 1))
    clients[0].order("send", parts=["a", "", "bc"])
    clients[0].order("views", text="seen through memory views")
    clients[0].order("send", parts=["z"] * 200)  # more than the library takes
    clients[0].order("send", parts=[])
    expected = ["abc", "seen through memory views", "z" * 40, ""]
    assert together(clients, 4) == expected
    assert [packet["bytes"] for packet in clients[1].of_kind("packet")] == [3, 25, 200, 0]


def test_a_member_that_does_not_receive_is_held_back_and_loses_nothing(cluster: Cluster) -> None:
    lazy, eager = clients = group_of(cluster, "lazy", (0, 1))
    lazy.order("hold")
    lazy.event("done", did="hold")
    eager.order("burst", text="e", count=400, bytes=LIMIT)  # three times what a member holds
    eager.event("done", did="burst")
    lazy.order("burst", text="l", count=300, bytes=0)
    eager.packets(401)  # so lazy has begun to send
    lazy.order("hold")
    lazy.event("done", number=2, did="hold")
    assert len(lazy.of_kind("packet")) <= 1  # it was about to receive when it was told not to
    assert lazy.of_kind("done") == [{"event": "done", "did": "hold"}] * 2
    lazy.order("go on")
    together(clients, 700)
    lazy.event("done", did="burst")


def test_a_member_that_closes_leaves_after_what_it_sent(cluster: Cluster) -> None:
    stays, goes = group_of(cluster, "close", (0, 1))
    goes.order("burst", text="g", count=300, bytes=1000)
    goes.order("close")
    assert stays.configuration([stays])["joined"] == []
    assert [event["event"] for event in stays.events[-301:]] == ["packet"] * 300 + ["configuration"]
    failed = goes.event("failed", at="receive")
    assert failed["error"] == "TransportError"
    assert "closed" in failed["text"]
    goes.order("close")  # again
    goes.order("send", parts=["too late"])
    assert goes.event("failed", at="send")["error"] == "TransportError"
    assert goes.process.poll() is None


def test_a_member_that_closed_may_come_back(cluster: Cluster) -> None:
    (stays,) = group_of(cluster, "back", [0])
    for _ in range(3):
        passing = Client(cluster, 0, "back")
        assert stays.configuration([stays, passing])["joined"] == [passing.address]
        passing.order("close")
        assert stays.configuration([stays])["joined"] == []


def test_a_member_whose_daemon_has_ended_is_told_in_receiving_and_in_sending(
    cluster: Cluster,
) -> None:
    lost, other = group_of(cluster, "daemon", (0, 1))
    cluster.kill_daemon(0)
    failed = lost.event("failed", at="receive")
    assert failed["error"] == "TransportError"
    assert "corosync" in failed["text"]
    lost.order("send", parts=["to nobody"])
    assert lost.event("failed", at="send")["error"] == "TransportError"
    lost.order("close")
    lost.event("done", did="close")
    other.configuration([other])


def test_a_sender_that_is_held_back_is_told_when_its_daemon_ends(cluster: Cluster) -> None:
    sender, _ = group_of(cluster, "held", (0, 1))
    sender.order("burst", text="s", count=10_000_000, bytes=100)
    sender.packets(1000)
    cluster.kill_daemon(0)
    assert sender.event("failed", at="burst")["error"] == "TransportError"
    assert sender.event("failed", at="receive")["error"] == "TransportError"


def test_a_daemon_that_stands_still_does_not_hold_up_the_member_itself(cluster: Cluster) -> None:
    sender, _ = group_of(cluster, "still", (0, 1))
    cluster.freeze_daemon(0)
    sender.order("burst", text="s", count=1000, bytes=0)
    for number in (1, 2, 3):  # its loop goes round
        sender.order("go on")
        sender.event("done", number=number, did="go on")
    assert sender.of_kind("done") == [{"event": "done", "did": "go on"}] * 3
    cluster.thaw_daemon(0)
    assert sender.texts(1000) == [f"s {n}" for n in range(1000)]


def test_without_a_daemon_opening_fails_in_time_and_says_what_to_do(cluster: Cluster) -> None:
    cluster.kill_daemon(0)
    alone = Client(cluster, 0, "none", patience_s=0.1)
    failed = alone.event("failed", at="open")
    assert failed["error"] == "TransportError"
    assert "start" in failed["text"]


def test_opening_waits_for_a_daemon_that_is_being_started(cluster: Cluster) -> None:
    cluster.kill_daemon(0)
    early = Client(cluster, 0, "early")
    cluster.start_daemon(0)
    assert early.configuration([early])["joined"] == [early.address]
