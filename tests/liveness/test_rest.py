"""Responses are proved by rest for any number of elements, and what is not so is not proved.

The second witness is a search of all states of small scopes: there each claim of a proof (what
grows, what holds at rest, what is taken for granted, the response itself) is looked at wherever it
is said to hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from model.lang import (
    Formula,
    Relation,
    Spec,
    SpecError,
    action,
    define,
    forall,
    leads_to,
    safety,
    stage,
)
from model.protocol import Delivery, ExchangeScope, Switches
from model.scope import Finite, Scope
from model.search import check
from model.search.result import Status
from proofs.exchange import exchange_liveness
from proofs.induction.attempt import Attempts, Limits
from proofs.induction.certificate import Hint
from proofs.induction.obligations import obligations_of
from proofs.induction.proof import Proof
from proofs.induction.prove import Prover
from proofs.liveness import RestProof, at_rest, grows, liveness_of
from tests.classics import ring_leader, ticket
from tests.classics.ring_leader import Node, RingLeader
from tests.classics.ticket import At, Thread, Ticket, TicketLock
from tests.liveness.ring_proof import HINTS, RingRest, ring_liveness, ring_safety
from tests.liveness.small import RESTS, claims
from tests.liveness.ticket_proof import TicketProof, TicketRest, ticket_liveness, ticket_safety

LIMITS = Limits(call_s=2, search_s=1)
"""Each obligation of the proofs is shown by one of the first questions; others are given up."""


def left_open(proof: Proof, hints: Mapping[str, Hint] | None = None) -> set[str]:
    """The titles of the obligations that are not proved."""
    obligations = obligations_of(proof)
    attempts = Attempts(obligations, LIMITS)
    asked = list(obligations)
    assert asked
    outcomes = {o.title: attempts.attempt(o, (hints or {}).get(o.title)) for o in asked}
    return {title for title, outcome in outcomes.items() if outcome.result != "proved"}


def holds(spec: Spec, scope: Scope, response: str) -> bool:
    """Whether a search of all states finds that a response holds."""
    finding = check(Finite(stage(spec), scope)).findings[response]
    assert finding.status in (Status.HOLDS, Status.VIOLATED)
    return finding.status is Status.HOLDS


# -- what is proved ---------------------------------------------------------------------------


def test_the_ticket_lock_serves_everybody_however_many_there_are() -> None:
    assert left_open(ticket_safety()) == set()
    assert left_open(ticket_liveness()) == set()


def test_a_ring_of_any_size_elects_a_leader() -> None:
    assert left_open(ring_safety()) == set()
    assert left_open(ring_liveness(), HINTS) == set()


def test_the_prover_shows_the_same_with_other_processes() -> None:
    with Prover(ticket_liveness, jobs=1, limits=LIMITS) as prover:
        outcomes = {o.title: outcome.result for o, outcome in prover.prove({})}
    assert set(outcomes) == {o.title for o in obligations_of(ticket_liveness())}
    assert set(outcomes.values()) == {"proved"}


# -- what a search of all states says of it ---------------------------------------------------


def exchange() -> RestProof:
    """The exchange's proof, under same-view delivery."""
    return exchange_liveness(Switches(Delivery.SAME_VIEW, failures=1))


def exchange_scope(groups: str) -> Scope:
    """With a view more than can be formed, so that views suffice."""
    needed = ExchangeScope.parse(groups, failures=1).needed_views
    return ExchangeScope.parse(groups, failures=1, views=needed + 1).scope()


SMALL: dict[str, tuple[Callable[[], RestProof], Scope]] = {
    "ticket lock, 2 threads": (ticket_liveness, ticket.scope(2, 4)),
    "ticket lock, 3 threads": (ticket_liveness, ticket.scope(3, 5)),
    "ring of 2": (ring_liveness, ring_leader.scope(2, (1, 0))),
    "ring of 3": (ring_liveness, ring_leader.scope(3, (2, 0, 1))),
    "ring of 4": (ring_liveness, ring_leader.scope(4, (1, 3, 0, 2))),
    "exchange of 1+1": (exchange, exchange_scope("1+1")),
    "exchange of 2": (exchange, exchange_scope("2")),
}


@pytest.mark.parametrize("name", SMALL)
def test_all_that_a_proof_claims_holds_in_all_states_of_a_small_scope(name: str) -> None:
    make, scope = SMALL[name]
    proof = make()
    found = check(Finite(claims(proof), scope)).findings
    violated = {each.name for each in found.values() if each.status is Status.VIOLATED}
    undecided = {each.name for each in found.values() if each.status is Status.UNDECIDED}
    assert violated == {RESTS}
    assert not undecided
    said = {*proof.granted, *(f"{each.name} at rest" for each in proof.properties)}
    assert said | {each.name for each in proof.staged.leads_to} <= set(found)


def test_what_is_taken_for_granted_is_false_on_a_ring_of_one() -> None:
    found = check(Finite(claims(ring_liveness()), ring_leader.scope(1))).findings
    assert found["EverybodyHasNext"].status is Status.VIOLATED
    assert found["elected"].status is Status.VIOLATED


# -- what is not so is not proved -------------------------------------------------------------


def test_nobody_is_served_if_who_is_inside_may_stay() -> None:
    assert left_open(ticket_liveness(leaving="none")) == {"NobodyIsInside: implied"}
    assert not holds(TicketLock("weak", "none"), ticket.scope(2, 4), "served")


def test_nobody_is_served_if_who_could_enter_may_wait() -> None:
    assert left_open(ticket_liveness(entering="none")) == {"NobodyWaits: implied"}
    assert not holds(TicketLock("none", "weak"), ticket.scope(2, 4), "served")


