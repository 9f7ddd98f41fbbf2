"""What two searches of one spec must agree on, as plain values that a failing test can print."""

from __future__ import annotations

from typing import Any

from model.lang.staged import LeadsTo
from model.scope import Finite
from model.search.result import Result, Status, Trace
from tests.classics.replay import breaks_promise, is_behaviour, is_fair


def summary(result: Result) -> dict[str, Any]:
    """Everything but the choice among equally short counterexamples.

    The lengths of counterexamples to leads-to are left out: engines may prefer another lasso.
    """
    found: dict[str, Any] = {
        "states": result.states,
        "transitions": result.transitions,
        "depth": result.depth,
        "initial": result.initial,
        "expanded": result.expanded,
        "covered": result.covered,
        "stopped": result.stopped,
        "coverage": {name: (c.enabled, c.taken) for name, c in result.coverage.items()},
        "maxima": {name: (m.value, m.at_bound) for name, m in result.maxima.items()},
        "discovered": sum(c.discovered for c in result.coverage.values()),
    }
    for name, finding in result.findings.items():
        long = None if finding.trace is None else len(finding.trace)
        found[name] = (
            finding.kind,
            finding.status.value,
            long if finding.kind != "leads-to" else None,
            finding.vacuous_premises,
            finding.where,
        )
    return found


def must_agree(one: Result, other: Result) -> None:
    """Raises an AssertionError that shows what differs."""
    left, right = summary(one), summary(other)
    differing = {k: (left[k], right.get(k)) for k in left if left[k] != right.get(k)}
    assert not differing, f"{one.engine} and {other.engine} differ: {differing}"
    assert left["discovered"] == left["states"] - left["initial"]
    for what in ("acyclic", "longest"):
        values = {getattr(r, what) for r in (one, other)} - {None}
        assert len(values) <= 1, f"{what}: {values}"


def must_replay(finite: Finite, result: Result) -> None:
    """Every counterexample is a behaviour; a lasso is fair and breaks its promise."""
    promises = {p.name: p for p in finite.staged.leads_to}
    for finding in result.findings.values():
        assert (finding.trace is not None) == (finding.status is Status.VIOLATED), finding.name
        if finding.trace is not None:
            assert is_behaviour(finite, finding.trace), finding.name
            if finding.kind == "leads-to":
                _must_break(finite, finding.trace, promises[finding.name])


def _must_break(finite: Finite, trace: Trace, promise: LeadsTo) -> None:
    assert is_fair(finite, trace), promise.name
    assert breaks_promise(finite, trace, promise), promise.name
