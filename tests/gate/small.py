"""A gate of a second, and how to run it."""

from __future__ import annotations

from collections.abc import Callable

from tests.onevoice.conftest import Ran

Gate = Callable[..., Ran]
"""Runs a gate that is written in TOML, with more words of the command line."""

BROKEN = frozenset({"AtMostOnce", "OneLeader", "ExactCost", "transmissions", "messages"})

SHARED_KEY = """
[[search]]
variant = "shared-key"
groups = "2"
"""

SMALL = f"""
[[search]]
groups = "2"

[[search]]
groups = "1,1j"
failures = 0

{SHARED_KEY}
breaks = {sorted(BROKEN)}

[[agreement]]
groups = "2"
failures = 0

[[lockstep]]
groups = "2"

[[wrong-members]]
groups = "2"
members = "shared-key"

[[storms]]
last = 2
"""
