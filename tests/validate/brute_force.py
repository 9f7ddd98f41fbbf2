"""Whether tiny logs are behaviours of the specification, decided by trying everything.

Logs are accepted if there is for each view that lives came to last, along the views before it, a
behaviour that shows all events of those lives; and all events of the others, too, in each view from
which they went on along these views. Each step of the behaviour is one of

- the next event of some life, with all that the event says;
- a step of the environment: `order`, `crash`, and the next view of the path, as the log has it;
- a step of a life that its log may hide: of a kind that is silent, unless it has closed; the
  delivery of a message of another request than that of its view; anything, after the last event of
  a log that does not end with `close`. But nobody has transmitted who says later, in whatever
  view of the request, that its indicator is not set.

Of contents, which the specification does not know, it is asked that what is said of a subgroup's
data in one request is always the same; that a life says that it holds the same until the
specification adds to what it holds; and that those who complete in one view hold the same.

Everything is searched: a place is a state of the interpreter's, with how far each log was read.
Nothing here is shared with `traces.validate`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from model.protocol import Delivery
from model.scope import Finite
from tests.validate.casts import casts
from tests.validate.contents import agree
from tests.validate.graph import Graph
from tests.validate.said import Logs, Outside, Stays, lineage, said_views, stays_of
from tests.validate.search import Search


class BruteForce:
    """Decides; what it learns of a scope is kept, for logs and their mutants share it.

    Args:
        delivery: the form of E4.
        states_max: places to search for logs in one scope.
    """

    def __init__(self, delivery: Delivery, states_max: int = 12_000) -> None:
        self._delivery, self._states_max = delivery, states_max
        self._graphs: dict[tuple[Any, ...], Graph] = {}

    def accepts(self, logs: Logs, silent: Collection[str] = ()) -> bool:
        """Whether logs are behaviours of the specification.

        Raises:
            Outside: they have other views than one after the other, or are not small enough.
        """
        for events in logs.values():
            if any(event["event"] == "close" for event in events[:-1]):
                return False
        outside = False
        for stays in stays_of(logs):
            try:
                if self._accepts_as(logs, stays, frozenset(silent)):
                    return True
            except Outside:
                outside = True
        if outside or any(
            "view" not in event for events in logs.values() for event in events
            if event["event"] == "install"
        ):  # fmt: skip
            raise Outside  # views that nobody names may be others than those that are named
        return False

    def _accepts_as(self, logs: Logs, stays: Stays, silent: frozenset[str]) -> bool:
        views = said_views(logs, stays)
        if views is None:
            return False
        path = [views[name] for name in lineage(stays, views)]
        updates = sum(e["event"] == "update" for events in logs.values() for e in events)
        starting = {view.name for view in path if view.starts_request}
        ends: dict[str, list[str]] = {}
        for life, own in stays.items():
            if own:
                ends.setdefault(own[-1][0], []).append(life)
        for length, view in enumerate(path, start=1):
            owners = ends.get(view.name)
            if owners and not any(
                Search(logs, stays, starting, cast, self._graph(cast.finite), silent).accepts(
                    owners, self._states_max
                )
                for cast in casts(path[:length], stays, updates, self._delivery)
            ):
                return False
        return agree(logs, stays, views)

    def _graph(self, finite: Finite) -> Graph:
        scope = finite.scope
        given = tuple((name, frozenset(value)) for name, value in sorted(scope.given.items()))
        key = (tuple(sorted(scope.sizes.items())), given)
        if key not in self._graphs:
            self._graphs[key] = Graph(finite)
        return self._graphs[key]
