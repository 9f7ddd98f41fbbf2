"""Nothing is proved that should not be: what a proof is made of is needed, and can be true."""

from __future__ import annotations

from dataclasses import replace
from linecache import getline

import pytest

from model.lang import (
    Flag,
    Formula,
    Relation,
    SpecError,
    action,
    define,
    forall,
    init,
    safety,
)
from model.protocol import Delivery, ExchangeScope, Switches, Variant
from model.scope import Finite
from model.search import Status, check
from onevoice.proving import hints
from proofs.exchange import exchange_proof
from proofs.induction.attempt import PROVED, Attempts, Limits
from proofs.induction.certificate import Hint
from proofs.induction.obligations import obligations_of
from proofs.induction.proof import corollary, proof_of
from proofs.induction.script import AXIOM, GUARD, Instances, Script
from proofs.smt.solver import UNSAT, Settings, ask
from proofs.smt.translate import Writer
from proofs.smt.written import NOTHING, Written
from tests.proofs.lock import Client, Lock
from tests.proofs.shared import hinted, obligations

QUICK = Settings(0.3)  # for what must have a model, or no proof in this time
SAME, SENDING = Delivery.SAME_VIEW, Delivery.SENDING_VIEW


def used_by(hint: Hint) -> frozenset[str]:
    assert hint.lemmas is not None
    return hint.lemmas


def test_every_lemma_of_the_certificate_is_needed_somewhere() -> None:
    """Left out, some obligation that names it is no longer proved with the same hint.

    Readings are no hypotheses of anybody: definitions are read otherwise because of them.
    """
    made = obligations(SAME)
    named, needed = set[str](), set[str]()
    for obligation, hint in hinted(SAME):
        named |= used_by(hint)
        for name in sorted(used_by(hint) - needed):
            script = made.script(obligation, hint.instances, used_by(hint) - {name})
            if ask(script.text(), QUICK).result != UNSAT:
                needed.add(name)
    assert len(named) > 90
    assert not named - needed - {lemma.name for lemma in made.proof.lemmas if lemma.reading}


def less(script: Script, number: int) -> Script:
    kept = (*script.formulas[:number], *script.formulas[number + 1 :])
    return replace(script, formulas=kept)


# Guards without which safety would hold as well: a message is delivered once, and only a member
# that is still in a view is known to crash.
SPARE = (
    "~s.delivered[q, k, p, v],",
    "~s.crashed[m] & exists(View, lambda v: s.open_view(v) & s.in_view[v, m]),",
)


def test_guards_and_axioms_are_needed() -> None:
    """Of each that is dropped, some obligation is no longer proved."""
    made = obligations(SAME)
    needed, named = set[str](), set[str]()
    for obligation, hint in hinted(SAME):
        script = made.script(obligation, hint.instances, used_by(hint))
        for number, formula in enumerate(script.formulas):
            if formula.kind in (GUARD, AXIOM):
                named.add(formula.name)
                if formula.name not in needed:
                    answer = ask(less(script, number).text(), Settings(0.05))
                    if answer.result != UNSAT:
                        needed.add(formula.name)
    assert len(needed) >= 20
    assert {line(place) for place in named - needed} <= set(SPARE)


def line(place: str) -> str:
    """The text of a line of a source."""
    file, _, number = place.rpartition(":")
    return getline(file, int(number)).strip()


def test_with_all_lemmas_there_are_states() -> None:
    """The hypotheses do not contradict each other: else everything could be proved from them.

    All of them are true in the reachable states of scopes with failures, joins and requests.
    """
    for groups, failures in (("2", 1), ("1+1", 1), ("1,1j", 0)):
        for delivery in Delivery:
            proof = exchange_proof(Switches(delivery, failures=failures))
            scope = ExchangeScope.parse(groups, failures).scope()
            result = check(Finite(proof.staged, scope))
            own = {invariant.name for invariant in proof.base.invariants}
            lemmas = {each.name for each in proof.staged.invariants} - own
            assert len(lemmas) > 60
            assert result.complete
            assert result.states > 50
            false = [n for n in lemmas if result.findings[n].status is Status.VIOLATED]
            assert not false, (groups, delivery, false)


@pytest.mark.parametrize(
    ("variant", "goals"),
    [
        (Variant.IGNORES_INDICATOR, {"SilentIfSpokenFor", "SuccessorsSpeakForTheUnheard"}),
        (Variant.NEVER_CLEARED, {"IndicatorTellsTheTruth"}),
        (Variant.ON_RECEIPT_ONLY, {"IndicatorOnSending"}),
        (Variant.NO_WAITING, {"NoEarlyProcessing", "CompletedWithAllAcknowledgments"}),
        (Variant.SHARED_KEY, {"OneLeader", "SuccessorsSpeakForTheUnheard"}),
        (Variant.NO_FIFO, {"SentInOrder", "DeliveredInOrder"}),
    ],
)
def test_a_variant_that_breaks_something_is_not_proved(variant: Variant, goals: set[str]) -> None:
    attempts = Attempts(obligations(SAME, variant), Limits(0.2, 0.4))
    certificate = hints()
    is_open = {
        obligation.goal
        for obligation in attempts.obligations
        if obligation.goal in goals
        and attempts.attempt(obligation, certificate.get(obligation.title)).result != PROVED
    }
    assert is_open


