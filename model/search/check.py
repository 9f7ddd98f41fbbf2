"""One search, all verdicts: explore, judge each property, replay every counterexample.

No engine is believed: a counterexample becomes a trace only if the interpreter can take every
step of it and finds the property false where the engine said so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

from model.interp import Interpreter
from model.lang.errors import ScopeError, SpecError
from model.lang.staged import Bound, Invariant, LeadsTo, Staged
from model.scope import Finite
from model.search.exploration import (
    Exploration,
    Graph,
    Limits,
    Method,
    Premise,
    Report,
    Watch,
    premises,
)
from model.search.interpreted import InterpretedSearch
from model.search.judge import DEADLOCK, Judge
from model.search.result import Finding, Maximum, Result, Status, Trace

if TYPE_CHECKING:
    from model.search.liveness import Liveness

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
    method: Method | None = None,
) -> Result:
    """Searches all reachable states and judges every property of the spec.

    Args:
        finite: the spec and its scope.
        engine: `native`, or `interp`, the slow definition of what a spec means.
        limits: what may stop the search before it is complete.
        report: called now and then with the progress.
        method: how the native engine searches.

    Returns:
        Verdicts with shortest counterexamples (in a reduced search perhaps longer ones), counts,
        coverage and maxima. Leads-to is judged only on a complete graph.

    Raises:
        ScopeError: the scope does not fit the spec.
        EngineDisagreement: the interpreter does not confirm a counterexample.
    """
    if engine not in get_args(Engine):
        raise ScopeError(f"engine {engine!r}: it is one of {', '.join(get_args(Engine))}")
    started = time.monotonic()
    limits = Limits() if limits is None else limits
    if engine == "interp" and method not in (None, Method()):
        raise ScopeError("only the native engine reduces, keeps files or takes fingerprints")
    initial = list(Interpreter(finite).initial_states())
    if engine == "interp":
        found = InterpretedSearch(finite, initial, limits, report).run()
    else:
        from model.search.native.engine import NativeSearch  # costs half a second to import

        found = NativeSearch(finite, initial, limits, report, method or Method()).run()
    return _Verdicts(finite, found, _deadline(limits, started)).result(started)


def _deadline(limits: Limits, started: float) -> Callable[[], None]:
    """What raises a TimeoutError as soon as the time limit is reached."""

    def ask() -> None:
        if limits.seconds is not None and time.monotonic() - started > limits.seconds:
            raise TimeoutError(
                f"leads-to was not judged to the end within the limit of {limits.seconds:g} s"
            )

    return ask


def _undecided(leads_to: LeadsTo) -> Finding:
    return Finding(leads_to.name, "leads-to", Status.UNDECIDED, leads_to.where)


class _Verdicts:
    """Turns an exploration into verdicts."""

    def __init__(self, finite: Finite, found: Exploration, deadline: Callable[[], None]) -> None:
        self.finite, self.found, self.deadline = finite, found, deadline
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
        elif staged.leads_to and found.account.reduced:
            too_large = "leads-to needs the whole graph here: search it without reductions"
            findings += [_undecided(lt) for lt in staged.leads_to]
        elif staged.leads_to:
            from model.search.liveness import Liveness  # costs a quarter of a second to import

            judged = len(findings)
            try:
                graph = found.graph()
                liveness = Liveness(self.finite, graph, self.deadline)
                acyclic, longest = liveness.acyclic, liveness.longest()
                for leads_to in staged.leads_to:
                    findings.append(self._leads_to(leads_to, graph, liveness))
            except (MemoryError, TimeoutError) as error:
                too_large = str(error)
                left = staged.leads_to[len(findings) - judged :]
                findings += [_undecided(lt) for lt in left]
        maxima = {
            name: Maximum(value, Watch("at-bound", name) in found.hits)
            for name, value in found.maxima.items()
        }
        return Result(
            found.engine, found.states, found.transitions, found.depth, found.initial,
            found.expanded, found.covered,
            found.stopped is None, found.stopped, time.monotonic() - started,
            {f.name: f for f in findings}, found.coverage, maxima, found.account, acyclic, longest,
            too_large,
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
        watch = Watch("deadlock", DEADLOCK)
        if watch not in self.found.hits:
            status = Status.HOLDS if self.found.stopped is None else Status.UNDECIDED
            return Finding(DEADLOCK, "deadlock", status, final.where)
        return self.judge.deadlock(self._trace(watch)[1])

    def _trace(self, *watches: Watch) -> tuple[Watch, Trace]:
        """What is true at the end of the least deep behaviour that hit one of these, and that."""
        nearest = min(watches, key=lambda w: self.found.hits[w][:2])
        witness = self.found.witness(nearest)
        return witness.watch, self.judge.trace(witness.states, witness.step)

    def _invariant(self, invariant: Invariant) -> Finding:
        kind = "step" if invariant.is_step else "safety"
        parts = [Watch("clause", invariant.name, i) for i in range(len(invariant.clauses))]
        hits = [watch for watch in parts if watch in self.found.hits]
        if not hits:
            return self._verdict(invariant, kind)
        watch, trace = self._trace(*hits)
        return self.judge.invariant(invariant, invariant.clauses[watch.part], trace)

    def _bound(self, bound: Bound) -> Finding:
        watch = Watch("exceeded", bound.name)
        if watch not in self.found.hits:
            return self._verdict(bound, "bound")
        return self.judge.bound(bound, self._trace(watch)[1])

    def _leads_to_at_rest(self) -> list[Finding] | None:
        """The verdicts of all leads-to properties, on a graph without cycles.

        There a behaviour is infinite only by resting, and may rest only where no fair step is
        enabled. A property is violated if in one of those states its premise is true and its
        goal false. If none is like that, it holds, provided that a premise once true stays true
        until the goal is. None if one that seems to hold has a premise that does not stay.
        """
        findings = []
        for leads_to in self.finite.staged.leads_to:
            valuations = list(self.finite.valuations(leads_to.params))
            name, parts = leads_to.name, range(len(valuations))
            watches = [Watch("violated-at-rest", name, part) for part in parts]
            hits = [watch for watch in watches if watch in self.found.hits]
            if hits:
                watch, trace = self._trace(*hits)
                findings.append(self.judge.at_rest(leads_to, trace, valuations[watch.part]))
            elif any(Watch("premise-lost", name, part) in self.found.hits for part in parts):
                return None
            else:
                findings.append(self._verdict(leads_to, "leads-to"))
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
