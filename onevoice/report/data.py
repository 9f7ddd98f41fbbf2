"""Results as JSON. The keys are kept from version to version; new ones may come."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from model.lang.show import show
from traces.replay import named, violation

if TYPE_CHECKING:
    from pathlib import Path

    from model.search import Finding
    from onevoice.search import Ask, Searched
    from onevoice.simulation import Simulated
    from traces.run import Run


def to_text(data: Any) -> str:
    """Data as JSON text."""
    return json.dumps(data, indent=2, ensure_ascii=False)


def run_data(run: Run) -> dict[str, Any]:
    """What is run."""
    return {
        "spec": run.staged.name,
        "variant": run.variant.value if run.variant else None,
        "delivery": run.delivery.value,
        "total_order": run.total_order,
        "groups": run.groups,
        "requests": len(run.exchange_scope.requests),
        "failures": run.failures,
        "views": run.views_max,
    }


def searched_data(searched: Searched) -> dict[str, Any]:
    """A search of the exchange."""
    return {"run": run_data(searched.ask.run), **found_data(searched)}


def found_data(searched: Searched) -> dict[str, Any]:
    """What came of a search, of whatever spec."""
    result, ask = searched.result, searched.ask
    return {
        "engine": result.engine,
        "method": _method_data(ask),
        "exit": int(searched.exit),
        "complete": result.complete,
        "stopped": result.stopped,
        "liveness_stopped": result.liveness_stopped,
        "states": result.states,
        "expanded": result.expanded,
        "transitions": result.transitions,
        "initial_states": result.initial,
        "depth": result.depth,
        "acyclic": result.acyclic,
        "longest_behaviour": result.longest,
        "seconds": round(result.seconds, 3),
        "account": asdict(result.account) | {"reduced": result.account.reduced},
        "properties": [
            *(_finding_data(ask.run, finding, searched.files) for finding in searched.findings),
            *({"name": name, "status": "not checked"} for name in ask.unchecked),
        ],
        "actions": {
            name: {"enabled": c.enabled, "taken": c.taken, "discovered": c.discovered}
            for name, c in result.coverage.items()
        },
        "actions_switched_off": list(ask.run.staged.switched_off),
        "maxima": {
            name: {"value": m.value, "at_bound": m.at_bound} for name, m in result.maxima.items()
        },
    }


def _method_data(ask: Ask) -> dict[str, Any]:
    """How it was asked to search."""
    folder = None if ask.folder is None else str(ask.folder.resolve())
    if ask.method is None:
        return {"seen": "exact", "reduce": [], "folder": folder}
    return {"seen": ask.method.seen, "reduce": sorted(ask.method.reduce), "folder": folder}


def simulated_data(simulated: Simulated) -> dict[str, Any]:
    """A simulation. Seeds have 64 bits, more than some readers of JSON take for a number."""
    result, ask = simulated.result, simulated.ask
    finite = ask.run.finite
    (view,) = (sort for sort in finite.staged.sorts if sort.name == "View")
    by_view: dict[str, dict[str, int]] = {}
    for (action, index), times in result.by_element("View").items():
        by_view.setdefault(action, {})[finite.element(view, index)] = times
    properties = []
    for finding in simulated.findings:
        found = _finding_data(ask.run, finding, simulated.files)
        del found["premises_never_true"]  # no walk looks at them
        if finding.trace is not None:
            found["walk"] = result.walk_of[finding.name]
            found["reproduced_by"] = f"onevoice {simulated.reproduces(finding.name)}"
        properties.append(found)
    return {
        "run": run_data(ask.run),
        "exit": int(simulated.exit),
        "seed": result.seed,
        "walks": result.walks,
        "steps": result.steps,
        "steps_max": ask.steps_max,
        "rested": result.rested,
        "longest": result.longest,
        "stopped": result.stopped,
        "seconds": round(result.seconds, 3),
        "properties": properties,
        "actions": {a.name: result.by_action().get(a.name, 0) for a in finite.staged.actions},
        "actions_by_view": by_view,
        "actions_switched_off": list(finite.staged.switched_off),
    }


def _finding_data(run: Run, finding: Finding, files: dict[str, Path]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": finding.name,
        "kind": finding.kind,
        "status": finding.status.value,
        "file": finding.where.file,
        "line": finding.where.line,
        "premises_never_true": [show(p) for p in finding.vacuous_premises],
    }
    if finding.trace is not None:
        finite = run.finite
        found = violation(finite, finding.name, finding.trace)
        path = files.get(finding.name)
        data["counterexample"] = {
            "length": len(finding.trace),
            "steps": [finite.describe(step) for step in finding.trace.steps],
            "loop": finding.trace.loop,
            "false": show(found.culprit) if found is not None else None,
            "for": named(finite, found.valuation) if found is not None else None,
            "file": str(path) if path is not None else None,
        }
    return data
