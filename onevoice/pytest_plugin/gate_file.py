"""A file of a gate as tests: one for each check, in groups by kind, and one for what all say.

What is found is kept where `onevoice gate` keeps it, so that neither does again what the other has
done.
"""

from __future__ import annotations

import re
import time
import tomllib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from onevoice.api.results import for_progress
from onevoice.exits import Exit, Stop
from onevoice.gate.check import Check, Watch, Wrong
from onevoice.gate.checks.search import Search
from onevoice.gate.gate import Way, run_gate
from onevoice.gate.plan import Plan, PlanError, read_plan
from onevoice.gate.result import EVERYWHERE, Done, Gated, How
from onevoice.gate.written.said import COVERAGE
from onevoice.pytest_plugin.asked import asked
from onevoice.pytest_plugin.told import Unfulfilled, what_all_say, what_is_wrong

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr

_OVERALL = f"{EVERYWHERE}: each property was checked, each action taken"


class GateFile(pytest.File):
    """A file of a gate."""

    plan: Plan
    budget_s: float | None
    _began: float | None = None
    _done: dict[Check[Any], Done]

    def collect(self) -> Iterator[Kind]:
        """The kinds of check in the file."""
        ask = asked(self.config)
        try:
            self.plan = read_plan(self.path)
        except PlanError as error:
            raise self.CollectError(str(error)) from None
        try:
            self.budget_s = self.plan.time_for(ask.tier, ask.budget_s)
        except PlanError as error:
            raise self.CollectError(f"{error}: --onevoice-budget 2h") from None
        self._done = {}
        checks = self.plan.of(ask.tier)
        for kind, of_kind in groupby(checks, lambda check: check.kind):
            yield Kind.from_parent(self, name=kind, checks=tuple(of_kind))
        if shipped(checks):
            yield Kind.from_parent(self, name=COVERAGE, checks=())

    def do(self, check: Check[Any]) -> Done:
        """Does a check, unless it is known what it finds."""
        done = self.known(check)
        if done is None:
            done = self._run(check)
            if done.found is not None:
                self._done[check] = done
        return done

    def known(self, check: Check[Any]) -> Done | None:
        """What came of a check in this process, or before."""
        if check in self._done:
            return self._done[check]
        found = asked(self.config).known(check)
        return None if found is None else Done(check, How.KEPT, found)

    def _run(self, check: Check[Any]) -> Done:
        """Does a check as the gate does it.

        Raises:
            KeyboardInterrupt: it was interrupted.
        """
        ask = asked(self.config)
        if self._began is None:
            self._began = time.monotonic()
        left = None
        if self.budget_s is not None:
            left = self.budget_s - (time.monotonic() - self._began)
        alone = Plan(self.plan.file, (check,), {})
        try:
            (done,) = run_gate(alone, check.tier, Way(ask.limits, left, ask.kept), _Quiet()).done
        except Stop as stop:
            if stop.code is Exit.INTERRUPTED:
                raise KeyboardInterrupt(stop.line) from None
            return Done(check, How.RUN, None, (Wrong(stop.code, stop.line),))
        return done


class Kind(pytest.Collector):
    """The checks of a kind."""

    parent: GateFile

    def __init__(self, *, checks: Sequence[Check[Any]], **given: Any) -> None:
        super().__init__(**given)
        self.checks = checks

    def collect(self) -> Iterator[CheckItem | OverallItem]:
        """The checks."""
        lines = lines_of(self.path, self.checks)
        for check in self.checks:
            yield CheckItem.from_parent(
                self, name=check.name, gate=self.parent, check=check, line=lines[check]
            )
        if not self.checks:
            yield OverallItem.from_parent(self, name=_OVERALL, gate=self.parent)


class _GateItem(pytest.Item):
    """A test of a gate."""

    def __init__(self, *, gate: GateFile, line: int = 0, **given: Any) -> None:
        super().__init__(**given)
        self.gate, self.line = gate, line
        self.add_marker("onevoice")

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """What is wrong, in words of ours."""
        if isinstance(excinfo.value, Unfulfilled):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The table of the check in the file."""
        assert self.parent is not None
        return self.path, self.line, f"{self.parent.name}: {self.name}"


class CheckItem(_GateItem):
    """A check of a gate."""

    def __init__(self, *, check: Check[Any], **given: Any) -> None:
        super().__init__(**given)
        self.check = check
        self.add_marker(f"onevoice_{check.tier}")

    def runtest(self) -> None:
        """Does the check.

        Raises:
            Unfulfilled: something is not as it must be.
        """
        done = self.gate.do(self.check)
        self.user_properties.append(("onevoice", done.how.value))
        if done.wrong:
            folder = self.config.invocation_params.dir
            raise Unfulfilled(what_is_wrong(done, self.gate.plan.file, folder))


class OverallItem(_GateItem):
    """What is said of all searches of the shipped protocol together, if all are known."""

    def runtest(self) -> None:
        """Says it.

        Raises:
            Unfulfilled: something is nowhere really checked.
        """
        tier = asked(self.config).tier
        known = [self.gate.known(check) for check in shipped(self.gate.plan.of(tier))]
        done = tuple(each for each in known if each is not None)
        if len(done) < len(known):
            pytest.skip("not all of its runs are known")
        gated = Gated(tier, done, 0.0)
        if gated.of_all:
            raise Unfulfilled(what_all_say(gated.of_all))


class _Quiet:
    """Listens to a gate for a test, which says nothing unless it fails."""

    def progress(self, check: Check[Any]) -> AbstractContextManager[Watch]:
        """A check begins."""
        return for_progress(False).progress(check.name)

    def done(self, done: Done) -> None:
        """A check is done."""

    def complain(self, text: str) -> None:
        """Something is wrong that does not change what was found."""
        warnings.warn(pytest.PytestWarning(f"onevoice: {text}"), stacklevel=2)


def shipped(checks: Sequence[Check[Any]]) -> list[Search]:
    """The searches of the shipped protocol."""
    return [each for each in checks if isinstance(each, Search) and each.variant is None]


def lines_of(file: Path, checks: Sequence[Check[Any]]) -> dict[Check[Any], int]:
    """Where the table of each check begins, in lines from 0; 0 if the file is written otherwise."""
    found = dict.fromkeys(checks, 0)
    if not checks:
        return found
    kind, text = checks[0].kind, file.read_text(encoding="utf-8")
    head = re.compile(rf"\s*\[\[\s*\"?{re.escape(kind)}\"?\s*\]\]")
    lines = [number for number, line in enumerate(text.splitlines()) if head.match(line)]
    tables = tomllib.loads(text)[kind]
    if len(lines) != len(tables):
        return found
    for check in checks:
        matching = (line for line, table in zip(lines, tables, strict=True) if _is_of(check, table))
        found[check] = next(matching, 0)
    return found


def _is_of(check: Check[Any], table: dict[str, Any]) -> bool:
    """Whether a check is one that a table stands for."""
    said = {key: _as_toml(getattr(check, key)) for key in table}
    return all(
        said[key] == value or (isinstance(value, list) and said[key] in value)
        for key, value in table.items()
    )


def _as_toml(value: Any) -> Any:
    plain = msgspec.to_builtins(value)
    return list(plain) if isinstance(plain, tuple) else plain
