"""From a staged spec and a finite scope to a circuit: `ground(finite, initial)`.

Knows nothing of machine code: the explicit-state engine and the SAT back end both read it.
"""

from model.ground.circuit import Circuit
from model.ground.grounding import Ground, GroundStep, ground, reread
from model.ground.layout import Layout

__all__ = ["Circuit", "Ground", "GroundStep", "Layout", "ground", "reread"]
