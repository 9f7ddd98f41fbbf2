"""Logs of members to be opened: of a storm on a simulated network, right ones and wrong ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from impl.core import Member
from impl.core.variants import VARIANTS
from impl.transports.simulated import Storm, Weather

Logs = Mapping[str, Sequence[Mapping[str, Any]]]


def _storm(seed: int, make_member: Any = Member) -> Logs:
    logs = Storm(seed, Weather(sending_view=False), make_member).run().histories
    return {life: events for life, events in logs.items() if events}


LOGS = _storm(3)
REJECTED = _storm(3, VARIANTS["ignores-indicator"])
"""A successor speaks though its subgroup had been spoken for."""


def lines(logs: Logs) -> str:
    """Logs as the text of one file."""
    return "".join(json.dumps(event) + "\n" for events in logs.values() for event in events)


def written(folder: Path, logs: Logs) -> list[Path]:
    """Logs as files, one for each life."""
    paths = []
    for number, (life, events) in enumerate(logs.items()):
        paths.append(folder / f"{number}.jsonl")
        paths[-1].write_text(lines({life: events}))
    return paths
