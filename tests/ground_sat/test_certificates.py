"""An invariant is believed only if a solver of another make confirms it."""

from __future__ import annotations

import pytest

from model.interp import Interpreter
from model.protocol import Variant
from proofs.ground import ic3 as searching
from proofs.ground.certificate import Certificate, CertificateError, recheck
from proofs.ground.ic3 import ic3
from proofs.ground.replay import Replay
from proofs.ground.sat import SOLVERS, SolverName
from proofs.ground.targets import targets
from tests.ground_sat.small import TOGGLE
from tests.ground_sat.verdicts import excludes
from traces.run import Run


def certified(replay: Replay, name: str) -> Certificate:
    (target,) = targets(replay.system.ground, (name,))
    certificate = ic3(replay, target).certificate
    assert certificate is not None
    return certificate


def test_an_invariant_is_true_in_every_state_that_explicit_search_reaches() -> None:
    finite = Run("1j+1j", 0).finite
    replay = Replay(finite)
    interpreter, layout = Interpreter(finite), replay.system.ground.layout
    certificates = [certified(replay, name) for name in ("Agreement", "Uniform", "deadlock")]
    todo = list(interpreter.initial_states())
    seen = set(todo)
    while todo:
        state = todo.pop()
        bits = tuple(layout.encode(state))
        assert not any(excludes(certificate, bits) for certificate in certificates)
        new = {after for _, after in interpreter.successors(state)} - seen
        seen |= new
        todo += new
    assert len(seen) > 50


@pytest.mark.parametrize("solver", SOLVERS)
def test_an_invariant_passes_its_check_and_without_any_clause_of_a_core_it_does_not(
    solver: SolverName,
) -> None:
    replay = Replay(TOGGLE)
    (target,) = targets(replay.system.ground, ("silent",))
    certificate = certified(replay, "silent")
    assert recheck(replay.system, target, certificate, solver) is None
    assert len(certificate) == 3, "left implies right, right implies left, no alarm"
    for cube in certificate.excluded:
        weaker = Certificate(tuple(c for c in certificate.excluded if c != cube))
        assert recheck(replay.system, target, weaker, solver) is not None


@pytest.mark.parametrize("name", ["AtMostOnce", "Complete"])
def test_an_invariant_of_the_protocol_that_is_weakened_fails_its_check(name: str) -> None:
    replay = Replay(Run("1+1", 1).finite)
    (target,) = targets(replay.system.ground, (name,))
    certificate = certified(replay, name)
    half = Certificate(certificate.excluded[::2])
    assert recheck(replay.system, target, certificate, "glucose4") is None
    assert recheck(replay.system, target, half, "glucose4") is not None
    assert recheck(replay.system, target, Certificate(()), "glucose4") is not None


def test_an_invariant_that_excludes_an_initial_state_fails_its_check() -> None:
    replay = Replay(TOGGLE)
    (target,) = targets(replay.system.ground, ("silent",))
    everything = Certificate(((-1,), (1,)))
    said = recheck(replay.system, target, everything, "cadical153")
    assert said == "a clause is false in an initial state"


def test_an_invariant_that_allows_what_is_bad_fails_its_check() -> None:
    replay = Replay(TOGGLE)
    (target,) = targets(replay.system.ground, ("silent",))
    said = recheck(replay.system, target, Certificate(()), "cadical153")
    assert said == "silent is violated in a state where all clauses are true"


def test_the_invariant_of_the_shipped_protocol_does_not_prove_a_variant() -> None:
    shipped, variant = (
        Replay(Run("2", 1, variant=v).finite) for v in (None, Variant.IGNORES_INDICATOR)
    )
    certificate = certified(shipped, "AtMostOnce")
    assert shipped.system.ground.layout.names() == variant.system.ground.layout.names()
    (target,) = targets(variant.system.ground, ("AtMostOnce",))
    assert recheck(variant.system, target, certificate, "cadical153") is not None


def test_an_invariant_that_is_not_confirmed_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    replay = Replay(TOGGLE)
    (target,) = targets(replay.system.ground, ("silent",))
    monkeypatch.setattr(searching.Ic3, "run", lambda self: Certificate(((2, 3),)))
    with pytest.raises(CertificateError, match="the invariant found for silent is none"):
        ic3(replay, target)
