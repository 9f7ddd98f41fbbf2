"""What the explorer says of a behaviour is what the interpreter says, and a URL names it."""

from __future__ import annotations

from collections import deque
from itertools import pairwise

import pytest

from model.interp import Interpreter
from model.lang import ScopeError
from model.lang.expr import Expr, children
from onevoice.explorer.answers import explained_data
from onevoice.explorer.limits import PATH_MAX, STEPS_MAX
from onevoice.explorer.onward import onward
from onevoice.explorer.session import Session
from onevoice.explorer.sessions import Sessions, path_of, token
from onevoice.explorer.table import table
from tests.explorer.walks import RUNS, along, kept, last, walk
from traces.counterexample import Counterexample, trace_from_text
from traces.errors import TraceError
from traces.facts import facts
from traces.replay import behaves, replay
from traces.run import Run
from traces.witness import Witness, predicate

SMALL = Run("1+1", 0)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_exactly_the_enabled_steps_are_offered(run: Run) -> None:
    interpreter = Interpreter(run.finite)
    for session in walk(run, 12, seed=1):
        enabled = [s for s in run.finite.steps if interpreter.enabled(session.state, s)]
        assert list(session.enabled()) == enabled
        disabled = [d.step for d in session.disabled()]
        assert set(disabled) == set(run.finite.steps) - set(enabled)
        assert len(disabled) + len(enabled) == len(run.finite.steps)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_the_reason_for_a_disabled_step_is_a_false_part_of_its_guard(run: Run) -> None:
    interpreter = Interpreter(run.finite)
    for session in walk(run, 8, seed=2):
        for disabled in session.disabled():
            reason, action = disabled.reason, disabled.step.action
            assert interpreter.value(reason.part, session.state, reason.valuation) == 0
            assert interpreter.environment(disabled.step).items() <= reason.valuation.items()
            clauses = (*action.guard, *action.limits)
            said = [c.expr for c in clauses if c.where == reason.where]
            assert any(reason.part in parts(expr) for expr in said)


def parts(expr: Expr) -> set[Expr]:
    """A formula and all that is in it."""
    found, todo = set[Expr](), [expr]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += children(node)
    return found


def test_a_step_that_is_not_enabled_cannot_be_taken() -> None:
    session = last(SMALL, 3, seed=1)
    for disabled in session.disabled():
        with pytest.raises(TraceError, match=r"step 4: .* is not enabled"):
            session.take(disabled.step)


def test_undo_leads_to_the_behaviour_before() -> None:
    behaviours = list(walk(SMALL, 10, seed=3))
    for before, after in pairwise(behaviours):
        undone = after.undo()
        assert (undone.states, undone.steps) == (before.states, before.steps)
    assert behaviours[0].undo() is behaviours[0]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_a_path_names_its_behaviour(run: Run) -> None:
    for session in walk(run, 12, seed=4):
        path = path_of(session)
        fresh = Sessions().at(run, path)
        assert (fresh.states, fresh.steps) == (session.states, session.steps)
        assert path_of(fresh) == path


def test_a_behaviour_that_is_remembered_is_the_one_that_is_made_anew() -> None:
    sessions = Sessions()
    for session in walk(SMALL, 10, seed=5):
        assert sessions.at(SMALL, path_of(session)).states == session.states
    first = next(walk(SMALL, 0, seed=5))
    assert sessions.at(SMALL, "").states == first.states


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("transmit.a1.v0", "step 1: transmit.* is not enabled"),
        ("install.a1.v0~install.a1.v0", "step 2: install.* is not enabled"),
        ("install.a1.v0~install.c1.v0", "step 2: there is no step 'install.c1.v0'"),
        ("__class__", "there is no step"),
        ("~", "there is no step ''"),
        ("~".join(["install.a1.v0"] * (STEPS_MAX + 1)), f"more than the {STEPS_MAX} that"),
        ("x" * (PATH_MAX + 1), "more than the 20,000 that are read"),
    ],
)
def test_a_path_that_is_none_is_refused(path: str, problem: str) -> None:
    with pytest.raises(TraceError, match=problem):
        Sessions().at(SMALL, path)


@pytest.mark.parametrize("groups", ["9+9", "1,1,1,1,1,1,1,1,1,1", "3+3,1j,1j,1j"])
def test_a_scope_that_is_too_large_is_refused_at_once(groups: str) -> None:
    with pytest.raises(ScopeError, match=r"more than the .* take fewer members"):
        Sessions().at(Run(groups, 2), "")


@pytest.mark.parametrize(
    "name",
    [
        "shared-key/AtMostOnce", "shared-key/transmissions", "ack-before-transmit/AckAfterData",
        "no-waiting/Complete",
    ],
)  # fmt: skip
def test_a_property_becomes_false_with_the_last_step_of_its_shortest_counterexample(
    name: str,
) -> None:
    found = kept(name)
    *before, end = along(found)
    for session in before:
        assert {t.name: t.status for t in session.truths}[found.violates] == "true"
    (truth,) = (t for t in end.truths if t.name == found.violates)
    assert truth.status == "false"
    assert truth.reason is not None
    if truth.kind == "safety":
        value = Interpreter(end.finite).value(truth.reason.part, end.state, truth.reason.valuation)
        assert value == 0


