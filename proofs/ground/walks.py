"""Random walks over the circuit: an easy way to see that something *can* be reached."""

from __future__ import annotations

import random
from collections.abc import Iterator

from proofs.ground.encode import Bits, System
from proofs.ground.lift import Evaluation


class Walks:
    """Behaviours at random, the same for the same seed.

    Args:
        system: the spec at its scope.
        seed: what the choices depend on.
    """

    def __init__(self, system: System, seed: int = 0) -> None:
        self.system = system
        self.random = random.Random(seed)

    def walk(self, steps_max: int, fair_first: bool = False) -> Iterator[Evaluation]:
        """The states of one behaviour, each evaluated; it ends where no step is enabled.

        Args:
            steps_max: it may also end after so many steps.
            fair_first: take what need not happen, such as failures, only where nothing else can.
        """
        ground = self.system.ground
        bits: Bits = self.random.choice(self.system.initial)
        for _ in range(steps_max + 1):
            here = Evaluation(ground.circuit, bits)
            yield here
            enabled = [step for step in ground.steps if here.value(step.guard)]
            if not enabled:
                return
            if fair_first:
                enabled = [s for s in enabled if s.step.action.fair != "none"] or enabled
            bits = here.taken(self.random.choice(enabled))
