"""Drives a `member` process on a node of a cluster: tells it what to do, hears what it tells."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from tests.corosync.cluster import Cluster
from tests.corosync.holder import ClusterError

WAIT_S = 15.0

Event = dict[str, Any]
T = TypeVar("T")


class Client:
    """A member of a group, seen from outside.

    Attributes:
        process: the process of the member; killing it kills the member.
        events: what it has told so far.
    """

    def __init__(self, cluster: Cluster, node: int, group: str, patience_s: float = 10.0) -> None:
        command = [sys.executable, "-m", "tests.corosync.member", group, str(patience_s)]
        self.process = cluster.run(node, command)
        self.events: list[Event] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        try:
            for line in self.process.stdout:
                self.events.append(json.loads(line))
        except ValueError:  # closed by the cluster, or the last line is cut off
            pass
        finally:
            self.events.append({"event": "ended"})

    def order(self, do: str, **more: object) -> None:
        """Tells the member what to do after all that it was told before."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        self.process.stdin.flush()

    def wait_for(self, look: Callable[[list[Event]], T | None], what: str) -> T:
        """Waits until a look at the events finds something, and returns that.

        Raises:
            ClusterError: it finds nothing in time.
        """
        until = time.monotonic() + WAIT_S
        while (found := look(self.events[:])) is None:
            if time.monotonic() > until:
                last = "\n".join(map(str, self.events[-20:]))
                raise ClusterError(f"waited {WAIT_S:g} s for {what}; the last events:\n{last}")
            time.sleep(0.003)
        return found

    def event(self, kind: str, number: int = 1, **more: object) -> Event:
        """The first event of a kind with certain contents, or the second …, once there is one."""
        expected = {"event": kind, **more}

        def look(events: list[Event]) -> Event | None:
            found = (event for event in events if expected.items() <= event.items())
            return next(islice(found, number - 1, None), None)

        return self.wait_for(look, f"{expected}, {number} of them")

    @property
    def address(self) -> str:
        """Its address, once it has opened."""
        return str(self.event("opened")["address"])

    def of_kind(self, kind: str) -> list[Event]:
        """The events of a kind so far."""
        return [event for event in self.events[:] if event["event"] == kind]

    def packets(self, count: int) -> list[Event]:
        """The packets that it has received, once there are so many."""

        def look(events: list[Event]) -> list[Event] | None:
            packets = [event for event in events if event["event"] == "packet"]
            return packets if len(packets) >= count else None

        return self.wait_for(look, f"{count} packets")

    def texts(self, count: int) -> list[str]:
        """What the packets begin with, once there are so many."""
        return [packet["text"] for packet in self.packets(count)]

    def configuration(self, members: Iterable[Client]) -> Event:
        """The newest configuration, once it has just these members."""
        expected = sorted(member.address for member in members)

        def look(events: list[Event]) -> Event | None:
            told = [event for event in events if event["event"] == "configuration"]
            return told[-1] if told and told[-1]["members"] == expected else None

        return self.wait_for(look, f"the configuration {expected}")


def group_of(cluster: Cluster, group: str, nodes: Iterable[int]) -> list[Client]:
    """Members on these nodes, one on each, that have all been told of each other."""
    clients = [Client(cluster, node, group) for node in nodes]
    for client in clients:
        client.configuration(clients)
    return clients
