"""`onevoice gate` is green only if everything is as it must be, and says what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from impl.core.variants import VARIANTS
from model.protocol import Delivery, Switches, Variant
from model.search import check
from onevoice import expected
from onevoice.exits import Exit
from onevoice.expected import Expectation
from onevoice.rows import REQUIREMENTS, rows
from onevoice.verdicts import Wrong, exit_of_all, of_agreement
from tests.onevoice.conftest import Run as Onevoice
from traces.run import Run

SHARED_KEY = Run("2", variant=Variant.SHARED_KEY)
BROKEN = frozenset({"AtMostOnce", "OneLeader", "ExactCost", "transmissions", "messages"})


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate of a second."""
    monkeypatch.setattr(expected, "SHIPPED", (Run("2"), Run("1,1j", failures=0)))
    monkeypatch.setattr(expected, "VARIANTS", (Expectation(SHARED_KEY, BROKEN),))
    monkeypatch.setattr(expected, "AGREEMENT", (Run("2", failures=0),))
    monkeypatch.setattr(expected, "LOCKSTEP", (Run("2"),))
    monkeypatch.setattr(expected, "WRONG_MEMBERS", ("shared-key",))
    monkeypatch.setattr(expected, "WRONG_MEMBERS_AT", Run("2"))
    monkeypatch.setattr(expected, "STORMS", range(1, 3))
    monkeypatch.setattr(expected, "PROOFS", ())


def test_a_gate_in_which_all_is_as_it_must_be_is_passed(onevoice: Onevoice) -> None:
    ran = onevoice("gate")
    assert ran.code == 0, ran.out
    assert "The gate is passed: 7 runs" in ran.out
    assert "FAILED" not in ran.out


