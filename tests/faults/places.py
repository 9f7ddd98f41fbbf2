"""Where members run that are killed and parted: on this machine, or on a Corosync cluster."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from impl.transports.corosync import CorosyncTransport
from impl.transports.local import LocalTransport, Rehearsal
from tests.corosync.cluster import Cluster

GROUP = "words"


class Place(Protocol):
    """Nodes with a network that can be parted."""

    transport: str
    nodes: int
    packet: int
    """Bytes in a packet."""

    def run(self, node: int, command: Sequence[str]) -> subprocess.Popen[Any]:
        """Starts a member on a node, with pipes."""

    def partition(
        self, parts: Sequence[Sequence[int]], members: Mapping[int, Sequence[str]]
    ) -> None:
        """Parts the nodes; `members` are the addresses of those that are on each."""

    def heal(self) -> None:
        """Brings them together."""

    def kill_node(self, node: int) -> None:
        """A node loses power, with all its members."""

    def start_node(self, node: int) -> None:
        """It is back."""


class OnCorosync:
    """The nodes of a cluster."""

    transport = "corosync"

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.nodes = cluster.nodes
        self.packet = CorosyncTransport.limit

    def run(self, node: int, command: Sequence[str]) -> subprocess.Popen[Any]:
        return self._cluster.run(node, command)

    def partition(
        self, parts: Sequence[Sequence[int]], members: Mapping[int, Sequence[str]]
    ) -> None:
        self._cluster.partition(parts)

    def heal(self) -> None:
        self._cluster.heal()

    def kill_node(self, node: int) -> None:
        self._cluster.kill_node(node)

    def start_node(self, node: int) -> None:
        self._cluster.start_node(node)


class OnOneMachine:
    """Processes of this machine over the local transport; a node is some of them.

    Args:
        folder: where they meet.
        nodes: how many.
    """

    transport = "local"

    def __init__(self, folder: Path, nodes: int = 3) -> None:
        self.nodes = nodes
        self.packet = LocalTransport.limit
        self.folder = folder
        self._rehearsal = Rehearsal(GROUP, directory=folder)
        self._processes: dict[int, list[subprocess.Popen[bytes]]] = {n: [] for n in range(nodes)}

    def run(self, node: int, command: Sequence[str]) -> subprocess.Popen[Any]:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._processes[node].append(process)
        return process

    def partition(
        self, parts: Sequence[Sequence[int]], members: Mapping[int, Sequence[str]]
    ) -> None:
        addresses = [[a for node in part for a in members.get(node, ())] for part in parts]
        asyncio.run(self._rehearsal.split([part for part in addresses if part]))

    def heal(self) -> None:
        asyncio.run(self._rehearsal.heal())

    def kill_node(self, node: int) -> None:
        for process in self._processes[node]:
            process.kill()
            process.wait()
        self._processes[node].clear()

    def start_node(self, node: int) -> None:
        """Nothing is to be started."""

    def end(self) -> None:
        """Ends all processes."""
        for node in self._processes:
            self.kill_node(node)
