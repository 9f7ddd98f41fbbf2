"""Shrinking leaves the same violation, nothing that can be left out, and what replays."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

import pytest

from model.interp import Interpreter
from model.lang import show, stage
from model.protocol import Delivery, Variant
from model.scope import Finite, State, Step
from model.search import check, select
from model.search.result import Trace
from tests.classics import semaphore
from traces.counterexample import Counterexample, Kind
from traces.errors import TraceError
from traces.replay import Difference, Violation, behaves, reaches, replay, violation
from traces.run import Run
from traces.shrink import Progress, Shrunk, scopes, shrink
from traces.shrink.follow import Call, Path, path_of
from traces.shrink.shrinking import INTERRUPTED
from traces.shrink.steps import remove_steps
from traces.shrink.trials import Trials
from traces.shrink.wanted import Violated, Way, way_of
from traces.witness import Part, Reach, Witness

RARE = ("crash", "request")


@cache
def walk(run: Run, seed: int, until: str = "") -> Trace:
    """A random walk: to rest, or until a property of steps is violated."""
    chance, interpreter = random.Random(seed), Interpreter(run.finite)
    states, steps = [next(interpreter.initial_states())], list[Step]()
    while successors := list(interpreter.successors(states[-1])):
        weights = [0.2 if step.action.name in RARE else 1 for step, _ in successors]
        ((step, state),) = chance.choices(successors, weights)
        steps.append(step)
        states.append(state)
        if until and violation(run.finite, until, Trace(tuple(states), tuple(steps))):
            break
    return Trace(tuple(states), tuple(steps))


def walked(name: str, kind: Kind, run: Run, seed: int = 1) -> Counterexample:
    """What a walk violates at its end; the violation may have come long before."""
    trace = walk(run, seed, name if kind == "step" else "")
    if kind == "leads-to":
        trace = replace(trace, loop=len(trace))
    return Counterexample(run, name, kind, trace)


def shrunk(counterexample: Counterexample) -> Shrunk:
    found = shrink(counterexample)
    assert isinstance(found, Shrunk)
    return found


def left_of(counterexample: Counterexample) -> Counterexample:
    """What is left; everything that must be so of it whatever it is."""
    found = shrunk(counterexample)
    after = found.after
    assert found.stopped is None
    assert isinstance(after, Counterexample)
    assert (after.violates, after.kind) == (counterexample.violates, counterexample.kind)
    assert violation_of(after) is not None
    assert way_of(violation_of(after)) == way_of(violation_of(counterexample))
    assert len(after.trace) <= len(counterexample.trace)
    assert scopes.size(after.run) <= scopes.size(counterexample.run)
    assert replace(after.run, groups="1", failures=0, requests=0, views=0) == replace(
        counterexample.run, groups="1", failures=0, requests=0, views=0
    ), "nothing but the scope is another one"
    return after


def violation_of(counterexample: Counterexample) -> Violation:
    result = replay(counterexample)
    assert result.violation is not None, result.difference
    return result.violation


def shortest(run: Run, name: str) -> int:
    """The steps of a shortest counterexample, by a search of all states."""
    staged = select(run.staged, [] if name == "deadlock" else [name])
    trace = check(Finite(staged, run.finite.scope)).findings[name].trace
    assert trace is not None
    return len(trace)


def described(counterexample: Counterexample) -> list[str]:
    finite = counterexample.run.finite
    return [finite.describe(step) for step in counterexample.trace.steps]


# The property, its kind, a run, the seed of a walk that violates it; what is left of that.
WALKED: tuple[tuple[str, Kind, Run, int, str], ...] = (
    ("AtMostOnce", "safety", Run("2+1j", variant=Variant.IGNORES_INDICATOR), 3, "2 f1"),
    ("Complete", "safety", Run("2+1", 2, variant=Variant.LEADER_OF_REQUEST), 11, "2 f1"),
    ("SameData", "safety", Run("2+1j", variant=Variant.ACKS_WITHOUT_ROUND), 11, "2+1j f1"),
    ("OneLeader", "safety", Run("1+2,1j", 0, variant=Variant.SHARED_KEY), 2, "2 f0"),
    ("SilentIfSpokenFor", "step", Run("1+2", variant=Variant.IGNORES_INDICATOR), 1, "2 f1"),
    ("NoEarlyProcessing", "step", Run("2+1", variant=Variant.ACKS_WITHOUT_ROUND), 1, "2j f1"),
    ("transmissions", "bound", Run("3+2", 2, variant=Variant.ON_RECEIPT_ONLY), 2, "2 f1"),
    ("Coverage", "leads-to", Run("1+1,1j", 0, variant=Variant.FORGETS_SUBGROUPS), 2, "1j+1,1j f0"),
    ("Coverage", "leads-to", Run("2+1j", variant=Variant.FALSE_SUSPICION), 1, "1+1j f1"),
    ("Termination", "leads-to", Run("1+1j", variant=Variant.FALSE_SUSPICION), 1, "2j f1"),
    ("deadlock", "deadlock", Run("3j", variant=Variant.NO_VIEW_SYNCHRONY), 63, "3j f1"),
)


@pytest.mark.parametrize(("name", "kind", "run", "seed", "scope"), WALKED)
def test_what_is_left_of_a_walk_is_as_short_as_a_search_finds(
    name: str, kind: Kind, run: Run, seed: int, scope: str
) -> None:
    """True of these; nothing promises it of all."""
    after = left_of(walked(name, kind, run, seed))
    assert f"{after.run.groups} f{after.run.failures}" == scope
    assert len(after.trace) == shortest(after.run, name)


def test_of_a_long_walk_only_what_goes_wrong_is_left() -> None:
    walk_ = walked("transmissions", "bound", Run("3+2", 2, variant=Variant.ON_RECEIPT_ONLY), 2)
    assert len(walk_.trace) == 56
    after = left_of(walk_)
    assert (after.run.groups, after.run.failures, after.run.views_max) == ("2", 1, 2)
    assert described(after) == [
        "install(a1, v0)",
        "transmit(a1, v0)",
        "crash(a2)",
        "exclude(v0, v1)",
        "install(a1, v1)",
        "transmit(a1, v1)",
    ]


# -- minimal ------------------------------------------------------------------------------------


def plainly_followed(finite: Finite, calls: Sequence[Call]) -> Trace:
    """What is left of these steps if those that are not enabled are left out."""
    interpreter = Interpreter(finite)
    named = {(step.action.name, step.args): step for step in finite.steps}
    states, steps = [next(interpreter.initial_states())], list[Step]()
    for call in calls:
        step = named.get(call)
        if step is not None and interpreter.enabled(states[-1], step):
            states.append(interpreter.take(states[-1], step))
            steps.append(step)
    return Trace(tuple(states), tuple(steps))


def shows(run: Run, calls: Sequence[Call], name: str, way: Way) -> bool:
    found = violation(run.finite, name, plainly_followed(run.finite, calls))
    return found is not None and way_of(found) == way


ENDING = [row[:4] for row in WALKED if row[1] in ("safety", "step", "bound")]


@pytest.mark.parametrize(("name", "kind", "run", "seed"), ENDING)
def test_no_step_and_no_member_can_be_left_out_of_what_is_left(
    name: str, kind: Kind, run: Run, seed: int
) -> None:
    """Tried without any of the means of the shrinker."""
    after = left_of(walked(name, kind, run, seed))
    calls, way = path_of(after.trace).calls, way_of(violation_of(after))
    assert shows(after.run, calls, name, way)
    for at in range(len(calls)):
        assert not shows(after.run, calls[:at] + calls[at + 1 :], name, way), described(after)[at]
    if after.run.failures:
        assert not shows(replace(after.run, failures=after.run.failures - 1), calls, name, way)
    for member in range(after.run.exchange_scope.members):
        for smaller, told in without_member(after.run, calls, member):
            assert not shows(smaller, told, name, way), member


def without_member(
    run: Run, calls: Sequence[Call], gone: int
) -> list[tuple[Run, tuple[Call, ...]]]:
    """The run without a member, if anyone is left in each request, and the others' steps."""
    requests, number = [], 0
    for request in run.exchange_scope.requests:
        groups = []
        for group in request:
            left = group.members - (number <= gone < number + group.members)
            number += group.members
            groups += [f"{left}{'j' if group.joins else ''}"] if left else []
        requests.append("+".join(groups))
    if not all(requests):
        return []
    sorts = {a.name: [p.sort.name for p in a.params] for a in run.staged.actions}
    told = []
    for name, args in calls:
        pairs = list(zip(sorts[name], args, strict=True))
        if ("Member", gone) not in pairs:
            moved = [arg - (sort == "Member" and arg > gone) for sort, arg in pairs]
            told.append((name, tuple(moved)))
    return [(replace(run, groups=",".join(requests), requests=0), tuple(told))]