def test_what_is_owed_is_open_until_it_is_done() -> None:
    first = Session.begin(SMALL)
    done = onward(first, "forall(Member, lambda m: completed(m, v0))").session
    assert done is not None
    status = [{t.name: t.status for t in s.truths}["Termination"] for s in (first, done)]
    assert status == ["open", "true"]


@pytest.mark.parametrize(
    ("formula", "false", "members", "atoms"),
    [
        ("indicator[a1] & installed(b1, v0)", "installed(b1, v0)", ["b1"],
         {"installed(b1, v0)": False}),
        ("forall(Member, lambda m: implies(in_view(v0, m), installed(m, v0)))",
         "installed(m, v0)", ["b1"], {"installed(b1, v0)": False}),
        ("∀ m: Member; v: View. leads(m, v) → sent(ack, m, v)", "sent(ack, m, v)", ["a1"],
         {"sent(ack, a1, v0)": False}),
        ("~indicator[a1] | installed[b1, v0]", "¬indicator(a1) ∨ installed(b1, v0)", ["a1", "b1"],
         {"indicator(a1)": True, "installed(b1, v0)": False}),
    ],
)  # fmt: skip
def test_a_false_formula_is_explained_by_its_smallest_false_part(
    formula: str, false: str, members: list[str], atoms: dict[str, bool]
) -> None:
    session = Sessions().at(SMALL, "install.a1.v0~transmit.a1.v0")
    explained = session.explain(formula)
    assert not explained.value
    said = explained_data(session, explained)
    assert said["reason"]["false"] == false
    assert sorted(said["members"]) == members
    assert {atom["text"]: atom["value"] for atom in said["atoms"]} == atoms


def test_a_true_formula_needs_no_explanation() -> None:
    session = Sessions().at(SMALL, "install.a1.v0~transmit.a1.v0")
    explained = session.explain("∀ m: Member. sent(data, m, v0) → indicator(m)")
    assert explained.value
    assert explained.reason is None


def test_a_formula_that_would_take_too_long_is_refused() -> None:
    session = Session.begin(Run("3+3", 1))
    names = ", ".join(f"m{i}" for i in range(8))
    formula = f"forall({', '.join(['Member'] * 8)}, lambda {names}: indicator[m0])"
    with pytest.raises(ScopeError, match="more than the 500,000"):
        session.explain(formula)


def test_a_state_is_shown_whole() -> None:
    for session in walk(RUNS[1], 15, seed=6):
        before = session.states[-2] if session.steps else None
        shown = table(session.finite, session.state, before)
        assert [f.point for f in shown if f.mark != "gone"] == list(
            facts(session.finite, session.state)
        )
        marked = {f.point for f in shown if f.mark}
        assert marked == {change.point for change in session.changed()}
        for fact in shown:
            assert fact.row in fact.point
            assert fact.column in fact.point


def test_the_way_to_a_predicate_is_a_shortest_one() -> None:
    start = last(SMALL, 4, seed=7)
    for formula in ("completed(a1, v0)", "delivered(b1, data, a1, v0)", "sent(ack, b1, v0)"):
        wanted = predicate(SMALL, formula)
        found = onward(start, formula).session
        assert found is not None
        assert found.steps[: len(start.steps)] == start.steps
        assert behaves(SMALL.finite, found.trace) is None
        interpreter = Interpreter(SMALL.finite)
        assert interpreter.value(wanted.expr, found.state, wanted.valuation)
        assert len(found.steps) - len(start.steps) == distance(start, formula)


def distance(start: Session, formula: str) -> int:
    """The least number of steps, by the interpreter alone."""
    interpreter, wanted = Interpreter(start.finite), predicate(start.run, formula)
    seen, todo = {start.state}, deque([(start.state, 0)])
    while todo:
        state, steps = todo.popleft()
        if interpreter.value(wanted.expr, state, wanted.valuation):
            return steps
        for _, after in interpreter.successors(state):
            if after not in seen:
                seen.add(after)
                todo.append((after, steps + 1))
    raise AssertionError(f"{formula} cannot be reached")


def test_what_cannot_be_reached_is_said_to_be_so() -> None:
    found = onward(Session.begin(SMALL), "crashed[a1]")
    assert found.session is None
    assert found.stopped is None
    assert found.states > 100


def test_a_behaviour_is_saved_as_what_it_is() -> None:
    walked = last(SMALL, 9, seed=8)
    _, text = walked.saved("onevoice explore")
    read = trace_from_text(text)
    assert isinstance(read, Witness)
    assert read.trace == walked.trace
    assert behaves(read.run.finite, read.trace) is None

    found = kept("shared-key/AtMostOnce")
    _, text = along(found)[-1].saved("onevoice explore")
    again = trace_from_text(text)
    assert isinstance(again, Counterexample)
    assert again.trace == found.trace
    assert replay(again).violation is not None


def test_a_step_is_written_in_signs_that_no_url_changes() -> None:
    for step in RUNS[0].finite.steps:
        assert set(token(RUNS[0].finite, step)) <= set("abcdefghijklmnopqrstuvwxyz_0123456789.")
