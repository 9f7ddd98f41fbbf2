"""How an ordering process behaves. The member that starts it decides; later ones find it so."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be chosen.

    Attributes:
        linger_s: how long it waits for somebody after the last one has gone, before it ends.
        stall_limit_s: a member that holds back others, and has not taken anything for so long, is
            excluded.
        stranger_limit_s: who has not proved to know the secret by then is disconnected.
        waiting_bytes_max: what may wait for a member before those who send to it are held back.
    """

    linger_s: float = 2.0
    stall_limit_s: float = 30.0
    stranger_limit_s: float = 5.0
    waiting_bytes_max: int = 4 * 2**20

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"{field.name} must be positive and finite, not {value}")


DEFAULTS = Settings()
