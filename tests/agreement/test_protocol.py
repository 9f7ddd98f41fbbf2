"""On the protocol and all its variants both engines find the same, and one thread as two."""

from __future__ import annotations

import pytest

from model.lang import stage
from model.protocol import Delivery, ExchangeScope, Switches, Variant, exchange
from model.scope import Finite
from model.search import Limits, Result, check, select
from model.search.native import engine as native
from tests.agreement.comparison import must_agree, must_replay

VARIANTS: tuple[Variant | None, ...] = (None, *Variant)
# The interpreter takes milliseconds a state: liveness and what costs it most are left to these.
CHEAP = ["Truthful", "SilentIfSpokenFor", "NoEarlyProcessing", "rounds", "messages"]


def named(variant: Variant | None) -> str:
    return variant.value if variant else "shipped"


def finite(groups: str, switches: Switches, properties: list[str] | None = None) -> Finite:
    staged = stage(exchange(switches))
    if properties is not None:
        staged = select(staged, properties)
    return Finite(staged, ExchangeScope.parse(groups, switches.failures or 0).scope())


def both(spec: Finite) -> tuple[Result, Result]:
    return check(spec, "interp"), check(spec, limits=Limits(threads=1))


def cheapest(variant: Variant | None) -> tuple[str, int]:
    """Groups and failures that show the variant, and that the interpreter searches in a second."""
    match variant:
        case Variant.FALSE_SUSPICION:
            return "1j+1j", 1
        case Variant.LEADER_OF_REQUEST | Variant.NO_VIEW_SYNCHRONY | Variant.UNREPORTED_FAILURES:
            return "1+1j", 1
        case None | Variant.IGNORES_INDICATOR | Variant.ACK_BEFORE_TRANSMIT | Variant.SHARED_KEY:
            return "1+1", 0
        case _:
            return "1+1j", 0


@pytest.mark.parametrize("variant", VARIANTS, ids=named)
def test_both_engines_agree_on_every_variant(variant: Variant | None) -> None:
    groups, failures = cheapest(variant)
    switches = Switches(Delivery.SENDING_VIEW, failures=failures, variant=variant)
    spec = finite(groups, switches, CHEAP)
    slow, fast = both(spec)
    must_agree(slow, fast)
    must_replay(spec, slow)


def test_both_engines_agree_on_all_properties_of_the_protocol() -> None:
    spec = finite("1+1", Switches(Delivery.SAME_VIEW, failures=0))
    slow, fast = both(spec)
    must_agree(slow, fast)
    must_replay(spec, fast)


def test_both_engines_agree_on_total_order() -> None:
    spec = finite("1+1j", Switches(total_order=True, failures=0), ["Complete", "Termination"])
    must_agree(*both(spec))


@pytest.mark.parametrize("variant", VARIANTS, ids=named)
def test_two_threads_find_what_one_finds(
    variant: Variant | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = finite("1+1", Switches(Delivery.SAME_VIEW, failures=1, variant=variant))
    alone = check(spec, limits=Limits(threads=1))
    monkeypatch.setattr(native, "_CHUNK", 16)
    must_agree(alone, check(spec, limits=Limits(threads=2)))
