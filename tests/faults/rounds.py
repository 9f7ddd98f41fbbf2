"""Rounds of faults, and what members make of them.

    python -m tests.faults.rounds [--on local] [--rounds 200] [--variant indicator-on-receipt-only]

Each round brings new members or separated parts together, so that there is an exchange, and has
something fail in the middle of it; then the survivors must come to rest with the same words. In the
end the logs of all members, the killed ones' too, are judged.
"""

from __future__ import annotations

import argparse
import json
import queue
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from tests.corosync.cluster import Cluster
from tests.faults.places import OnCorosync, OnOneMachine, Place
from traces.history import Judgement, judge_files, read_log
from traces.logs import read_logs
from traces.validate import Verdict, validate

LIMIT_S = 20.0
PACKETS = 7  # of a subgroup's data: sending takes long enough for something to come in between


class Client:
    """A member on a node."""

    def __init__(self, rounds: Rounds, node: int, name: str, words: list[str]) -> None:
        self.node, self.name = node, name
        self.life = ""
        self.address = ""
        self.lost = ""
        self.view: str | None = None
        self.members: list[str] = []
        self.completed = False
        self.alive = True
        self.log = rounds.folder / f"{len(rounds.clients):04d}-{name}.jsonl"
        self._answers: queue.Queue[Any] = queue.Queue()
        variant = ["--variant", rounds.variant] if rounds.variant else []
        self.process = rounds.place.run(
            node,
            [
                *(sys.executable, "-m", "tests.faults.words", name, str(self.log)),
                *(rounds.place.transport, str(rounds.folder / "d")),
                *("--padding", str(PACKETS * rounds.place.packet), *variant, "--words", *words),
            ],
        )
        self._news = rounds.news
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, command: str) -> Any:
        """Gives a command and waits for the answer; None if it has died."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(f"{command}\n".encode())
            self.process.stdin.flush()
        except BrokenPipeError:
            return None
        return self._answers.get(timeout=LIMIT_S)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for text in self.process.stdout:
            line: dict[str, Any] = json.loads(text)
            with self._news:
                if line.get("event") == "install":
                    self.life = line["member"]
                    self.view, self.members = line["view"], line["members"]
                if "event" in line:
                    self.completed = line["state"]["completed"]
                self.address = line.get("address", self.address)
                self.lost = line.get("lost", self.lost)
                if "answer" in line:
                    self._answers.put(line["answer"])
                self._news.notify_all()
        with self._news:
            self.alive = False
            self._answers.put(None)
            self._news.notify_all()


@dataclass
class Rounds:
    """Members in a place, and what has been done to them.

    Attributes:
        own_late: rounds in which a member saw the membership change before its own message.
    """

    place: Place
    folder: Path
    seed: int
    variant: str | None = None
    clients: list[Client] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)
    done: dict[str, int] = field(default_factory=dict)
    own_late: int = 0
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._names = 0
        self._read: dict[Path, int] = {}

    def run(self, count: int, say: Callable[[str], None] = lambda text: None) -> None:
        """So many rounds."""
        for _ in range(3):
            self._join()
        self._settle("start")
        for number in range(count):
            kinds = (self._killed_while_joining, self._killed_while_merging, self._node_dies)
            kind = self._random.choices(kinds, (6, 3, 1))[0]
            name = kind.__name__.strip("_")
            kind()
            self._settle(f"round {number} ({name})")
            self.done[name] = self.done.get(name, 0) + 1
            self.own_late += self._own_was_late()
            say(f"round {number + 1}: {name}; own message late in {self.own_late}")

    @property
    def alive(self) -> list[Client]:
        return [client for client in self.clients if client.alive]

    def judged(self) -> Judgement:
        """What came of it, when all are at rest."""
        return judge_files(
            [client.log for client in self.clients if client.log.exists()],
            at_rest=[[client.life for client in self.alive]],
            total_order=True,
        )

    def validated(self) -> Verdict:
        """Whether what all members did is a behaviour of the specification."""
        return validate(read_logs(c.log for c in self.clients if c.log.exists()))

    # -- rounds -------------------------------------------------------------------------------

    def _killed_while_joining(self) -> None:
        """A member joins, and one of those that are there dies while data is sent."""
        victim = self._arm(self.alive)
        self._join()
        self.wait(lambda: not victim.alive, "the victim's death", must=False)

    def _killed_while_merging(self) -> None:
        """Nodes are separated and meet again, and a leader dies meanwhile."""
        nodes = self._random.sample(range(self.place.nodes), self.place.nodes)
        cut = self._random.randint(1, len(nodes) - 1)
        parts = [nodes[:cut], nodes[cut:]]
        addresses: dict[int, list[str]] = {}
        for client in self.alive:
            addresses.setdefault(client.node, []).append(client.address)
        self.place.partition(parts, addresses)
        sides = [[client for client in self.alive if client.node in part] for part in parts]
        for side in sides:
            if side:
                self.wait(partial(_together, side), "a part to come to rest")
                side[0].ask(f"add s{self._names}{side[0].name}")
        victim = self._arm(self._random.choice([side for side in sides if side]))
        self.place.heal()
        self.wait(lambda: not victim.alive, "the victim's death", must=False)

    def _node_dies(self) -> None:
        """A node loses power while a member joins elsewhere."""
        node = self._random.choice([client.node for client in self.alive])
        self._join(avoid=node)
        self.place.kill_node(node)
        self.wait(lambda: not any(client.node == node for client in self.alive), "its members' end")
        self.place.start_node(node)

    def _arm(self, side: list[Client]) -> Client:
        """Has a leader die before, while or after its data is sent, or another one at any time."""
        victim = min(side, key=lambda client: client.name)
        when = self._random.choice(("speaking", "sent1", "sent4", "sent8", "now"))
        if when == "now":
            victim = self._random.choice(side)
            delay = self._random.random() * 0.05
            threading.Timer(delay, victim.process.kill).start()
        else:
            victim.ask(f"arm {when}")
        return victim

    def _join(self, avoid: int | None = None) -> None:
        nodes = [node for node in range(self.place.nodes) if node != avoid]
        self._names += 1
        name = f"m{self._random.randrange(100):02d}-{self._names:04d}"
        words = [f"w{self._names}"] if self._random.random() < 0.7 else []
        self.clients.append(Client(self, self._random.choice(nodes), name, words))

    # -- rest ---------------------------------------------------------------------------------

    def _settle(self, where: str) -> None:
        """Waits until all who live have completed an exchange together, with the same words."""
        while len(self.alive) < 3:
            self._join()
        self.wait(lambda: bool(self.alive) and _together(self.alive), f"rest after {where}")
        words = {client.name: client.ask("words") for client in self.alive}
        if len({tuple(said) for said in words.values() if said is not None}) > 1:
            self.problems.append(f"{where}: the members hold different words")

    def _own_was_late(self) -> bool:
        """Whether some member got a message of its own after a later view, since the last time."""
        late = False
        for client in self.clients:
            if not client.log.exists():
                continue
            view = ""
            for event in read_log(client.log):
                if event["event"] == "install":
                    view = event["view"]
                own = event["event"] == "deliver" and event["sender"] == event["member"]
                if own and event["view"] != view and event["seq"] > self._read.get(client.log, 0):
                    late = True
            self._read[client.log] = event["seq"]
        return late

    def wait(self, condition: Callable[[], bool], what: str, *, must: bool = True) -> None:
        end = time.monotonic() + (LIMIT_S if must else 2.0)
        with self.news:
            while not condition():
                if not self.news.wait(end - time.monotonic()):
                    if must:
                        raise TimeoutError(f"no {what} within {LIMIT_S:g} s (seed {self.seed})")
                    return


def _together(clients: list[Client]) -> bool:
    lives = sorted(client.life for client in clients)
    return (
        len({client.view for client in clients}) == 1
        and all(client.completed for client in clients)
        and sorted(clients[0].members) == lives
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Rounds of faults, with real processes.")
    parser.add_argument("--on", choices=["local", "corosync"], default="corosync")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--variant")
    parser.add_argument("--logs", type=Path, help="keep the logs in this folder")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="faults-")))
        if given.logs is not None:
            stack.callback(lambda: shutil.copytree(folder, given.logs, ignore=_only_logs))
        place: Place
        if given.on == "corosync":
            place = OnCorosync(stack.enter_context(Cluster(given.nodes)))
        else:
            place = machine = OnOneMachine(folder / "d", given.nodes)
            stack.callback(machine.end)
        report(Rounds(place, folder, given.seed, given.variant), given.rounds)


def _only_logs(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not name.endswith(".jsonl")]


def report(rounds: Rounds, count: int) -> None:
    """Runs so many rounds, and prints what came of them."""
    begun = time.monotonic()
    rounds.run(count, print)
    judgement = rounds.judged()
    print(f"{count} rounds in {time.monotonic() - begun:.0f} s: {rounds.done}")
    print(f"{rounds.own_late} of them with a change before a member's own message")
    print(judgement.counts)
    for problem in (*rounds.problems, *judgement.violations):
        print(problem)
    print(f"violated: {dict(judgement.violated)}; never judged: {judgement.vacuous}")
    verdict = rounds.validated()
    print(
        f"a behaviour of the specification: {'yes' if verdict.accepted else 'no'}; "
        f"{verdict.constrained} of {verdict.events.total()} events held against it, in "
        f"{verdict.behaviours} behaviours of {verdict.steps} steps"
    )
    if not verdict.accepted:
        print(verdict.undetermined, verdict.rejected, verdict.stuck and verdict.stuck.why)


if __name__ == "__main__":
    main()