def test_what_is_minimal_stays_as_it_is() -> None:
    for name, kind, run, seed in ENDING:
        after = left_of(walked(name, kind, run, seed))
        assert left_of(after) == after


def test_it_gives_the_same_every_time() -> None:
    given = walked("AtMostOnce", "safety", Run("2+1j", variant=Variant.IGNORES_INDICATOR), 3)
    one, other = shrunk(given), shrunk(given)
    assert (one.after, one.tried) == (other.after, other.tried)


def test_walks_that_go_wrong_alike_become_the_same_trace() -> None:
    run = Run("2+1j", variant=Variant.IGNORES_INDICATOR)
    one, other = (walked("AtMostOnce", "safety", run, seed) for seed in (1, 6))
    assert one.trace != other.trace
    assert left_of(one) == left_of(other)


# -- the same violation -------------------------------------------------------------------------


def test_another_way_to_violate_the_same_property_is_not_taken() -> None:
    """A leader that speaks twice violates AtMostOnce in another way than two leaders that speak."""
    run = Run("2+1", 2, variant=Variant.IGNORES_INDICATOR)
    twice, two = (walked("AtMostOnce", "safety", run, seed) for seed in (2, 28))
    assert show(violation_of(twice).culprit) == "u = v"
    assert show(violation_of(two).culprit) == "p = q"
    assert show(violation_of(left_of(twice)).culprit) == "u = v"
    assert show(violation_of(left_of(two)).culprit) == "p = q"


