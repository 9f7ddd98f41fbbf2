"""Leads-to on graphs of many components, on crowded ones, and how short its lassos are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.search import breadth, components
from model.search.liveness import Liveness
from tests.agreement.brute_force import Edge, Labelled
from tests.agreement.labelled_graphs import (
    FINITE,
    PROMISE,
    PROMISES,
    graph_of,
    is_fair_violation,
    labelled,
)

always_the_same = settings(derandomize=True, database=None, deadline=None)
UNFAIR = 3  # labels before those of the components: to the left, to the right, and into one


def grove(parts: list[Labelled]) -> tuple[Labelled, list[int]]:
    """Many small graphs in one, and by how much the numbers of each are shifted.

    One hangs at each node of a binary tree of steps that promise nothing.
    """
    count = len(parts)
    sizes = [1 + max(part.states) for part in parts]
    shifts = (count + np.cumsum([0, *sizes[:-1]])).tolist()
    edges: list[Edge] = []
    states = list(range(count))
    for i, (part, shift) in enumerate(zip(parts, shifts, strict=True)):
        edges += [(i, side, 2 * i + 1 + side) for side in (0, 1) if 2 * i + 1 + side < count]
        edges += [(i, 2, shift)]
        edges += [(s + shift, label + UNFAIR, t + shift) for s, label, t in part.edges]
        states += [s + shift for s in part.states]
    fair = ("none",) * UNFAIR + parts[0].fair
    return Labelled(tuple(states), 1, tuple(edges), fair), shifts


@st.composite
def component(draw: st.DrawFn, fair: tuple[str, ...]) -> Labelled:
    """A graph of up to three states with these labels, all reached from its first."""
    states = tuple(range(draw(st.integers(1, 3))))
    moves = [(s, label) for s in states for label in range(len(fair))]
    targets = {move: draw(st.none() | st.sampled_from(states)) for move in moves}
    edges = {(s, label, t) for (s, label), t in targets.items() if t is not None}
    edges |= {(s, 0, s + 1) for s in states[:-1] if targets[s, 0] is None}
    graph = Labelled(states, 1, tuple(edges), fair)
    reached = graph.reached({0}, set(states))
    kept = tuple(e for e in edges if e[0] in reached)
    return Labelled(tuple(range(1 + max(reached))), 1, kept, fair)


@settings(always_the_same, max_examples=150)
@given(st.data())
def test_many_components_are_judged_as_each_alone(data: st.DataObject) -> None:
    fairness = st.sampled_from(["weak", "strong", "strong", "none"])
    fair = tuple(data.draw(st.lists(fairness, min_size=1, max_size=4), label="fair"))
    parts = data.draw(st.lists(component(fair), min_size=1, max_size=12), label="parts")
    subsets = [st.sets(st.sampled_from(part.states)) for part in parts]
    premises = [data.draw(s, label="premise") for s in subsets]
    goals = [data.draw(s, label="goal") for s in subsets]
    graph, shifts = grove(parts)
    premise = {s + n for some, n in zip(premises, shifts, strict=True) for s in some}
    goal = {s + n for some, n in zip(goals, shifts, strict=True) for s in some}
    violation = Liveness(FINITE, graph_of(graph, premise, goal)).check(PROMISE)
    alone = zip(parts, premises, goals, strict=True)
    assert (violation is not None) == any(part.violated(p, g) for part, p, g in alone)
    if violation is not None:
        assert is_fair_violation(graph, violation.lasso, premise, goal)


@settings(always_the_same, max_examples=150)
@given(labelled(states_max=3, labels_max=9), st.data())
def test_steps_that_lead_to_the_same_state_are_judged_one_by_one(
    graph: Labelled, data: st.DataObject
) -> None:
    subsets = st.sets(st.sampled_from(graph.states))
    premise, goal = data.draw(subsets, label="premise"), data.draw(subsets, label="goal")
    liveness = Liveness(FINITE, graph_of(graph, premise, goal))
    violation = liveness.check(PROMISE)
    assert (violation is not None) == graph.violated(premise, goal)
    assert liveness.acyclic == all(
        e[0] not in graph.reached({e[2]}, set(graph.states)) for e in graph.edges
    )
    if violation is not None:
        assert is_fair_violation(graph, violation.lasso, premise, goal)


# Two states that go round by 0 and 1, and out of the second a step 2 to a third.
PAIR = ((0, 0, 1), (1, 1, 0))
LEAVES = (*PAIR, (1, 2, 2))
MANY = 100_000


@pytest.mark.parametrize("fair", ["weak", "strong"])
@pytest.mark.parametrize("odd", [None, 0, 77_777, MANY - 1])
def test_one_unfair_component_is_found_among_very_many(fair: str, odd: int | None) -> None:
    # Leaving is enabled again and again, but not always: one who is weakly fair may stay.
    labels = ("weak", "weak", "strong")
    held, stays = Labelled((0, 1, 2), 1, LEAVES, labels), Labelled((0, 1), 1, PAIR, labels)
    if fair == "weak":  # here leaving is enabled in both states
        held = Labelled((0, 1, 2), 1, (*LEAVES, (0, 2, 2)), ("weak", "weak", "weak"))
        stays = Labelled((0, 1, 2), 1, LEAVES, ("weak", "weak", "weak"))
    parts = [held] * MANY
    if odd is not None:
        parts[odd] = stays
    graph, shifts = grove(parts)
    premise = set(shifts)
    goal = {n + 2 for i, n in enumerate(shifts) if 2 in parts[i].states}
    found = Liveness(FINITE, graph_of(graph, premise, goal)).check(PROMISE)
    assert (found is None) == (odd is None)
    if found is not None:
        assert odd is not None
        assert is_fair_violation(graph, found.lasso, premise, goal)
        assert found.lasso.numbers[-2:] == [shifts[odd], shifts[odd] + 1]
        assert found.lasso.steps == (odd + 1).bit_length() + 2


def peeled(last: int, stop: int | None) -> Labelled:
    """A line of states that is gone along in both directions, and is given up state by state.

    Step 2 leads out of it from state 0, and step i + 2 from state i to the one before: it is taken
    until that one is given up, and is then the reason to give up state i as well, unless nothing
    is promised of it, which is so for `stop`.
    """
    edges = [(i, 0, i + 1) for i in range(last)] + [(i, 1, i - 1) for i in range(1, last + 1)]
    edges += [(0, 2, last + 1)] + [(i, i + 2, i - 1) for i in range(1, last + 1)]
    fair = ["none", "none", *("strong" for _ in range(last + 1))]
    if stop is not None:
        fair[stop + 2] = "none"
    return Labelled(tuple(range(last + 2)), 1, tuple(edges), tuple(fair))


@pytest.mark.parametrize("stop", [None, 1, 30, 60])
def test_what_strong_fairness_forbids_is_given_up_round_by_round(stop: int | None) -> None:
    graph = peeled(60, stop)
    found = Liveness(FINITE, graph_of(graph, {0}, {61})).check(PROMISE)
    assert (found is None) == (stop is None)
    if found is not None:
        assert is_fair_violation(graph, found.lasso, {0}, {61})
        assert min(found.lasso.numbers[found.lasso.loop :]) == stop


@settings(always_the_same, max_examples=150)
@given(labelled(states_max=7), st.data())
def test_what_is_done_block_by_block_is_done_to_all_states(
    graph: Labelled, data: st.DataObject
) -> None:
    subsets = st.sets(st.sampled_from(graph.states))
    premise, goal = data.draw(subsets, label="premise"), data.draw(subsets, label="goal")
    given = graph_of(graph, premise, goal)
    whole = Liveness(FINITE, given)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(breadth, "BLOCK", 2)
        patch.setattr(components, "BLOCK", 2)
        parted = Liveness(FINITE, given)
        violation = parted.check(PROMISE)
        assert parted.longest() == whole.longest()
    assert (violation is not None) == graph.violated(premise, goal)
    if violation is not None:
        assert is_fair_violation(graph, violation.lasso, premise, goal)


# -- how short the counterexamples are --------------------------------------------------------


def shortest(graph: Labelled, premise: set[int], goal: set[int]) -> int | None:
    """The steps of the shortest behaviour that violates premise ↝ goal by resting, if any."""
    fair = {s for s, label, _ in graph.edges if graph.fair[label] != "none"}
    front = {(s, s in premise - goal) for s in graph.states[: graph.initial]}
    seen: set[tuple[int, bool]] = set()
    length = 0
    while front:
        if any(pending and s not in fair for s, pending in front):
            return length
        seen |= front
        front = {
            (t, (pending or t in premise) and t not in goal)
            for s, pending in front
            for source, _, t in graph.edges
            if source == s
        } - seen
        length += 1
    return None


@settings(always_the_same, max_examples=200)
@given(labelled(), st.data())
def test_no_behaviour_that_ends_resting_is_shorter(graph: Labelled, data: st.DataObject) -> None:
    subsets = st.sets(st.sampled_from(graph.states))
    premises = {case: data.draw(subsets, label="premise") for case in range(3)}
    goals = {case: data.draw(subsets, label="goal") for case in range(3)}
    found = Liveness(FINITE, graph_of(graph, premises, goals)).check(PROMISES)
    assert (found is not None) == any(graph.violated(premises[c], goals[c]) for c in range(3))
    if found is not None:
        (case,) = found.valuation.values()
        assert is_fair_violation(graph, found.lasso, premises[case], goals[case])
        resting = [shortest(graph, premises[c], goals[c]) for c in range(3)]
        assert all(found.lasso.steps <= length for length in resting if length is not None)


# -- when time is up --------------------------------------------------------------------------


class TimeIsUp(Exception):
    """What a caller raises whose time limit is reached."""


class Deadline:
    """Is reached when it is asked for the n-th time."""

    def __init__(self, after: int) -> None:
        self.asked, self.after = 0, after

    def __call__(self) -> None:
        self.asked += 1
        if self.asked > self.after:
            raise TimeIsUp


@pytest.mark.parametrize("stop", [None, 7])
def test_a_check_ends_when_time_is_up_whatever_it_is_at(stop: int | None) -> None:
    given = graph_of(peeled(12, stop), {0}, {13})

    def judge(deadline: Deadline) -> int:
        liveness = Liveness(FINITE, given, deadline)
        liveness.longest()
        assert (liveness.check(PROMISE) is None) == (stop is None)
        return deadline.asked

    asked = judge(Deadline(after=100_000))
    assert asked > (12 if stop is None else stop), "at least once a round"
    for after in range(asked):
        with pytest.raises(TimeIsUp):
            judge(Deadline(after))


def test_the_longest_behaviour_is_not_sought_when_time_is_up() -> None:
    line = Labelled(tuple(range(50)), 1, tuple((i, 0, i + 1) for i in range(49)), ("weak",))
    deadline = Deadline(after=100_000)
    liveness = Liveness(FINITE, graph_of(line, set(), set()), deadline)
    assert liveness.longest() == 49
    deadline.after = deadline.asked + 20
    with pytest.raises(TimeIsUp):
        liveness.longest()
