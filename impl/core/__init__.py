"""The protocol as state machines without input or output: no clock, no chance, no network.

`member` is the exchange itself, in the steps of the specification; `session` stands between it and
a service that knows processes but neither requests nor subgroups. `variants` are members that are
wrong on purpose.
"""

from impl.core.configuration import Address, Configuration
from impl.core.effects import Accepted, Completed, Effect, Installed, Send
from impl.core.member import Member, Step
from impl.core.policy import Policy, highest_name, lowest_name
from impl.core.session import Session
from impl.core.values import (
    Acknowledgment,
    Announcement,
    Data,
    MemberId,
    ProtocolError,
    Request,
    Result,
    Subgroup,
    Update,
    View,
    ViewId,
)

__all__ = [
    "Accepted",
    "Acknowledgment",
    "Address",
    "Announcement",
    "Completed",
    "Configuration",
    "Data",
    "Effect",
    "Installed",
    "Member",
    "MemberId",
    "Policy",
    "ProtocolError",
    "Request",
    "Result",
    "Send",
    "Session",
    "Step",
    "Subgroup",
    "Update",
    "View",
    "ViewId",
    "highest_name",
    "lowest_name",
]
