"""A whole state graph: the search's states and steps, each judged."""

from __future__ import annotations

from model.search import Limits, Progress, check
from model.search.statespace import StateSpace, Unfinished, state_space
from tests.search.specs import Dials, Judged, dials, lamps


def whole(space: StateSpace | Unfinished) -> StateSpace:
    assert isinstance(space, StateSpace)
    return space


def lit(space: StateSpace, number: int) -> tuple[int, ...]:
    """Which of the four lamps are on."""
    return space.nodes[number].state[0]


def test_it_has_the_states_and_steps_of_the_search() -> None:
    finite = dials(Dials(), 3, 4)
    space, result = whole(state_space(finite, Limits())), check(finite)
    assert len(space.nodes) == result.states == 4**3
    assert len(space.edges) == result.transitions == 3 * 3 * 4**2
    assert max(node.depth for node in space.nodes) == result.depth == 9
    assert space.initial == 1
    assert len({node.state for node in space.nodes}) == 4**3


def test_an_edge_leads_from_a_state_to_the_one_after_its_step() -> None:
    space = whole(state_space(lamps(Judged()), Limits()))
    for edge in space.edges:
        (lamp,) = edge.step.args
        before, after = lit(space, edge.source), lit(space, edge.target)
        assert (before[lamp], after[lamp]) == (0, 1)
        assert before[:lamp] + before[lamp + 1 :] == after[:lamp] + after[lamp + 1 :]


def test_a_depth_is_the_fewest_steps_to_a_state() -> None:
    space = whole(state_space(lamps(Judged()), Limits()))
    assert all(node.depth == sum(lit(space, n)) for n, node in enumerate(space.nodes))


def test_every_state_and_step_where_something_is_violated_is_marked() -> None:
    space = whole(state_space(lamps(Judged()), Limits()))
    for number, node in enumerate(space.nodes):
        a, b, *_ = on = lit(space, number)
        violated = ["deadlock"] if all(on) else []
        violated += ["stays_dark"] if a and b else []
        violated += ["few"] if sum(on) > 2 else []
        assert list(node.violated) == violated
    for edge in space.edges:
        broken = not lit(space, edge.target)[0]
        assert edge.violated == (("a_first",) if broken else ())


def test_where_no_step_is_enabled_a_state_rests_and_only_a_final_one_may() -> None:
    space = whole(state_space(dials(Dials(), 2, 3), Limits()))
    resting = [node for node in space.nodes if node.resting]
    assert [(node.final, node.violated) for node in resting] == [(True, ())]
    assert sum(node.final for node in space.nodes) == 1


def test_a_graph_may_have_as_many_states_as_the_limit_but_no_more() -> None:
    finite = lamps(Judged())
    assert len(whole(state_space(finite, Limits(states=16))).nodes) == 16
    found = state_space(finite, Limits(states=15))
    assert isinstance(found, Unfinished)
    assert (found.stopped, found.states) == ("the limit of 15 states", 16)


def test_too_little_memory_is_told_from_too_many_states() -> None:
    found = state_space(dials(Dials(), 3, 4), Limits(memory_bytes=1 << 12, states=1000))
    assert isinstance(found, Unfinished)
    assert found.stopped.startswith("the memory limit")


def test_the_progress_of_judging_is_reported_too() -> None:
    seen: list[Progress] = []
    state_space(lamps(Judged()), Limits(), seen.append)
    assert (seen[-1].states, seen[-1].transitions) == (16, 32)
