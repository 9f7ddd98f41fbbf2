"""One search, all verdicts: explore, judge each property, replay every counterexample.

No engine is believed: a counterexample becomes a trace only if the interpreter can take every
step of it and finds the property false where the engine said so.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Literal, get_args

from model.interp import Interpreter
from model.lang.errors import ScopeError, SpecError
from model.lang.staged import Bound, Invariant, LeadsTo, Staged
from model.scope import Finite
from model.search.exploration import Exploration, Graph, Limits, Premise, Report, Watch, premises
from model.search.interpreted import InterpretedSearch
from model.search.judge import DEADLOCK, Judge
from model.search.liveness import Liveness
from model.search.result import Finding, Maximum, Result, Status

Engine = Literal["native", "interp"]


def select(staged: Staged, names: list[str]) -> Staged:
    """The spec with only these properties (`deadlock` is always looked for).

    Raises:
        SpecError: no property has that name.
    """
    known = [p.name for p in staged.properties]
    for name in names:
        if name not in known:
            raise SpecError(f"{staged.name} has no property {name!r}, only {', '.join(known)}")
    return replace(
        staged,
        invariants=tuple(p for p in staged.invariants if p.name in names),
        bounds=tuple(p for p in staged.bounds if p.name in names),
        leads_to=tuple(p for p in staged.leads_to if p.name in names),
    )


def check(
    finite: Finite,
    engine: Engine = "native",
    limits: Limits | None = None,
    report: Report | None = None,
) -> Result:
    """Searches all reachable states and judges every property of the spec.

    Args:
        finite: the spec and its scope.
        engine: `native`, or `interp`, the slow definition of what a spec means.
        limits: what may stop the search before it is complete.
        report: called now and then with the progress.

    Returns:
        Verdicts with shortest counterexamples, counts, coverage and maxima. Leads-to is judged
        only on a complete graph.

    Raises:
        ScopeError: the scope does not fit the spec.
        EngineDisagreement: the interpreter does not confirm a counterexample.
    """
    if engine not in get_args(Engine):
        raise ScopeError(f"engine {engine!r}: it is one of {', '.join(get_args(Engine))}")
    started = time.monotonic()
    limits = Limits() if limits is None else limits
    initial = list(Interpreter(finite).initial_states())
    if engine == "interp":
        found = InterpretedSearch(finite, initial, limits, report).run()
    else:
        from model.search.native.engine import NativeSearch  # costs half a second to import

        found = NativeSearch(finite, initial, limits, report).run()
    return _Verdicts(finite, found).result(started)


def _undecided(leads_to: LeadsTo) -> Finding:
    return Finding(leads_to.name, "leads-to", Status.UNDECIDED, leads_to.where)


class _Verdicts:
    """Turns an exploration into verdicts."""

    def __init__(self, finite: Finite, found: Exploration) -> None:
        self.finite, self.found = finite, found
        self.judge = Judge(finite)
        self.premises: dict[str, list[Premise]] = {}
        for premise in premises(finite):
            self.premises.setdefault(premise.watch.owner, []).append(premise)

    def result(self, started: float) -> Result:
        staged, found = self.finite.staged, self.found
        findings = [self._deadlock()]
        findings += [self._invariant(i) for i in staged.invariants]
        findings += [self._bound(b) for b in staged.bounds]
        acyclic, longest, too_large = found.acyclic, None, None
        if found.stopped is not None:
            acyclic = None  # there may be a cycle in what was not searched
            findings += [self._verdict(lt, "leads-to") for lt in staged.leads_to]
        elif found.acyclic and (settled := self._leads_to_at_rest()) is not None:
            findings += settled
        elif staged.leads_to:
            try:
                graph = found.graph()
            except MemoryError as error:
                too_large = str(error)
                findings += [_undecided(lt) for lt in staged.leads_to]
            else:
                liveness = Liveness(self.finite, graph)
                acyclic, longest = liveness.acyclic, liveness.longest()
                findings += [self._leads_to(lt, graph, liveness) for lt in staged.leads_to]
        maxima = {
            name: Maximum(value, Watch("at-bound", name) in found.hits)
            for name, value in found.maxima.items()
        }
        return Result(
            found.engine, found.states, found.transitions, found.depth, found.initial,
            found.expanded, found.covered,
            found.stopped is None, found.stopped, time.monotonic() - started,
            {f.name: f for f in findings}, found.coverage, maxima, acyclic, longest, too_large,
        )  # fmt: skip

    def _verdict(self, prop: Invariant | Bound | LeadsTo, kind: str) -> Finding:
        """The verdict on a property that was not violated."""
        watched = self.premises.get(prop.name, [])
        never = tuple(p.expr for p in watched if p.watch not in self.found.hits)
        if self.found.stopped is not None:
            status = Status.UNDECIDED
        elif watched and len(never) == len(watched):
            status = Status.VACUOUS
        else:
            status = Status.HOLDS
        return Finding(prop.name, kind, status, prop.where, vacuous_premises=never)

    def _deadlock(self) -> Finding:
        final = self.finite.staged.final
        hit = self.found.hits.get(Watch("deadlock", DEADLOCK))
        if hit is None:
            status = Status.HOLDS if self.found.stopped is None else Status.UNDECIDED
            return Finding(DEADLOCK, "deadlock", status, final.where)
        return self.judge.deadlock(self.judge.trace(self.found.path(hit.state)))

    def _invariant(self, invariant: Invariant) -> Finding:
        kind = "step" if invariant.is_step else "safety"
        hits = [
            (hit, clause)
            for part, clause in enumerate(invariant.clauses)
            if (hit := self.found.hits.get(Watch("clause", invariant.name, part))) is not None
        ]
        if not hits:
            return self._verdict(invariant, kind)
        hit, clause = min(hits, key=lambda pair: pair[0][:2])
        trace = self.judge.trace(self.found.path(hit.state), hit.step)
        return self.judge.invariant(invariant, clause, trace)

    def _bound(self, bound: Bound) -> Finding:
        hit = self.found.hits.get(Watch("exceeded", bound.name))
        if hit is None:
            return self._verdict(bound, "bound")
        return self.judge.bound(bound, self.judge.trace(self.found.path(hit.state)))

    def _leads_to_at_rest(self) -> list[Finding] | None:
        """The verdicts of all leads-to properties, on a graph without cycles.

        There a behaviour is infinite only by resting, and may rest only where no fair step is
        enabled. A property is violated if in one of those states its premise is true and its
        goal false. If none is like that, it holds, provided that a premise once true stays true
        until the goal is. None if one that seems to hold has a premise that does not stay.
        """
        findings = []
        for leads_to in self.finite.staged.leads_to:
            worst, lost = None, False
            for part, env in enumerate(self.finite.valuations(leads_to.params)):
                hit = self.found.hits.get(Watch("violated-at-rest", leads_to.name, part))
                if hit is not None and (worst is None or hit[:2] < worst[0][:2]):
                    worst = (hit, env)
                lost |= Watch("premise-lost", leads_to.name, part) in self.found.hits
            if worst is None and lost:
                return None
            if worst is None:
                findings.append(self._verdict(leads_to, "leads-to"))
                continue
            trace = self.judge.trace(self.found.path(worst[0].state))
            findings.append(self.judge.at_rest(leads_to, trace, worst[1]))
        return findings

    def _leads_to(self, leads_to: LeadsTo, graph: Graph, liveness: Liveness) -> Finding:
        violation = liveness.check(leads_to)
        if violation is None:
            return self._verdict(leads_to, "leads-to")
        lasso = violation.lasso
        trace = self.judge.lasso(
            [self.found.state(n) for n in lasso.numbers],
            [graph.steps[i] for i in lasso.labels],
            lasso.loop,
            None if lasso.closing is None else graph.steps[lasso.closing],
        )
        return self.judge.leads_to(leads_to, trace, violation.valuation)
