"""Whether every step leads on for good, so that no state is ever reached again.

Bits of the first kind are only ever set. Bits of the second kind are only ever set, but by steps
that also set one of the first. If every transition sets a bit of the first kind that was clear,
or else clears none of the second and sets one that was clear, then the pair (how many of the
first are set, how many of the second) grows lexicographically with every transition: the graph
has no cycle but resting.
"""

from __future__ import annotations

from model.ground import Ground
from model.ground.circuit import FALSE, TRUE
from model.ground.implication import Implication


def stalled(ground: Ground) -> int:
    """The literal of "some step is enabled that does not lead on", which may add gates.

    If it is true in no reachable state, the graph has no cycle but resting.
    """
    circuit = ground.circuit
    first = _only_set(ground, set())
    second = _only_set(ground, first) - first
    stays: list[tuple[int, int]] = []
    for step in ground.steps:
        set_first, set_second, cleared = [], [], []
        for position, new in step.changes:
            old = circuit.input(position)
            if position in first:
                set_first.append(circuit.and_(old ^ 1, new))
            elif position in second:
                set_second.append(circuit.and_(old ^ 1, new))
                cleared.append(circuit.and_(old, new ^ 1))
        # Most guards say themselves that what the step sets is clear.
        said = set(circuit.conjuncts(step.guard))
        if said.isdisjoint(set_first) and (
            circuit.any(cleared) != FALSE or said.isdisjoint(set_second)
        ):
            by_second = circuit.and_(circuit.any(set_second), circuit.any(cleared) ^ 1)
            leads_on = circuit.or_(circuit.any(set_first), by_second)
            stays.append((step.guard, leads_on ^ 1))
    if not stays:
        return FALSE
    implication = Implication(circuit)
    return circuit.any([circuit.and_(*both) for both in stays if not implication.contradict(*both)])


def _only_set(ground: Ground, excused: set[int]) -> set[int]:
    """The bits that steps only ever set, but for steps that also set a bit that excuses them."""
    fine: dict[int, bool] = {}
    for step in ground.steps:
        excuse = any(new == TRUE and position in excused for position, new in step.changes)
        for position, new in step.changes:
            fine[position] = fine.get(position, True) and (new == TRUE or excuse)
    return {position for position, only_set in fine.items() if only_set}
