"""From steps that need not all be enabled to a behaviour: what is not enabled is left out.

If a step is removed from a trace, others that depend on it are not enabled any more, and others
again depend on those. So steps are *followed*: each is taken where it is enabled, and otherwise
left out, and with it whatever it would have enabled. What remains is a behaviour of the spec.

Steps go by their names here (`Call`), since they are followed at several scopes, in each of which
they are other objects. What the interpreter said of a state and a step is kept, for most
candidates differ little from one that was followed before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from model.interp import Interpreter
from model.scope import Finite, State, Step, Table
from model.search.result import Trace

Call: TypeAlias = tuple[str, tuple[int, ...]]  # an action by its name, and its arguments


def call_of(step: Step) -> Call:
    """A step by its name."""
    return step.action.name, step.args


@dataclass(frozen=True)
class Path:
    """Steps to follow.

    Attributes:
        calls: the steps, in order.
        loop: those from here on are taken over and over, and the last of them closes the loop;
            None if nothing is repeated.
    """

    calls: tuple[Call, ...]
    loop: int | None = None

    def __len__(self) -> int:
        return len(self.calls)

    def without(self, start: int, end: int) -> Path:
        """The path without the steps from `start` on and before `end`."""
        calls = self.calls[:start] + self.calls[end:]
        if self.loop is None:
            return Path(calls)
        return Path(calls, self.loop - max(0, min(end, self.loop) - start))


def path_of(trace: Trace) -> Path:
    """The steps of a trace."""
    if trace.closing is None:
        return Path(tuple(map(call_of, trace.steps)))
    return Path(tuple(map(call_of, (*trace.steps, trace.closing))), trace.loop)


class Renaming(Protocol):
    """Says what the elements in steps are called while they are followed."""

    def meant(self, call: Call) -> Call:
        """The step that is meant; asked in turn for each."""
        ...

    def note(self, call: Call, taken: bool) -> None:
        """The step that was asked for last was taken, or left out."""
        ...


@dataclass(frozen=True)
class Followed:
    """What was taken, by the numbers that a `Follower` gives to states and steps.

    Attributes:
        steps: their places in `Finite.steps`.
        states: one more than steps, from the initial one on.
        loop: how many steps were taken before the loop; None if nothing is repeated.
    """

    steps: tuple[int, ...]
    states: tuple[int, ...]
    loop: int | None = None

    @property
    def closes(self) -> bool:
        """Whether a loop leads back to where it begins."""
        return self.loop is None or self.states[-1] == self.states[self.loop]


class Follower:
    """Follows steps at one scope.

    Args:
        finite: the spec and its scope; there must be one initial state, as the exchange has.
    """

    def __init__(self, finite: Finite) -> None:
        self.finite = finite
        self._interpreter = Interpreter(finite)
        self._places = {call_of(step): place for place, step in enumerate(finite.steps)}
        self._states: list[State] = []
        self._numbers: dict[State, int] = {}
        self._tables: dict[Table, Table] = {}  # a step changes few tables; the others are shared
        self._after: dict[tuple[int, int], int | None] = {}
        (initial,) = self._interpreter.initial_states()
        self._number(initial)

    def _number(self, state: State) -> int:
        known = self._numbers.get(state)
        if known is None:
            state = tuple(self._tables.setdefault(table, table) for table in state)
            known = self._numbers[state] = len(self._states)
            self._states.append(state)
        return known

    def _taken(self, state: int, step: int) -> int | None:
        """The state that a step leads to; None where it is not enabled."""
        key = (state, step)
        if key not in self._after:
            before, taken = self._states[state], self.finite.steps[step]
            enabled = self._interpreter.enabled(before, taken)
            after = self._interpreter.take(before, taken) if enabled else None
            self._after[key] = None if after is None else self._number(after)
        return self._after[key]

    def follow(self, path: Path, renaming: Renaming | None = None) -> Followed:
        """Takes every step that is enabled when its turn comes."""
        steps: list[int] = []
        states, loop = [0], None
        for index, call in enumerate(path.calls):
            if index == path.loop:
                loop = len(steps)
            step = self._places.get(call if renaming is None else renaming.meant(call))
            after = None if step is None else self._taken(states[-1], step)
            if renaming is not None:
                renaming.note(call, after is not None)
            if step is not None and after is not None:
                steps.append(step)
                states.append(after)
        return Followed(tuple(steps), tuple(states), loop)

    def to_rest(
        self, followed: Followed, path: Path, only_fair: bool, most: int
    ) -> Followed | None:
        """Goes on until no step is enabled.

        Args:
            followed: what was taken so far.
            path: whose steps are taken first, in its order.
            only_fair: until no fair one is.
            most: the steps at most.

        Returns:
            None if it is not at rest by then.
        """
        turn = {call: index for index, call in reversed(list(enumerate(path.calls)))}
        candidates = sorted(
            (step.action.fair == "none", turn.get(call_of(step), len(turn)), place)
            for place, step in enumerate(self.finite.steps)
            if step.action.fair != "none" or not only_fair
        )
        steps, states = list(followed.steps), list(followed.states)
        while len(steps) <= most:
            for _, _, step in candidates:
                after = self._taken(states[-1], step)
                if after is not None:
                    steps.append(step)
                    states.append(after)
                    break
            else:
                return Followed(tuple(steps), tuple(states))
        return None

    def path(self, followed: Followed) -> Path:
        """The steps that were taken, to be followed again."""
        return Path(tuple(call_of(self.finite.steps[s]) for s in followed.steps), followed.loop)

    def trace(self, followed: Followed, lasso: bool) -> Trace:
        """The trace of what was taken.

        Args:
            followed: what was taken.
            lasso: it goes on for ever: round its loop or, where that has no step, resting.
        """
        states = tuple(self._states[number] for number in followed.states)
        steps = tuple(self.finite.steps[number] for number in followed.steps)
        if not lasso:
            return Trace(states, steps)
        if followed.loop is None or followed.loop == len(steps):
            return Trace(states, steps, len(steps), None)
        return Trace(states[:-1], steps[:-1], followed.loop, steps[-1])
