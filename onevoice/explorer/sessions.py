"""Behaviours by the text that names them: what is run, and a path of steps.

A step is written `transmit.a1.v0`, its action and arguments; steps are joined by `~`. None of these
signs is changed in a URL, so a path can be read and copied there, and it means the same after a
restart, or is refused if the specification no longer allows it.
"""

from __future__ import annotations

from collections import OrderedDict
from urllib.parse import quote, urlencode

from model.scope import Finite, Step
from onevoice.explorer.limits import PATH_MAX, STEPS_MAX, Deadline, explorable
from onevoice.explorer.session import Session
from traces.errors import TraceError, quoted
from traces.run import Run

KEPT_MAX = 500
RUNS_MAX = 8
_ADVICE = "undo, or begin again"


def token(finite: Finite, step: Step) -> str:
    """A step as it stands in a path."""
    pairs = zip(step.action.params, step.args, strict=True)
    return ".".join([step.action.name, *(finite.element(p.sort, a) for p, a in pairs)])


def path_of(session: Session) -> str:
    """The path of a behaviour."""
    return "~".join(token(session.finite, step) for step in session.steps)


def fragment(run: Run, path: str) -> str:
    """The part of a URL that names a behaviour, as the page writes it."""
    fields = {"groups": run.groups, "failures": str(run.failures), "delivery": run.delivery.value}
    fields |= {"requests": str(run.requests)} if run.requests else {}
    fields |= {"views": str(run.views)} if run.views else {}
    fields |= {"order": "total"} if run.total_order else {}
    fields |= {"variant": run.variant.value} if run.variant else {}
    fields |= {"path": path} if path else {}
    return urlencode(fields, safe="+,.~", quote_via=quote)


class Sessions:
    """The behaviours that were asked for lately, so that a step more costs one step."""

    def __init__(self) -> None:
        self._runs: OrderedDict[Run, dict[str, Step]] = OrderedDict()
        self._kept: OrderedDict[tuple[Run, tuple[str, ...]], Session] = OrderedDict()

    def at(self, run: Run, path: str) -> Session:
        """The behaviour along a path.

        Args:
            run: what is run.
            path: its steps, as `path_of` writes them.

        Raises:
            ScopeError: the scope is wrong, or too large to be explored.
            TraceError: the path is too long, names no step, or one that is not enabled there.
            TimeoutError: it takes too long.
        """
        names = _names(path)
        steps = self._steps(run)
        done = len(names)
        while done and (run, names[:done]) not in self._kept:
            done -= 1
        session = self._kept.get((run, names[:done])) or Session.begin(run)
        self._keep(run, names[:done], session)
        deadline = Deadline()
        for number in deadline.each(range(done, len(names))):
            step = steps.get(names[number])
            if step is None:
                raise TraceError(
                    f"there is no step {quoted(names[number])} at this scope",
                    advice=_ADVICE, place=f"step {number + 1}",
                )  # fmt: skip
            session = session.take(step)
            self._keep(run, names[: number + 1], session)
        return session

    def _steps(self, run: Run) -> dict[str, Step]:
        """The steps of a run by their names in a path."""
        if run not in self._runs:
            explorable(run.finite)
            self._runs[run] = {token(run.finite, step): step for step in run.finite.steps}
        self._runs.move_to_end(run)
        while len(self._runs) > RUNS_MAX:
            gone, _ = self._runs.popitem(last=False)
            for key in [key for key in self._kept if key[0] == gone]:
                del self._kept[key]
        return self._runs[run]

    def _keep(self, run: Run, names: tuple[str, ...], session: Session) -> None:
        self._kept[run, names] = session
        self._kept.move_to_end((run, names))
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)


def _names(path: str) -> tuple[str, ...]:
    if len(path) > PATH_MAX:
        raise TraceError(
            f"the path has {len(path):,} characters, more than the {PATH_MAX:,} that are read",
            advice=_ADVICE,
        )
    names = tuple(path.split("~")) if path else ()
    if len(names) > STEPS_MAX:
        raise TraceError(
            f"the path has {len(names):,} steps, more than the {STEPS_MAX:,} that are taken",
            advice=_ADVICE,
        )
    return names
