"""Counterexamples to induction of proofs that lack a lemma, or whose lemma is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.interp import Interpreter
from model.lang import (
    Flag,
    Formula,
    Function,
    Sort,
    Spec,
    action,
    exists,
    forall,
    implies,
    init,
    safety,
    stage,
    step,
)
from proofs.ground.sat import Budget, LimitReached, Limits
from proofs.induction.cti import Cti, Refuted, Within, confirm, smallest
from proofs.induction.obligations import Obligations
from proofs.induction.proof import Lemma, Proof, corollary, proof_of
from tests.ask.conftest import proof as exchange_proof
from tests.classics.lock_server import Client, lock_server
from tests.classics.toy_consensus import Choice, Node, Quorum, ToyConsensus

LockServer: Any = type(lock_server())


class LockProof(LockServer):  # type: ignore[misc]
    """Where the lock is: in one place."""

    @safety
    def AwayFromTheServer(s) -> Formula:
        return forall(
            Client,
            lambda c: implies(s.granted[c] | s.holds[c] | s.gives_back[c], ~s.server_has_lock),
        )

    @safety
    def WithOneClient(s) -> Formula:
        def away(c: Client) -> Formula:
            found: Formula = s.granted[c] | s.holds[c] | s.gives_back[c]
            return found

        return forall(Client, Client, lambda a, b: implies(away(a) & away(b), a == b))

    @safety
    def InOneWay(s) -> Formula:
        return forall(
            Client,
            lambda c: (
                ~(s.granted[c] & s.holds[c])
                & ~(s.granted[c] & s.gives_back[c])
                & ~(s.holds[c] & s.gives_back[c])
            ),
        )


class ConsensusProof(ToyConsensus):
    """Who voted, for what, and why something is decided."""

    @safety
    def VotedIfVote(s) -> Formula:
        return forall(Node, Choice, lambda n, v: implies(s.vote[n, v], s.voted[n]))

    @safety
    def OneVote(s) -> Formula:
        return forall(
            Node, Choice, Choice, lambda n, v, w: implies(s.vote[n, v] & s.vote[n, w], v == w)
        )

    @safety
    def DecidedByQuorum(s) -> Formula:
        return forall(
            Choice,
            lambda v: implies(
                s.decided[v],
                exists(
                    Quorum,
                    lambda q: forall(Node, lambda n: implies(s.member[n, q], s.vote[n, v])),
                ),
            ),
        )


class Undecided(ToyConsensus):
    """A property of steps that is wrong."""

    @step
    def nothing_new(s, after: Undecided) -> Formula:
        """Nothing is decided anew."""
        return forall(Choice, lambda v: implies(after.decided[v], s.decided[v]))


class Place(Sort): ...


class Pointers(Spec):
    """Each place points to one, at first to itself if the scope is like that."""

    to = Function(Place, to=Place)
    moved = Flag()

    @init
    def start(s) -> None:
        s.to[:] = lambda a: a

    @action
    def move(s, a: Place, b: Place, c: Place) -> None:
        s.require(s.to[a] == b, s.to[b] == c, a != b, b != c)
        s.to[a] = c
        s.moved = True


class PointersProof(Pointers):
    """What is not so: that what is moved points to another place afterwards."""

    @safety
    def NeverBack(s) -> Formula:
        return forall(Place, lambda a: implies(s.moved, s.to[a] != a))


class TooStrong(ToyConsensus):
    """A lemma that is wrong at the start."""

    @safety
    def SomebodyVoted(s) -> Formula:
        return exists(Node, lambda n: s.voted[n])


class WrongCorollary(ConsensusProof):
    """A corollary that does not follow."""

    @corollary
    @safety
    def AllVoted(s) -> Formula:
        return forall(Node, lambda n: s.voted[n])


def by_hand(base_spec: Spec, proof_spec: Spec) -> Proof:
    """A proof of a spec with flags or constants, put together without `proof_of`."""
    base, staged = stage(base_spec), stage(proof_spec)
    own = {invariant.name for invariant in base.invariants}
    lemmas = tuple(
        Lemma(invariant.name, (), clause.expr, clause, invariant.doc)
        for invariant in staged.invariants
        if invariant.name not in own
        for clause in invariant.clauses
    )
    properties = tuple(each for each in base.invariants if not each.is_step)
    return Proof(base.name, base, staged, lemmas, properties, (), {}, ())


def lock_proof() -> Proof:
    return by_hand(LockServer(), LockProof())


PROOFS: dict[str, Callable[[], Proof]] = {
    "lock server": lock_proof,
    "consensus": lambda: proof_of(ToyConsensus(), ConsensusProof()),
}


def found(proof: Proof, *, without: str = "", goal: str = "") -> Cti | None:
    """The smallest counterexample to the obligations of a goal, or of all that are left."""
    todo = [o for o in Obligations(proof) if o.goal != without and (not goal or o.goal == goal)]
    dropped = frozenset((without,)) if without else frozenset[str]()
    return smallest(proof, todo, Budget(Limits(60.0)), Within(each=3, total=8), dropped)


def replayed(cti: Cti) -> None:
    """Takes the step again, and looks at the goal."""
    interpreter = Interpreter(cti.finite)
    goal = cti.obligation.clause.expr
    if cti.step is not None:
        assert interpreter.enabled(cti.before, cti.step)
        assert interpreter.take(cti.before, cti.step) == cti.after
    if cti.obligation.kind == "step":
        assert not interpreter.value(goal, cti.before, {}, cti.after)
    else:
        assert not interpreter.value(goal, cti.after)


def test_a_step_that_breaks_a_property_of_steps_is_shown() -> None:
    cti = found(proof_of(Undecided(), Undecided()), goal="nothing_new")
    assert cti is not None
    assert cti.obligation.kind == "step"
    replayed(cti)


def test_the_values_of_functions_are_elements() -> None:
    """Three places take two bits, and these could name four."""
    cti = found(by_hand(Pointers(), PointersProof()), goal="NeverBack")
    assert cti is not None
    replayed(cti)
    (table,) = (t for t, s in zip(cti.before, cti.finite.staged.symbols, strict=True)
                if s.name == "to")  # fmt: skip
    assert max(table) < cti.finite.scope.sizes["Place"]


@pytest.mark.parametrize("name", PROOFS)
def test_a_proof_that_lacks_nothing_has_none(name: str) -> None:
    assert found(PROOFS[name]()) is None


@pytest.mark.parametrize(
    ("name", "lemma"),
    [
        ("lock server", "AwayFromTheServer"),
        ("lock server", "WithOneClient"),
        ("consensus", "VotedIfVote"),
        ("consensus", "OneVote"),
        ("consensus", "DecidedByQuorum"),
    ],
)
def test_a_lemma_that_is_needed_excludes_what_is_found_without_it(name: str, lemma: str) -> None:
    proof = PROOFS[name]()
    cti = found(proof, without=lemma)
    assert cti is not None
    replayed(cti)
    assert cti.excluded_by == (lemma,)
    interpreter = Interpreter(cti.finite)
    for other in proof.lemmas:
        assert interpreter.value(other.clause.expr, cti.before) == (other.name != lemma)


def test_the_counterexample_is_the_smallest() -> None:
    """Two clients away with the lock: none is smaller, and nothing else needs to be true."""
    cti = found(lock_proof(), without="WithOneClient")
    assert cti is not None
    assert cti.finite.scope.sizes == {"Client": 2}
    assert sum(sum(table) for table in cti.before) <= 2


def test_a_lemma_that_is_false_at_the_start_is_shown_there() -> None:
    cti = found(proof_of(ToyConsensus(), TooStrong()), goal="SomebodyVoted")
    assert cti is not None
    assert cti.obligation.kind == "initial"
    assert cti.step is None
    replayed(cti)


def test_a_corollary_that_does_not_follow_is_shown_in_a_state() -> None:
    cti = found(proof_of(ToyConsensus(), WrongCorollary()), goal="AllVoted")
    assert cti is not None
    assert cti.obligation.kind == "implied"
    assert cti.before == cti.after
    replayed(cti)


OF_COUNTS = "ExactCost"  # lemmas are not about numbers, so that this one does not follow


@pytest.mark.parametrize("lemma", ["IndicatorOnSending", "SentInOrder"])
def test_so_it_is_for_the_exchange(lemma: str) -> None:
    proof = exchange_proof(1)
    within = Within({"Member": 2, "View": 3, "Arrival": 1, "Datum": 1}, total=7)
    todo = [o for o in Obligations(proof) if o.goal not in (lemma, OF_COUNTS)]
    cti = smallest(proof, todo, Budget(Limits(60.0)), within, frozenset((lemma,)))
    assert cti is not None
    replayed(cti)
    assert lemma in cti.excluded_by


def test_a_state_that_does_not_show_it_is_refused() -> None:
    proof = lock_proof()
    cti = found(proof, without="WithOneClient")
    assert cti is not None
    interpreter = Interpreter(cti.finite)
    assumed = [lemma for lemma in proof.lemmas if lemma.name != "WithOneClient"]
    confirm(interpreter, cti.obligation, assumed, cti.before, cti.step, cti.after)
    with pytest.raises(Refuted, match="is false in the state before"):
        confirm(interpreter, cti.obligation, proof.lemmas, cti.before, cti.step, cti.after)
    with pytest.raises(Refuted, match="leads elsewhere"):
        confirm(interpreter, cti.obligation, assumed, cti.before, cti.step, cti.before)
    with pytest.raises(Refuted, match="is true in the state after"):
        confirm(interpreter, cti.obligation, assumed, cti.before, None, cti.before)


def test_a_limit_is_said() -> None:
    with pytest.raises(LimitReached):
        smallest(
            exchange_proof(1),
            list(Obligations(exchange_proof(1))),
            Budget(Limits(queries=1)),
            Within({"Member": 2, "View": 2, "Arrival": 1, "Datum": 1}),
        )
