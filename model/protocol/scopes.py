"""Finite scopes of the exchange: who arrives with which request, in the notation `2+1,1j`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from model.lang import ScopeError
from model.scope import Scope


@dataclass(frozen=True)
class Group:
    """A subgroup that arrives: so many members with the same data, or so many fresh joiners."""

    members: int
    joins: bool = False


def parse_groups(text: str) -> tuple[tuple[Group, ...], ...]:
    """Reads the notation of `--groups`.

    `2+1` is one request that merges a subgroup of two with a subgroup of one; `1+2j` a group of
    one that two members without data join; after a comma comes what the next request brings.

    Returns:
        The groups by request.

    Raises:
        ScopeError: the text is not in the notation.
    """
    requests = []
    for part in text.split(","):
        groups = []
        for item in part.split("+"):
            match = re.fullmatch(r"([1-9][0-9]?)(j?)", item.strip())
            if match is None:
                raise ScopeError(
                    f"groups {text!r}: {item.strip()!r} is no subgroup: write sizes joined by "
                    "`+`, as in `2+1`; `1j` is a joiner without data; `,` begins what the next "
                    "request brings, as in `1+1,1j`"
                )
            groups.append(Group(int(match[1]), bool(match[2])))
        requests.append(tuple(groups))
    return tuple(requests)


@dataclass(frozen=True)
class ExchangeScope:
    """A finite scope of the exchange.

    Attributes:
        requests: the groups that each request brings, the first view's first.
        failures: crashes at most.
        views: views at most; by default (0) as many as can ever be formed.

    Raises:
        ScopeError: fewer views than can be formed, or no member.
    """

    requests: tuple[tuple[Group, ...], ...]
    failures: int
    views: int = 0

    @staticmethod
    def parse(groups: str, failures: int = 1, requests: int = 0, views: int = 0) -> ExchangeScope:
        """The scope of the command line's options; requests beyond `groups` bring one joiner."""
        brought = parse_groups(groups)
        if requests and requests < len(brought):
            raise ScopeError(f"groups {groups!r} make {len(brought)} requests, not {requests}")
        brought += ((Group(1, joins=True),),) * (requests - len(brought))
        return ExchangeScope(brought, failures, views)

    def __post_init__(self) -> None:
        if self.failures < 0:
            raise ScopeError(f"failures: {self.failures} is negative")
        if self.views and self.views < self.needed_views:
            raise ScopeError(
                f"views: {len(self.requests)} requests and {self.failures} failures can form "
                f"{self.needed_views} views; with {self.views} the exchange would get stuck"
            )

    @property
    def needed_views(self) -> int:
        """Each request forms a view, and so does each failure, at most."""
        return len(self.requests) + min(self.failures, self.members - 1)

    @property
    def members(self) -> int:
        return sum(group.members for request in self.requests for group in request)

    def __str__(self) -> str:
        groups = ",".join(
            "+".join(f"{g.members}{'j' if g.joins else ''}" for g in request)
            for request in self.requests
        )
        return f"{groups} with {self.failures} failure{'s' if self.failures != 1 else ''}"

    def scope(self) -> Scope:
        """The sizes and immutables for the engines. Members are named by subgroup: a1, a2, b1."""
        names: list[str] = []
        arrives: set[tuple[int, int]] = set()
        origin: set[tuple[int, int]] = set()
        brings: set[tuple[int, int]] = set()
        data: list[str] = []
        letter = ord("a")
        for arrival, request in enumerate(self.requests):
            for group in request:
                members = range(len(names), len(names) + group.members)
                names += [f"{chr(letter)}{i + 1}" for i in range(group.members)]
                arrives |= {(m, arrival) for m in members}
                if group.joins:
                    origin |= {(m, m) for m in members}
                else:
                    origin |= {(m, n) for m in members for n in members}
                    brings |= {(m, len(data)) for m in members}
                    data.append(chr(letter).upper())
                letter += 1
        views = self.views or self.needed_views
        return Scope(
            sizes={
                "Member": len(names),
                "View": views,
                "Arrival": len(self.requests),
                "Datum": max(len(data), 1),
            },
            given={"arrives": arrives, "origin": origin, "brings": brings},
            names={
                "Member": tuple(names),
                "View": tuple(f"v{i}" for i in range(views)),
                "Arrival": tuple(f"r{i}" for i in range(len(self.requests))),
                "Datum": tuple(data) or ("none",),
            },
        )
