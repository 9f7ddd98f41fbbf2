"""A reduced search says what the full search says, and shows it with behaviours of the spec."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, event, given, note, settings

from model.lang import ScopeError
from model.protocol import Delivery, Switches, Variant
from model.scope import Finite, Scope
from model.search import Limits, Result, Status, check
from model.search.exploration import Method
from model.search.reduce import Reduction
from tests.agreement.comparison import must_agree, must_replay
from tests.agreement.random_specs import RandomSpec, random_spec
from tests.classics import toy_consensus, two_phase_commit
from tests.classics.every import CLASSICS
from tests.protocol.searches import finite as protocol
from tests.reduce import specs
from tests.reduce.classics import finite
from tests.reduce.random_protocols import random_protocol

ALONE = Limits(threads=1)
WAYS: tuple[frozenset[Reduction], ...] = (
    frozenset({"order"}),
    frozenset({"symmetry"}),
    frozenset({"order", "symmetry"}),
)
VARIANTS: tuple[Variant | None, ...] = (None, *Variant)
always_the_same = settings(
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)


def must_say_the_same(full: Result, reduced: Result, shortest: bool) -> None:
    """The same verdicts, vacuous premises and maxima, of fewer states.

    Leads-to may be undecided, if the reduced search says that it needs the whole graph for it.
    Counterexamples are as short if nothing but symmetry reduces the search.
    """
    assert reduced.complete
    assert reduced.states <= full.states
    assert reduced.maxima == full.maxima
    assert reduced.findings.keys() == full.findings.keys()
    if reduced.liveness_stopped is not None:
        assert reduced.account.reduced
        assert "needs the whole graph" in reduced.liveness_stopped
    for name, there in full.findings.items():
        here = reduced.findings[name]
        if here.status is Status.UNDECIDED:
            assert (here.kind, reduced.liveness_stopped is None) == ("leads-to", False), name
            continue
        assert here.status is there.status, name
        assert set(here.vacuous_premises) == set(there.vacuous_premises), name
        if shortest and there.trace is not None and there.kind != "leads-to":
            assert here.trace is not None
            assert len(here.trace) == len(there.trace), name


def must_agree_in_every_way(
    spec: Finite, ways: tuple[frozenset[Reduction], ...] = WAYS
) -> list[str]:
    """Compares the full search of a spec with reduced ones; tells which of them left states out."""
    full, differing = check(spec, limits=ALONE), []
    for reduce in ways:
        reduced = check(spec, limits=ALONE, method=Method(reduce=reduce))
        if not reduced.account.reduced:
            must_agree(full, reduced)
            continue
        differing.append(" and ".join(sorted(reduce)))
        must_say_the_same(full, reduced, shortest=reduced.account.eager == 0)
        must_replay(spec, reduced)
    return differing


# -- the protocol -----------------------------------------------------------------------------


def named(variant: Variant | None) -> str:
    return variant.value if variant else "shipped"


@pytest.mark.parametrize("delivery", Delivery, ids=lambda d: d.value)
@pytest.mark.parametrize("variant", VARIANTS, ids=named)
def test_reductions_change_no_verdict_on_two_members_one_of_which_may_crash(
    variant: Variant | None, delivery: Delivery
) -> None:
    ways = WAYS if delivery is Delivery.SAME_VIEW else WAYS[2:]
    must_agree_in_every_way(protocol("1+1", Switches(delivery, failures=1, variant=variant)), ways)


@pytest.mark.parametrize("variant", VARIANTS, ids=named)
def test_reductions_change_no_verdict_where_three_are_alike(variant: Variant | None) -> None:
    groups = "1+1j+1j" if variant is Variant.NO_WAITING else "1+1+1"  # it has millions of states
    delivery = Delivery.SENDING_VIEW
    must_agree_in_every_way(protocol(groups, Switches(delivery, failures=0, variant=variant)))


@pytest.mark.parametrize("variant", VARIANTS, ids=named)
def test_reductions_change_no_verdict_where_one_joins(variant: Variant | None) -> None:
    spec = protocol("2+1j", Switches(Delivery.SENDING_VIEW, failures=1, variant=variant))
    must_agree_in_every_way(spec, WAYS[2:])


def test_the_protocol_is_reduced_both_ways() -> None:
    spec = protocol("1+1+1", Switches(failures=0))
    account = check(spec, limits=ALONE, method=Method(reduce=WAYS[-1])).account
    assert (account.eager, account.symmetries) == (15, 5)


# -- classics ---------------------------------------------------------------------------------

GOLDEN = [
    pytest.param(finite(golden.spec, golden.scope), id=str(golden))
    for classic in CLASSICS
    for golden in classic.GOLDEN
    if golden.states < 10_000
]
WRONG = {
    "hasty two-phase commit": finite(
        two_phase_commit.TwoPhase(hasty=True), two_phase_commit.scope(3)
    ),
    "quorums that do not intersect": finite(
        toy_consensus.ToyConsensus(intersecting=False), Scope({"Node": 2, "Quorum": 2, "Choice": 2})
    ),
}


@pytest.mark.parametrize("spec", GOLDEN)
def test_reductions_change_no_verdict_on_a_classic(spec: Finite) -> None:
    must_agree_in_every_way(spec)


@pytest.mark.parametrize("wrong", WRONG)
def test_reductions_hide_no_fault_of_a_wrong_classic(wrong: str) -> None:
    spec = WRONG[wrong]
    assert check(spec, limits=ALONE).violated
    must_agree_in_every_way(spec)


def test_premises_that_only_an_order_tells_apart_are_each_met() -> None:
    must_agree_in_every_way(specs.named(specs.Leader(), 2))


# -- random specs -----------------------------------------------------------------------------


@settings(always_the_same, max_examples=120)
@given(random_protocol())
def test_reductions_change_no_verdict_on_random_protocols(random: RandomSpec) -> None:
    note(repr(random))
    event(f"reduced by {must_agree_in_every_way(random.finite())}")


@settings(always_the_same, max_examples=12)
@given(random_spec())
def test_reductions_change_no_verdict_on_random_specs(random: RandomSpec) -> None:
    note(repr(random))
    try:
        must_agree_in_every_way(random.finite())
    except ScopeError:
        event("the axioms exclude the scope")