@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("total_order", [False, True])
def test_the_environment_stays_what_it_is(delivery: Delivery, total_order: bool) -> None:
    run = Run("1+1", 1, delivery=delivery, total_order=total_order, variant=Variant.SHARED_KEY)
    after = left_of(walked("OneLeader", "safety", replace(run, groups="2+1"), 1))
    assert after.run == replace(run, groups="2", failures=0)
    assert len(after.trace) == 0


def test_requests_and_views_that_were_given_as_numbers_are_reduced() -> None:
    run = Run("1+1", failures=0, requests=2, views=4, variant=Variant.NO_WAITING)
    after = left_of(walked("NoEarlyProcessing", "step", run, 1))
    assert (after.run.groups, after.run.requests, after.run.views) == ("1j", 0, 0)


def test_failures_that_do_not_happen_are_not_allowed_for() -> None:
    run = Run("1", failures=1, variant=Variant.NO_WAITING)
    after = left_of(walked("NoEarlyProcessing", "step", run, 1))
    assert (after.run.groups, after.run.failures, after.run.views_max) == ("1j", 0, 1)


def told(reductions: Iterable[scopes.Reduction], run: Run) -> list[str]:
    """Where reductions lead, and what becomes of a few steps there."""
    calls: tuple[Call, ...] = (
        *(("install", (member, 0)) for member in range(4)), ("crash", (0,)), ("request", (0, 1, 1)),
    )  # fmt: skip
    lines = []
    for reduction in reductions:
        smaller, path = reduction.of(run.finite, Path(calls))
        named = {(step.action.name, step.args): step for step in smaller.finite.steps}
        steps = [smaller.finite.describe(named[call]) for call in path.calls]
        installed = [step[len("install(") : -len(", v0)")] for step in steps if "install" in step]
        others = [step for step in steps if "install" not in step]
        scope = f"{smaller.groups} f{smaller.failures} v{smaller.views_max}"
        lines.append(f"{scope}: {' '.join(installed)} | {' '.join(others)}".rstrip(" |"))
    return lines


