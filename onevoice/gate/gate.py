"""Does the checks of a tier, one after the other, as far as they have to be done."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from model.lang import ScopeError
from onevoice.exits import Exit, Stop
from onevoice.gate.check import Check, Record, Tier, Watch, Wrong
from onevoice.gate.inputs import Inputs
from onevoice.gate.kept import Kept
from onevoice.gate.plan import Plan
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.since import concerns
from traces.errors import TraceError

if TYPE_CHECKING:
    from model.search import Limits


class Listener(Protocol):
    """Is told what the gate does."""

    def progress(self, check: Check[Any]) -> AbstractContextManager[Watch]:
        """A check begins."""

    def done(self, done: Done) -> None:
        """A check is done, or is not done."""

    def complain(self, text: str) -> None:
        """Something is wrong that does not change what was found."""


@dataclass(frozen=True)
class Way:
    """How the gate is to be done.

    Attributes:
        limits: of each search.
        budget_s: seconds for all of it; None for as long as it takes.
        kept: where it is kept what was found; None to do everything again.
        only: words of which one must be in the name of a check's kind, or in its own.
        changed: with `since`: the files that have changed.
        since: only what a change concerns is asked for.
    """

    limits: Limits
    budget_s: float | None = None
    kept: Kept | None = None
    only: tuple[str, ...] = ()
    changed: Collection[Path] | None = None
    since: bool = False


def run_gate(plan: Plan, tier: Tier, way: Way, listener: Listener) -> Gated:
    """Does the checks of a tier.

    Args:
        plan: all checks.
        tier: which of them.
        way: how.
        listener: is told of each as it is done.
    """
    started = time.monotonic()
    done: list[Done] = []
    checks = chosen(plan, tier, way.only)
    for each in _done(checks, way, listener, started):
        listener.done(each)
        done.append(each)
    if way.kept is not None:
        way.kept.tidy()
    left_out = len(plan.of(tier)) - len(checks)
    return Gated(tier, tuple(done), time.monotonic() - started, left_out)


def chosen(plan: Plan, tier: Tier, only: Collection[str]) -> tuple[Check[Any], ...]:
    """The checks of a tier that are asked for."""
    return tuple(
        check
        for check in plan.of(tier)
        if not only or any(word in f"{check.kind}: {check.name}" for word in only)
    )


def _done(
    checks: Collection[Check[Any]], way: Way, listener: Listener, started: float
) -> Iterator[Done]:
    inputs = Inputs()
    left = _clock(way, started)
    for number, check in enumerate(checks):
        # The first is always asked for, so that nothing passes without anything being checked.
        unchanged = way.since and not concerns(way.changed, inputs.files(check), check.files())
        if unchanged and number > 0:
            yield Done(check, How.UNCONCERNED, None)
            continue
        found = known(way.kept, inputs, check)
        if found is not None:
            yield Done(check, How.KEPT, found)
            continue
        seconds = left()
        if seconds is not None and seconds <= 0:
            reason = "there was no time left for it: give a larger --budget"
            yield Done(check, How.NO_TIME, None, (Wrong(Exit.LIMIT, reason),))
            continue
        done = _run(check, _limits(way.limits, seconds), listener)
        problem = _keep(way.kept, inputs, done)
        if problem:
            listener.complain(problem)
        yield done


def known(kept: Kept | None, inputs: Inputs, check: Check[Any]) -> Record | None:
    """What a check has found when all was as it is now, if that is known and was right.

    Args:
        kept: where it is kept; None if nothing is.
        inputs: what checks depend on.
        check: which.
    """
    if kept is None or not check.repeatable:
        return None
    found = kept.find(check, inputs.digest(check))
    return None if found is None or check.judge(found) else found


def _keep(kept: Kept | None, inputs: Inputs, done: Done) -> str:
    """Keeps what a check has found, if that was right. Files count as they were read before.

    Returns:
        Why it is not kept though it was right, or "".
    """
    if kept is None or not done.check.repeatable or done.found is None or done.wrong:
        return ""
    touched = inputs.touched(done.check)
    if touched is not None:
        return f"{done.check.name} is not kept: {touched} was written while it ran, or just before"
    return kept.keep(done.check, inputs.digest(done.check), done.found)


def _run(check: Check[Any], limits: Limits, listener: Listener) -> Done:
    """Does a check. What goes wrong in one does not keep the others from being done."""
    try:
        with listener.progress(check) as watch:
            found = check.run(limits, watch)
    except (TimeoutError, MemoryError) as error:
        wrong = Wrong(Exit.LIMIT, str(error) or "out of memory")
    except Stop as stop:
        if stop.code not in (Exit.LIMIT, Exit.DEFECT):
            raise
        wrong = Wrong(stop.code, stop.line)
    except (ScopeError, TraceError) as error:
        raise Stop(Exit.USAGE, f"{check.kind}, {check.name}: {error}") from None
    except Exception as error:
        if os.environ.get("ONEVOICE_DEBUG"):
            raise
        wrong = Wrong(Exit.DEFECT, f"a defect of onevoice: {type(error).__name__}: {error}")
    else:
        return Done(check, How.RUN, found, tuple(check.judge(found)))
    return Done(check, How.RUN, None, (wrong,))


def _clock(way: Way, started: float) -> Callable[[], float | None]:
    """Tells how many seconds are left; None if there is no budget."""

    def left() -> float | None:
        if way.budget_s is None:
            return None
        return way.budget_s - (time.monotonic() - started)

    return left


def _limits(limits: Limits, seconds: float | None) -> Limits:
    if seconds is None:
        return limits
    return replace(limits, seconds=min(seconds, limits.seconds or seconds))
