"""The executable specification of the exchange. Read in this order:

`switches.py` (what can be chosen), `service.py` (the state, and the environment E1–E5),
`exchange.py` (the members, R1–R12), `properties.py` (what must be true), `scopes.py` (finite
sizes). The source of truth is the project's protocol description; rows are cited as `R3`.
"""

from model.protocol.properties import TotallyOrderedExchange, VerifiedExchange
from model.protocol.scopes import ExchangeScope, parse_groups
from model.protocol.switches import Delivery, Policy, Switches, Variant

__all__ = [
    "Delivery",
    "ExchangeScope",
    "Policy",
    "Switches",
    "TotallyOrderedExchange",
    "Variant",
    "VerifiedExchange",
    "exchange",
    "parse_groups",
]


def exchange(switches: Switches) -> VerifiedExchange:
    """The spec of the exchange under these switches, ready to be staged."""
    return TotallyOrderedExchange(switches) if switches.total_order else VerifiedExchange(switches)