# -- what a proof must not do -----------------------------------------------------------------


class Ghosts(Lock):
    taken = Flag()


class Guarded(Ghosts):
    @action
    def take(s, c: Client) -> None:
        super().take(c)
        s.require(~s.taken)


class Computed(Ghosts):
    @action
    def take(s, c: Client) -> None:
        s.require(s.free)
        s.free = s.taken
        s.holds[c] = True


class Another(Ghosts):
    @action
    def lose(s, c: Client) -> None:
        s.taken = True


class Elsewhere(Ghosts):
    @init
    def start(s) -> None:
        s.free = False


@pytest.mark.parametrize("proof", [Guarded, Computed, Another, Elsewhere])
def test_a_proof_that_changes_the_spec_is_refused(proof: type[Lock]) -> None:
    with pytest.raises(SpecError):
        proof_of(Lock(), proof())


class Queried(Lock):
    @define
    def is_held(s, c: Client) -> Formula:
        return s.holds[c]

    @define
    def is_taken(s, c: Client) -> Formula:
        return s.is_held(c)


class ReadInTurn(Queried):
    """Each of two definitions would be what the other one is."""

    @safety
    def HeldIsTaken(s) -> Formula:
        return forall(Client, lambda c: s.is_held(c).iff(s.is_taken(c) & ~s.free))

    @safety
    def TakenIsHeld(s) -> Formula:
        return forall(Client, lambda c: s.is_taken(c).iff(s.holds[c] & ~s.free))


def test_readings_that_could_justify_each_other_are_refused() -> None:
    with pytest.raises(SpecError, match="reads is_held as a formula with is_held in it"):
        proof_of(Queried(), ReadInTurn())


class Circular(Lock):
    """Both corollaries say the same, which is false after two steps, and is no lemma."""

    @corollary
    @safety
    def First(s) -> Formula:
        return forall(Client, lambda c: ~s.holds[c])

    @corollary
    @safety
    def Second(s) -> Formula:
        return forall(Client, lambda c: ~s.holds[c])


class Inductive(Lock):
    @safety
    def NobodyHolds(s) -> Formula:
        return forall(Client, lambda c: s.holds[c].implies(~s.free))


def test_a_corollary_proves_neither_itself_nor_what_comes_before_it() -> None:
    attempts = Attempts(obligations_of(proof_of(Lock(), Circular())), Limits(0.5, 0.5))
    results = {o.goal: attempts.attempt(o).result for o in attempts.obligations}
    assert results["First"] != PROVED
    assert results["Second"] == PROVED
    first = next(o for o in attempts.obligations if o.goal == "First")
    asked = Hint(frozenset({"First", "Second"}), Instances.NONE)
    assert attempts.attempt(first, asked).result != PROVED


def test_a_lemma_that_is_no_invariant_is_not_proved() -> None:
    class Wrong(Lock):
        @safety
        def NobodyHolds(s) -> Formula:
            return forall(Client, lambda c: ~s.holds[c])

    attempts = Attempts(obligations_of(proof_of(Lock(), Wrong())), Limits(0.5, 0.5))
    results = {o.title: attempts.attempt(o).result for o in attempts.obligations}
    assert results["NobodyHolds: initial"] == PROVED
    assert results["NobodyHolds: preserved by take"] != PROVED


# -- the decidable fragment -------------------------------------------------------------------


class Loop(Lock):
    """For each client another, and the goal says so: outside of the decidable fragment."""

    after = Relation(Client, Client)

    @safety
    def SomebodyFollows(s) -> Formula:
        return forall(Client, lambda a: ~forall(Client, lambda b: ~s.after[a, b]))


def test_a_cycle_of_quantifiers_is_reported_with_its_line() -> None:
    made = obligations_of(proof_of(Lock(), Loop()))
    written = Written()
    clause = made.proof.lemmas[0].clause
    Writer(written, NOTHING).formula(clause.expr, {})
    (dependency,) = written.dependencies
    assert (dependency.source.name, dependency.target.name) == ("Client", "Client")
    assert dependency.where.line == clause.where.line


def test_no_obligation_of_the_protocol_is_outside_of_the_decidable_fragment() -> None:
    for delivery in Delivery:
        made = obligations(delivery)
        scripts = [
            made.script(obligation, hint.instances, used_by(hint))
            for obligation, hint in hinted(delivery)
        ]
        assert len(scripts) > 500
        assert not [script.culprit for script in scripts if script.cycle or script.culprit]
