"""Searches of the protocol, by the text of their scope."""

from __future__ import annotations

from model.lang import stage
from model.protocol import Delivery, ExchangeScope, Switches, Variant, exchange
from model.scope import Finite
from model.search import Limits, Result, Status, check

ALONE = Limits(threads=1)  # numbers states in the order of their depth, the same every time


def finite(groups: str, switches: Switches) -> Finite:
    scope = ExchangeScope.parse(groups, failures=switches.failures or 0).scope()
    return Finite(stage(exchange(switches)), scope)


def searched(
    groups: str,
    failures: int,
    delivery: Delivery,
    variant: Variant | None = None,
    total_order: bool = False,
    limits: Limits = ALONE,
) -> Result:
    return check(finite(groups, Switches(delivery, total_order, failures, variant)), limits=limits)


def broken(result: Result) -> dict[str, int]:
    """The steps of the shortest counterexample to each property that is violated."""
    return {f.name: len(f.trace) for f in result.violated if f.trace is not None}


def vacuous(result: Result) -> list[str]:
    return [n for n, f in result.findings.items() if f.status is Status.VACUOUS]
