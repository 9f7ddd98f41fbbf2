"""The file of the gate: what stands in it is checked, and what is wrong in it is said."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from model.protocol import Delivery
from onevoice.gate.check import TIERS
from onevoice.gate.checks.search import Search
from onevoice.gate.plan import KINDS, Plan, PlanError, read_plan


def plan(text: str, folder: Path) -> Plan:
    file = folder / "gate.toml"
    file.write_text(textwrap.dedent(text), encoding="utf-8")
    return read_plan(file)


def test_each_tier_has_what_those_before_it_have() -> None:
    quick, full, deep = (set(read_plan().of(tier)) for tier in TIERS)
    assert quick < full < deep


def test_the_gate_that_comes_with_the_program_has_every_kind_of_check_of_its_own() -> None:
    """Logs and programs are those of whoever writes or runs members."""
    assert {check.kind for check in read_plan().checks} == KINDS.keys() - {"logs", "program"}


def test_names_tell_checks_apart() -> None:
    names = [(check.kind, check.name) for check in read_plan().checks]
    assert len(names) == len(set(names))


def test_a_list_of_deliveries_is_a_check_each(tmp_path: Path) -> None:
    read = plan('[[search]]\ngroups = "2"\ndelivery = ["sending-view", "same-view"]', tmp_path)
    assert [check.delivery for check in read.checks if isinstance(check, Search)] == list(Delivery)


def test_files_are_looked_for_beside_the_file_of_the_gate(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "member.mjs").write_text("")
    read = plan(
        """
        [[corpus]]
        folder = "kept"
        [[logs]]
        paths = ["a.jsonl"]
        [[program]]
        groups = "2"
        command = "node member.mjs --fast"
        """,
        tmp_path,
    )
    files = [check.files() for check in read.checks]
    assert files == [
        (tmp_path / "kept",), (tmp_path / "member.mjs",), (tmp_path / "a.jsonl",),
    ]  # fmt: skip


def test_budgets_are_read(tmp_path: Path) -> None:
    read = plan('[tiers.quick]\nbudget_s = 60\n[[search]]\ngroups = "2"', tmp_path)
    assert read.budgets == {"quick": 60.0}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no check in it, so it would pass whatever happens"),
        ("[tiers.quick]\nbudget_s = 60", "there is no check in it"),
        ("search = ", "is no TOML"),
        ('[[serch]]\ngroups = "2"', "there is no kind of check 'serch': did you mean 'search'?"),
        ('[search]\ngroups = "2"', "write [[search]]"),
        ("search = [1]", "search number 1 is no table"),
        ('[[search]]\ngrups = "2"', "search number 1 has no key 'grups': did you mean 'groups'?"),
        ("[[search]]\nfailures = 1", "search number 1 lacks groups"),
        ('[[search]]\ngroups = "2"\nfailures = "1"', "Expected `int`, got `str` - at `$.failures`"),
        ('[[search]]\ngroups = "2+"', "search number 1: "),
        ('[[search]]\ngroups = "2"\nfailures = 100', "failures: 100 is not between 0 and 99"),
        ('[[search]]\ngroups = "2"\ntier = "fast"', "Invalid enum value 'fast'"),
        ('[[search]]\ngroups = "2"\nvariant = "x"', "Invalid enum value 'x'"),
        ('[[search]]\ngroups = "2"\ndelivery = []', "delivery is an empty list"),
        ('[[search]]\ngroups = "2"\n' * 2, "2, 1 failure, same-view is there twice"),
        ('[[wrong-members]]\ngroups = "2"\nmembers = "x"', "members: 'x' is none of "),
        ("[[storms]]\nfirst = 9\nlast = 3", "last: 3 is less than first, 9"),
        ('[tiers.slow]\nbudget_s = 1\n[[search]]\ngroups = "2"', "there is no tier 'slow'"),
        ('[tiers.quick]\nbudget_s = 0\n[[search]]\ngroups = "2"', "that is more than 0"),
        ('[tiers.quick]\nbudget = 1\n[[search]]\ngroups = "2"', "one key, budget_s"),
    ],
)
def test_what_is_wrong_in_it_is_said_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(PlanError) as raised:
        plan(text, tmp_path)
    assert said in str(raised.value)
    assert str(raised.value).startswith(str(tmp_path / "gate.toml"))


def test_a_file_that_is_not_there_or_very_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="cannot be read: No such file"):
        read_plan(tmp_path / "gate.toml")
    long = tmp_path / "long.toml"
    long.write_text("#" * ((1 << 20) + 1))
    with pytest.raises(PlanError, match="at most 1,048,576 bytes"):
        read_plan(long)
