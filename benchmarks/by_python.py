"""The child in which a Python checker searches the model written by hand; prints JSON.

`minicheck` and `musil` are what one finds in the package index for "explicit-state model checker".
Both take successor functions of hashable states and count states, not transitions: those are
counted in the function that they call. `plain` is the search that everyone writes first, a
dictionary and a queue, with the same function and the same properties.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from collections import deque
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.by_hand import ByHand, State
from benchmarks.checkers import Built, Cost, Outcome
from benchmarks.process import CheckerError, Ended, Limits
from traces.run import Run

ROOT = Path(__file__).resolve().parents[1]
CHECKERS = ("minicheck", "musil", "plain")
_STATES_MAX = 1 << 40
NEEDS = {"musil": (3, 12)}  # it is written in the syntax of that Python


def lacks(checker: str) -> str | None:
    """Why a checker cannot be run here, if it cannot."""
    if sys.version_info < NEEDS.get(checker, (3, 0)):
        needed = ".".join(map(str, NEEDS[checker]))
        return (
            f"{checker} needs Python {needed}, this is {sys.version_info[0]}.{sys.version_info[1]}"
        )
    if checker != "plain" and importlib.util.find_spec(checker) is None:
        return f"{checker} is not installed: `make bench` does it"
    return None


def by_python(checker: str, run: Run) -> Built:
    """A search by a Python checker.

    Raises:
        CheckerError: the model written by hand does not cover the run.
    """
    requests = run.exchange_scope.requests
    if len(requests) > 1 or any(group.joins for group in requests[0]) or run.total_order:
        raise CheckerError(f"the model written by hand has no {run.name}")
    if run.delivery.value != "sending-view" or run.variant is not None:
        raise CheckerError(f"the model written by hand has no {run.name}")
    sizes = [str(group.members) for group in requests[0]]
    words = ("-m", "benchmarks.by_python", checker, str(run.failures), *sizes)
    return Built((sys.executable, *words), ROOT, 0.0, _read, Limits(1800, memory_bytes=None))


def _read(ended: Ended, build_seconds: float) -> Outcome:
    if ended.status:
        raise CheckerError(f"a Python checker failed: {ended.output[-2000:]}")
    said = json.loads(ended.output.splitlines()[-1])
    cost = Cost(build_seconds, said["seconds"], said["cpu_seconds"], ended.peak_bytes)
    names = frozenset(said["violated"])
    return Outcome(said["states"], said["transitions"], names, len(names), cost)


# -- in the child -----------------------------------------------------------------------------


class Counting:
    """The model, which counts the transitions that are asked of it."""

    def __init__(self, model: ByHand) -> None:
        self.model, self.transitions = model, 0

    def steps(self, state: State) -> list[tuple[str, State]]:
        found = self.model.steps(state)
        self.transitions += len(found)
        return found


def minicheck(model: ByHand, counting: Counting) -> tuple[int, list[str]]:
    """Its states are tuples, its properties predicates over a dictionary of fields."""
    from minicheck import Protocol, check_safety

    fields = tuple(f"field_{i}" for i in range(len(model.initial)))
    properties = {
        name: lambda of, holds=holds: holds(tuple(of.values()))
        for name, holds in model.properties.items()
    }
    protocol = Protocol("exchange", False, fields, model.initial, counting.steps, properties)
    said = check_safety(protocol, max_states=_STATES_MAX)
    if not said["exhaustive"]:
        raise CheckerError(said["incomplete_reason"])
    broken = [name for name, it in said["properties"].items() if it["holds"] is not True]
    return said["reachable_states"], broken


def musil(model: ByHand, counting: Counting) -> tuple[int, list[str]]:
    """It stops at the first violation; the enabled actions of a state are made in one go."""
    from musil import Action, Model, check

    def always(_: State) -> bool:
        return True

    def actions(state: State) -> list[Any]:
        return [
            Action(name, always, partial(_arrive, after)) for name, after in counting.steps(state)
        ]

    said = check(
        # A state is a tuple, which musil would take for several initial states.
        Model([model.initial], (), model.properties, model.may_rest, actions),
        max_states=_STATES_MAX,
    )
    return said.states_explored, [] if said.ok else [said.invariant or "deadlock"]


def _arrive(after: State, _: State) -> State:
    return after


def plain(model: ByHand, counting: Counting) -> tuple[int, list[str]]:
    """A dictionary of parents and a queue."""
    parents: dict[State, State | None] = {model.initial: None}
    todo = deque([model.initial])
    broken = set()
    while todo:
        state = todo.popleft()
        for name, holds in model.properties.items():
            if not holds(state):
                broken.add(name)
        found = counting.steps(state)
        if not found and not model.may_rest(state):
            broken.add("deadlock")
        for _, after in found:
            if after not in parents:
                parents[after] = state
                todo.append(after)
    return len(parents), sorted(broken)


def main(checker: str, failures: str, *sizes: str) -> None:
    """Searches, and prints what came of it in one line."""
    model = ByHand(tuple(map(int, sizes)), int(failures))
    counting = Counting(model)
    started, cpu = time.monotonic(), time.process_time()
    states, violated = {"minicheck": minicheck, "musil": musil, "plain": plain}[checker](
        model, counting
    )
    said = {
        "states": states,
        "transitions": counting.transitions,
        "violated": violated,
        "seconds": time.monotonic() - started,
        "cpu_seconds": time.process_time() - cpu,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
