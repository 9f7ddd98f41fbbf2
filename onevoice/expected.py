"""What the gate runs and what must come of it: all of it as data, each run on its own.

The shipped protocol must hold everywhere. A variant must break exactly what stands here: one that
breaks less is a bug of the spec, one that breaks more is news. The slow engine must agree with the
fast one, to the state and to the step.
"""

from __future__ import annotations

from dataclasses import dataclass

from impl.core.variants import VARIANTS as WRONG
from model.protocol import Delivery, Switches, Variant
from traces.run import Run

SENDING, SAME = Delivery.SENDING_VIEW, Delivery.SAME_VIEW

SHIPPED = (
    Run("2+1", failures=1, delivery=SENDING),
    Run("2+1", failures=1, delivery=SAME),
    Run("2+1", failures=2, delivery=SENDING),
    Run("2+1", failures=2, delivery=SAME),
    Run("1+1+1", failures=1, delivery=SENDING),
    Run("1+1+1", failures=1, delivery=SAME),
    Run("1+1", failures=1, requests=2, delivery=SENDING),
    Run("1+1", failures=1, requests=2, delivery=SAME),
    Run("1+1", failures=1, delivery=SENDING, total_order=True),
    Run("1+1", failures=1, delivery=SAME, total_order=True),
)


# The implementation is driven through every transition of these.
LOCKSTEP = (
    Run("2+1", failures=2, delivery=SENDING),
    Run("2+1", failures=2, delivery=SAME),
    Run("1+1", failures=0, requests=2, delivery=SENDING),
)


# Members that are wrong on purpose must be caught here, where one joins, and a leader may fail.
WRONG_MEMBERS = tuple(WRONG)
WRONG_MEMBERS_AT = Run("2+1j", failures=1, delivery=SAME)

# What members do in these storms on the simulated network must be a behaviour of the specification.
STORMS = range(1, 101)

# The protocol is proved for every size under these, with so many seconds for an obligation.
PROOFS = (Switches(SENDING), Switches(SAME))
PROOF_LIMIT_S = 30.0


@dataclass(frozen=True)
class Expectation:
    """The properties that a run violates."""

    run: Run
    violated: frozenset[str]


def _breaks(
    variant: Variant, *violated: str, groups: str = "2+1j", failures: int = 1
) -> Expectation:
    run = Run(groups, failures=failures, delivery=SAME, variant=variant)
    return Expectation(run, frozenset(violated))


# Where a joiner without data joins a subgroup of two, each variant breaks all that it can break.
VARIANTS = (
    _breaks(Variant.IGNORES_INDICATOR, "AtMostOnce", "SilentIfSpokenFor", "transmissions"),
    _breaks(
        Variant.NEVER_CLEARED,
        "Complete", "SameData", "Truthful", "AckAfterData", "ExactCost", "Coverage",
    ),
    _breaks(Variant.ON_SENDING_ONLY, "AtMostOnce"),
    _breaks(Variant.ON_RECEIPT_ONLY, "AtMostOnce", "transmissions"),
    # The letter of R3 is right where a message is delivered in the view in which it was sent.
    Expectation(
        Run("2+1", failures=1, delivery=SENDING, variant=Variant.ON_RECEIPT_ONLY), frozenset()
    ),
    _breaks(
        Variant.ACKS_WITHOUT_ROUND,
        "Complete", "Agreement", "SameData", "NoEarlyProcessing", "Coverage",
    ),
    _breaks(
        Variant.ACK_BEFORE_TRANSMIT,
        "Complete", "Agreement", "SameData", "AckAfterData", "ExactCost", "Coverage",
    ),
    _breaks(
        Variant.NO_WAITING,
        "Complete", "Agreement", "SameData", "Uniform", "Announced", "NoEarlyProcessing",
        "ExactCost", "Coverage",
    ),
    _breaks(Variant.LEADER_OF_REQUEST, "Complete", "SameData", "Coverage"),
    _breaks(Variant.HIGHEST_NAME, groups="2+1"),
    _breaks(
        Variant.SHARED_KEY, "AtMostOnce", "OneLeader", "ExactCost", "transmissions", "messages"
    ),
    # Only a request that arrives in the middle of another finds members that have not completed.
    _breaks(
        Variant.FORGETS_SUBGROUPS, "SameData", "OwnVoice", "Coverage",
        groups="1+1,1j", failures=0,
    ),
    _breaks(Variant.NO_FIFO, "Complete", "Agreement", "SameData", "Coverage"),
    _breaks(
        Variant.NO_VIEW_SYNCHRONY,
        "deadlock", "AtMostOnce", "Complete", "Agreement", "SameData", "Uniform", "Announced",
        "Termination", "Coverage",
    ),
    _breaks(Variant.UNREPORTED_FAILURES, "Termination", "Coverage"),
    _breaks(Variant.FALSE_SUSPICION, "transmissions", "Termination", "Coverage"),
)  # fmt: skip

AGREEMENT = (
    Run("1+1", failures=0, delivery=SENDING),
    Run("1+1", failures=0, delivery=SAME),
    Run("2", failures=1, delivery=SAME, variant=Variant.UNREPORTED_FAILURES),
    Run("1+1", failures=0, delivery=SAME, variant=Variant.NEVER_CLEARED),
    Run("1+1", failures=0, delivery=SAME, variant=Variant.ACK_BEFORE_TRANSMIT),
    Run("2", failures=0, delivery=SAME, variant=Variant.NO_WAITING),
    Run("2", failures=0, delivery=SAME, variant=Variant.SHARED_KEY),
)
