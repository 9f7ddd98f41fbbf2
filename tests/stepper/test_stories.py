"""What the stepper says of a step is what the interpreter says, and what an implementation did."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.lang.show import show
from model.search.result import Trace
from onevoice.explorer.session import Session
from onevoice.stepper.behaviour import Behaviour
from onevoice.stepper.comparison import Comparison
from tests.forced.made import to_the_end
from tests.stepper.conftest import CORPUS, RESTS, SPOKEN_TWICE, compared
from traces.counterexample import read, read_trace
from traces.facts import changes, facts
from traces.forced import force
from traces.replay import violation
from traces.run import Run

SOME: list[Path] = [
    SPOKEN_TWICE,
    RESTS,
    next(CORPUS.glob("no-view-synchrony/deadlock_*.itf.json")),
    next(CORPUS.glob("leader-of-request/Complete_*.itf.json")),
    next(CORPUS.glob("shared-key/transmissions_*.itf.json")),
]
KINDS = [path.parent.name for path in SOME]


@pytest.mark.parametrize("path", SOME, ids=KINDS)
def test_what_is_false_in_a_row_is_what_the_interpreter_says(path: Path) -> None:
    kept = read(path)
    story, finite, trace = Behaviour(kept), kept.run.finite, kept.trace
    staged = finite.staged
    names = ["deadlock", *(p.name for p in staged.invariants), *(b.name for b in staged.bounds)]
    for row in range(len(trace) + 1):
        story.prepare(row)
        prefix = Trace(trace.states[: row + 1], trace.steps[:row])
        wanted = {name for name in names if violation(finite, name, prefix) is not None}
        status = {truth.name: truth.status for truth in story.truths(row)}
        assert {name for name in names if status[name] == "false"} == wanted
    assert status[kept.violates] == "false"


def test_a_false_property_comes_with_its_smallest_false_part_and_for_whom() -> None:
    kept = read(SPOKEN_TWICE)
    story = Behaviour(kept)
    found = violation(kept.run.finite, kept.violates, kept.trace)
    assert found is not None
    (pane,) = story.panes(len(kept.trace), full=False)
    assert "being judged" in pane.text
    story.prepare(len(kept.trace))
    (pane,) = story.panes(len(kept.trace), full=False)
    assert "✗ AtMostOnce" in pane.text
    assert f"false: {show(found.culprit)}" in pane.text
    assert "for x = a1, r = v0" in pane.text or "for r = v0" in pane.text
    assert f"{found.where.file.rpartition('/')[2]}:{found.where.line}" in pane.text


def test_what_never_happens_is_false_only_where_the_behaviour_goes_on_for_ever() -> None:
    kept = read(RESTS)
    story, last = Behaviour(kept), len(kept.trace)
    for row in (last - 1, last):
        story.prepare(row)
    status = {row: {t.name: t.status for t in story.truths(row)} for row in (last - 1, last)}
    assert status[last - 1]["Coverage"] == "open"
    assert status[last]["Coverage"] == "false"


def test_each_step_says_what_it_changed_and_in_full_what_is_true() -> None:
    kept = read(SPOKEN_TWICE)
    story, finite, trace = Behaviour(kept), kept.run.finite, kept.trace
    for row in range(1, len(trace) + 1):
        (short,), (full,) = story.panes(row, full=False), story.panes(row, full=True)
        for change in changes(finite, trace.states[row - 1], trace.states[row]):
            assert f"  {str(change).strip()}\n" in short.text
        assert finite.describe(trace.steps[row - 1]) in short.text
        symbols = {fact.partition("(")[0] for fact in facts(finite, trace.states[row])}
        assert all(symbol in full.text for symbol in symbols)
        assert "State" not in short.text


def test_the_first_difference_is_told_on_both_sides_and_nothing_after_it(
    differing: Comparison,
) -> None:
    assert differing.marked == 2
    model, other = differing.panes(2, full=False)
    assert "✗ The first difference\n  a1: the indicator\n  clear" in model.text
    assert "✗ The first difference\n  a1: the indicator\n  set\n" in other.text
    _, before = differing.panes(1, full=False)
    assert "✓ No difference." in before.text
    _, after = differing.panes(3, full=False)
    assert "Not taken: nothing is done after the first difference." in after.text
    assert "No difference" not in after.text
    assert differing.diagram.verdict.startswith(
        "Implementation (core, members shipped): a1 differs"
    )


def test_members_that_follow_a_trace_do_so_to_its_end() -> None:
    kept = read(SPOKEN_TWICE)
    story = compared(kept, "indicator-on-receipt-only")
    assert story.marked is None
    for row in range(len(kept.trace) + 1):
        _, other = story.panes(row, full=False)
        assert "✓ No difference." in other.text


def test_in_full_all_that_members_know_is_told(differing: Comparison) -> None:
    _, short = differing.panes(1, full=False)
    _, full = differing.panes(1, full=True)
    assert "Learned" in short.text
    assert set(short.text.splitlines()) - {"Learned"} <= set(full.text.splitlines())
    assert full.text.count("  b1: ") > short.text.count("  b1: ") == 0
    _, different = differing.panes(2, full=True)
    assert ", by the specification " in different.text


def test_every_trace_that_is_kept_can_be_stepped_through() -> None:
    for path in sorted(CORPUS.rglob("*.itf.json"))[::6]:
        story = Behaviour(read_trace(path))
        for row in (0, len(story.diagram.rows) - 1):
            (pane,) = story.panes(row, full=True)
            assert story.diagram.rows[row].step in pane.text


def test_where_judging_takes_too_long_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long(session: Session) -> None:
        raise TimeoutError("this takes too long")

    monkeypatch.setattr(Session, "truths", property(too_long))
    story = Behaviour(read(SPOKEN_TWICE))
    story.prepare(3)
    (pane,) = story.panes(3, full=False)
    assert "They are not judged: this takes too long." in pane.text
    assert "crash(b1)" in pane.text


def test_members_with_sessions_take_what_is_due_at_the_end_too() -> None:
    run = Run("1+1", 0)
    whole = to_the_end(run)
    last = next(n for n, step in enumerate(whole.steps, 1) if step.action.name == "install")
    trace = Trace(whole.states[: last + 1], whole.steps[:last])
    forced = force("simulated", run, trace, "shipped")
    assert forced.steps > len(trace)
    story = Comparison(run, trace, forced, "An exchange", "Simulated")
    assert len(story.diagram.rows) == forced.steps + 1
    for row in range(forced.steps + 1):
        model, other = story.panes(row, full=False)
        assert story.diagram.rows[row].step in model.text
        assert "✓ No difference." in other.text
