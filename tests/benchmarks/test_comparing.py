"""Whoever counts or judges otherwise is reported, and what was not measured meets no target."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.bench import OURS, Bench, Row, Spread
from benchmarks.checkers import Cost, Outcome
from benchmarks.process import CheckerError
from benchmarks.scopes import MAIN, parse, short
from benchmarks.targets import targets
from model.lang import ScopeError
from onevoice.report.terminal import Terminal

COST = Cost(1.0, 2.0, 2.0, 1 << 20, 160_000_000, 0.25)
OURS_SAID = Outcome(10_000_000, 50_000_000, frozenset(), 0, COST)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(Terminal(plain=True, silent=True), tmp_path)


def said(states: int, transitions: int, *violated: str) -> Outcome:
    return Outcome(states, transitions, frozenset(violated), len(violated), COST)


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (said(9, 50_000_000), "states 9 instead of 10,000,000"),
        (said(10_000_000, 7), "transitions 7 instead of 50,000,000"),
        (said(10_000_000, 50_000_000, "Uniform"), "violated Uniform instead of none"),
    ],
)
def test_a_difference_is_a_disagreement(bench: Bench, other: Outcome, what: str) -> None:
    row = bench.add(Row("speed", "SPIN", "", MAIN), lambda: other, lambda _: OURS_SAID)
    assert row.disagreement == what
    assert bench.disagreements == [row]


def test_hash_compaction_may_lose_states_and_is_said_to(bench: Bench) -> None:
    row = Row("speed", "SPIN", "-DHC4", MAIN, exact=False)
    bench.add(row, lambda: said(9_000_000, 45_000_000), lambda _: OURS_SAID)
    assert row.disagreement is None
    assert row.note == "lost 1,000,000 states (10.00%)"


def test_hash_compaction_may_not_find_more(bench: Bench) -> None:
    row = Row("speed", "SPIN", "-DHC4", MAIN, exact=False)
    bench.add(row, lambda: said(10_000_001, 50_000_000), lambda _: OURS_SAID)
    assert row.disagreement is not None


class Again:
    """A search that finds the same every time."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def search(self) -> Outcome:
        return self.outcome


def test_searches_in_turn_are_judged_as_others_are(bench: Bench) -> None:
    rows = [Row("speed", OURS, how, MAIN, exact=how == "") for how in ("", "fingerprints")]
    found = said(9_000_000, 45_000_000)
    bench.in_turn(rows, [Again(found), Again(found)], [lambda _: OURS_SAID] * 2)  # type: ignore[list-item]
    assert bench.disagreements == [rows[0]]
    assert rows[1].note == "median of 3; lost 1,000,000 states (10.00%)"


def test_a_failure_is_kept_and_is_no_agreement(bench: Bench) -> None:
    def fail() -> Outcome:
        raise CheckerError("too slow")

    row = bench.add(Row("speed", "SPIN", "", MAIN), fail, lambda _: OURS_SAID)
    assert (row.failure, row.outcome, bench.failures) == ("too slow", None, [row])


def test_what_was_not_measured_meets_no_target(bench: Bench) -> None:
    assert {target.met for target in targets(bench)} == {None}


def test_targets_are_judged_by_what_was_measured(bench: Bench) -> None:
    bench.rows.append(Row("speed", OURS, "", MAIN, OURS_SAID))
    bench.measured |= {
        "agreed": (6, 6),
        "main": OURS_SAID,
        "spin": Spread.of([7.0, 9.0, 10.0]),
        "two": Spread.of([1.5, 1.6, 1.9]),
    }
    met = [target.met for target in targets(bench)]
    assert met == [True, True, None, True, False, True, None, None, None, None]


def test_fingerprints_are_told_beside_what_is_judged(bench: Bench) -> None:
    small = Cost(1.0, 1.0, 1.0, 1 << 20, 100_000_000, 0.25)
    bench.measured |= {
        "main": OURS_SAID,
        "main by fingerprints": Outcome(10_000_000, 50_000_000, frozenset(), 0, small),
        "spin": Spread.of([7.0]),
        "spin by fingerprints": Spread.of([9.0]),
    }
    told = [(target.measured, target.met) for target in targets(bench)]
    assert told[1] == (
        "7.00 (7.00 to 7.00) times; by fingerprints 9.00 (9.00 to 9.00) times",
        False,
    )
    assert told[3] == ("16.0 bytes; by fingerprints 10.0", True)


def test_a_small_scope_tells_nothing_of_speed(bench: Bench) -> None:
    bench.measured |= {"main": said(1000, 5000), "spin": Spread.of([99.0])}
    assert [target.met for target in targets(bench)][1] is None


def test_scopes_are_read() -> None:
    assert short(parse("2+1")) == "2+1 f1 sending"
    assert short(parse("2+1,1j/0/same-view")) == "2+1,1j f0 same"


@pytest.mark.parametrize("text", ["", "2+", "2+1/x", "2+1/1/otherwise", "2+1/1/same-view/9"])
def test_a_scope_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ScopeError):
        parse(text)