def test_each_reduction_says_what_becomes_of_members_requests_and_failures() -> None:
    run = Run("2+1,1j", failures=2, views=5)
    crash, request = "crash(a1)", "request(v0, v1, r1)"
    assert told(scopes.fewer_requests(run), run) == [
        f"2+1 f1 v5: a1 a2 b1 | {crash}",
        "1j f0 v5: a1 | request(v0, v1, r0)",
    ]
    assert told(scopes.fewer_subgroups(run), run) == [
        f"2+1 f1 v5: a1 a2 b1 | {crash}",
        f"2,1j f1 v5: a1 a2 b1 | {crash} {request}",
        f"1,1j f0 v5: a1 b1 | {request}",
    ]
    assert told(scopes.fewer_members(run), run) == [
        f"2+1 f1 v5: a1 a2 b1 | {crash}",
        f"2,1j f1 v5: a1 a2 b1 | {crash} {request}",
        f"1+1,1j f1 v5: a1 b1 c1 | {crash} {request}",
        f"1+1,1j f0 v5: a1 b1 c1 | {request}",
    ]
    made_one = told(scopes.members_made_one(run), run)
    assert len(made_one) == 12
    assert made_one[:2] == [
        f"1+1,1j f0 v5: a1 a1 b1 c1 | {request}",
        f"1+1,1j f0 v5: b1 a1 b1 c1 | {request}",
    ]
    assert f"1+1,1j f1 v5: a1 a1 b1 c1 | {crash} {request}" in made_one
    assert f"2+1 f1 v5: a1 a2 b1 a2 | {crash}" in made_one
    assert told(scopes.requests_made_one(run), run) == [
        f"2+1+1j f1 v5: a1 a2 b1 c1 | {crash} request(v0, v1, r0)"
    ]
    assert told(scopes.fewer_failures(run), run) == [
        f"2+1,1j f0 v5: a1 a2 b1 c1 | {crash} {request}",
        f"2+1,1j f1 v5: a1 a2 b1 c1 | {crash} {request}",
    ]
    assert told(scopes.fewer_views(run), run) == [f"2+1,1j f1 v3: a1 a2 b1 c1 | {crash} {request}"]
    assert told(scopes.less_data(run), run) == [
        f"2j+1,1j f1 v5: a1 a2 b1 c1 | {crash} {request}",
        f"2+1j,1j f1 v5: a1 a2 b1 c1 | {crash} {request}",
    ]
    assert told(scopes.subgroups_made_one(run), run) == [
        f"3,1j f1 v5: a1 a2 a3 b1 | {crash} {request}",
        f"3,1j f1 v5: a2 a3 a1 b1 | crash(a2) {request}",
    ]
    assert told(scopes.subgroups_exchanged(run), run) == [
        f"1+2,1j f1 v5: b1 b2 a1 c1 | crash(b1) {request}"
    ]
    exchanged = told(scopes.members_exchanged(run), run)
    assert len(exchanged) == 6
    assert exchanged[0] == f"2+1,1j f1 v5: a2 a1 b1 c1 | crash(a2) {request}"


def test_steps_are_removed_until_none_can_be() -> None:
    """The last of them only after the first, which is tried later."""
    left = Path(tuple((name, ()) for name in "abcd"))
    tried = []

    def improves(path: Path) -> Path | None:
        names = "".join(name for name, _ in path.calls)
        tried.append(names)
        return path if names in ("abc", "bc", "b") else None

    left = remove_steps(left, improves)
    assert "".join(name for name, _ in left.calls) == "b"
    assert tried == ["ab", "cd", "abc", "ab", "ac", "bc", "b", "", ""]


# -- what is not shrunk, or not to the end ------------------------------------------------------


def flipped(state: State, table: int) -> State:
    """The state with the first point of a table changed."""
    changed = (1 - state[table][0], *state[table][1:])
    return (*state[:table], changed, *state[table + 1 :])


def test_a_trace_that_is_no_behaviour_is_refused_with_the_first_difference() -> None:
    honest = walked("AtMostOnce", "safety", Run("2+1j", variant=Variant.IGNORES_INDICATOR), 3)
    states = list(honest.trace.states)
    states[5] = flipped(states[5], len(states[5]) - 1)
    wrong = replace(honest, trace=replace(honest.trace, states=tuple(states)))
    found = shrink(wrong)
    assert isinstance(found, Difference)
    assert found == replay(wrong).difference
    assert found.place == "step 5"


def test_a_trace_that_violates_nothing_is_refused() -> None:
    honest = walked("AtMostOnce", "safety", Run("2+1j", variant=Variant.IGNORES_INDICATOR), 3)
    other = shrink(replace(honest, violates="OneLeader"))
    assert other == Difference("in the last state", "OneLeader is not violated there")


