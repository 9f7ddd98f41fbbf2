"""Breadth-first search over the interpreter: exact, slow, and the measure of the native engine."""

from __future__ import annotations

import sys
import time
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from model.interp import Interpreter
from model.lang.expr import Expr, Var
from model.scope import Finite, State
from model.search.exploration import (
    Exploration,
    Graph,
    Hit,
    Limits,
    Progress,
    Report,
    Watch,
    Witness,
    premises,
)
from model.search.result import Account, Coverage


class InterpretedSearch:
    """One search.

    Args:
        finite: the spec and its scope.
        initial: its initial states.
        limits: what may stop the search.
        report: called now and then with the progress.
    """

    def __init__(
        self, finite: Finite, initial: list[State], limits: Limits, report: Report | None = None
    ) -> None:
        self.started = time.monotonic()
        self.finite, self.limits, self.report = finite, limits, report
        self.interpreter = Interpreter(finite)
        self.numbers: dict[State, int] = {}
        self.states: list[State] = []
        self.parents: list[int] = []
        self.edges: list[list[tuple[int, int]]] = []  # per expanded state (step, target)
        for state in initial:
            self._add(state, len(self.states))
        self.initial = len(self.states)
        # What to look for: (watch, formula, the value looked for, whether it is of a step).
        self.watched = [
            (Watch("clause", invariant.name, part), clause.expr, 0, invariant.is_step)
            for invariant in finite.staged.invariants
            for part, clause in enumerate(invariant.clauses)
        ]
        self.watched += [(p.watch, p.somewhere, 1, p.is_step) for p in premises(finite)]
        self.hits: dict[Watch, Hit] = {}
        self.maxima = {b.name: 0 for b in finite.staged.bounds}

    def _add(self, state: State, parent: int) -> int:
        number = self.numbers.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
            self.parents.append(parent)
        return number

    def run(self) -> Exploration:
        """Searches until everything is expanded or a limit is reached."""
        value = self.interpreter.value
        enabled: Counter[str] = Counter()
        taken: Counter[str] = Counter()
        discovered: Counter[str] = Counter()
        position, depth, level_end = 0, 0, self.initial
        stopped = None
        while position < len(self.states):
            if position == level_end:
                if self.limits.stop_at_first and self._violated():
                    stopped = "a violation was found"
                    break
                depth, level_end = depth + 1, len(self.states)
            stopped = self._limit_reached()
            if stopped is not None:
                break
            state = self.states[position]
            out: list[tuple[int, int]] = []
            for i, step in enumerate(self.finite.steps):
                if self.interpreter.enabled(state, step):
                    after = self.interpreter.take(state, step)
                    before = len(self.states)
                    target = self._add(after, position)
                    taken[step.action.name] += 1
                    discovered[step.action.name] += len(self.states) - before
                    out.append((i, target))
                    self._watch_formulas(Hit(depth, position, step), state, after)
            enabled.update({self.finite.steps[i].action.name for i, _ in out})
            self.edges.append(out)
            self._watch_state(Hit(depth, position), state)
            if not out and not value(self.finite.staged.final.expr, state):
                self.hits.setdefault(Watch("deadlock", "deadlock"), Hit(depth, position))
            position += 1
            if self.report is not None and position % 256 == 0:
                self.report(
                    Progress(
                        len(self.states), sum(taken.values()), position, depth,
                        time.monotonic() - self.started, self._memory_bytes(),
                    )
                )  # fmt: skip
        return Exploration(
            "interp",
            len(self.states),
            sum(taken.values()),
            depth + (1 if len(self.states) > level_end else 0),
            self.initial,
            position,
            depth + int(position == level_end),
            stopped,
            time.monotonic() - self.started,
            {
                a.name: Coverage(enabled[a.name], taken[a.name], discovered[a.name])
                for a in self.finite.staged.actions
            },
            self.hits,
            self.maxima,
            None,
            self.states.__getitem__,
            self.show,
            self.graph,
            Account(self._memory_bytes(), 0),
        )

    def show(self, watch: Watch, hit: Hit) -> Witness:
        """The behaviour along which a hit was first found."""
        numbers = [hit.state]
        while numbers[-1] >= self.initial:
            numbers.append(self.parents[numbers[-1]])
        return Witness(watch, [self.states[n] for n in reversed(numbers)], hit.step)

    def _violated(self) -> bool:
        return any(w.kind in ("clause", "exceeded", "deadlock") for w in self.hits)

    def _memory_bytes(self) -> int:
        """An estimate from one state; tables that states share are counted for each."""
        one = sys.getsizeof(self.states[0]) + sum(sys.getsizeof(t) for t in self.states[0])
        return (one + 200) * len(self.states)

    def _limit_reached(self) -> str | None:
        limits = self.limits
        if limits.states is not None and len(self.states) >= limits.states:
            return f"the limit of {limits.states:,} states"
        if limits.seconds is not None and time.monotonic() - self.started > limits.seconds:
            return f"the limit of {limits.seconds:g} s"
        if self._memory_bytes() > limits.memory_bytes:
            return f"the memory limit of {limits.memory_bytes / 2**20:,.0f} MiB"
        return None

    def _watch_state(self, hit: Hit, state: State) -> None:
        """Notes what is true for the first time in this state."""
        self._watch_formulas(hit, state, None)
        value = self.interpreter.value
        for bound in self.finite.staged.bounds:
            for env in self.finite.valuations(bound.params):
                if value(bound.premise, state, env):
                    measured = value(bound.value, state, env)
                    most = value(bound.at_most, state, env)
                    self.maxima[bound.name] = max(self.maxima[bound.name], measured)
                    if measured > most:
                        self.hits.setdefault(Watch("exceeded", bound.name), hit)
                    if measured == most:
                        self.hits.setdefault(Watch("at-bound", bound.name), hit)

    def _watch_formulas(self, hit: Hit, state: State, after: State | None) -> None:
        """Notes conjuncts that are false and premises that are true, of a state or of a step."""
        value, is_step = self.interpreter.value, after is not None
        for watch, expr, wanted, of_step in self.watched:
            sought = of_step == is_step and watch not in self.hits
            if sought and value(expr, state, {}, after) == wanted:
                self.hits[watch] = hit

    def graph(self) -> Graph:
        """Every transition that was explored."""
        degrees = [len(out) for out in self.edges]
        return Graph(
            np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64),
            np.array([t for out in self.edges for _, t in out], np.int32),
            np.array([i for out in self.edges for i, _ in out], np.int32),
            self.finite.steps,
            self.initial,
            self.observe,
        )

    def observe(self, formulas: list[tuple[Expr, dict[Var, int]]]) -> NDArray[np.bool_]:
        """The truth of formulas in every state found: bool[formulas, states]."""
        value = self.interpreter.value
        return np.array(
            [[bool(value(e, state, env)) for state in self.states] for e, env in formulas],
            np.bool_,
        ).reshape(len(formulas), len(self.states))
