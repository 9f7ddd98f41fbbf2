"""What is run: the exchange under its switches, at a finite scope. Values, as text and back."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from functools import cached_property

from model.lang import ScopeError, Staged, stage
from model.protocol import Delivery, ExchangeScope, Switches, Variant, exchange
from model.scope import Finite

# Far beyond what any engine can search; they keep a slip of the hand from filling the memory.
COUNT_MAX = 99
MEMBERS_MAX = 26
GROUPS_LENGTH_MAX = 200


@dataclass(frozen=True)
class Run:
    """The exchange at a scope.

    Attributes:
        groups: who arrives with which request, as in `2+1,1j`.
        failures: crashes (and false suspicions) at most.
        requests: 0 for as many as `groups` brings; those beyond bring one joiner each.
        views: views at most, 0 for as many as can be formed.
        delivery: the form of E4.
        total_order: E5.
        variant: the departure from the shipped protocol, if any.
    """

    groups: str = "2+1"
    failures: int = 1
    requests: int = 0
    views: int = 0
    delivery: Delivery = Delivery.SAME_VIEW
    total_order: bool = False
    variant: Variant | None = None

    @cached_property
    def exchange_scope(self) -> ExchangeScope:
        """The scope in the terms of the exchange.

        Raises:
            ScopeError: the groups are not in their notation, or the numbers do not fit.
        """
        for name, count in (
            ("failures", self.failures), ("requests", self.requests), ("views", self.views),
        ):  # fmt: skip
            if not 0 <= count <= COUNT_MAX:
                raise ScopeError(f"{name}: {count} is not between 0 and {COUNT_MAX}")
        if len(self.groups) > GROUPS_LENGTH_MAX:
            raise ScopeError(f"groups: the text has {len(self.groups):,} characters, more than "
                             f"{GROUPS_LENGTH_MAX}")  # fmt: skip
        scope = ExchangeScope.parse(self.groups, self.failures, self.requests, self.views)
        if scope.members > MEMBERS_MAX:
            raise ScopeError(f"groups {self.groups!r} have {scope.members} members, "
                             f"the most is {MEMBERS_MAX}")  # fmt: skip
        return scope

    @cached_property
    def staged(self) -> Staged:
        """The spec under the switches of the run."""
        switches = Switches(self.delivery, self.total_order, self.failures, self.variant)
        return stage(exchange(switches))

    @cached_property
    def finite(self) -> Finite:
        """The spec at its scope.

        Raises:
            ScopeError: the scope is wrong.
        """
        scope = self.exchange_scope.scope()
        return Finite(self.staged, scope)

    @property
    def views_max(self) -> int:
        """The views that can be formed."""
        return self.exchange_scope.views or self.exchange_scope.needed_views

    @property
    def name(self) -> str:
        """A short name that tells runs apart: of files, and of lines in a report."""
        parts = [self.groups, f"f{self.failures}"]
        parts += [f"r{self.requests}"] if self.requests else []
        parts += [f"v{self.views}"] if self.views else []
        parts += [self.delivery.value]
        parts += ["total-order"] if self.total_order else []
        parts += [self.variant.value] if self.variant else []
        return "_".join(parts)

    @property
    def options(self) -> str:
        """The options of the command line that name this run."""
        words = ["--groups", self.groups, "--failures", str(self.failures)]
        words += ["--requests", str(self.requests)] if self.requests else []
        words += ["--views", str(self.views)] if self.views else []
        words += ["--delivery", self.delivery.value]
        words += ["--total-order"] if self.total_order else []
        words += ["--variant", self.variant.value] if self.variant else []
        return shlex.join(words)
