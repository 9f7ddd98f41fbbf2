"""`onevoice.conform` says what the command says of the implementation."""

from __future__ import annotations

import re
from typing import Any

import pytest

import onevoice
from onevoice.exits import Exit
from tests.api.conftest import Command


@pytest.mark.parametrize(
    ("options", "words", "exit"),
    [
        ({}, "", Exit.HOLDS),
        ({"members": "never-speaks"}, "--members never-speaks", Exit.DIFFERS),
        ({"on": "simulated", "reduce": "order"}, "--on simulated --reduce order", Exit.HOLDS),
        ({"on": "simulated", "members": "no-waiting"}, "--on simulated --members no-waiting",
         Exit.DIFFERS),
        ({"max_states": 10}, "--max-states 10", Exit.LIMIT),
    ],
)  # fmt: skip
def test_it_says_what_the_command_says(
    command: Command, options: dict[str, Any], words: str, exit: Exit
) -> None:
    result = onevoice.conform("1+1", failures=1, **options)
    code, text = command("conform", "--groups", "1+1", "--failures", "1", *words.split())
    assert (result.exit, code) == (exit, exit)
    assert result.holds is bool(result) is (exit is Exit.HOLDS)
    lines = [line for line in text.splitlines() if " s" not in line]
    assert lines == [line for line in str(result).splitlines() if line in lines]


def test_a_difference_has_its_steps() -> None:
    result = onevoice.conform("1+1", failures=0, members="never-speaks")
    assert result.difference == "a1#0: transmit is not due"
    assert result.steps == ("install(a1, v0)", "transmit(a1, v0)")
    assert result.verdict == "Difference after 2 steps: a1#0: transmit is not due."
    assert repr(result) == (
        "<Conformed: 1+1, 0 failures, same-view, members never-speaks: Difference after 2 steps: "
        "a1#0: transmit is not due.>"
    )


def test_what_conforms_has_compared_every_transition() -> None:
    result = onevoice.conform("1+1", failures=0)
    assert result.found is not None
    assert result.compared == result.found.transitions > 0
    assert result.difference is None
    assert result.steps == ()
    assert result.verdict == "The implementation does what the specification says."


def test_a_limit_leaves_nothing_compared() -> None:
    result = onevoice.conform("2+1", max_states=10)
    assert not result.holds
    assert result.compared == 0
    assert result.found is None
    assert "Nothing was compared: the state graph is not whole: the limit of 10" in str(result)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"members": "never-speak"}, "members: no variant of the implementation 'never-speak': "
         "did you mean 'never-speaks'?"),
        ({"on": "cor"}, "on: 'cor' is not one of 'core', 'simulated'"),
        ({"reduce": "order"}, "reduce: is for the simulated network"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        onevoice.conform("1+1", **options)