def test_a_violation_of_the_shipped_protocol_fails_it(
    onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(expected, "SHIPPED", (SHARED_KEY, Run("1,1j", failures=0)))
    ran = onevoice("gate")
    assert ran.code == 12
    assert "The gate is NOT passed" in ran.out
    assert "shared-key: 2, 1 failure, same-view: OneLeader is violated" in ran.out
    assert len(list((tmp_path / "onevoice-traces").iterdir())) == len(BROKEN)


def test_wrong_members_that_are_not_caught_fail_it(
    onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "WRONG_MEMBERS", ("acks-without-round", "no-waiting"))
    monkeypatch.setattr(expected, "WRONG_MEMBERS_AT", Run("2", failures=0))
    ran = onevoice("gate")
    assert ran.code == 10
    out = " ".join(ran.out.split())
    assert "acks-without-round: nothing differs" in out
    assert "no-waiting: nothing differs" not in out


def test_what_is_proved_is_part_of_it(onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expected, "PROOFS", (Switches(Delivery.SENDING_VIEW),))
    ran = onevoice("gate", "--json")
    data = json.loads(ran.out)
    assert (ran.code, data["wrong"]) == (0, [])
    proof = data["runs"][-1]["proof"]
    assert proof["proved"] == proof["obligations"] - 1 > 500
    assert proof["counted"] == ["ExactCost", "rounds", "transmissions", "messages"]
    proved = {row["row"]: [c["name"] for c in row["proved"]] for row in data["requirements"]}
    assert proved["R2"] == ["AtMostOnce", "SilentIfSpokenFor"]
    assert [row for row, names in proved.items() if not names] == ["R13"]


def test_what_is_not_proved_fails_it(onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Switches(Delivery.SAME_VIEW, variant=Variant.ON_RECEIPT_ONLY)
    monkeypatch.setattr(expected, "PROOFS", (wrong,))
    monkeypatch.setattr(expected, "PROOF_LIMIT_S", 0.2)
    ran = onevoice("gate")
    assert ran.code == 15
    assert "IndicatorOnSending: preserved by transmit is not proved" in " ".join(ran.out.split())


def test_members_that_do_what_the_specification_does_not_fail_it(
    onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    from traces import storms

    monkeypatch.setattr(expected, "STORMS", range(1, 40))
    monkeypatch.setattr(storms.storms, "__defaults__", (VARIANTS["shared-key"], print))
    ran = onevoice("gate")
    assert ran.code == 14
    assert "is no behaviour of the specification" in ran.out


def test_an_implementation_that_does_otherwise_fails_it(
    onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "LOCKSTEP", (SHARED_KEY,))
    ran = onevoice("gate")
    assert ran.code == 14
    assert "differs after 2 steps: a2#1: transmit is not due" in ran.out


@pytest.mark.parametrize(
    ("violated", "reason"),
    [
        (BROKEN | {"Complete"}, "Complete is not violated, though this variant must break it"),
        (BROKEN - {"OneLeader"}, "OneLeader is violated, which is not expected of this variant"),
        (BROKEN | {"Gone"}, "the spec has no property Gone any more"),
    ],
)
def test_a_variant_that_breaks_other_properties_fails_it(
    violated: frozenset[str], reason: str, onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "VARIANTS", (Expectation(SHARED_KEY, violated),))
    ran = onevoice("gate")
    assert ran.code == 10
    assert reason in " ".join(ran.out.split())


def test_what_is_nowhere_really_checked_fails_it(
    onevoice: Onevoice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expected, "SHIPPED", (Run("2", failures=0),))
    ran = onevoice("gate")
    assert ran.code == 15
    assert "Uniform holds only vacuously, at every scope" in ran.out
    assert "action crash is enabled in no state, at no scope" in ran.out


def test_a_limit_fails_it(onevoice: Onevoice) -> None:
    ran = onevoice("gate", "--max-states", "20")
    assert ran.code == 75
    assert "the search was not completed: the limit of 20 states" in ran.out


def test_engines_that_differ_are_a_defect() -> None:
    native = check(Run("2", failures=0).finite)
    other = check(Run("2", failures=0, variant=Variant.SHARED_KEY).finite, "interp")
    wrong = of_agreement(native, other)
    assert {one.exit for one in wrong} == {Exit.DEFECT}
    reasons = "\n".join(one.reason for one in wrong)
    assert f"states: {native.states} by native, {other.states} by interp" in reasons
    assert "OneLeader: holds by native, violated after 0 steps by interp" in reasons


@pytest.mark.parametrize(
    ("codes", "exit_code"),
    [
        ([], Exit.HOLDS),
        ([Exit.SAFETY], Exit.SAFETY),
        ([Exit.SAFETY, Exit.LIMIT, Exit.NOT_PROVED], Exit.SAFETY),
        ([Exit.SAFETY, Exit.LIVENESS], Exit.VIOLATED),
        ([Exit.SAFETY, Exit.DEFECT], Exit.DEFECT),
        ([Exit.LIMIT, Exit.NOT_PROVED], Exit.LIMIT),
        ([Exit.NOT_PROVED], Exit.NOT_PROVED),
    ],
)
def test_the_worst_decides_the_exit_code(codes: list[Exit], exit_code: Exit) -> None:
    assert exit_of_all(Wrong(code, "") for code in codes) is exit_code


def test_json_holds_runs_and_requirements(onevoice: Onevoice) -> None:
    ran = onevoice("gate", "--json")
    data = json.loads(ran.out)
    assert (data["exit"], data["wrong"], len(data["runs"])) == (0, [], 7)
    assert [row["row"] for row in data["requirements"]] == list(REQUIREMENTS)


def test_the_table_of_requirements_ends_the_gate(onevoice: Onevoice) -> None:
    out = onevoice("gate").out
    assert "R1   each member decides locally whether it leads" in out
    assert "OneLeader in 2 of 2" in out
    assert "specified, checked, proved, caught, tested: no evidence yet" in out


def test_every_requirement_of_the_protocol_is_specified() -> None:
    assert {row.name for row in rows([]) if not row.specified} == {"R13"}


def test_every_form_of_delivery_is_proved() -> None:
    from importlib import reload

    assert {switches.delivery for switches in reload(expected).PROOFS} == set(Delivery)


def test_there_is_a_wrong_member_for_each_rule() -> None:
    assert {row.name for row in rows([], VARIANTS) if not row.caught} == {"R13"}


def test_every_variant_has_its_expectation() -> None:
    from importlib import reload

    whole = reload(expected)
    assert {e.run.variant for e in whole.VARIANTS} == set(Variant)
    assert set(whole.WRONG_MEMBERS) == set(VARIANTS)
    right = {e.run.variant for e in whole.VARIANTS if not e.violated}
    assert right == {Variant.HIGHEST_NAME, Variant.ON_RECEIPT_ONLY}
