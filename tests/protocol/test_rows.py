"""Every requirement is cited where it is specified, and every property says what it checks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import model.protocol
from model.lang import stage
from model.protocol import Delivery, Switches, exchange

SOURCES = Path(model.protocol.__file__).parent
STAGED = [
    stage(exchange(Switches(delivery, total_order, failures=1)))
    for delivery in Delivery
    for total_order in (False, True)
]
# R13 is the program that is shipped, of which the specification says nothing.
ROWS = [f"R{number}" for number in range(1, 13)]
ENVIRONMENT = [f"E{number}" for number in range(1, 6)]


def cited(text: str) -> set[str]:
    """The rows a text cites, ranges such as `R1–R5` included."""
    found = set(re.findall(r"\b[RE]\d+\b", text))
    for kind, first, last in re.findall(r"\b([RE])(\d+)–[RE]?(\d+)\b", text):
        found |= {f"{kind}{number}" for number in range(int(first), int(last) + 1)}
    return found


def test_every_property_says_what_it_checks() -> None:
    for staged in STAGED:
        silent = [p.name for p in staged.properties if not p.doc]
        assert not silent


def test_every_action_says_what_it_does() -> None:
    for staged in STAGED:
        assert not [a.name for a in staged.actions if not a.doc]


@pytest.mark.parametrize("row", [*ROWS, *ENVIRONMENT])
def test_every_row_is_cited_in_the_specification(row: str) -> None:
    citing = [f.name for f in SOURCES.glob("*.py") if row in cited(f.read_text(encoding="utf-8"))]
    assert citing


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_cited_by_an_action_definition_or_property(row: str) -> None:
    """Not only in the head of a module."""
    texts = [re.findall(r'    """(.*?)"""', f.read_text(), re.DOTALL) for f in SOURCES.glob("*.py")]
    assert any(row in cited(text) for file in texts for text in file)


def test_no_row_is_cited_that_does_not_exist() -> None:
    for file in SOURCES.glob("*.py"):
        assert cited(file.read_text(encoding="utf-8")) <= {*ROWS, *ENVIRONMENT}, file.name


def test_what_the_environment_promises_has_a_switch() -> None:
    staged = stage(exchange(Switches(failures=0)))
    assert staged.switched_off == ("suspect",)
    assert {a.fair for a in staged.actions if a.by == "member"} == {"weak"}
    unfair = {a.name for a in staged.actions if a.fair == "none"}
    assert unfair == {"crash", "request"}, "everything that is no failure is weakly fair"


def test_properties_of_the_description_are_all_there() -> None:
    names = {p.name for p in STAGED[0].properties}
    assert names >= {
        "AtMostOnce", "Complete", "Agreement", "Uniform", "OneLeader", "OwnVoice", "Truthful",
        "AckAfterData", "NoEarlyProcessing", "Termination", "Coverage", "rounds",
        "transmissions", "messages",
    }  # fmt: skip