def test_out_of_time_the_best_so_far_is_what_came_of_it() -> None:
    given = walked("Complete", "safety", Run("2+1", 2, variant=Variant.LEADER_OF_REQUEST), 11)
    found = shrink(given, seconds_max=0.0)
    assert isinstance(found, Shrunk)
    assert found.stopped == "stopped at the limit of 0 s"
    assert found.after == given


def test_interrupted_the_best_so_far_is_what_came_of_it() -> None:
    given = walked("Complete", "safety", Run("2+1", 2, variant=Variant.LEADER_OF_REQUEST), 11)
    until = shrunk(given).tried // 2

    def report(progress: Progress) -> None:
        if progress.tried == until:
            raise KeyboardInterrupt

    found = shrink(given, report=report)
    assert isinstance(found, Shrunk)
    assert found.stopped == INTERRUPTED
    assert isinstance(found.after, Counterexample)
    assert replay(found.after).violation is not None
    assert scopes.size(found.after.run) < scopes.size(given.run)


# -- lassos that go round, which the exchange does not have --------------------------------------


def test_of_a_lasso_the_way_and_the_loop_become_shorter_and_it_stays_fair() -> None:
    """A process waits for ever, under weak fairness, while others come and go."""
    finite = Finite(stage(semaphore.semaphore("weak")), semaphore.scope(3))
    turn = [("try_", 1), ("enter", 1), ("leave", 1), ("release", 1)]
    other = [(name, 2) for name, _ in turn]
    names = [*turn, ("try_", 2), ("try_", 0), *other[1:], *turn, *other, *turn]
    path = Path(tuple((name, (process,)) for name, process in names), loop=9)
    wanted = Violated("served", "leads-to", served_way(finite))
    trials = Trials(finite, wanted, folds=False)
    assert any(trials.show(followed) for followed in trials.behaviours(path, 99))

    def improves(candidate: Path) -> Path | None:
        for followed in trials.behaviours(candidate, 99):
            if len(followed.steps) < len(best[-1]) and trials.show(followed):
                best.append(trials.follower.path(followed))
                return best[-1]
        return None

    best = [path]
    left = remove_steps(path, improves)
    (followed,) = trials.behaviours(left, 99)
    lasso = trials.trace(followed)
    assert behaves(finite, lasso) is None
    assert lasso.loop == 1, "one waits"
    assert [name for name, _ in left.calls[1:]] == [name for name, _ in turn], "one goes round"
    assert left.calls[0][0] == "try_"
    assert {process for _, process in left.calls[1:]} != {left.calls[0][1]}
    assert len({process for _, process in left.calls}) == 2


def served_way(finite: Finite) -> Way:
    trace = check(finite).findings["served"].trace
    assert trace is not None
    found = violation(finite, "served", trace)
    assert found is not None
    return way_of(found)


# -- traces that reach a predicate ---------------------------------------------------------------


def reaching(run: Run, predicate: str) -> Witness:
    """The first of some walks that reaches it."""
    witnesses = (Witness(run, Reach(predicate), walk(run, seed)) for seed in range(1, 20))
    return next(witness for witness in witnesses if reaches(witness) is None)


def test_what_reaches_a_predicate_still_reaches_it() -> None:
    text = "exists(Member, Member, View, lambda m, x, v: completed[m, v] & crashed[x] & (x < m))"
    witness = reaching(Run("2+1", 1), text)
    found = shrink(witness)
    assert isinstance(found, Shrunk)
    after = found.after
    assert isinstance(after, Witness)
    assert (after.purpose, found.stopped, reaches(after)) == (witness.purpose, None, None)
    assert (after.run.groups, after.run.failures) == ("2j", 1)


def test_elements_that_a_predicate_names_stay_in_the_scope() -> None:
    witness = reaching(Run("2+1", 1), "held[b1, v0, B] & held[a2, v0, A]")
    found = shrink(witness)
    assert isinstance(found, Shrunk)
    assert reaches(found.after) is None  # type: ignore[arg-type]
    assert len(found.after.trace) == 2
    names = found.after.run.finite.scope.names["Member"]
    assert {"a2", "b1"} <= set(names)


def test_a_trace_that_is_kept_as_it_is_cannot_be_shrunk() -> None:
    run = Run("1", 0)
    with pytest.raises(TraceError, match="kept as it is"):
        shrink(Witness(run, Part("states", 1, 1), walk(run, 1)))
