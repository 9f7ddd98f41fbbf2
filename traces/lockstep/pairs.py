"""The walk as it is meant: through pairs of a state and the states of its members.

Slow, obvious, and it knows the way to a difference. `columns` does the same where it can.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass

from impl.core import Step
from traces.lockstep.environment import DEAD, OWN, SILENT, Environment

_NONE = -1


@dataclass(frozen=True)
class Difference:
    """Where implementation and specification part.

    Attributes:
        text: how.
        steps: from an initial state to there, as the specification writes them.
    """

    text: str
    steps: tuple[str, ...]


class Pairs:
    """The pairs that were met, breadth first, and the way to each."""

    def __init__(self, environment: Environment) -> None:
        self.followed = 0
        self._environment = environment
        graph = environment.graph
        self._followed = bytearray(len(graph.targets))
        members = range(len(environment.machines))
        self._signatures = [environment.facts.signature(m) for m in members]
        self._abstractions: list[dict[int, int]] = [{} for _ in members]
        self._undue: list[dict[int, tuple[Step, ...]]] = [{} for _ in members]
        self._joints: dict[tuple[int, ...], int] = {}
        self._joint: list[tuple[int, ...]] = []
        """The members' states, together; and the numbers of such tuples."""
        self._known: set[int] = set()
        self._state, self._of = array("i"), array("i")
        """Of each pair: the state, and the number of the members' states."""
        self._parent, self._by = array("i"), array("i")
        self._difference: Difference | None = None

    def __len__(self) -> int:
        return len(self._state)

    def run(self) -> Difference | None:
        """Walks until there is nothing left, or a difference."""
        start = tuple(machine.start for machine in self._environment.machines)
        for state in range(self._environment.graph.initial):
            self._meet(state, start, _NONE, _NONE)
        for machine in self._environment.machines:
            if machine.has_counted:
                self._differ(0, f"{machine.me.name} has counted messages before any came")
        number = 0
        while number < len(self) and self._difference is None:
            self._follow(number)
            number += 1
        return self._difference

    def _meet(self, state: int, joint: tuple[int, ...], parent: int, label: int) -> None:
        """A pair has been reached: it is new, or known."""
        number = self._joints.setdefault(joint, len(self._joint))
        if number == len(self._joint):
            self._joint.append(joint)
        key = number << 32 | state
        if key in self._known:
            return
        self._known.add(key)
        for column, value in (
            (self._state, state), (self._of, number), (self._parent, parent), (self._by, label),
        ):  # fmt: skip
            column.append(value)
        for m, local in enumerate(joint):
            if local != DEAD:
                self._compare(state, m, local)

    def _compare(self, state: int, m: int, local: int) -> None:
        """A member must know what it knows by the specification."""
        environment = self._environment
        knows = self._abstractions[m].get(local)
        if knows is None:
            member = environment.machines[m].member(local)
            knows = self._abstractions[m][local] = environment.facts.abstraction(member)
        expected = int(self._signatures[m][state])
        if knows != expected:
            names = environment.facts.differing(knows, expected)
            text = f"{environment.ids[m].name} differs in {', '.join(names)}"
            self._differ(len(self) - 1, text)

    def _follow(self, pair: int) -> None:
        """Takes all transitions of a pair's state."""
        environment = self._environment
        graph = environment.graph
        state, joint = self._state[pair], self._joint[self._of[pair]]
        allowed: list[set[Step]] = [set() for _ in joint]
        for edge in range(int(graph.offsets[state]), int(graph.offsets[state + 1])):
            label = int(graph.labels[edge])
            action, args = environment.labels[label]
            if action in OWN:
                allowed[args[0]].add(OWN[action])
            after = self._after(pair, joint, edge)
            if after is None:
                return
            self.followed += not self._followed[edge]
            self._followed[edge] = 1
            self._meet(int(graph.targets[edge]), after, pair, label)
        for m, local in enumerate(joint):
            self._compare_due(pair, m, local, allowed[m])

    def _compare_due(self, pair: int, m: int, local: int, allowed: set[Step]) -> None:
        """A member may take the steps that the specification allows it, and takes no other."""
        machine, name = self._environment.machines[m], self._environment.ids[m].name
        due = set() if local == DEAD else set(machine.due(local))
        if due != allowed:
            by_spec = f"by the specification {_listed(allowed)}"
            self._differ(pair, f"{name} may {_listed(due)}, {by_spec}")
        if local != DEAD:
            if local not in self._undue[m]:
                self._undue[m][local] = machine.undue(local)
            for step in self._undue[m][local]:
                self._differ(pair, f"{name} takes {step.value}, which is not due")

    def _after(self, pair: int, joint: tuple[int, ...], edge: int) -> tuple[int, ...] | None:
        """The members after a transition; None if they do otherwise than it says."""
        environment = self._environment
        state, label = self._state[pair], int(environment.graph.labels[edge])
        action, args = environment.labels[label]
        if action in SILENT:
            return joint
        if action in ("exclude", "request"):
            return self._closed(state, joint, args[0]) if environment.sending_view else joint
        m = args[0]
        if action == "crash":
            return (*joint[:m], DEAD, *joint[m + 1 :])
        given = environment.input(state, action, args)
        outcome = environment.machines[m].after(joint[m], given)
        target = int(environment.graph.targets[edge])
        wrong = environment.otherwise(state, target, action, args, outcome)
        if wrong:
            self._differ(pair, wrong, label)
            return None
        local = outcome.state
        if action == "install" and environment.sending_view:
            closed = environment.facts.closed[args[1], state]
            local = environment.blocked(m, local) if closed else local
        return (*joint[:m], local, *joint[m + 1 :])

    def _closed(self, state: int, joint: tuple[int, ...], view: int) -> tuple[int, ...]:
        """Those who are in a view are told that it is closed."""
        environment = self._environment
        return tuple(
            environment.blocked(m, local)
            if local != DEAD and environment.facts.at[m, state] == view
            else local
            for m, local in enumerate(joint)
        )

    def _differ(self, pair: int, text: str, label: int = _NONE) -> None:
        if self._difference is not None:
            return
        labels = [label] if label != _NONE else []
        while pair != _NONE:
            if self._by[pair] != _NONE:
                labels.append(self._by[pair])
            pair = self._parent[pair]
        steps = tuple(self._environment.text[each] for each in reversed(labels))
        self._difference = Difference(text, steps)


def _listed(steps: set[Step]) -> str:
    return " or ".join(sorted(step.value for step in steps)) or "do nothing"
