"""Situations of the exchange that are worth a look, each as a predicate over a state.

A predicate says in one state what has happened: `sent`, `placed`, `completed` and `held` are kept
for ever, and so is who was in which view.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.protocol import Delivery
from traces.run import Run

SAME, SENDING = Delivery.SAME_VIEW, Delivery.SENDING_VIEW


@dataclass(frozen=True)
class Situation:
    """Something that can happen.

    Attributes:
        name: of its file.
        runs: where it is shown.
        predicate: true where it has happened, and the exchange is complete.
        description: what happens, in a sentence.
    """

    name: str
    runs: tuple[Run, ...]
    predicate: str
    description: str


def both(groups: str, failures: int) -> tuple[Run, ...]:
    """The scope under both forms of delivery."""
    return tuple(Run(groups, failures, delivery=delivery) for delivery in (SAME, SENDING))


SITUATIONS = (
    Situation(
        "leader-dies-before-it-speaks",
        both("2+1", 1),
        "held[a1, v0, A] & crashed[a1] & ~spoke(a1, v0)"
        " & sent[data, a2, v1] & completed[a2, v1] & completed[b1, v1]",
        "The leader a1 is told of the request and dies before it speaks; its successor a2 speaks "
        "in the next round, which completes the exchange.",
    ),
    Situation(
        "leader-dies-while-its-data-waits",
        both("2+1", 1),
        "waiting(data, a1, v0) & crashed[a1]"
        " & sent[data, a2, v1] & completed[a2, v1] & completed[b1, v1]",
        "The leader a1 dies while its data waits in its queue, so that nobody ever gets it; its "
        "successor a2 has not received it, and speaks.",
    ),
    Situation(
        "leader-dies-after-it-speaks",
        both("2+1", 1),
        "placed[v0, data, a1, v0] & crashed[a1] & ~spoke(a2, v0)"
        " & completed[a2, v1] & completed[b1, v1] & holds[b1, A]",
        "The leader a1 dies after its data is out; its successor a2 has received it, and keeps "
        "silent.",
    ),
    Situation(
        "data-waits-over-a-change-of-view",
        (Run("2+1", 1, delivery=SAME),),
        "placed[v1, data, a1, v0] & ~sent[data, a1, v1]"
        " & completed[a1, v1] & completed[b1, v1] & holds[b1, A]",
        "The data of a1 still waits in its queue when a2 fails and the view changes; a1 does not "
        "speak a second time, and its data is delivered in the next view.",
    ),
    Situation(
        "the-last-of-a-subgroup-dies",
        both("2+1", 1),
        "held[b1, v0, B] & crashed[b1] & ~spoke(b1, v0)"
        " & completed[a1, v1] & completed[a2, v1] & ~holds[a1, B] & ~holds[a2, B]",
        "b1, all of its subgroup, dies before it speaks; the exchange completes without its data, "
        "which is lost.",
    ),
    Situation(
        "successor-of-a-successor-speaks",
        both("3", 2),
        "crashed[a1] & crashed[a2] & in_view[v1, a2] & ~in_view[v1, a1]"
        " & ~spoke(a1, v0) & ~spoke(a2, v0) & sent[data, a3, v2] & completed[a3, v2]",
        "Two leaders die one after the other, neither of which has spoken; the third speaks in the "
        "third round.",
    ),
    Situation(
        "message-of-an-earlier-request",
        (Run("2,1j", 0, delivery=SAME),),
        "placed[v1, data, a1, v0] & belongs[v1, v1]"
        " & completed[a1, v1] & completed[a2, v1] & completed[b1, v1] & holds[b1, A]",
        "b1 joins while the data of a1 for the request before waits in its queue; it is delivered "
        "in the view of the new request, where it is of no effect.",
    ),
    Situation(
        "request-interrupted-by-another",
        (Run("2,1j", 0, delivery=SAME), Run("1+1,1j", 0, delivery=SENDING)),
        "sent[data, a1, v0] & ~exists(Member, lambda m: completed[m, v0]) & belongs[v1, v1]"
        " & forall(Member, lambda m: completed[m, v1])",
        "A member joins in the middle of an exchange, which nobody has completed and nobody will; "
        "the new request does its work as well.",
    ),
    Situation(
        "complete-in-the-second-round",
        both("2+1", 1),
        "sent[data, a1, v0] & sent[data, b1, v0] & crashed[a2]"
        " & ~exists(Member, lambda m: sent[data, m, v1] | completed[m, v0])"
        " & completed[a1, v1] & completed[b1, v1]",
        "a2, which does not lead, fails after all data was sent; the second round acknowledges "
        "what the first has brought, and nobody speaks again.",
    ),
)  # fmt: skip
