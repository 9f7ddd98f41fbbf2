"""A normal form is a behaviour in which nobody waits, has all steps of the trace, and is forced."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from model.protocol import Delivery, Variant
from model.search.result import Trace
from tests.forced.made import at_random, counterexamples, script, texts, to_the_end
from traces.counterexample import Counterexample
from traces.forced import (
    SHIPPED,
    Place,
    Unforceable,
    counterpart,
    force,
    normal_form,
    shows_after,
)
from traces.forced.eager import OWN, check_eager
from traces.forced.path import unrolled
from traces.replay import behaves
from traces.run import Run
from traces.witness import Part, Reach, Witness

RUN = Run("2+1", 1)
PLACES: tuple[Place, ...] = ("simulated", "local")


def found(place: Place, run: Run, trace: Trace) -> tuple[Run, Trace] | None:
    """The normal form, if there is one."""
    with suppress(Unforceable):
        return normal_form(place, run, trace)
    return None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("delivery", list(Delivery))
@pytest.mark.parametrize("groups", ["2+1", "1,1j"])
def test_random_walks_have_one_that_is_a_behaviour_with_all_their_steps(
    groups: str, delivery: Delivery, place: Place
) -> None:
    run = Run(groups, 1, delivery=delivery)
    count = 0
    for trace in (at_random(run, seed) for seed in range(4)):
        normal = found(place, run, trace)
        if normal is None:
            continue
        count += 1
        assert behaves(normal[0].finite, normal[1]) is None
        check_eager(normal[0].finite, normal[1])
        assert set(texts(run, trace)) <= set(texts(*normal))
        if place == "simulated":
            assert force(place, *normal, "shipped").difference is None
    assert count


def test_the_environments_steps_keep_their_order() -> None:
    trace = script(
        RUN, "install(a1, v0)", "crash(a2)", "exclude(v0, v1)", "install(a1, v1)", eager=False
    )
    _, normal = normal_form("simulated", RUN, trace)
    found = [text for text in texts(RUN, normal) if text.split("(")[0] not in OWN]
    assert found == list(texts(RUN, trace))
    assert "transmit(a1, v0)" in texts(RUN, normal)


def test_what_was_said_earlier_is_ordered_first_and_a_view_is_left_with_all_its_messages() -> None:
    """a1 waits with its acknowledgment of v0, which has then to be there before that of v1."""
    variant = Variant.ON_RECEIPT_ONLY
    run = Run("2", 1, variant=variant)
    wanted = next(c for c in counterexamples(run) if c.violates == "AtMostOnce")
    _, normal = normal_form("simulated", run, wanted.trace)
    taken = list(texts(run, normal))
    assert taken.index("order(ack, a1, v0, v1)") < taken.index("order(data, a1, v1, v1)")
    assert "deliver(a1, ack, a1, v0)" in taken
    assert shows_after(wanted, run, normal) == len(normal)


def test_a_member_catches_up_where_a_request_view_needs_it() -> None:
    run = Run("1,1j", 1)
    begin = ("install(a1, v0)", "order(data, a1, v0, v0)", "request(v0, v1, r1)")
    for step in ("install(b1, v1)", "crash(a1)"):
        _, normal = normal_form("simulated", run, script(run, *begin, step))
        taken = list(texts(run, normal))
        assert taken.index("deliver(a1, data, a1, v0)") < taken.index(step)
        assert force("simulated", run, normal, "shipped").difference is None


@pytest.mark.parametrize("place", PLACES)
def test_who_has_been_given_data_in_time_bears_it_in_the_next_request(place: Place) -> None:
    """The joiner b1 completes when the next request is formed already, and its leader is dead."""
    run = Run("1+1j,1j", 1)
    acknowledged = [f"order(ack, {m}, v0, v0)" for m in ("a1", "b1")]
    begin = ["install(a1, v0)", "install(b1, v0)", "order(data, a1, v0, v0)", *acknowledged]
    trace = to_the_end(run, *begin, "deliver(b1, data, a1, v0)", "crash(a1)", "request(v0, v1, r1)")
    weaker, normal = normal_form(place, run, trace)
    assert force(place, weaker, normal, "shipped").difference is None
    assert {"complete(b1, v0)", "transmit(b1, v1)"} <= set(texts(weaker, normal))


def test_a_service_with_one_order_has_earlier_messages_given_first() -> None:
    late = to_the_end(
        RUN, "install(a1, v0)", "install(b1, v0)", "order(data, a1, v0, v0)",
        "order(data, b1, v0, v0)", "deliver(b1, data, b1, v0)",
    )  # fmt: skip
    _, normal = normal_form("local", RUN, late)
    taken = list(texts(RUN, normal))
    assert taken.index("deliver(b1, data, a1, v0)") < taken.index("deliver(b1, data, b1, v0)")
    assert normal_form("simulated", RUN, late)[1] == late


def test_what_only_members_show_that_wait_has_none() -> None:
    run = replace(RUN, variant=Variant.ACK_BEFORE_TRANSMIT)
    wanted = next(c for c in counterexamples(run) if c.violates == "Agreement")
    problem = r"step 10, order\(data, a1, v1, v1\), is not enabled if members do what is due"
    with pytest.raises(Unforceable, match=problem):
        normal_form("simulated", run, wanted.trace)


def test_members_of_the_core_need_none() -> None:
    with pytest.raises(Unforceable, match="leave out --normalise"):
        normal_form("core", RUN, to_the_end(RUN))


# Of it, what violates the property is that somebody waits.
SHOWS_NO_MORE = {("ack-before-transmit", "ExactCost")}
OF_NO_SERVICE = {Variant.NO_FIFO, Variant.NO_VIEW_SYNCHRONY}


@pytest.mark.parametrize("variant", [v for v in Variant if v not in OF_NO_SERVICE])
def test_members_of_a_variant_follow_its_counterexamples_in_normal_form(variant: Variant) -> None:
    """They violate what the specification's do; and members that are right do not go along."""
    run = Run("1+1", 1, delivery=Delivery.SENDING_VIEW, variant=variant)
    for counterexample in counterexamples(run):
        key = variant.value, counterexample.violates
        normal = normal_form("simulated", run, counterexample.trace)
        assert force("simulated", *normal, counterpart(variant)).difference is None, key
        assert (shows_after(counterexample, *normal) is None) == (key in SHOWS_NO_MORE), key
        if counterpart(variant) != SHIPPED and normal[1].steps:
            assert force("simulated", *normal, SHIPPED).difference is not None, key


def test_a_normal_form_is_judged_in_the_way_of_what_the_trace_is_for() -> None:
    trace = to_the_end(RUN, "install(a1, v0)")
    first = next(i for i, text in enumerate(texts(RUN, trace), 1) if text.startswith("complete"))
    reach = Witness(RUN, Reach("exists(Member, View, lambda m, v: completed[m, v])"), trace)
    assert shows_after(reach, RUN, trace) == first
    never = Witness(RUN, Reach("exists(Member, lambda m: crashed[m])"), trace)
    assert shows_after(never, RUN, trace) is None
    part = Witness(RUN, Part("states", 1, 1), trace)
    with pytest.raises(ValueError, match="not kept for a predicate"):
        shows_after(part, RUN, trace)
    unreported = replace(RUN, variant=Variant.UNREPORTED_FAILURES)
    wanted = next(c for c in counterexamples(unreported) if c.violates == "Termination")
    assert shows_after(wanted, unreported, unrolled(wanted.trace)) == len(wanted.trace)
    cut = Counterexample(unreported, "Termination", "leads-to", wanted.trace)
    assert shows_after(cut, unreported, script(unreported, "crash(a1)")) is None
