"""Reads `gate.toml`: which checks there are, the tier of each, and how long a tier may take.

A table for each check, in an array named after its kind; the keys are the fields of the kind's
class. Two of them may be lists, which stand for a check each: `delivery`, and of wrong members
`members`. Files are looked for beside the file of the gate. Each tier has what those before it
have.

    [tiers.quick]
    budget_s = 60

    [[search]]
    groups = "2+1"
    failures = 1
    delivery = ["sending-view", "same-view"]
    tier = "quick"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from itertools import product
from pathlib import Path
from typing import Any

import msgspec

from model.lang import ScopeError
from onevoice.gate.check import ROOT, TIERS, Check, Tier
from onevoice.gate.checks.agreement import Agreement
from onevoice.gate.checks.bounded import BoundedCheck
from onevoice.gate.checks.corpus import Corpus
from onevoice.gate.checks.lockstep import InLockstep
from onevoice.gate.checks.logs import Logs
from onevoice.gate.checks.members import WrongMembers
from onevoice.gate.checks.program import Program
from onevoice.gate.checks.proof import Proof
from onevoice.gate.checks.scoped import Scoped
from onevoice.gate.checks.search import Search
from onevoice.gate.checks.sessions import Sessions
from onevoice.gate.checks.storms import Storms
from onevoice.options import nearest

DEFAULT = Path(__file__).with_name("gate.toml")
SIZE_MAX = 1 << 20  # bytes of a file
CHECKS_MAX = 10_000

KINDS: Mapping[str, type[Check[Any]]] = {
    each.kind: each
    for each in (
        Search, Agreement, Corpus, InLockstep, WrongMembers, Sessions, Program, Storms, Logs,
        BoundedCheck, Proof,
    )
}  # fmt: skip
"""In the order in which they are done: what is quick and says most comes first."""
_LISTS = ("delivery", "members")


class PlanError(ValueError):
    """The file of the gate is wrong: where, and what to write instead."""


@dataclass(frozen=True)
class Plan:
    """What the gate is to check.

    Attributes:
        file: where it is written.
        checks: in the order in which they are done.
        budgets: seconds that a tier may take; those without have no limit of their own.
    """

    file: Path
    checks: tuple[Check[Any], ...]
    budgets: Mapping[Tier, float]

    def time_for(self, tier: Tier, given_s: float | None) -> float | None:
        """Seconds that a tier may take; None for as long as it needs.

        Args:
            tier: which.
            given_s: what the user says, if that was asked.

        Raises:
            PlanError: it would never end, since nobody says when.
        """
        seconds = given_s or self.budgets.get(tier)
        if tier == TIERS[-1] and seconds is None:
            raise PlanError(f"the {tier} tier takes as long as it is given")
        return seconds

    def of(self, tier: Tier) -> tuple[Check[Any], ...]:
        """The checks of a tier, and of those before it."""
        reach = TIERS[: TIERS.index(tier) + 1]
        return tuple(check for check in self.checks if check.tier in reach)


def read_plan(file: Path = DEFAULT) -> Plan:
    """Reads the file of the gate.

    Raises:
        PlanError: it is missing or wrong.
    """
    try:
        if file.stat().st_size > SIZE_MAX:
            raise PlanError(f"{file}: a file of the gate has at most {SIZE_MAX:,} bytes")
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"{file} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PlanError(f"{file} is no TOML: {error}") from None
    try:
        # The one that comes with the program names files of the project.
        base = ROOT if file == DEFAULT else file.resolve().parent
        checks = tuple(check.located(base) for check in _checks(content))
        return Plan(file, checks, _budgets(content.get("tiers", {})))
    except PlanError as error:
        raise PlanError(f"{file}: {error}") from None


def _checks(content: Mapping[str, Any]) -> Iterator[Check[Any]]:
    for name in content:
        if name not in KINDS and name != "tiers":
            raise PlanError(f"there is no kind of check {name!r}{nearest(name, list(KINDS))}")
    names: set[tuple[str, str]] = set()
    for kind, cls in KINDS.items():
        entries = content.get(kind, [])
        if not isinstance(entries, list):
            raise PlanError(f"{kind} is one table; write [[{kind}]], for there may be several")
        for number, entry in enumerate(entries, start=1):
            where = f"{kind} number {number}"
            for check in _expanded(cls, entry, where):
                if (kind, check.name) in names:
                    raise PlanError(f"{where}: {check.name} is there twice")
                names.add((kind, check.name))
                if len(names) > CHECKS_MAX:
                    raise PlanError(f"there are more than {CHECKS_MAX:,} checks")
                yield check
    if not names:
        raise PlanError("there is no check in it, so it would pass whatever happens")


def _expanded(cls: type[Check[Any]], entry: Any, where: str) -> Iterator[Check[Any]]:
    """The checks that a table stands for."""
    if not isinstance(entry, dict):
        raise PlanError(f"{where} is no table: write [[{cls.kind}]]")
    known = {each.name for each in fields(cls)}
    for key in entry:
        if key not in known:
            raise PlanError(f"{where} has no key {key!r}{nearest(key, sorted(known))}")
    for each in fields(cls):
        if each.default is MISSING and each.name not in entry:
            raise PlanError(f"{where} lacks {each.name}")
    lists = [key for key in _LISTS if isinstance(entry.get(key), list)]
    for key in lists:
        if not entry[key]:
            raise PlanError(f"{where}: {key} is an empty list, which would check nothing")
    for values in product(*(entry[key] for key in lists)):
        yield _check(cls, {**entry, **dict(zip(lists, values, strict=True))}, where)


def _check(cls: type[Check[Any]], entry: Mapping[str, Any], where: str) -> Check[Any]:
    try:
        check: Check[Any] = msgspec.convert(entry, cls)
        if isinstance(check, Scoped):
            check.at.exchange_scope  # noqa: B018 a wrong scope is said before anything else is
    except (msgspec.ValidationError, ScopeError, ValueError) as error:
        raise PlanError(f"{where}: {error}") from None
    return check


def _budgets(tiers: Any) -> dict[Tier, float]:
    if not isinstance(tiers, dict):
        raise PlanError("tiers is no table: write [tiers.quick]")
    found: dict[Tier, float] = {}
    for name, table in tiers.items():
        tier = next((each for each in TIERS if each == name), None)
        if tier is None:
            raise PlanError(f"there is no tier {name!r}{nearest(name, list(TIERS))}")
        seconds = table.get("budget_s") if isinstance(table, dict) else None
        if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not seconds > 0:
            raise PlanError(f"tiers.{name} has one key, budget_s, and that is more than 0")
        found[tier] = float(seconds)
    return found
