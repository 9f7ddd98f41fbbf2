"""A property of each kind, with a run that violates it."""

from __future__ import annotations

from model.protocol import Variant
from traces.counterexample import Kind
from traces.run import Run

# The property, its kind, and a run that violates it.
OF_EACH_KIND: tuple[tuple[str, Kind, Run], ...] = (
    ("OneLeader", "safety", Run("2", variant=Variant.SHARED_KEY)),
    ("AtMostOnce", "safety", Run("2", variant=Variant.SHARED_KEY)),
    ("SilentIfSpokenFor", "step", Run("2", variant=Variant.IGNORES_INDICATOR)),
    ("transmissions", "bound", Run("2", variant=Variant.SHARED_KEY)),
    ("Termination", "leads-to", Run("2", variant=Variant.UNREPORTED_FAILURES)),
    ("deadlock", "deadlock", Run("2+1j", variant=Variant.NO_VIEW_SYNCHRONY)),
)
