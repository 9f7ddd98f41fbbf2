"""The application: command line, gate, report, explorer, and what Python and notebooks call.

It has no logic of its own. `cli.py` finds the command, a module each in `commands/`; `search.py`
and the packages `model`, `proofs` and `traces` do the work and return values; `report/` turns
values into text. `api/` offers the same to Python:

    import onevoice

    result = onevoice.check("2+1", failures=1, variant="indicator-on-receipt-only")
    result.holds  # False

The names of `__all__` are loaded when they are asked for, so that the command line starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onevoice.api import (
        Checked,
        Conformed,
        Counterexample,
        OpenObligation,
        Proofs,
        Replayed,
        check,
        conform,
        prove,
        replay,
    )

__all__ = [
    "Checked",
    "Conformed",
    "Counterexample",
    "OpenObligation",
    "Proofs",
    "Replayed",
    "check",
    "conform",
    "prove",
    "replay",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("onevoice.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
