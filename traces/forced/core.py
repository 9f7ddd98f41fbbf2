"""A trace on the implementation's core: a member for each, given what the environment gives.

The environment's steps are fed in, and the members' own steps are taken when the trace takes them.
In every state each member must know what it knows by the specification, and the steps that are due
must be those that it may take there, no more and no fewer; each input must be taken, and what comes
of each own step must be what the specification says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from impl.core import Data, Member, MemberId, Step
from model.interp import Interpreter
from model.scope import State
from model.search.result import Trace
from traces.forced.knowledge import ACK, DATA, Knowledge, Known, Reading, Words
from traces.forced.moves import CLOSING
from traces.forced.path import path_graph, unrolled
from traces.forced.result import Difference, Forced, SideBySide, Sides, Taken
from traces.lockstep.environment import DEAD, OWN, SILENT, Environment
from traces.lockstep.local import Content, Outcome
from traces.run import Run


def on_core(
    run: Run, trace: Trace, make_member: Callable[[MemberId], Member[Content]] = Member
) -> Forced:
    """Drives a member of the core for each member of the specification through a trace.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it.
        make_member: the implementation's rules.

    Raises:
        ScopeError: the scope has too many members for their relations to be compared.
    """
    return _OnCore(run, unrolled(trace), make_member).run()


def side_by_side(
    run: Run, trace: Trace, make_member: Callable[[MemberId], Member[Content]] = Member
) -> SideBySide:
    """The same, with what every live member knows in each state that was compared, on both sides.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it.
        make_member: the implementation's rules.

    Raises:
        ScopeError: the scope has too many members for their relations to be compared.
    """
    driven = _OnCore(run, unrolled(trace), make_member)
    forced = driven.run()
    return SideBySide(forced, driven.known())


class _Both(NamedTuple):
    """What one live member knows, and which own steps are due, on both sides."""

    member: int
    here: Knowledge
    there: Knowledge
    due: set[Step]
    allowed: set[Step]


class _OnCore:
    def __init__(
        self, run: Run, trace: Trace, make_member: Callable[[MemberId], Member[Content]]
    ) -> None:
        graph = path_graph(run.finite, trace)
        self._environment = Environment(run, graph, make_member)
        self._known = Known(run, graph)
        self._words = Words(run.finite)
        self._interpreter = Interpreter(run.finite)
        self._trace = trace
        self._local = [machine.start for machine in self._environment.machines]
        self._holds = [int(bits) for bits in self._known.facts.holds[:, 0]]
        self._reading: Reading[Content] = Reading(
            lambda view: view.epoch, lambda member: int(member.incarnation), _bits
        )
        self._outcome: Outcome | None = None
        """What came of the last input."""
        self._compared = 0
        self._states: list[tuple[_Both, ...]] = []
        """What live members know, by state."""

    def run(self) -> Forced:
        """Takes every step, until something differs."""
        taken: list[Taken] = []
        difference = self._compare(0)
        for number in range(len(self._trace)):
            if difference is not None:
                break
            difference, done = self._take(number)
            taken.append(Taken(self._environment.text[number], (done,) if done else ()))
            if difference is None:
                difference = self._compare(number + 1) or self._otherwise(number)
            else:
                self._states.append(tuple(self._both(number + 1)))
        return Forced(len(self._trace), tuple(taken), self._compared, difference)

    # -- states -------------------------------------------------------------------------------

    def known(self) -> tuple[tuple[Sides, ...], ...]:
        """What live members know in the states so far, in words."""
        return tuple(
            tuple(sides for both in state for sides in self._sides(both)) for state in self._states
        )

    def _sides(self, both: _Both) -> Iterator[Sides]:
        name = self._words.members[both.member]
        for variable, here, there in self._words.both(both.here, both.there):
            yield Sides(name, variable, here, there)
        yield Sides(name, OWN_STEPS, _listed(both.due), _listed(both.allowed))

    def _compare(self, state: int) -> Difference | None:
        """What each member knows, and what is due, against what the specification says."""
        found = tuple(self._both(state))
        self._states.append(found)
        for m, here, there, due, allowed in found:
            self._compared += 1
            if here != there:
                return self._differs(state, m, *self._words.differing(here, there))
            if due != allowed:
                return self._differs(state, m, OWN_STEPS, _listed(due), _listed(allowed))
        return None

    def _both(self, state: int) -> Iterator[_Both]:
        for m, local in enumerate(self._local):
            if local != DEAD:
                member = self._environment.machines[m].member(local)
                here = self._reading.of(member, self._holds[m])
                allowed = self._allowed(self._trace.states[state], m)
                yield _Both(m, here, self._known.of(m, state), set(member.due()), allowed)

    def _allowed(self, state: State, m: int) -> set[Step]:
        """The own steps that a member may take by the specification."""
        return {
            OWN[step.action.name]
            for step in self._interpreter.finite.steps
            if step.action.name in OWN
            and step.args[0] == m
            and self._interpreter.enabled(state, step)
        }

    # -- steps --------------------------------------------------------------------------------

    def _take(self, number: int) -> tuple[Difference | None, str]:
        """Takes a step; says what was done."""
        environment, words = self._environment, self._words
        action, args = environment.labels[number]
        self._outcome = None
        if action in SILENT:
            return None, "no member knows of it"
        if action in CLOSING:
            return None, self._close(number, args[0])
        m = args[0]
        name = words.members[m]
        if action == "crash":
            self._local[m] = DEAD
            return None, f"{name} is no more"
        outcome = self._outcome = environment.machines[m].after(
            self._local[m], environment.input(number, action, args)
        )
        difference = self._judged(number, m, outcome)
        if not outcome.refused:
            self._local[m] = outcome.state
            if difference is None and action == "install" and self._is_closed(number, args[1]):
                self._local[m] = environment.blocked(m, outcome.state)
        return difference, f"{name} {_DONE[action]}"

    def _close(self, number: int, view: int) -> str:
        """Under sending-view delivery those who are in a view are told that it is closed."""
        environment = self._environment
        if not environment.sending_view:
            return "nobody is told yet"
        told = []
        for m, local in enumerate(self._local):
            if local != DEAD and environment.facts.at[m, number] == view:
                self._local[m] = environment.blocked(m, local)
                told.append(self._words.members[m])
        return f"told to send no more: {' '.join(told) or 'nobody'}"

    def _is_closed(self, state: int, view: int) -> bool:
        environment = self._environment
        return environment.sending_view and bool(environment.facts.closed[view, state])

    def _judged(self, number: int, m: int, outcome: Outcome) -> Difference | None:
        """What came of an input, against what the specification says."""
        action, _ = self._environment.labels[number]
        if outcome.refused:
            return self._differs(number + 1, m, "what it takes", f"refused ({outcome.refused})",
                                 "taken")  # fmt: skip
        said, expected = self._said(outcome), self._expected(number)
        if said != expected:
            return self._differs(number + 1, m, f"what it sends at {action}", said, expected)
        if (action == "complete") != (outcome.merged is not None):
            is_complete = "complete" if outcome.merged is not None else "not complete"
            other = "complete" if action == "complete" else "not complete"
            return self._differs(number + 1, m, "whether the exchange is", is_complete, other)
        if outcome.merged is not None:
            self._holds[m] |= _bits(outcome.merged)
        return None

    def _otherwise(self, number: int) -> Difference | None:
        """Whatever else the lockstep walk compares of what came of an input."""
        action, args = self._environment.labels[number]
        if self._outcome is None:
            return None
        text = self._environment.otherwise(number, number + 1, action, args, self._outcome)
        if not text:
            return None
        one, _, other = text.removeprefix(f"{action}: ").partition(", not ")
        return self._differs(number + 1, args[0], f"what comes of {action}", one, other)

    def _said(self, outcome: Outcome) -> str:
        """What a member sends, in words."""
        message = outcome.message
        if message is None:
            return "nothing"
        p, v, r = int(message.sender.incarnation), message.view.epoch, message.request.epoch
        if isinstance(message, Data):
            return self._in_words(DATA, p, v, r, _bits(message.content))
        return self._in_words(ACK, p, v, r, 0)

    def _expected(self, number: int) -> str:
        """The same, by the specification."""
        action, args = self._environment.labels[number]
        if action not in ("transmit", "acknowledge"):
            return "nothing"
        p, v = args
        facts = self._known.facts
        r = int(facts.request_of[v, number])
        if action == "acknowledge":
            return self._in_words(ACK, p, v, r, 0)
        return self._in_words(DATA, p, v, r, int(facts.held[p, r, number]))

    def _in_words(self, kind: int, p: int, v: int, r: int, content: int) -> str:
        text = f"{self._words.message(kind, p, v)} for request {self._words.view(r)}"
        return text if kind == ACK else f"{text} ({self._words.content(content)})"

    def _differs(
        self, step: int, m: int, variable: str, implementation: str, specification: str
    ) -> Difference:
        return Difference(step, self._words.members[m], variable, implementation, specification)


OWN_STEPS = "what it may do of its own accord"
"""A variable as those of `knowledge.NAMES`: the own steps that are due."""

_DONE = {
    "install": "is given the view",
    "deliver": "is given the message",
    "transmit": "transmits, as is due",
    "acknowledge": "acknowledges, as is due",
    "complete": "completes, as is due",
}


def _bits(content: Content) -> int:
    return sum(1 << datum for datum in content)


def _listed(steps: set[Step]) -> str:
    return " or ".join(sorted(step.value for step in steps)) or "nothing"
