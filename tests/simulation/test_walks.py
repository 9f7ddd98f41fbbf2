"""Random simulation: reproducible, confirmed by the interpreter, and never a verdict of "holds"."""

import pytest

from model.interp import Interpreter
from model.lang import ScopeError, stage
from model.protocol import ExchangeScope, Switches, Variant, exchange
from model.scope import Finite
from model.search import Status, check
from model.search.simulate import INTERRUPTED, WalkProgress, seed_of, simulate, walk_again
from tests.classics import philosophers, two_phase_commit


def exchange_at(groups: str, failures: int, variant: Variant | None = None) -> Finite:
    scope = ExchangeScope.parse(groups, failures)
    return Finite(stage(exchange(Switches(failures=failures, variant=variant))), scope.scope())


def test_the_same_seed_gives_the_same_walks() -> None:
    finite = exchange_at("2+1", 1)
    first, again, other = (simulate(finite, seed, 700, 60) for seed in (3, 3, 4))
    assert first.taken == again.taken
    assert first.taken != other.taken
    assert first.walks == 700
    assert first.steps == sum(first.taken.values())


def test_walks_end_at_rest_or_at_their_longest() -> None:
    finite = exchange_at("1+1", 0)
    whole, cut = simulate(finite, 1, 600, 100), simulate(finite, 1, 600, 7)
    assert (whole.rested, whole.longest) == (600, 20)  # as long as every behaviour of this scope
    assert (cut.rested, cut.longest, cut.steps) == (0, 7, 600 * 7)


def test_what_is_not_violated_is_undecided_and_leads_to_is_not_checked() -> None:
    finite = exchange_at("1+1", 1)
    findings = simulate(finite, 5, 300, 60).findings
    lively = {p.name for p in finite.staged.leads_to}
    for name, finding in findings.items():
        expected = Status.NOT_CHECKED if name in lively else Status.UNDECIDED
        assert finding.status is expected


def test_a_violation_is_a_trace_of_the_walk_that_is_named() -> None:
    finite = exchange_at("2+1", 1, Variant.ON_RECEIPT_ONLY)
    seen = simulate(finite, 11, 3000, 80)
    searched = check(finite)
    assert {n for n, f in seen.findings.items() if f.status is Status.VIOLATED} == {
        "AtMostOnce", "transmissions",
    }  # fmt: skip
    initial = list(Interpreter(finite).initial_states())
    for name, walk in seen.walk_of.items():
        trace, shortest = seen.findings[name].trace, searched.findings[name].trace
        assert trace is not None
        assert shortest is not None
        assert len(trace) >= len(shortest)
        again = walk_again(finite, initial, 11, walk, len(trace))
        assert tuple(again) == trace.states


def test_a_walk_is_the_first_one_of_a_seed_of_its_own() -> None:
    finite = exchange_at("2+1", 1, Variant.ON_RECEIPT_ONLY)
    seen = simulate(finite, 11, 3000, 80)
    for name, walk in seen.walk_of.items():
        trace = seen.findings[name].trace
        assert trace is not None
        alone = simulate(finite, seed_of(11, walk), 1, len(trace))
        assert alone.findings[name].trace == trace
        assert (alone.walks, alone.walk_of[name]) == (1, 0)


def test_what_ends_the_walks_early_is_said_and_what_they_saw_is_kept() -> None:
    finite = exchange_at("1+1", 1)
    progress: list[WalkProgress] = []

    def interrupt(seen: WalkProgress) -> None:
        progress.append(seen)
        raise KeyboardInterrupt

    cut = simulate(finite, 1, None, 100, report=interrupt)
    assert cut.stopped == INTERRUPTED
    assert (cut.walks, cut.steps) == (progress[0].walks, progress[0].steps)
    assert cut.steps == sum(cut.taken.values()) > 0
    assert simulate(finite, 1, None, 100, seconds_max=0).stopped == "the limit of 0 s"
    assert simulate(finite, 1, 600, 100).stopped is None


def test_a_deadlock_is_seen() -> None:
    golden = philosophers.GOLDEN[0]
    seen = simulate(Finite(stage(golden.spec), golden.scope), 2, 2000, 200)
    assert seen.findings["deadlock"].status is Status.VIOLATED


def test_coverage_counts_actions_and_their_elements() -> None:
    finite = exchange_at("1+1", 1)
    seen = simulate(finite, 9, 2000, 60)
    views = seen.by_element("View")
    assert (
        sum(n for (action, _), n in views.items() if action == "transmit")
        == (seen.by_action()["transmit"])
    )
    assert views["exclude", 1] == seen.by_action()["exclude"]  # its last view is the new one
    assert seen.by_action()["order"] > 0


def test_every_reachable_state_is_walked_to_at_last() -> None:
    golden = two_phase_commit.GOLDEN[0]
    finite = Finite(stage(golden.spec), golden.scope)
    initial = list(Interpreter(finite).initial_states())
    states = {s for walk in range(3000) for s in walk_again(finite, initial, 1, walk, 3)}
    near = {initial[0]}
    for _ in range(3):
        near |= {after for s in near for _, after in Interpreter(finite).successors(s)}
    assert states == near


@pytest.mark.parametrize(("walks", "steps", "seed"), [(0, 1, 0), (1, 0, 0), (1, 1, -1)])
def test_numbers_that_make_no_sense_are_refused(walks: int, steps: int, seed: int) -> None:
    with pytest.raises(ScopeError, match="must be positive"):
        simulate(exchange_at("1+1", 0), seed, walks, steps)
