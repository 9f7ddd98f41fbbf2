"""Candidates at one scope: followed, and judged."""

from __future__ import annotations

from model.scope import Finite
from model.search.result import Trace
from traces.replay import behaves
from traces.shrink.follow import Followed, Follower, Path
from traces.shrink.views import Folding, ranks
from traces.shrink.wanted import Wanted


class Trials:
    """Behaviours that are tried at one scope, each judged once.

    Args:
        finite: the spec and its scope.
        wanted: what they must show.
        folds: views that are not formed any more may be folded; the spec must be the exchange.
    """

    def __init__(self, finite: Finite, wanted: Wanted, folds: bool = True) -> None:
        self.finite, self.wanted, self.folds = finite, wanted, folds
        self.follower = Follower(finite)
        self.ranks = ranks(finite)
        self._judge = wanted.at(finite)
        self._shown: dict[tuple[int, ...], bool] = {}

    def behaviours(self, path: Path, most: int) -> list[Followed]:
        """What a path may lead to: as it is, and with views folded that are not formed.

        Args:
            path: the steps.
            most: the steps of a behaviour at most.
        """
        tried = [self._behaviour(path, None, most)]
        if self.folds:
            tried.append(self._behaviour(path, Folding(self.finite.staged), most))
        return [followed for followed in tried if followed is not None]

    def _behaviour(self, path: Path, folding: Folding | None, most: int) -> Followed | None:
        followed = self.follower.follow(path, folding)
        rest = self.wanted.rest(loops=followed.loop is not None)
        if rest is not None:
            return self.follower.to_rest(followed, path, rest == "fair", most)
        return followed if len(followed.steps) <= most and followed.closes else None

    def show(self, followed: Followed) -> bool:
        """Whether a behaviour shows what is wanted."""
        if self.wanted.lasso:
            key = (*followed.states, -1 if followed.loop is None else -2 - followed.loop)
        else:
            key = followed.states[-2:]  # a property of steps sees two states, all others one
        if key not in self._shown:
            self._shown[key] = self._is_shown_by(followed)
        return self._shown[key]

    def _is_shown_by(self, followed: Followed) -> bool:
        trace = self.trace(followed)
        if not self._judge(trace):
            return False
        # Where a behaviour came to rest, no promise of fairness is broken.
        return followed.loop is None or behaves(self.finite, trace) is None

    def trace(self, followed: Followed) -> Trace:
        """The trace of a behaviour."""
        return self.follower.trace(followed, self.wanted.lasso)
