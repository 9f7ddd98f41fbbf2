"""Storms on the simulated network, held against the specification."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from impl.core import Member, MemberId, ProtocolError
from impl.transports.simulated import Storm
from model.protocol import Delivery
from traces.validate import Validator, Verdict


@dataclass
class Stormed:
    """What came of some storms.

    Attributes:
        storms: how many; the last one is the first that was not accepted, if one was not.
        events: that members noted.
        constrained: how many of them were held against the specification.
        steps: of the specification, in the behaviours that were found.
        refused: the seed of the storm that was not accepted, and why; or None.
    """

    storms: int = 0
    events: int = 0
    constrained: int = 0
    steps: int = 0
    refused: tuple[int, str] | None = None


def storms(
    seeds: Iterable[int],
    make_member: Callable[[MemberId], Member[bytes]] = Member,
    say: Callable[[str], None] = lambda far: None,
) -> Stormed:
    """Whether what members do in storms is a behaviour of the specification, until once it is not.

    Args:
        seeds: of the storms.
        make_member: the members' rules.
        say: is told how far it is.
    """
    validators = {form: Validator(form) for form in Delivery}
    stormed = Stormed()
    for seed in seeds:
        stormed.storms += 1
        say(f"storm {seed}")
        try:
            world = Storm(seed, make_member=make_member).run()
        except ProtocolError as error:
            stormed.refused = seed, str(error)
            return stormed
        if not any(world.histories.values()):
            continue
        form = Delivery.SENDING_VIEW if world.network.sending_view else Delivery.SAME_VIEW
        verdict = validators[form].validate(world.histories)
        stormed.events += verdict.events.total()
        stormed.constrained += verdict.constrained
        stormed.steps += verdict.steps
        if not verdict.accepted:
            stormed.refused = seed, _why(verdict)
            return stormed
    return stormed


def _why(verdict: Verdict) -> str:
    if verdict.undetermined:
        return verdict.undetermined
    if verdict.rejected is None:
        return verdict.stuck.why if verdict.stuck is not None else "it is not accepted"
    life, index, why = verdict.rejected
    return f"{life}, event {index + 1}: {why}"
