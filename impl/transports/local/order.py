"""Who hears whom, and what each member is told of it. Without input or output.

The members fall into components: one, unless a rehearsal has split the group. Whoever passes on
packets asks `audience` for each and gives it to all of them before anything else happens; whoever
joins or removes members, splits or heals gives the announcements that come back to their recipients
likewise. Then everything that a member is told stands in one order, which gives E1, E2 and E5 of
`impl.service`; E3 holds since each change is announced to all whom it concerns, and E4 since a
packet is passed on in the configuration of the moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from impl.service import Address, Configuration


class RehearsalError(Exception):
    """The group cannot be split that way; the text says why."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one member is to be told."""

    recipient: Address
    configuration: Configuration


@dataclass
class Order:
    """The components of a group.

    Attributes:
        components: each in ascending order. Invariant: none is empty, no member is in two.
    """

    components: list[tuple[Address, ...]] = field(default_factory=list)
    # Invariant: the component of each member, and of nobody else; as it was announced to it last.
    _component: dict[Address, tuple[Address, ...]] = field(default_factory=dict)

    @classmethod
    def resumed(
        cls, told: Mapping[Address, tuple[Address, ...]], components: Iterable[Iterable[Address]]
    ) -> tuple[Order, list[Announcement]]:
        """The order of members that were told of their components by others.

        Args:
            told: what each member was told last.
            components: who hears whom now: of those that it was told of, perhaps fewer.

        Returns:
            The order, and what some are to be told.
        """
        order = cls(_component=dict(told))
        return order, order._change(components)

    def audience(self, sender: Address) -> tuple[Address, ...]:
        """Who receives what this member sends now, itself among them."""
        return self._component[sender]

    def __contains__(self, member: Address) -> bool:
        return member in self._component

    def __len__(self) -> int:
        return len(self._component)

    def join(self, member: Address) -> list[Announcement]:
        """A new member, which comes into the first component."""
        if member in self:
            raise ValueError(f"{member} is a member already")
        first, *others = self.components or [()]
        return self._change([(*first, member), *others])

    def remove(self, member: Address) -> list[Announcement]:
        """A member has left or failed."""
        if member not in self:
            raise ValueError(f"{member} is no member")
        del self._component[member]
        return self._change(
            tuple(other for other in component if other != member) for component in self.components
        )

    def split(self, parts: Sequence[Iterable[Address]]) -> list[Announcement]:
        """The members part, whatever the components were; who is in no part goes with the first.

        Raises:
            RehearsalError: somebody is no member, or in two parts, or a part is empty. Nothing has
                changed then.
        """
        components = [list(part) for part in parts]
        named = [member for part in components for member in part]
        if not components or not all(components):
            raise RehearsalError("a part is empty, or there is none: name its members")
        if unknown := sorted(set(named) - set(self._component)):
            raise RehearsalError(f"no members of the group: {', '.join(unknown)}")
        if twice := sorted(member for member, count in Counter(named).items() if count > 1):
            raise RehearsalError(f"named more than once: {', '.join(twice)}")
        components[0] += set(self._component) - set(named)
        return self._change(components)

    def heal(self) -> list[Announcement]:
        """All members are together again."""
        return self._change([list(self._component)])

    def _change(self, components: Iterable[Iterable[Address]]) -> list[Announcement]:
        ordered = (tuple(sorted(component)) for component in components)
        self.components = [component for component in ordered if component]
        announcements = []
        for component in self.components:
            members = frozenset(component)
            for member in component:
                previous = self._component.get(member)
                if previous == component:
                    continue
                # Nobody who was gone is ever back under the same address, so `joined` is this.
                joined = members.difference(previous or ())
                self._component[member] = component
                announcements.append(Announcement(member, Configuration(component, joined)))
        return announcements
