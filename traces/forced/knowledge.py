"""What a member knows: by the specification, and read off the implementation.

The variables are those of `traces.lockstep.facts`, which says what each is on both sides, and what
the member's application holds. All are numbers of the specification's elements, or bits of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Generic, NamedTuple, TypeVar

from impl.core import Member, MemberId, ViewId
from model.protocol import Variant
from model.scope import Finite
from model.search.exploration import Graph
from traces.lockstep.facts import FIELDS, NONE, Facts, Ints
from traces.run import Run

D = TypeVar("D")


class Knowledge(NamedTuple):
    """What one member knows; sets are bits.

    Attributes:
        at: the view installed last, or NONE.
        indicator, done, transmitted, acknowledged: 0 or 1.
        acknowledgments: the members whose acknowledgments of this round have come.
        received: the members of the subgroups whose data has come in this request.
        held: the data that it held when the request reached it.
        holds: the data that its application holds now.
    """

    at: int
    indicator: int
    done: int
    transmitted: int
    acknowledged: int
    acknowledgments: int
    received: int
    held: int
    holds: int


class Formed(NamedTuple):
    """A view as the specification forms it.

    Attributes:
        members: as bits.
        subgroups: of its request, each as bits.
    """

    members: int
    subgroups: frozenset[int]


NAMES = {
    "at": "the view that it is in",
    "indicator": "the indicator",
    "done": "whether it has completed",
    "transmitted": "whether it has transmitted in this round",
    "acknowledged": "whether it has acknowledged in this round",
    "acknowledgments": "the acknowledgments of this round that it has",
    "received": "whose subgroups' data it has received",
    "held": "what it held when the request reached it",
    "holds": "what it holds",
}
"""The variables in words. The order is that in which differences are looked for."""

DATA, ACK = 0, 1
"""The kinds of message, in the order of the specification."""

STRANGE = NONE - 1
"""A view that the specification does not have."""


class Known:
    """What each member knows in each state of a graph, by the specification.

    Args:
        run: the specification's scope and switches.
        graph: its states.
    """

    def __init__(self, run: Run, graph: Graph) -> None:
        assert Knowledge._fields[1:-1] == FIELDS
        self.facts = Facts(run.finite, graph)
        self.members = range(self.facts.members)
        self._any_round = run.variant is Variant.ACKS_WITHOUT_ROUND
        self._signatures: list[list[int]] = [self.facts.signature(m).tolist() for m in self.members]
        self._holds: list[list[int]] = [self.facts.holds[m].tolist() for m in self.members]
        self._decoded: dict[tuple[int, int], Knowledge] = {}

    def formed(self, v: int, state: int) -> Formed:
        """A view that is formed."""
        facts, count = self.facts, len(self.members)
        same = int(facts.same[facts.request_of[v, state], state])
        rows = (same >> m * count & ((1 << count) - 1) for m in self.members)
        return Formed(int(facts.in_view[v, state]), frozenset(row for row in rows if row))

    def bearing(self, state: int) -> int:
        """The members that hold data, as bits."""
        return sum(1 << m for m in self.members if self._holds[m][state])

    def of(self, m: int, state: int) -> Knowledge:
        """What a live member knows."""
        key = self._signatures[m][state], self._holds[m][state]
        knows = self._decoded.get(key)
        if knows is None:
            knows = self._decoded[key] = Knowledge._make((*self._unpacked(key[0]), key[1]))
        if self._any_round and knows.at != NONE:
            return knows._replace(acknowledgments=int(self._of_any_round[m][state]))
        return knows

    def _unpacked(self, packed: int) -> tuple[int, ...]:
        """The fields of a signature: see `Facts.signature`."""
        members, data = self.facts.members, self.facts.data
        values = []
        for width in reversed((1, 1, 1, 1, members, members, data)):
            values.append(packed & ((1 << width) - 1))
            packed >>= width
        return (packed - 1, *reversed(values))

    @cached_property
    def _of_any_round(self) -> list[Ints]:
        """By member: whose acknowledgments of any round of the request have come.

        The variant that counts them is compared in what it counts.
        """
        facts, found = self.facts, []
        for m in self.members:
            at = facts.at[m]
            request = facts.request_of[at.clip(0), range(len(at))]
            bits = at * 0
            for p in self.members:
                delivered = facts.bits("delivered", m, ACK, p)
                for v in range(facts.views):
                    came = (delivered >> v & 1) & (facts.request_of[v] == request)
                    bits |= came << p
            found.append(bits)
        return found


class Reading(Generic[D]):
    """Reads the same off a member of the implementation.

    Args:
        view: the number of a view in the specification.
        member: that of a member.
        content: the data in what a member holds, as bits.
    """

    def __init__(
        self,
        view: Callable[[ViewId], int],
        member: Callable[[MemberId], int],
        content: Callable[[D], int],
    ) -> None:
        self._view, self._member, self._content = view, member, content

    def of(self, member: Member[D], holds: int) -> Knowledge:
        """What a member knows, and its application holds."""
        view = member.view
        if view is None:  # it knows nothing yet, whatever it begins with
            return Knowledge(NONE, 0, 0, 0, 0, 0, 0, 0, holds)
        number, received = self._member, 0
        for group in member.received:
            for each in group.members:
                received |= 1 << number(each)
        acknowledgments = 0
        for each in member.acknowledged_by:
            acknowledgments |= 1 << number(each)
        return Knowledge(
            self._view(view.id),
            int(member.indicator),
            int(member.completed),
            int(member.transmitted),
            int(member.acknowledged),
            acknowledgments,
            received,
            0 if member.held is None else self._content(member.held()),
            holds,
        )


class Words:
    """Numbers of the specification as names.

    Args:
        finite: the specification at its scope.
    """

    def __init__(self, finite: Finite) -> None:
        names = finite.scope.names
        self.members, self.views, self.data = names["Member"], names["View"], names["Datum"]

    def view(self, v: int) -> str:
        """A view, that there is none, or that it is none of the specification's."""
        if v < 0:
            return "no view" if v == NONE else "another view"
        return self.views[v]

    def message(self, kind: int, p: int, v: int) -> str:
        """A message, as in `the data of a1 in v0`."""
        what = "data" if kind == DATA else "acknowledgment"
        return f"the {what} of {self.members[p]} in {self.view(v)}"

    def people(self, bits: int) -> str:
        """Members."""
        return _listed(self.members, bits) or "nobody"

    def content(self, bits: int) -> str:
        """What a member holds; a bit beyond the specification's data is something else."""
        return _listed((*self.data, "something else"), bits) or "nothing"

    def differing(self, here: Knowledge, there: Knowledge) -> tuple[str, str, str]:
        """The first variable that differs, and both its values.

        Args:
            here: of the implementation.
            there: of the specification, which is not the same.
        """
        for differing in self.both(here, there):
            if differing[1] != differing[2]:
                return differing
        raise ValueError("they are the same")

    def both(self, here: Knowledge, there: Knowledge) -> Iterator[tuple[str, str, str]]:
        """Every variable, and its value on both sides.

        Args:
            here: of the implementation.
            there: of the specification.
        """
        for field, one, other in zip(Knowledge._fields, here, there, strict=True):
            yield NAMES[field], self._value(field, one), self._value(field, other)

    def _value(self, field: str, value: int) -> str:
        match field:
            case "at":
                return self.view(value)
            case "acknowledgments" | "received":
                return self.people(value)
            case "held" | "holds":
                return self.content(value)
            case "indicator":
                return "set" if value else "clear"
            case _:
                return "yes" if value else "no"


def _listed(names: tuple[str, ...], bits: int) -> str:
    return " ".join(name for number, name in enumerate(names) if bits >> number & 1)
