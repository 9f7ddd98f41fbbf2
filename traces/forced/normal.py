"""The normal form of a trace: what is due is taken at once, and whoever is late catches up.

It has all steps of the trace, the environment's in their order, and is a behaviour of the
specification itself, since the interpreter takes each of its steps where it is enabled:

- A member's own step is taken as soon as it is enabled.
- A step of the environment is taken when the trace takes it. If others must come first now (what
  members have said earlier is ordered first, a view is left only with all its messages), or the
  service needs a member elsewhere (`director`), those are taken before it, and not again.
- A trace that goes on for ever rests at its end. Its normal form goes on until no fair step is
  enabled.

Not every trace has one. A trace that shows what comes of members that wait has none, or one that
does not show it any more.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from model.interp import Interpreter
from model.scope import State, Step
from model.search.result import Trace
from traces.forced.director import Director
from traces.forced.eager import OWN, OwnSteps
from traces.forced.knowledge import Formed, Words
from traces.forced.moves import CLOSING
from traces.forced.path import unrolled
from traces.forced.result import Late, Unforceable
from traces.run import Run

_ADVICE = "force it on members alone: --on core"


def normal(run: Run, trace: Trace, director: Director) -> Trace:
    """The normal form of a trace.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it. A loop is gone through once.
        director: of the service that it is to be forced upon, at its beginning.

    Raises:
        Unforceable: it has none.
    """
    goes_on, trace = trace.loop is not None, unrolled(trace)
    making = _Normal(run, trace.states[0], director)
    for number, step in enumerate(trace.steps, 1):
        if step.action.name not in OWN:
            making.add(step, f"step {number}, {run.finite.describe(step)},")
    making.rest()
    while goes_on and (fair := making.fair()) is not None:
        making.add(fair, f"{run.finite.describe(fair)}, which is fair,")
        making.rest()
    taken = set(making.steps)
    for number, step in enumerate(trace.steps, 1):
        if step.action.name in OWN and step not in taken:
            raise Unforceable(
                f"step {number}, {run.finite.describe(step)}, is not taken if members do what is "
                "due at once",
                advice=_ADVICE,
            )
    return Trace(tuple(making.states), tuple(making.steps))


class _Normal:
    def __init__(self, run: Run, initial: State, director: Director) -> None:
        self._finite = run.finite
        self._interpreter = Interpreter(run.finite)
        self._own = OwnSteps(self._interpreter)
        self._words = Words(run.finite)
        self._director = director
        self._index = {s.name: i for i, s in enumerate(run.finite.staged.symbols)}
        self.states, self.steps = [initial], list[Step]()
        director.begin(self._view(0, initial))

    def rest(self) -> None:
        """Members take what is due."""
        while (step := self._own.first(self.states[-1])) is not None:
            self._take(step)
        self._director.rest()

    def fair(self) -> Step | None:
        """A fair step that is enabled."""
        steps = (step for step in self._finite.steps if step.action.fair != "none")
        return next((s for s in steps if self._interpreter.enabled(self.states[-1], s)), None)

    def add(self, step: Step, where: str) -> None:
        """Takes a step of the environment, and before it what must come first.

        Args:
            step: of the trace.
            where: what to call it.

        Raises:
            Unforceable: it cannot be taken.
        """
        self.rest()
        while not self._is_done(step):
            late = None
            if not self._interpreter.enabled(self.states[-1], step):
                first = next(self._first(step), None)
            elif (late := self._late(step)) is not None:
                first = next(self._before(late), None)
            else:
                self._take(step)
                return
            if first is None:
                problem = f"{where} is not enabled if members do what is due at once"
                raise late or Unforceable(problem, advice=_ADVICE)
            self.add(first, where)
            self.rest()

    def _take(self, step: Step) -> None:
        self.states.append(self._interpreter.take(self.states[-1], step))
        self.steps.append(step)
        self._director.moves(step.action.name, step.args, self._formed(step, self.states[-1]))

    def _late(self, step: Step) -> Late | None:
        """Who is not where the service needs it for a step, if somebody is not."""
        state = self._interpreter.take(self.states[-1], step)
        try:
            copy.deepcopy(self._director).moves(
                step.action.name, step.args, self._formed(step, state)
            )
        except Late as late:
            return late
        return None

    # -- what must come first -----------------------------------------------------------------

    def _first(self, step: Step) -> Iterator[Step]:
        """Steps that may have to come before one that is not enabled, the next of them first."""
        match step.action.name, step.args:
            case "order", (_, p, _, w, *_):
                yield from (s for s in self._enabled("order") if (s.args[1], s.args[3]) == (p, w))
            case "deliver", (q, *_):
                yield from (s for s in self._enabled("deliver") if s.args[0] == q)
            case "install", (m, view, *_):
                yield from self._towards(m, view, False)
            case (("exclude" | "request"), _):
                yield from self._enabled("order")
            case _:
                pass

    def _before(self, late: Late) -> Iterator[Step]:
        """Steps that bring a member to where the service needs it."""
        if late.message is None:
            yield from self._towards(late.member, late.view, late.installed)
        wanted = (late.member, *(late.message or ()))
        yield from (step for step in self._enabled("deliver") if step.args == wanted)

    def _towards(self, m: int, view: int, installed: bool) -> Iterator[Step]:
        """Steps that bring a member to a view, or to where it can install it."""
        yield from (s for s in self._enabled("deliver") if s.args[0] == m)
        for step in self._enabled("install"):
            if step.args[0] == m and (step.args[1] < view or (installed and step.args[1] == view)):
                yield step

    def _enabled(self, action: str) -> Iterator[Step]:
        state = self.states[-1]
        for step in self._finite.steps:
            if step.action.name == action and self._interpreter.enabled(state, step):
                yield step

    # -- states -------------------------------------------------------------------------------

    def _is_done(self, step: Step) -> bool:
        """Whether a step's effect has come about before it."""
        state = self.states[-1]
        match step.action.name:
            case "order":
                k, p, v, _ = step.args
                return any(
                    self._true("placed", state, w, k, p, v) for w in range(len(self._words.views))
                )
            case "deliver":
                return self._true("delivered", state, *step.args)
            case "install":
                return self._true("installed", state, *step.args)
            case _:
                return False

    def _true(self, name: str, state: State, *args: int) -> bool:
        index = self._index[name]
        symbol = self._finite.staged.symbols[index]
        return bool(state[index][self._finite.offset(symbol, args)])

    def _formed(self, step: Step, state: State) -> Formed | None:
        """The view that a step forms, if it forms one."""
        return self._view(step.args[1], state) if step.action.name in CLOSING else None

    def _view(self, view: int, state: State) -> Formed:
        members, views = range(len(self._words.members)), range(len(self._words.views))
        request = next(r for r in views if self._true("belongs", state, view, r))
        rows = (
            sum(1 << y for y in members if self._true("same", state, request, x, y))
            for x in members
        )
        in_view = sum(1 << m for m in members if self._true("in_view", state, view, m))
        return Formed(in_view, frozenset(row for row in rows if row))
