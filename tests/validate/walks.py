"""Logs of random behaviours of the specification, and what can go wrong with logs.

A walk takes steps of the interpreter at random; what members do in it is noted in the format of
`impl/log.py`, as an implementation would.
"""

from __future__ import annotations

from random import Random
from typing import Any

from model.protocol import Delivery, ExchangeScope
from model.scope import Finite, Scope
from tests.validate.graph import KINDS, Graph, specification

Log = dict[str, list[dict[str, Any]]]
_WEIGHTS = {"crash": 0.15, "request": 0.4, "exclude": 0.7, "suspect": 0.0, "update": 0.1}


class Walk:
    """One behaviour of a scope, and its logs.

    Args:
        groups: who arrives, in the notation of `ExchangeScope`.
        failures: crashes at most.
        delivery: the form of E4.
        updates: by applications at most, of one datum each.
    """

    def __init__(self, groups: str, failures: int, delivery: Delivery, updates: int = 0) -> None:
        scope = ExchangeScope.parse(groups, failures).scope()
        self._data = (*scope.names["Datum"], *(f"u{i}" for i in range(updates)))
        sizes = {**scope.sizes, "Datum": len(self._data)}
        names = {**scope.names, "Datum": self._data}
        self.graph = Graph(Finite(specification(delivery), Scope(sizes, scope.given, names)))
        self.finite, self._failures = self.graph.finite, failures
        self._updates = range(len(scope.names["Datum"]), len(self._data))
        self._lives = [f"{name}#1" for name in scope.names["Member"]]

    def logs(self, chance: Random, length: int = 80) -> Log:
        """The logs of a walk of so many steps at most."""
        graph, state, crashes = self.graph, 0, 0
        logs: Log = {}
        self._bearing = {0: self._bearing_in(0, 0)}
        for _ in range(length):
            steps = [
                step for step in self.finite.steps
                if _WEIGHTS.get(step.action.name, 1.0)
                and not (step.action.name == "crash" and crashes == self._failures)
                and (step.action.name != "update" or self._may_update(state, step.args))
                and (step.action.name not in ("request", "exclude") or self._may_change(state))
                and graph.after(state, step.action.name, step.args) >= 0
            ]  # fmt: skip
            if not steps:
                break
            weights = [_WEIGHTS.get(step.action.name, 1.0) for step in steps]
            step = chance.choices(steps, weights)[0]
            name, args = step.action.name, step.args
            state = graph.after(state, name, args)
            crashes += name == "crash"
            if name == "request":
                self._bearing[args[1]] = self._bearing_in(state, args[1])
            if step.action.by == "member" or name in ("deliver", "install", "update"):
                life = self._lives[args[0]]
                log = logs.setdefault(life, [])
                log.append({"seq": len(log) + 1, "member": life, "event": name})
                log[-1] |= self._said(state, name, args)
                log[-1]["state"] = self._state(state, args[0])
        return logs

    def _may_update(self, state: int, args: tuple[int, ...]) -> bool:
        """Updates are accepted while a view is open, each once, and in their order."""
        m, view, datum = args
        is_open = view == max(v for (v,) in self.graph.facts(state, "formed"))
        left = set(self._updates) - self.graph.holds(state, m)
        return is_open and bool(left) and datum == min(left)

    def _may_change(self, state: int) -> bool:
        """Those who go on together have accepted the same updates."""
        graph = self.graph
        view = max(v for (v,) in graph.facts(state, "formed"))
        up = [
            m for v, m in graph.facts(state, "in_view")
            if v == view and (m,) not in graph.facts(state, "crashed")
        ]  # fmt: skip
        updates = {graph.holds(state, m) & set(self._updates) for m in up}
        return graph.is_finished(state) and len(updates) <= 1

    def _view(self, number: int) -> str:
        return f"{number + 1}.t{number}"

    def _said(self, state: int, name: str, args: tuple[int, ...]) -> dict[str, Any]:
        graph, m = self.graph, args[0]
        view = args[1] if name == "update" else args[-1]
        start = graph.request_of(state, view)
        said: dict[str, Any] = {"view": self._view(view), "request": self._view(start)}
        match name:
            case "install":
                members = [p for v, p in graph.facts(state, "in_view") if v == view]
                said["members"] = sorted(self._lives[p] for p in members)
                if view == start:
                    said["subgroups"] = self._groups(state, view, members)
                    said["holds"] = self._digest(graph.holds(state, m))
            case "transmit":
                said |= self._content(state, m, start)
            case "deliver":
                kind, p = args[1:3]
                said = {"kind": KINDS[kind], "sender": self._lives[p], **said}
                if KINDS[kind] == "data":
                    said |= self._content(state, p, start)
            case "update":
                sender, digest = self._lives[0], self._data[args[2]]
                said = {"sender": sender, "view": self._view(view), "digest": digest}
            case "complete":
                said |= self._result(state, m, start)
                said["holds"] = self._digest(graph.holds(state, m))
            case _:
                pass
        return said

    def _digest(self, data: frozenset[int]) -> str | None:
        return "+".join(sorted(self._data[d] for d in data)) or None

    def _content(self, state: int, p: int, start: int) -> dict[str, Any]:
        held = frozenset(d for q, r, d in self.graph.facts(state, "held") if (q, r) == (p, start))
        return {"bytes": len(held), "digest": self._digest(held)}

    def _groups(self, state: int, view: int, members: list[int]) -> list[dict[str, Any]]:
        graph = self.graph
        groups = {graph.group_of(state, view, p) for p in members}
        return [
            {
                "name": self._lives[min(group)],
                "members": sorted(self._lives[p] for p in group),
                "bears_data": self._lives[min(group)] in self._bearing[view],
            }
            for group in sorted(groups, key=min)
        ]

    def _result(self, state: int, m: int, start: int) -> dict[str, Any]:
        graph = self.graph
        received = {
            p: v for q, k, p, v in graph.facts(state, "delivered")
            if q == m and KINDS[k] == "data" and graph.request_of(state, v) == start
        }  # fmt: skip
        data = {
            self._lives[min(graph.group_of(state, start, p))]: self._content(state, p, start)[
                "digest"
            ]
            for p in received
        }
        return {"data": data, "lost": sorted(self._bearing[start] - set(data))}

    def _bearing_in(self, state: int, view: int) -> set[str]:
        """The subgroups that have data, by name, when a request has just been made."""
        graph = self.graph
        members = [p for v, p in graph.facts(state, "in_view") if v == view]
        bearing = [p for p in members if graph.holds(state, p)]
        return {self._lives[min(graph.group_of(state, view, p))] for p in bearing}

    def _state(self, state: int, m: int) -> dict[str, bool]:
        graph = self.graph
        view = graph.at(state, m)
        return {
            "indicator": (m,) in graph.facts(state, "indicator"),
            "leads": graph.leads(state, m, view),
            "completed": graph.has_completed(state, m, view),
        }
