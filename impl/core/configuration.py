"""A membership as a service tells of it: who is there, by address, and who is new."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

Address = str
"""How a service names a member: unique in a configuration, the same for everyone."""


def digest(*words: str) -> str:
    """A short name for a sequence of words; other sequences have other names, but for chance."""
    hashed = blake2b(digest_size=8)
    for word in words:
        encoded = word.encode()
        hashed.update(len(encoded).to_bytes(4, "big") + encoded)
    return hashed.hexdigest()


@dataclass(frozen=True)
class Configuration:
    """The membership from here on.

    Attributes:
        members: everyone, this member among them, in ascending order.
        joined: those that do not come along from this member's previous configuration: they were
            not in it, or have left it in between. In its first configuration, everyone.
    """

    members: tuple[Address, ...]
    joined: frozenset[Address]

    @cached_property
    def everyone(self) -> frozenset[Address]:
        """The members as a set."""
        return frozenset(self.members)

    @property
    def together(self) -> frozenset[Address]:
        """Those who come along from the configuration before, this member among them."""
        return self.everyone - self.joined

    @cached_property
    def name(self) -> str:
        """The same for all that see this membership, whoever is new to them."""
        return digest(*self.members)
