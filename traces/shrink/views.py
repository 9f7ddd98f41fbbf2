"""What becomes of views if one of them is not formed: it is folded into the one before.

A view is formed from the one before it by a step, `exclude` or `request`. If a failure is removed
from a trace, so is the view without the failed member, and what members did in it could not be
done any more, though they could do most of it in the view before. So it is done there: the view is
*folded* into the one that it would have been formed from, and later views move up.
"""

from __future__ import annotations

from model.lang.staged import Staged
from model.scope import Finite
from traces.shrink.follow import Call

FORMING = ("exclude", "request")  # (u, v, ...): view v is formed from u
VIEW = "View"


class Folding:
    """Names views while steps are followed.

    Args:
        staged: the spec.
    """

    def __init__(self, staged: Staged) -> None:
        self._views = {
            action.name: [i for i, p in enumerate(action.params) if p.sort.name == VIEW]
            for action in staged.actions
        }
        self._place = {0: 0}  # where the views are that were formed, or folded
        self._last = 0  # the view formed last

    def meant(self, call: Call) -> Call:
        """The step with its views where they are now."""
        name, args = call
        moved = list(args)
        if name in FORMING:
            moved[:2] = self._last, self._last + 1
        else:
            for position in self._views[name]:
                moved[position] = self._placed(args[position])
        return name, tuple(moved)

    def note(self, call: Call, taken: bool) -> None:
        """A view was formed, or was not and is folded."""
        name, args = call
        if name in FORMING:
            view = args[1]
            self._last += int(taken)
            self._place[view] = self._last if taken else self._placed(view - 1)

    def _placed(self, view: int) -> int:
        while view not in self._place:  # the step that formed it was removed
            view -= 1
        return self._place[view]


def ranks(finite: Finite) -> tuple[int, ...]:
    """Per step of a scope which of two is preferred to come first, if either can.

    First what belongs to earlier views, by the last view that a step names; what names none, such
    as a crash, comes when it must.
    """
    last = []
    for place, step in enumerate(finite.steps):
        params = zip(step.action.params, step.args, strict=True)
        views = [arg for param, arg in params if param.sort.name == VIEW]
        last.append((not views, max(views, default=0), place))
    places = {key: rank for rank, key in enumerate(sorted(last))}
    return tuple(places[key] for key in last)
