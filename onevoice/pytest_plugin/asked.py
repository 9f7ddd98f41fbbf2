"""How a session of pytest does its checks: what its options ask for, once for each process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest

from onevoice.commands.gate import Duration, default_cache
from onevoice.gate.gate import known
from onevoice.gate.inputs import Inputs
from onevoice.gate.kept import Kept
from onevoice.options import read_limits

if TYPE_CHECKING:
    from model.search import Limits
    from onevoice.gate.check import Check, Record, Tier


@dataclass(frozen=True)
class Asked:
    """How checks are done.

    Attributes:
        tier: which of them.
        budget_s: seconds for all checks of a gate; None for what its file says.
        kept: where it is kept what was found; None to do everything again.
        limits: of each search; several processes of pytest share the machine.
        inputs: what checks depend on.
    """

    tier: Tier
    budget_s: float | None
    kept: Kept | None
    limits: Limits
    inputs: Inputs = field(default_factory=Inputs)

    def known(self, check: Check[Any]) -> Record | None:
        """What a check has found when all was as it is now, if that is known and was right."""
        return known(self.kept, self.inputs, check)


_KEY = pytest.StashKey[Asked]()


def asked(config: pytest.Config) -> Asked:
    """What the options ask for.

    Raises:
        pytest.UsageError: the budget is no time.
    """
    if _KEY not in config.stash:
        config.stash[_KEY] = Asked(
            config.getoption("onevoice_tier"), _budget_s(config), _kept(config), _limits(config)
        )
    return config.stash[_KEY]


def _budget_s(config: pytest.Config) -> float | None:
    given: str | None = config.getoption("onevoice_budget")
    try:
        return None if given is None else Duration().convert(given, None, None)
    except click.BadParameter as error:
        raise pytest.UsageError(f"--onevoice-budget: {error.format_message()}") from None


def _kept(config: pytest.Config) -> Kept | None:
    if config.getoption("onevoice_no_cache"):
        return None
    given: str | None = config.getoption("onevoice_cache")
    return Kept(default_cache() if given is None else config.invocation_params.dir / Path(given))


def _limits(config: pytest.Config) -> Limits:
    limits = read_limits({})
    workers: int = getattr(config, "workerinput", {}).get("workercount", 1)  # of pytest-xdist
    if workers == 1:
        return limits
    threads = max(1, (os.cpu_count() or 1) // workers)
    return replace(limits, memory_bytes=limits.memory_bytes // workers, threads=threads)
