"""`onevoice gate` is green only if everything is as it must be, and says what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from impl.core.variants import VARIANTS
from model.protocol import Delivery, Variant
from onevoice.exits import Exit
from onevoice.gate.check import Wrong
from onevoice.gate.checks.agreement import Agreement
from onevoice.gate.checks.members import WrongMembers
from onevoice.gate.checks.proof import Proof
from onevoice.gate.checks.search import Search
from onevoice.gate.plan import read_plan
from onevoice.gate.result import exit_of_all
from onevoice.gate.rows import REQUIREMENTS, rows
from tests.gate.small import BROKEN, SHARED_KEY, SMALL, Gate


def test_a_gate_in_which_all_is_as_it_must_be_is_passed(gate: Gate) -> None:
    ran = gate(SMALL)
    assert ran.code == 0, ran.out
    assert "The gate is passed (tier quick): 7 checks" in ran.out
    assert "FAILED" not in ran.out


def test_a_part_of_a_gate_is_not_said_to_be_all_of_it(gate: Gate, tmp_path: Path) -> None:
    ran = gate(SMALL, "--only", "storms", "--json-file", "r.json", "--html", "r.html")
    assert ran.code == 0
    assert "What was asked for is as it must be, of the 7 checks of the tier quick: 1 check" in (
        " ".join(ran.out.split())
    )
    assert "The gate is passed" not in ran.out
    assert json.loads((tmp_path / "r.json").read_text())["counts"]["left_out"] == 6
    page = (tmp_path / "r.html").read_text()
    assert "Of 7 checks 1 are known: 6 not asked for." in page
    assert "All of it is as it must be" not in page


def test_a_violation_of_the_shipped_protocol_fails_it(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(Search, "_of_variant", Search._of_shipped)
    ran = gate(f"{SHARED_KEY}\nbreaks = []")
    assert ran.code == 12
    assert "The gate is NOT passed" in ran.out
    assert "shared-key: 2, 1 failure, same-view: OneLeader is violated" in ran.out
    assert len(list((tmp_path / "onevoice-traces").iterdir())) == len(BROKEN)


def test_wrong_members_that_are_not_caught_fail_it(gate: Gate) -> None:
    ran = gate(
        """
        [[wrong-members]]
        groups = "2"
        failures = 0
        members = ["acks-without-round", "no-waiting"]
        """
    )
    assert ran.code == 10
    out = " ".join(ran.out.split())
    assert "acks-without-round: 2, 0 failures, same-view: nothing differs" in out
    assert "no-waiting: 2, 0 failures, same-view: nothing differs" not in out


def test_what_is_proved_is_part_of_it(gate: Gate) -> None:
    ran = gate('[[proof]]\ndelivery = "sending-view"', "--json")
    data = json.loads(ran.out)
    assert (ran.code, data["wrong"]) == (0, [])
    (check,) = data["checks"]
    assert check["found"]["proved"] == check["found"]["obligations"] - 1 > 500
    assert check["found"]["counted"] == ["ExactCost", "rounds", "transmissions", "messages"]
    proved = {row["row"]: [c["name"] for c in row["proved"]] for row in data["requirements"]}
    assert proved["R2"] == ["AtMostOnce", "SilentIfSpokenFor"]
    assert [row for row, names in proved.items() if not names] == ["R13"]


def test_what_is_not_proved_fails_it_at_its_line(gate: Gate) -> None:
    ran = gate('[[proof]]\nvariant = "indicator-on-receipt-only"\nobligation_s = 0.2')
    assert ran.code == 15
    out = " ".join(ran.out.split())
    assert "IndicatorOnSending: preserved by transmit is not proved (proofs/exchange/" in out


def test_members_that_do_what_the_specification_does_not_fail_it(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from traces import storms

    monkeypatch.setattr(storms.storms, "__defaults__", (VARIANTS["shared-key"], print))
    ran = gate("[[storms]]\nlast = 39")
    assert ran.code == 14
    assert "is no behaviour of the specification" in ran.out


def test_an_implementation_that_does_otherwise_fails_it(gate: Gate) -> None:
    ran = gate(SHARED_KEY.replace("search", "lockstep"))
    assert ran.code == 14
    assert "differs after 2 steps: a2#1: transmit is not due" in ran.out
    assert "(impl/core/member.py:" in ran.out


@pytest.mark.parametrize(
    ("violated", "reason"),
    [
        (BROKEN | {"Complete"}, "Complete is not violated, though this variant must break it"),
        (BROKEN - {"OneLeader"}, "OneLeader is violated, which is not expected of this variant"),
        (BROKEN | {"Gone"}, "the spec has no property Gone any more"),
    ],
)
def test_a_variant_that_breaks_other_properties_fails_it(
    violated: frozenset[str], reason: str, gate: Gate
) -> None:
    ran = gate(f"{SHARED_KEY}\nbreaks = {sorted(violated)}")
    assert ran.code == 10
    assert reason in " ".join(ran.out.split())


def test_what_is_nowhere_really_checked_fails_it(gate: Gate) -> None:
    ran = gate('[[search]]\ngroups = "2"\nfailures = 0')
    assert ran.code == 15
    assert "Uniform holds only vacuously, at every scope" in ran.out
    assert "action crash is enabled in no state, at no scope" in ran.out


def test_a_limit_fails_it(gate: Gate) -> None:
    ran = gate(SMALL, "--max-states", "20")
    assert ran.code == 75
    assert "the search was not completed: the limit of 20 states" in ran.out


def test_what_there_is_no_time_for_fails_it(gate: Gate) -> None:
    ran = gate(SMALL, "--budget", "0.001", "--no-cache")
    assert ran.code == 75
    assert "there was no time left for it: give a larger --budget" in " ".join(ran.out.split())


def test_the_deep_tier_asks_how_long_it_may_take(gate: Gate) -> None:
    ran = gate(SMALL, "--tier", "deep")
    assert ran.code == 2
    assert "--budget 2h" in ran.err


def test_what_breaks_in_one_check_does_not_keep_the_others_from_being_done(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("out of its mind")

    monkeypatch.setattr(Agreement, "run", breaks)
    ran = gate(SMALL)
    assert ran.code == 70
    assert "a defect of onevoice: RuntimeError: out of its mind" in " ".join(ran.out.split())
    assert "storms 1 to 2" in ran.out


def test_engines_that_differ_are_a_defect(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    from onevoice.gate.checks import agreement, scoped

    def other(run, limits, watch, reduce="none", engine="native"):
        from dataclasses import replace

        variant = Variant.SHARED_KEY if engine == "interp" else None
        return scoped.search_at(replace(run, variant=variant), limits, watch)

    monkeypatch.setattr(agreement, "search_at", other)
    ran = gate('[[agreement]]\ngroups = "2"\nfailures = 0')
    assert ran.code == 70
    out = " ".join(ran.out.split())
    assert "the engines disagree: states: " in out
    assert "OneLeader: holds by native, violated after 0 steps by interp" in out


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


def test_all_forms_of_the_result_are_written(gate: Gate, tmp_path: Path) -> None:
    words = ("--json-file", "out/r.json", "--junit", "out/r.xml", "--sarif", "out/r.sarif")
    ran = gate(SMALL, *words, "--html", "out/r.html")
    assert ran.code == 0, ran.err
    assert json.loads((tmp_path / "out/r.json").read_text())["exit"] == 0
    assert (tmp_path / "out/r.xml").read_text().startswith("<?xml")
    assert json.loads((tmp_path / "out/r.sarif").read_text())["version"] == "2.1.0"
    assert "<!doctype html>" in (tmp_path / "out/r.html").read_text().lower()


def test_in_github_actions_it_annotates_and_writes_a_summary(
    gate: Gate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    ran = gate(f"{SHARED_KEY}\nbreaks = []")
    assert ran.code == 10
    assert "::error file=model/protocol/properties.py,line=" in ran.err
    assert "OneLeader" in (tmp_path / "summary.md").read_text()


def test_the_table_of_requirements_ends_the_gate(gate: Gate) -> None:
    out = gate(SMALL).out
    assert "R1   each member decides locally whether it leads" in out
    assert "OneLeader in 2 of 2" in out
    assert "specified, checked, proved, caught: no evidence yet" in out


def test_every_requirement_of_the_protocol_is_specified() -> None:
    assert {row.name for row in rows([]) if not row.specified} == {"R13"}
    assert [row.name for row in rows([])] == list(REQUIREMENTS)


def test_every_form_of_delivery_is_proved_in_the_quick_tier() -> None:
    proofs = [check for check in read_plan().of("quick") if isinstance(check, Proof)]
    assert {check.delivery for check in proofs} == set(Delivery)


def test_there_is_a_wrong_member_for_each_rule() -> None:
    assert {row.name for row in rows([], VARIANTS) if not row.caught} == {"R13"}
    checks = [check for check in read_plan().of("quick") if isinstance(check, WrongMembers)]
    assert {check.members for check in checks} == set(VARIANTS)


def test_every_variant_has_its_expectation() -> None:
    checks = [check for check in read_plan().of("quick") if isinstance(check, Search)]
    assert {check.variant for check in checks} == {None, *Variant}
    right = {check.variant for check in checks if not check.breaks} - {None}
    assert right == {Variant.HIGHEST_NAME, Variant.ON_RECEIPT_ONLY}
