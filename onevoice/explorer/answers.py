"""What the page is told, as JSON: sessions and reasons in the words of reports."""

from __future__ import annotations

from typing import Any

from model.lang.expr import Var, free_variables
from model.lang.show import show
from model.protocol import Variant
from model.scope import Finite, Step
from onevoice.diagram.diagram import Diagram
from onevoice.diagram.reading import diagram_of
from onevoice.diagram.svg import svg
from onevoice.explorer.limits import LOGS_MAX, TRACE_MAX
from onevoice.explorer.onward import Onward
from onevoice.explorer.session import Explained, Reason, Session
from onevoice.explorer.sessions import fragment, path_of, token
from onevoice.explorer.table import COLUMN, ROW, table
from onevoice.report import words
from onevoice.report.data import run_data
from traces.forced.members import SHIPPED, counterpart
from traces.forced.result import Unforceable
from traces.replay import named
from traces.run import Run
from traces.validate.verdict import SILENT_KINDS


def choices() -> dict[str, Any]:
    """What can be chosen to be run, which members can be compared with it, and what is read."""
    variants = [{"name": v.value, "meaning": v.meaning, "members": members_for(v)} for v in Variant]
    return {
        "variants": variants,
        "deliveries": ["same-view", "sending-view"],
        "members": members_names(),
        "silent": list(SILENT_KINDS),
        "trace_bytes_max": TRACE_MAX,
        "logs_bytes_max": LOGS_MAX,
    }


def members_names() -> list[str]:
    """The members of the implementation that there are."""
    from impl.core.variants import VARIANTS

    return [SHIPPED, *VARIANTS]


def members_for(variant: Variant | None) -> str:
    """The members that a variant is compared with: those that follow it, if there are any."""
    try:
        return counterpart(variant)
    except Unforceable:
        return SHIPPED


def whole(session: Session) -> dict[str, Any]:
    """Everything about where a behaviour ends."""
    finite, steps = session.finite, session.steps
    before = session.states[-2] if steps else None
    return {
        **place(session),
        "run": run_data(session.run),
        "words": [words.protocol(session.run), words.environment(session.run),
                  words.scope(session.run)],
        "taken": [finite.describe(step) for step in steps],
        "changed": [str(change).strip() for change in session.changed()],
        "enabled": [_step(finite, step) for step in session.enabled()],
        "steps": len(finite.steps),
        "diagram": drawing(session, alone=False),
        "members": _elements(finite, ROW),
        "views": _elements(finite, COLUMN),
        "facts": [
            {"point": f.point, "text": f.text, "member": f.row, "view": f.column, "mark": f.mark,
             "fixed": f.fixed}
            for f in table(finite, session.state, before)
        ],
        "properties": [
            {"name": t.name, "kind": t.kind, "doc": " ".join(t.doc.split()), "status": t.status,
             "reason": reason_data(session, t.reason) if t.reason is not None else None}
            for t in session.truths
        ],
    }  # fmt: skip


def disabled_data(session: Session) -> dict[str, Any]:
    """The steps that cannot be taken, each with the conjunct that says so."""
    found = session.disabled()
    described = [session.finite.describe(d.step) for d in found]
    reasons = [reason_data(session, d.reason) for d in found]
    return {
        "path": path_of(session),
        "disabled": [{"text": t} | r for t, r in zip(described, reasons, strict=True)],
    }


def place(session: Session) -> dict[str, Any]:
    """Which behaviour it is."""
    path = path_of(session)
    return {"path": path, "fragment": fragment(session.run, path), "length": len(session.steps)}


def drawing(session: Session, *, alone: bool) -> str:
    """The behaviour as a drawing: a part of the page, or a file of its own."""
    return svg(diagram(session), alone=alone)


def diagram(session: Session) -> Diagram:
    """The behaviour as a sequence diagram."""
    title = f"The exchange, {session.run.exchange_scope}"
    violated = [truth.name for truth in session.truths if truth.status == "false"]
    verdict = f"{', '.join(violated)} violated" if violated else ""
    return diagram_of(session.finite, session.trace, title, verdict)


def reason_data(session: Session, reason: Reason) -> dict[str, Any]:
    """Why something is false."""
    text = show(reason.part)
    if reason.measured is not None:
        value, most = reason.measured
        text += f" is {value}, at most {most} is allowed"
    return {
        "false": text,
        "for": named(session.finite, _bound(session.finite, reason)),
        "at": words.place(reason.where) if reason.where is not None else None,
    }


def explained_data(session: Session, explained: Explained) -> dict[str, Any]:
    """The truth of a formula, its smallest false part, and the members concerned."""
    data: dict[str, Any] = {"value": explained.value, "reason": None, "members": [], "atoms": []}
    reason = explained.reason
    if reason is not None:
        data["reason"] = reason_data(session, reason)
        concerned = free_variables(reason.part, {})
        found = {
            session.finite.element(v.sort, index): None
            for v, index in reason.valuation.items()
            if v.sort.name == ROW and v in concerned
        }
        data["members"] = list(found)
        data["atoms"] = [{"text": text, "value": value} for text, value in session.atoms(reason)]
    return data


def onward_data(session: Session, found: Onward) -> dict[str, Any]:
    """What a search for a predicate found: where it leads, or why nowhere."""
    if found.session is not None:
        added = [session.finite.describe(s) for s in found.session.steps[len(session.steps) :]]
        said = f"Reached after {words.count(len(added), 'step')}." if added else "True here."
        return {"found": True, "said": said, "steps": added, **place(found.session)}
    states = words.count(found.states, "state")
    if found.stopped is None:
        said = f"It cannot be reached from here: none of the {states} that can satisfies it."
    else:
        said = f"Not reached in what was searched: {states}; stopped: {found.stopped}."
    return {"found": False, "said": said}


def asked_data(run: Run, said: dict[str, Any]) -> dict[str, Any]:
    """What `onevoice ask --json` said, with the path of a counterexample, to be walked here."""
    counterexample = said["counterexample"]
    if counterexample is None:
        return said
    named_ = {run.finite.describe(step): token(run.finite, step) for step in run.finite.steps}
    path = "~".join(named_[text] for text in counterexample["steps"])
    return said | {"path": path, "fragment": fragment(run, path)}


def _bound(finite: Finite, reason: Reason) -> dict[Var, int]:
    """The valuation of a reason without the elements that its formula calls by their names."""
    return {v: i for v, i in reason.valuation.items() if v.name != finite.element(v.sort, i)}


def _step(finite: Finite, step: Step) -> dict[str, Any]:
    return {
        "text": finite.describe(step),
        "token": token(finite, step),
        "by": step.action.by,
        "doc": " ".join(step.action.doc.split()),
    }


def _elements(finite: Finite, name: str) -> list[str]:
    (sort,) = (sort for sort in finite.staged.sorts if sort.name == name)
    return [finite.element(sort, index) for index in range(finite.size(sort))]
