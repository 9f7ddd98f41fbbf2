"""Several Corosync nodes on one machine, each a host of its own, with a network between them.

    with Cluster(nodes=3) as cluster:
        client = cluster.run(0, [sys.executable, "client.py"])  # a Popen with pipes
        cluster.partition([[0, 1], [2]])
        cluster.heal()
        cluster.kill_node(2)
        cluster.start_node(2)

- A node has network, mount, UTS, IPC and PID namespaces of its own (a daemon's PID file and shared
  memory have fixed places, so the network alone is not enough) and is connected to a switch, a
  namespace with Linux bridges in it. Moving its port to another bridge parts it from the others.
- Nothing is added to the network of the machine itself, nothing has a name outside, and clusters
  can run side by side.
- Nodes are numbered from 0 here; Corosync's node ids are greater by one.
- Whoever is not root gets a user namespace around all of it, where the machine allows that.
- What starts a daemon returns when it has formed a ring with all that it can reach; `partition`,
  `heal` and the kills return at once, so that what follows can be measured.

Transport is udpu with a token of 300 ms: knet was flaky with so short a token on two processors.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.corosync.holder import (
    HOST,
    NETWORK,
    ClusterError,
    Entered,
    Holder,
    run,
    wait_until,
)

PROGRAMS = ("corosync", "ip", "nsenter", "unshare")
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"  # where Debian keeps them, and not everyone's PATH

_FURNISH = "".join(
    f"mount -t tmpfs tmpfs {place};" for place in ("/dev/shm", "/run", "/var/lib/corosync")
)
_CONFIGURATION = """\
totem {{
  version: 2
  cluster_name: test
  transport: udpu
  crypto_cipher: none
  crypto_hash: none
  token: {token_ms}
  token_coefficient: 0
}}
system {{
  sched_rr: no
  move_to_root_cgroup: no
}}
logging {{
  to_syslog: no
  to_stderr: yes
  timestamp: hires
}}
nodelist {{
{nodes}}}
"""
# No quorum section: then a minority goes on, and the group service is never held back.

# What a daemon logs when a ring is about to be formed, and when it has been.
_RING = re.compile(r"Sync members\[\d+\]: ([\d ]+)")
_FORMED = "Completed service synchronization"


def program(name: str) -> str:
    """The path of a program that the cluster needs.

    Raises:
        ClusterError: it is not installed.
    """
    path = shutil.which(name) or shutil.which(name, path=_SBIN)
    if path is None:
        raise ClusterError(f"{name} is not installed (Debian: corosync, iproute2, util-linux)")
    return path


class Cluster:
    """Corosync nodes from `start` (or `with`) to `stop`.

    Args:
        nodes: how many.
        token_ms: after how long without a token the ring is formed anew; see corosync.conf(5).
    """

    def __init__(self, nodes: int = 3, token_ms: int = 300) -> None:
        self.nodes = nodes
        self._token_ms = token_ms
        self._folder: Path | None = None
        self._switch: Holder | None = None
        self._holders: dict[int, Holder] = {}  # of the nodes that have power
        self._daemons: dict[int, Entered] = {}
        self._clients: list[tuple[int, Entered]] = []  # each with its node
        self._part_of = dict.fromkeys(range(nodes), 0)  # each node's bridge

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Starts all nodes and waits until they have formed one ring.

        Raises:
            ClusterError: they do not; all that was started is gone then.
        """
        try:
            for name in PROGRAMS:
                program(name)
            self._folder = Path(tempfile.mkdtemp(prefix="corosync-cluster-"))
            (self._folder / "corosync.conf").write_text(self._configuration())
            self._switch = Holder(NETWORK)
            self._switch.wait()
            # One bridge for each part into which the nodes can fall.
            self._in_switch(
                line
                for part in range(self.nodes)
                for line in (
                    f"link add br{part} type bridge forward_delay 0 stp_state 0 mcast_snooping 0",
                    f"link set br{part} up",
                )
            )
            self._power(range(self.nodes))
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends all processes and namespaces that were started. May be repeated."""
        with ExitStack() as last_first:  # each is done even if another one fails
            if self._folder is not None:
                last_first.callback(shutil.rmtree, self._folder, ignore_errors=True)
            for holder in (self._switch, *self._holders.values()):
                if holder is not None:
                    last_first.callback(holder.kill)
            for process in (*(client for _, client in self._clients), *self._daemons.values()):
                last_first.callback(process.reap)
            self._folder = self._switch = None
            self._clients = []
            self._daemons, self._holders = {}, {}

    def run(self, node: int, command: Sequence[str], **options: Any) -> Entered:
        """Runs a client on a node, with the files, working directory and environment that we have.

        What is returned is a `Popen` whose signals and exit status are the client's. The client is
        killed and reaped by `stop` at the latest.

        Args:
            node: which; it must have power.
            command: the program and its arguments.
            options: for `Popen`, which by default has pipes for standard input and output.
        """
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        # To enter mounts is to be at their root.
        enter = [*self._holder(node).enter, "env", "-C", str(Path.cwd())]
        client = Entered([*enter, *command], start_new_session=True, **{**pipes, **options})
        self._clients.append((node, client))
        return client

    def partition(self, parts: Sequence[Sequence[int]]) -> None:
        """From now on, only the nodes of each part reach each other.

        Raises:
            ValueError: a node is in no part, or in two.
        """
        if sorted(node for part in parts for node in part) != list(range(self.nodes)):
            raise ValueError(f"not a partition of {self.nodes} nodes: {parts}")
        for number, part in enumerate(parts):
            self._part_of.update(dict.fromkeys(part, number))
        self._in_switch(
            f"link set p{node} master br{self._part_of[node]}" for node in self._holders
        )

    def heal(self) -> None:
        """From now on, all nodes reach each other."""
        self.partition([list(range(self.nodes))])

    def kill_node(self, node: int) -> None:
        """A power failure: the node is gone with everything on it, and says nothing to others."""
        daemon = self._daemons.pop(node, None)
        others = [client for where, client in self._clients if where == node]
        for process in [*others, daemon] if daemon else others:
            process.wake()
        self._holders.pop(node).kill()
        if daemon:
            daemon.reap()

    def start_node(self, node: int) -> None:
        """Power is back: starts a node that was killed, in the part in which it was.

        Raises:
            ClusterError: it forms no ring with the nodes that it can reach.
        """
        if node in self._holders:
            raise ValueError(f"node {node} is running")
        self._power([node])

    def kill_daemon(self, node: int) -> None:
        """Ends only the daemon of a node; its clients live on."""
        self._daemons.pop(node).reap()

    def start_daemon(self, node: int) -> None:
        """Starts the daemon of a node whose daemon was killed.

        Raises:
            ClusterError: it forms no ring with the nodes that it can reach.
        """
        if node in self._daemons:
            raise ValueError(f"the daemon of node {node} is running")
        self._boot([node])

    def freeze_daemon(self, node: int) -> None:
        """Stops the daemon of a node where it is, as if the machine had no time for it."""
        self._daemons[node].send_signal(signal.SIGSTOP)

    def thaw_daemon(self, node: int) -> None:
        """Lets a daemon go on that was stopped."""
        self._daemons[node].send_signal(signal.SIGCONT)

    def repair(self) -> None:
        """Back to the beginning: every daemon runs, all reach each other, there are no clients.

        Raises:
            ClusterError: a daemon forms no ring with the others.
        """
        for _, client in self._clients:
            client.reap()
        self._clients.clear()
        for node in self._daemons:
            self.thaw_daemon(node)
        self.heal()
        self._power([node for node in range(self.nodes) if node not in self._holders])
        self._boot([node for node in range(self.nodes) if node not in self._daemons])

    def members(self, node: int) -> set[int]:
        """The nodes in the ring of a node's daemon; none while it is forming one."""
        log = self.log(node)
        rings = list(_RING.finditer(log))
        if not rings or _FORMED not in log[rings[-1].end() :]:
            return set()
        return {int(member) - 1 for member in rings[-1][1].split()}

    def wait_for_rings(self) -> None:
        """Waits until the ring of each daemon is of just the daemons that it can reach.

        Raises:
            ClusterError: they are not in time.
        """
        for node in self._daemons:
            wait_until(
                lambda node=node: self.members(node) == self._reached_by(node),  # type: ignore[misc]
                f"node {node} to form a ring",
            )

    def log(self, node: int) -> str:
        """What a node's daemon has logged since it was started last."""
        return self._log_of(node).read_text(errors="replace")

    def _power(self, nodes: Sequence[int]) -> None:
        """Makes hosts of nodes, connects them with the switch, and starts their daemons."""
        for node in nodes:
            self._holders[node] = Holder(HOST, _FURNISH, within=self._switch)
        for node in nodes:
            self._holders[node].wait()
        # What the port of a killed node was connected to is gone, and the port soon after.
        self._in_switch((f"link del p{node}" for node in nodes), must=False)
        self._in_switch(
            line
            for node in nodes
            for line in (
                # The address stays the same, so that no neighbour remembers another one.
                f"link add p{node} type veth peer name eth0 address 02:00:00:00:00:{node:02x}"
                f" netns {self._holders[node].pid}",
                f"link set p{node} master br{self._part_of[node]} up",
            )
        )
        for node in nodes:
            lines = f"link set lo up\naddr add {_ip(node)}/24 dev eth0\nlink set eth0 up\n"
            run([*self._holder(node).enter, program("ip"), "-batch", "-"], lines)
        self._boot(nodes)

    def _boot(self, nodes: Sequence[int]) -> None:
        """Starts daemons, and waits until they are in a ring with all that they reach."""
        for node in nodes:
            log = self._log_of(node)
            with log.open("wb") as output:
                self._daemons[node] = Entered(
                    [*self._holder(node).enter, program("setpriv"), "--pdeathsig", "KILL",
                     program("corosync"), "-f", "-c", str(log.with_name("corosync.conf"))],
                    stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                )  # fmt: skip
        try:
            self.wait_for_rings()
        except ClusterError as error:
            logs = "\n".join(f"node {node}: {self.log(node)[-1500:]}" for node in nodes)
            raise ClusterError(f"{error}\n{logs}") from error

    def _reached_by(self, node: int) -> set[int]:
        """The nodes whose daemons a node's daemon can hear, itself among them."""
        return {other for other in self._daemons if self._part_of[other] == self._part_of[node]}

    def _holder(self, node: int) -> Holder:
        if node not in self._holders:
            raise ValueError(f"node {node} has no power")
        return self._holders[node]

    def _log_of(self, node: int) -> Path:
        if self._folder is None:
            raise ValueError("the cluster is not running")
        return self._folder / f"node{node}.log"

    def _in_switch(self, lines: Iterable[str], must: bool = True) -> None:
        """Runs commands of ip(8) in the switch; if they need not succeed, all of them anyway."""
        if self._switch is None:
            raise ValueError("the cluster is not running")
        force = [] if must else ["-force"]
        command = [*self._switch.enter, program("ip"), *force, "-batch", "-"]
        try:
            run(command, "".join(f"{line}\n" for line in lines))
        except ClusterError:
            if must:
                raise

    def _configuration(self) -> str:
        """What all nodes read; each finds itself in it by its address. See corosync.conf(5)."""
        nodes = "".join(
            f"  node {{\n    nodeid: {node + 1}\n    name: node{node}\n"
            f"    ring0_addr: {_ip(node)}\n  }}\n"
            for node in range(self.nodes)
        )
        return _CONFIGURATION.format(token_ms=self._token_ms, nodes=nodes)


def _ip(node: int) -> str:
    return f"10.0.0.{node + 1}"
