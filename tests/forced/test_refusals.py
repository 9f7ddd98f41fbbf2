"""What sessions and their services cannot be made to do is refused, with the step and the cause."""

from __future__ import annotations

import pytest

from impl.core.variants import VARIANTS
from model.protocol import Delivery, Variant
from model.search.result import Trace
from tests.forced.made import counterexamples, script, to_the_end
from traces.forced import Place, Unforceable, counterpart, force
from traces.forced.director import Director
from traces.forced.knowledge import Known
from traces.forced.members import SHIPPED, maker
from traces.forced.moves import CLOSING
from traces.forced.path import path_graph, unrolled
from traces.forced.sessions import simulated_service
from traces.run import Run

SESSIONS: tuple[Place, ...] = ("simulated", "local")
RUN = Run("2+1", 1)


@pytest.mark.parametrize("place", SESSIONS)
def test_a_member_that_waits_with_what_is_due_is_refused(place: Place) -> None:
    trace = script(RUN, "install(a1, v0)", "crash(a1)", eager=False)
    problem = r"step 2, crash\(a1\), comes while transmit\(a1, v0\) is due"
    with pytest.raises(Unforceable, match=problem):
        force(place, RUN, trace, "shipped")
    assert force("core", RUN, trace, "shipped").difference is None


def test_a_member_that_completes_before_it_sends_is_refused() -> None:
    run = Run("2", 0, variant=Variant.NO_WAITING)
    trace = script(run, "install(a1, v0)", "complete(a1, v0)", eager=False)
    with pytest.raises(Unforceable, match=r"complete\(a1, v0\), comes while transmit\(a1, v0\)"):
        force("simulated", run, trace, "no-waiting")


@pytest.mark.parametrize(
    ("variant", "promise"), [(Variant.NO_FIFO, "E1"), (Variant.NO_VIEW_SYNCHRONY, "E2")]
)
def test_what_breaks_a_promise_of_the_service_is_refused(variant: Variant, promise: str) -> None:
    run = Run("2+1", 1, variant=variant)
    refused = 0
    for counterexample in counterexamples(run):
        service = simulated_service(run)
        with pytest.raises(Unforceable, match=f"every service here keeps {promise}"):
            _follow(run, service, counterexample.trace)
        refused += 1
    assert refused


def _follow(run: Run, service: Director, trace: Trace) -> None:
    """The moves of a trace, whether its members wait or not."""
    trace = unrolled(trace)
    known = Known(run, path_graph(run.finite, trace))
    service.begin(known.formed(0, 0))
    service.rest()
    for number, step in enumerate(trace.steps, 1):
        action, args = step.action.name, step.args
        service.moves(action, args, known.formed(args[1], number) if action in CLOSING else None)
        service.rest()


def test_messages_that_overtake_others_are_refused_where_the_service_has_one_order() -> None:
    """Without E5 they may; the network is then asked for no order, but processes have one."""
    deliveries = ("deliver(b1, data, b1, v0)", "deliver(b1, data, a1, v0)")
    trace = to_the_end(
        RUN, "install(a1, v0)", "install(b1, v0)", "order(data, a1, v0, v0)",
        "order(data, b1, v0, v0)", *deliveries,
    )  # fmt: skip
    assert force("simulated", RUN, trace, "shipped").difference is None
    problem = "b1 gets the data of b1 in v0 before the data of a1 in v0, which was ordered first"
    with pytest.raises(Unforceable, match=problem):
        force("local", RUN, trace, "shipped")


JOIN = Run("1,1j", 1)


@pytest.mark.parametrize("place", SESSIONS)
@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("install(b1, v1)", "b1 installs it"),
        ("crash(a1)", "it crashes"),
        ("crash(b1) exclude(v1, v2)", "v2 is formed from it"),
    ],
)
def test_a_request_view_needs_all_its_members_to_have_come_to_it(
    place: Place, step: str, when: str
) -> None:
    """a1 has a message of the view before still to come."""
    begin = ("install(a1, v0)", "order(data, a1, v0, v0)", "request(v0, v1, r1)")
    texts = [text + ")" for text in step.replace(") ", ")").split(")") if text]
    trace = script(JOIN, *begin, *texts)
    problem = f"a1 has not received all that comes before request view v1 when {when}"
    with pytest.raises(Unforceable, match=problem):
        force(place, JOIN, trace, "shipped")


def test_a_service_that_flushes_views_has_everybody_come_to_one_before_the_next() -> None:
    run = Run("3", 2, delivery=Delivery.SENDING_VIEW)
    begin = ("install(a3, v0)", "order(ack, a3, v0, v0)", "crash(a2)", "exclude(v0, v1)")
    trace = script(run, *begin, "crash(a1)", "exclude(v1, v2)")
    with pytest.raises(Unforceable, match="v2 is formed while a3 has not installed v1"):
        force("simulated", run, trace, "shipped")
    # Others form it, and have a3 go through both.
    run = Run("3", 2)
    trace = to_the_end(run, *begin, "crash(a1)", "exclude(v1, v2)")
    assert force("simulated", run, trace, "shipped").difference is None


@pytest.mark.parametrize(
    ("variant", "wanted", "found"),
    [
        (Variant.FORGETS_SUBGROUPS, r"a1 b1 \| c1", r"a1 \| b1 \| c1"),
        (Variant.NO_WAITING, r"a1 \| b1 \| c1", r"a1 b1 \| c1"),
    ],
)
def test_subgroups_that_members_would_not_announce_are_refused(
    variant: Variant, wanted: str, found: str
) -> None:
    """The specification says who is of one subgroup, sessions work it out from who has completed.

    They part only where the protocol, or the environment, is wrong (Announced).
    """
    run = Run("1+1,1j", 0, variant=variant)
    trace = script(
        run, "install(a1, v0)", "install(b1, v0)", "request(v0, v1, r1)", "install(a1, v1)"
    )
    problem = f"the subgroups of v1 are {wanted} by the specification; sessions.*make them {found}"
    for place in SESSIONS:
        with pytest.raises(Unforceable, match=problem):
            force(place, run, trace, counterpart(variant))
    assert force("core", run, trace, counterpart(variant)).difference is None


def test_a_variant_without_counterpart_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(VARIANTS, "shared-key")
    with pytest.raises(Unforceable, match="no counterpart of the variant shared-key; force"):
        counterpart(Variant.SHARED_KEY)
    with pytest.raises(ValueError, match="no members are named 'shared-key'"):
        maker("shared-key")


def test_every_variant_has_a_counterpart_or_is_the_environments() -> None:
    assert {counterpart(variant) for variant in Variant} <= {SHIPPED, *VARIANTS}
