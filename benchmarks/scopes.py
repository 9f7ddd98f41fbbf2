"""What is searched: the exchange at scopes, each for a purpose."""

from __future__ import annotations

from model.lang import ScopeError
from model.protocol import Delivery, Variant
from traces.run import Run

SENDING, SAME = Delivery.SENDING_VIEW, Delivery.SAME_VIEW

# Compared state by state count; between them both deliveries, joiners, a second request, total
# order, variants that keep the properties and variants that break some.
AGREEMENT = (
    Run("1+1", 1, delivery=SENDING),
    Run("1+1", 1, delivery=SAME),
    Run("1+1", 1, delivery=SENDING, total_order=True),
    Run("1+1", 1, delivery=SAME, variant=Variant.ACKS_WITHOUT_ROUND),
    Run("1+1", 1, delivery=SAME, variant=Variant.FALSE_SUSPICION),
    Run("1,1j", 0, delivery=SAME),
    Run("1+1", 1, delivery=SAME, variant=Variant.IGNORES_INDICATOR),
    Run("2+1", 0, delivery=SENDING, variant=Variant.HIGHEST_NAME),
    Run("1+1j,1j", 0, delivery=SENDING),
    Run("1+2j", 1, delivery=SAME),
    Run("2+1", 1, delivery=SENDING),
    Run("1+1+1", 1, delivery=SENDING),
    Run("2+1", 1, delivery=SAME),
)
AGREEMENT_QUICK = AGREEMENT[:6]

# For speed: at least five million states, so that nothing fits into a cache.
MAIN = Run("2+2", 1, delivery=SENDING)
MAIN_QUICK = Run("1+1+1", 1, delivery=SENDING)

# For checkers that would take minutes or hours over the main one.
SMALLER = Run("2+1", 1, delivery=SENDING)
SMALLER_QUICK = Run("1+1", 1, delivery=SAME)
PYTHON = Run("2+1", 1, delivery=SENDING)

GROWTH = (
    Run("1+1", 1, delivery=SENDING),
    Run("2+1", 1, delivery=SENDING),
    Run("2+1", 2, delivery=SENDING),
    Run("1+1+1", 1, delivery=SENDING),
    Run("2+1", 1, delivery=SAME),
    Run("1+2j", 1, delivery=SAME),
    Run("2+2", 1, delivery=SENDING),
)
GROWTH_QUICK = GROWTH[:4]

# What reductions spare: the main scope, and one so large that looking for them does not count.
REDUCED = (MAIN, Run("2+2", 1, delivery=SAME))

# What only reductions bring within reach. Searched on two threads.
LARGE = (Run("3+2", 1, delivery=SENDING), Run("3+2", 1, delivery=SAME))


def parse(text: str) -> Run:
    """Reads `GROUPS[/FAILURES[/DELIVERY]]`, as in `2+1,1j/2/same-view`.

    Raises:
        ScopeError: it is not in this notation.
    """
    groups, failures, delivery, *more = [*text.split("/"), "", ""][: max(3, text.count("/") + 1)]
    known = {each.value: each for each in Delivery}
    failures, delivery = failures or "1", delivery or SENDING.value
    if more or not failures.isdecimal() or delivery not in known:
        raise ScopeError(
            f"scope {text!r}: write GROUPS, GROUPS/FAILURES or GROUPS/FAILURES/DELIVERY, as in "
            f"2+2/1/sending-view; deliveries: {', '.join(known)}"
        )
    run = Run(groups, int(failures), delivery=known[delivery])
    _ = run.exchange_scope  # raises what is wrong with it
    return run


def short(run: Run) -> str:
    """A scope in a few words."""
    parts = [run.groups, f"f{run.failures}", run.delivery.value.removesuffix("-view")]
    parts += ["total order"] if run.total_order else []
    parts += [run.variant.value] if run.variant else []
    return " ".join(parts)
