"""A goal is proved only if all that it rests on is, and what rests on something open says so."""

from __future__ import annotations

from model.lang import Formula, forall, safety
from proofs.induction.attempt import PROVED, Attempts, Limits
from proofs.induction.certificate import Hint
from proofs.induction.obligations import obligations_of
from proofs.induction.proof import proof_of
from proofs.induction.proved import Proved, Verdict, shared, unneeded
from proofs.induction.script import Instances
from tests.proofs.lock import Client, Lock


class TakenLock(Lock):
    @safety
    def FreeIsFree(s) -> Formula:
        return forall(Client, lambda a: s.free.implies(~s.holds[a]))


class LockProof(TakenLock):
    @safety
    def NobodyHoldsWhatIsFree(s) -> Formula:
        return forall(Client, lambda a: s.holds[a].implies(~s.free))

    @safety
    def AtMostOne(s) -> Formula:
        return forall(Client, Client, lambda a, b: (s.holds[a] & s.holds[b]).implies(a == b))

    @safety
    def NobodyHolds(s) -> Formula:
        """Wrong, and of no use."""
        return forall(Client, lambda a: ~s.holds[a])


def proved(hints: dict[str, Hint]) -> Proved:
    attempts = Attempts(obligations_of(proof_of(TakenLock(), LockProof())), Limits(1.0, 0.1))
    outcomes = {o: attempts.attempt(o, hints.get(o.title)) for o in attempts.obligations}
    return Proved(attempts.obligations.proof, outcomes, True, 0.0)


def hint(*lemmas: str) -> Hint:
    return Hint(frozenset(lemmas), Instances.NONE)


GOOD = {
    "NobodyHoldsWhatIsFree: preserved by take": hint("NobodyHoldsWhatIsFree"),
    "AtMostOne: preserved by take": hint("AtMostOne", "NobodyHoldsWhatIsFree"),
    "OneHolder: implied": hint("AtMostOne"),
    "FreeIsFree: implied": hint("NobodyHoldsWhatIsFree"),
}


def verdicts(found: Proved) -> dict[str, Verdict]:
    return {goal.name: found.verdict(goal) for goal in found.goals}


def test_what_does_not_rest_on_an_open_lemma_is_proved() -> None:
    found = proved(GOOD)
    assert [o.title for o, _ in found.open] == ["NobodyHolds: preserved by take"]
    assert verdicts(found) == {
        "OneHolder": Verdict.PROVED,
        "FreeIsFree": Verdict.PROVED,
        "NobodyHoldsWhatIsFree": Verdict.PROVED,
        "AtMostOne": Verdict.PROVED,
        "NobodyHolds": Verdict.OPEN,
    }
    assert found.properties() == {"OneHolder", "FreeIsFree"}
    assert not found.holds
    assert unneeded([found]) == ("NobodyHolds",)
    assert found.rests_on("OneHolder") == {"AtMostOne", "NobodyHoldsWhatIsFree"}


def test_what_rests_on_an_open_lemma_is_not() -> None:
    """Each obligation of it is shown, for from what is false all follows."""
    found = proved({**GOOD, "AtMostOne: preserved by take": hint("AtMostOne", "NobodyHolds")})
    assert all(x.result == PROVED for o, x in found.outcomes.items() if o.goal == "AtMostOne")
    assert verdicts(found)["AtMostOne"] is Verdict.RESTS
    assert verdicts(found)["OneHolder"] is Verdict.RESTS
    assert verdicts(found)["FreeIsFree"] is Verdict.PROVED
    assert found.properties() == {"FreeIsFree"}


def test_a_proof_from_all_lemmas_rests_on_all() -> None:
    found = proved({**GOOD, "OneHolder: implied": Hint(None, Instances.NONE)})
    assert verdicts(found)["OneHolder"] is Verdict.RESTS


def test_of_a_part_no_property_counts_as_proved() -> None:
    found = proved(GOOD)
    part = {o: x for o, x in found.outcomes.items() if o.goal == "OneHolder"}
    assert Proved(found.proof, part, False, 0.0).properties() == frozenset()


def test_a_certificate_of_several_proofs_has_what_each_needs() -> None:
    found = proved(GOOD)
    one = Proved(found.proof, {}, True, 0.0, minimal={"x": hint("A"), "y": hint("B")})
    other = Proved(found.proof, {}, True, 0.0, minimal={"x": hint("C")})
    assert shared([one, other]) == {"x": hint("A", "C"), "y": hint("B")}
