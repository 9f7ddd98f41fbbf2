"""Proofs of a lock, right and wrong: in a module, for other processes make them, too."""

from __future__ import annotations

from model.lang import Formula, Spec, forall, safety
from proofs.induction.proof import Proof, proof_of
from tests.proofs.lock import Client, Lock


class LockProof(Lock):
    @safety
    def NobodyHoldsWhatIsFree(s) -> Formula:
        return forall(Client, lambda a: s.holds[a].implies(~s.free))

    @safety
    def AtMostOne(s) -> Formula:
        return forall(Client, Client, lambda a, b: (s.holds[a] & s.holds[b]).implies(a == b))


class WrongProof(LockProof):
    @safety
    def NobodyHolds(s) -> Formula:
        return forall(Client, lambda a: ~s.holds[a])


def lock_proof(proof: type[Spec] = LockProof) -> Proof:
    """A proof that the lock has one holder."""
    return proof_of(Lock(), proof())
