"""What each variant breaks, and after how many steps at the earliest: the table `variants.txt`.

A variant that ought to break a property and does not is a bug of the spec, and so is the reverse.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from model.protocol import Delivery, Switches, Variant
from model.search import Limits, check
from tests.agreement.comparison import must_replay
from tests.protocol.searches import ALONE, broken, finite, searched, vacuous

TABLE = Path(__file__).with_name("variants.txt")
HEAD = """\
What each variant breaks with groups 2+1 and one failure: property and steps of the shortest
counterexample. In brackets: properties that hold only because their premise never does.
`pytest tests/protocol --update-golden` rewrites this file.
"""
VARIANTS: tuple[Variant | None, ...] = (None, *Variant)
HARMLESS = {None, Variant.HIGHEST_NAME}
# A single request has no subgroup to forget: see below.
NEEDS_ANOTHER_REQUEST = {Variant.FORGETS_SUBGROUPS}

Row = tuple[str, str]  # variant and delivery


def named(variant: Variant | None) -> str:
    return variant.value if variant else "shipped"


def table() -> dict[Row, str]:
    """The golden table: what is broken, as text."""
    found: dict[Row, str] = {}
    variant = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else ():
        if line.startswith("    "):
            delivery, text = line.split(maxsplit=1)
            found[variant, delivery] = text
        else:
            variant = line
    return found


def write(rows: dict[Row, str]) -> None:
    lines = [HEAD]
    for variant in map(named, VARIANTS):
        lines.append(f"{variant}\n")
        for delivery in (d.value for d in Delivery):
            lines.append(f"    {delivery:<13} {rows.get((variant, delivery), '?')}\n")
    TABLE.write_text("".join([lines[0], "\n", *lines[1:]]), encoding="utf-8")


@pytest.mark.parametrize("delivery", Delivery, ids=lambda d: d.value)
@pytest.mark.parametrize("variant", VARIANTS, ids=named)
def test_a_variant_breaks_what_the_table_says(
    variant: Variant | None, delivery: Delivery, update_golden: bool
) -> None:
    result = searched("2+1", 1, delivery, variant)
    assert result.complete
    said = ", ".join(f"{name} {steps}" for name, steps in broken(result).items()) or "nothing"
    if vacuous(result):
        said += f" [{', '.join(vacuous(result))}]"
    rows = table()
    if update_golden:
        write(rows | {(named(variant), delivery.value): said})
    else:
        assert said == rows[named(variant), delivery.value]


def test_the_table_has_a_row_for_each_variant_and_delivery() -> None:
    rows = {(named(v), d.value) for v in VARIANTS for d in Delivery}
    assert rows <= set(table())


def test_only_what_is_right_breaks_nothing() -> None:
    harmless = {
        variant
        for variant in VARIANTS
        if all(table()[named(variant), d.value].startswith("nothing") for d in Delivery)
    }
    assert harmless - NEEDS_ANOTHER_REQUEST == HARMLESS


def test_an_indicator_set_on_receipt_only_is_right_under_sending_view_alone() -> None:
    name = Variant.ON_RECEIPT_ONLY.value
    assert table()[name, Delivery.SENDING_VIEW.value] == "nothing"
    assert "AtMostOnce" in table()[name, Delivery.SAME_VIEW.value]


@pytest.mark.parametrize("delivery", Delivery, ids=lambda d: d.value)
@pytest.mark.parametrize("variant", NEEDS_ANOTHER_REQUEST, ids=named)
def test_forgetting_subgroups_is_harmful_when_a_request_interrupts_another(
    variant: Variant, delivery: Delivery
) -> None:
    found = broken(
        searched("1+1,1j", 0, delivery, variant, limits=Limits(threads=1, stop_at_first=True))
    )
    assert found == {"OwnVoice": 6}


@pytest.mark.parametrize("variant", [*Variant], ids=named)
def test_every_counterexample_of_a_variant_replays(variant: Variant) -> None:
    spec = finite("1+1", Switches(Delivery.SAME_VIEW, failures=1, variant=variant))
    must_replay(spec, check(spec, limits=ALONE))


@pytest.mark.parametrize("variant", Variant, ids=named)
def test_a_variant_says_what_it_does(variant: Variant) -> None:
    assert variant.meaning