def test_nobody_is_elected_without_fairness() -> None:
    assert left_open(ring_liveness("none"), HINTS) == {
        "EverybodyHasStarted: implied",
        "NothingIsInTransit: implied",
    }
    assert not holds(RingLeader("none", unique=True), ring_leader.scope(3), "elected")


def test_fairness_is_read_from_the_spec_not_from_the_proof() -> None:
    proof = liveness_of(TicketLock("weak", "none"), TicketRest("weak", "weak"))
    assert left_open(proof) == {"NobodyIsInside: implied"}


class Hopeful(TicketLock):
    """With responses that are false."""

    @leads_to
    def invited(s, t: Thread) -> tuple[Formula, Formula]:
        """Who is idle draws a ticket: nobody has to."""
        return s.at[t] == At.idle, s.at[t] != At.idle

    @leads_to
    def evicted(s, t: Thread) -> tuple[Formula, Formula]:
        """Once somebody is inside, all tickets are served: the lock may rest before."""
        return s.at[t] == At.critical, forall(Ticket, lambda k: k <= s.service)


class HopefulRest(TicketRest, Hopeful): ...


def test_a_false_response_is_not_proved() -> None:
    """The first is false at rest; the premise of the second is not there any more."""
    proof = liveness_of(Hopeful("weak", "weak"), HopefulRest("weak", "weak"))
    assert left_open(proof) == {
        "invited: implied",
        "premise of evicted stays: step by leave",
    }
    assert not holds(Hopeful("weak", "weak"), ticket.scope(2, 4), "invited")
    assert not holds(Hopeful("weak", "weak"), ticket.scope(2, 4), "evicted")


class ShrinkingRest(TicketRest):
    @grows
    def is_in_use(s, t: Thread) -> Formula:
        """Threads that are not idle: they will be again."""
        return s.at[t] != At.idle


def test_what_shrinks_does_not_grow() -> None:
    proof = liveness_of(TicketLock("weak", "weak"), ShrinkingRest("weak", "weak"))
    assert left_open(proof) == {"is_in_use stays: step by leave"}
    found = check(Finite(claims(proof), ticket.scope(2, 4))).findings
    assert found["is_in_use stays"].status is Status.VIOLATED


class Watched(TicketLock):
    """Somebody may look again and again, which changes nothing that the proof knows of."""

    seen = Relation(Thread)

    @action
    def look(s, t: Thread) -> None:
        s.seen[t] = True


class WatchedRest(TicketRest, Watched): ...


def test_a_step_that_adds_nothing_is_found() -> None:
    proof = liveness_of(Watched("weak", "weak"), WatchedRest("weak", "weak"))
    assert left_open(proof) == {"something grows: step by look"}
    found = check(Finite(claims(proof), ticket.scope(2, 4))).findings
    assert found["something grows"].status is Status.VIOLATED


# -- what is refused --------------------------------------------------------------------------


def test_a_strongly_fair_action_is_refused() -> None:
    with pytest.raises(SpecError, match="enter is strongly fair"):
        ticket_liveness(entering="strong")


def test_without_a_mark_nothing_grows() -> None:
    with pytest.raises(SpecError, match="marks nothing with `@grows`"):
        liveness_of(TicketLock("weak", "weak"), TicketProof("weak", "weak"))


class Unproved(TicketRest):
    @safety
    def NobodyEverWaits(s) -> Formula:
        """It would make all the rest easy, and no obligation is to show it."""
        return forall(Thread, lambda t: s.at[t] != At.waiting)


class Promising(TicketRest):
    @leads_to
    def served(s, t: Thread) -> tuple[Formula, Formula]:
        return s.at[t] == At.waiting, s.at[t] == At.waiting


class Redefining(RingRest):
    @define
    def rightful(s, m: Node) -> Formula:
        """The lemmas would say something else."""
        return s.initiator[m]


@pytest.mark.parametrize(
    ("base", "proof", "name"),
    [
        (ticket.ticket(), Unproved("weak", "weak"), "NobodyEverWaits"),
        (ticket.ticket(), Promising("weak", "weak"), "served"),
        (ring_leader.ring_leader(), Redefining("weak", unique=True), "rightful"),
    ],
    ids=["a lemma", "a response", "a definition"],
)
def test_what_is_true_at_rest_only_adds_to_the_safety_proof(
    base: Spec, proof: Spec, name: str
) -> None:
    with pytest.raises(SpecError, match=f"the safety proof, which does not know of its {name}"):
        liveness_of(base, proof)


class Reading(TicketRest):
    @at_rest
    @safety
    def NothingFollows(s) -> Formula:
        return forall(Ticket, Ticket, lambda a, b: s.follows(a, b).iff(a < b))


def test_a_definition_is_not_read_otherwise_at_rest_only() -> None:
    with pytest.raises(SpecError, match="true at rest only, so no reading of follows"):
        liveness_of(ticket.ticket(), Reading("weak", "weak"))


class EasierProof(TicketProof):
    @leads_to
    def served(s, t: Thread) -> tuple[Formula, Formula]:
        return s.at[t] == At.waiting, s.at[t] == At.waiting


class EasierRest(TicketRest, EasierProof): ...


def test_responses_are_read_from_the_spec_not_from_the_proof() -> None:
    proof = liveness_of(TicketLock("weak", "weak"), EasierRest("weak", "weak"))
    assert proof.properties == ticket_liveness().properties
    assert proof.steps[-1] == ticket_liveness().steps[-1]
    assert proof.steps[-1].name == "premise of served stays"
