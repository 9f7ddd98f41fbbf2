"""The executable specification of the exchange. Read in this order:

`switches.py` (what can be chosen), `service.py` (the state, and the environment E1–E5),
`exchange.py` (the members, R1–R12), `properties.py` (what must be true), `scopes.py` (finite
sizes), `long_lived.py` (what a group goes through besides). The source of truth is the project's
protocol description; rows are cited as `R3`.
"""

from model.protocol.long_lived import LongLivedExchange
from model.protocol.properties import TotallyOrderedExchange, VerifiedExchange
from model.protocol.scopes import ExchangeScope, parse_groups
from model.protocol.switches import Delivery, Policy, Switches, Variant

__all__ = [
    "Delivery",
    "ExchangeScope",
    "LongLivedExchange",
    "Policy",
    "Switches",
    "TotallyOrderedExchange",
    "Variant",
    "VerifiedExchange",
    "exchange",
    "parse_groups",
]


def exchange(switches: Switches) -> VerifiedExchange:
    """The spec of the exchange under these switches, ready to be staged.

    Raises:
        ValueError: these switches do not go together.
    """
    if switches.long_lived:
        if switches.total_order:
            raise ValueError("long_lived does not go together with total_order")
        return LongLivedExchange(switches)
    return TotallyOrderedExchange(switches) if switches.total_order else VerifiedExchange(switches)
