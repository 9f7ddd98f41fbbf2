"""What can be chosen about the exchange: the form of delivery, the policy, and what goes wrong.

Each variant departs from the shipped protocol, or from what its environment promises, in one
place. All but `highest-name` are expected to break a property; which ones is measured, never
declared here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from model.lang import Formula
from model.protocol.sorts import Member


class Delivery(Enum):
    """E4: in which view a message is delivered."""

    SENDING_VIEW = "sending-view"
    SAME_VIEW = "same-view"


class Variant(Enum):
    """One way to depart from the protocol or its environment; the value is its name."""

    IGNORES_INDICATOR = "ignores-indicator"
    NEVER_CLEARED = "indicator-never-cleared"
    ON_SENDING_ONLY = "indicator-on-sending-only"
    ON_RECEIPT_ONLY = "indicator-on-receipt-only"
    ACKS_WITHOUT_ROUND = "acks-without-round"
    ACK_BEFORE_TRANSMIT = "ack-before-transmit"
    NO_WAITING = "no-waiting"
    LEADER_OF_REQUEST = "leader-of-request"
    HIGHEST_NAME = "highest-name"
    SHARED_KEY = "shared-key"
    FORGETS_SUBGROUPS = "forgets-subgroups"
    NO_FIFO = "no-fifo"
    NO_VIEW_SYNCHRONY = "no-view-synchrony"
    UNREPORTED_FAILURES = "unreported-failures"
    FALSE_SUSPICION = "false-suspicion"

    @property
    def meaning(self) -> str:
        """What the variant does, in a line."""
        return _MEANINGS[self]


_MEANINGS = {
    Variant.IGNORES_INDICATOR: "the leader does not consult the indicator (against R2)",
    Variant.NEVER_CLEARED: "a request does not clear the indicator (against R3)",
    Variant.ON_SENDING_ONLY: "the indicator is set on sending only (against R3)",
    Variant.ON_RECEIPT_ONLY: "the indicator is set on receipt only (the letter of R3)",
    Variant.ACKS_WITHOUT_ROUND: "an acknowledgment counts in any round of its request",
    Variant.ACK_BEFORE_TRANSMIT: "a leader acknowledges before it transmits (against R7)",
    Variant.NO_WAITING: "a member processes without every acknowledgment (against R4)",
    Variant.LEADER_OF_REQUEST: "the leader is that of the request's first view (against R5)",
    Variant.HIGHEST_NAME: "the highest name leads (another policy of R8; must be right)",
    Variant.SHARED_KEY: "all members have the same key, so all lead (against R8)",
    Variant.FORGETS_SUBGROUPS: "a request takes all who stay for one subgroup, done or not",
    Variant.NO_FIFO: "messages of one sender may overtake each other (without E1)",
    Variant.NO_VIEW_SYNCHRONY: "a crash in mid-multicast reaches some (without E2)",
    Variant.UNREPORTED_FAILURES: "a failure may never be reported (without E3)",
    Variant.FALSE_SUSPICION: "the service may exclude a member that is up",
}

Policy = Callable[[Member, Member], Formula]


def lowest_name(a: Member, b: Member) -> Formula:
    """The default policy of R8: `a` goes before `b` if its name is lower."""
    return a < b


def highest_name(a: Member, b: Member) -> Formula:
    """The opposite policy, as good."""
    return b < a


def shared_key(a: Member, b: Member) -> Formula:
    """No policy at all: every member has the same key, so none goes before another."""
    return (a < b) & (b < a)


@dataclass(frozen=True)
class Switches:
    """How the spec is staged.

    Attributes:
        delivery: the form of E4.
        total_order: E5, which the protocol does not need.
        failures: crashes (and false suspicions) at most; None, at any size, for no limit.
        variant: the one departure, or None for the protocol that is shipped.
        long_lived: parts that were separated meet again, and applications change what is held
            between exchanges; not together with total order.
        policy: whether `a` goes before `b` as leader (R8); must be a strict total order.
    """

    delivery: Delivery = Delivery.SAME_VIEW
    total_order: bool = False
    failures: int | None = None
    variant: Variant | None = None
    long_lived: bool = False
    policy: Policy = lowest_name

    def __str__(self) -> str:
        parts = [self.variant.value if self.variant else "shipped", self.delivery.value]
        return ", ".join(parts + (["total order"] if self.total_order else []))

    def is_(self, variant: Variant) -> bool:
        return self.variant is variant

    @property
    def goes_before(self) -> Policy:
        """The policy in force: the variant's, if the variant is about it."""
        if self.variant is Variant.HIGHEST_NAME:
            return highest_name
        return shared_key if self.variant is Variant.SHARED_KEY else self.policy
