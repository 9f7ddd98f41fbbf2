"""What members count and log is what happened, and is there before anybody else can know of it."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from impl.core import Acknowledgment, Data, Update
from impl.group import Group
from impl.transports.simulated.transport import SimulatedService, SimulatedTransport
from impl.wire import Assembler
from tests.group.applications import Together, Words, run, together, until

ALL = ("requests", "completed", "rounds", "transmissions", "acknowledgments", "sent_packets")


def counted(members: Together) -> Counter[str]:
    """Counts of all members together."""
    sums: Counter[str] = Counter()
    for group in members.groups.values():
        sums.update({name: int(group.metrics[name]) for name in ALL})
    return sums


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_join_costs_one_transmission_and_an_acknowledgment_of_each_member() -> None:
    """R9."""

    async def scene() -> None:
        async with together("a", "b", "c") as members:
            before = counted(members)
            await members.join("d")
            await members.settled("abcd", in_view_of=4)
            cost = counted(members) - before
            assert (cost["transmissions"], cost["acknowledgments"]) == (1, 4)
            assert cost["requests"] == cost["completed"] == cost["rounds"] == 4
            assert cost["sent_packets"] == 4 + 1 + 4  # announcements, data, acknowledgments

    run(scene())


PARTS = [(("a", "bcd"), 2), (("ac", "bd"), 2), (("a", "b", "cd"), 3), (("a", "b", "c", "d"), 4)]


@pytest.mark.parametrize(("parts", "voices"), PARTS)
def test_a_merge_costs_a_transmission_for_each_part_and_an_acknowledgment_of_each_member(
    parts: Sequence[str], voices: int
) -> None:
    """R10, R11: a voice for each part, however many there are."""

    async def scene() -> None:
        async with together("a", "b", "c", "d") as members:
            members.split(*parts)
            for part in parts:
                await members.settled(part, in_view_of=len(part))
            before = counted(members)
            members.service.heal()
            await members.settled("abcd", in_view_of=4)
            cost = counted(members) - before
            assert (cost["transmissions"], cost["acknowledgments"]) == (voices, 4)
            assert cost["sent_packets"] == 4 + voices + 4

    run(scene())


def test_a_leave_costs_nothing_when_the_exchange_is_complete() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            async with Group(Words(), members.service.transport(), name="c"):
                await members.settled("ab", in_view_of=3)
                before = counted(members)
            await members.settled("ab", in_view_of=2)
            assert counted(members) == before

    run(scene())


def test_bytes_updates_and_times_are_counted() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            await members.groups["a"].send(b"x" * 1000)
            metrics = members.groups["a"].metrics
            await until(lambda: members.groups["b"].metrics["updates"] == 1)
            assert metrics["updates"] == 1
            assert metrics["sent_bytes"] > 1000
            assert metrics["received_bytes"] >= metrics["sent_bytes"]
            assert metrics["transmitted_bytes"] == len("of-a") * 2  # alone, and when b came
            assert 0 < metrics["complete_s_last"] <= metrics["complete_s_max"]
            assert metrics["complete_s_max"] <= metrics["complete_s_total"]
            assert metrics["malformed"] == metrics["duplicates"] == 0

    run(scene())


def test_what_is_stale_is_counted() -> None:
    async def scene(moves: int) -> int:
        async with together("a", "b") as members:
            members.split("a", "b")
            await members.settled("ab", in_view_of=1)
            members.service.heal()
            for _ in range(moves):
                await asyncio.sleep(0)
            members.split("a", "b")  # what they said to each other comes too late
            await members.settled("ab", in_view_of=1)
            return sum(int(group.metrics["stale"]) for group in members.groups.values())

    assert sum(run(scene(moves)) for moves in range(12)) > 0


# -- the log ------------------------------------------------------------------------------------


def test_the_log_is_complete_and_in_order(tmp_path: Path) -> None:
    async def scene() -> None:
        members = Together(SimulatedService())
        async with members.stack:
            for name in "ab":
                await members.join(name, f"of-{name}", log=tmp_path / name)
            await members.groups["a"].send(b"word")
            await until(lambda: members.words["b"].accepted == ["word"])

    run(scene())
    log = lines(tmp_path / "b")
    assert [line["seq"] for line in log] == list(range(1, len(log) + 1))
    assert {line["member"].split("#")[0] for line in log} == {"b"}
    events = [line["event"] for line in log]
    assert events[:3] == ["install", "transmit", "acknowledge"]
    assert events[-2:] == ["update", "close"]
    assert events.count("complete") == 1
    assert Counter(line["kind"] for line in log if line["event"] == "deliver") == {
        "data": 2, "ack": 2,
    }  # fmt: skip
    (complete,) = (line for line in log if line["event"] == "complete")
    delivered = {line["digest"] for line in log if line.get("kind") == "data"}
    assert set(complete["data"].values()) == delivered
    (install,) = (line for line in log if line["event"] == "install")
    assert {group["name"] for group in install["subgroups"]} == set(complete["data"])


def test_whoever_listens_hears_all_that_the_log_says(tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []

    async def scene() -> None:
        transport = SimulatedService().transport()
        group = Group(Words("x"), transport, name="a", log=tmp_path / "log", on_event=heard.append)
        async with group:
            await group.send(b"word")

    run(scene())
    log = lines(tmp_path / "log")
    assert [{k: v for k, v in line.items() if k != "seq"} for line in log] == heard


def test_several_lives_add_to_one_file(tmp_path: Path) -> None:
    async def scene() -> None:
        for _ in range(2):
            async with Group(Words(), SimulatedService().transport(), log=tmp_path / "log"):
                pass

    run(scene())
    log = lines(tmp_path / "log")
    assert [line["event"] for line in log].count("close") == 2
    assert len({line["member"] for line in log}) == 2


def test_the_log_of_a_member_that_lost_its_service_has_no_close(tmp_path: Path) -> None:
    async def scene() -> None:
        service = SimulatedService()
        async with Group(Words(), service.transport(), log=tmp_path / "log") as group:
            service.crash(group.address)
            with pytest.raises(Exception, match="crashed"):
                await group.ended()

    run(scene())
    assert lines(tmp_path / "log")[-1]["event"] == "complete"


class Watched(SimulatedTransport):
    """Notes what the log says whenever a message goes out."""

    def __init__(self, service: SimulatedService, log: Path) -> None:
        super().__init__(service)
        self.log, self.assembler = log, Assembler(1 << 20)
        self.seen: list[tuple[object, list[dict[str, Any]]]] = []

    async def send(self, parts: Sequence[bytes | memoryview]) -> None:
        message = self.assembler.add("me", b"".join(parts))
        self.seen.append((message, lines(self.log)))
        await super().send(parts)


def test_a_step_is_in_the_log_before_anybody_else_can_know_of_it(tmp_path: Path) -> None:
    async def scene() -> list[tuple[object, list[dict[str, Any]]]]:
        service = SimulatedService()
        transport = Watched(service, tmp_path / "log")
        group = Group(Words("x"), transport, name="a", log=tmp_path / "log")
        async with group, Group(Words("y"), service.transport(), name="b"):
            await group.send(b"word")
        return transport.seen

    seen = run(scene())
    kinds = Counter(type(message) for message, _ in seen)
    assert kinds[Data] == kinds[Acknowledgment] == 2
    for message, log in seen:
        steps = [(line["event"], line.get("view")) for line in log]
        if isinstance(message, Data):
            assert ("transmit", str(message.view)) in steps
        if isinstance(message, Acknowledgment):
            assert ("acknowledge", str(message.view)) in steps
        if isinstance(message, Update):
            assert "complete" in {event for event, _ in steps}


def test_a_file_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        Group(Words(), SimulatedService().transport(), log=tmp_path / "missing" / "log")


def test_digests_of_large_data_are_left_out(tmp_path: Path) -> None:
    heard: list[dict[str, Any]] = []

    async def scene() -> None:
        listen = partial(list.append, heard)
        async with Group(Words("x" * 70_000), SimulatedService().transport(), on_event=listen):
            pass

    run(scene())
    transmitted = [(e["bytes"], e["digest"]) for e in heard if e["event"] == "transmit"]
    assert transmitted == [(70_000, None)]
