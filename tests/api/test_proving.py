"""`onevoice.prove` says what is proved, what is open and which line says it."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import onevoice
from onevoice.exits import Exit
from tests.api import lock_proof as module
from tests.api.conftest import Command, without_times
from tests.api.lock_proof import WrongProof, lock_proof


@pytest.mark.parametrize(
    ("options", "words", "exit"),
    [
        ({"only": "AtMostOnce"}, "--only AtMostOnce", Exit.HOLDS),
        ({"only": "ExactCost"}, "--only ExactCost", Exit.NOT_PROVED),
        ({"only": "SilentIfSpokenFor", "variant": "ignores-indicator", "limit_s": 0.2},
         "--only SilentIfSpokenFor --variant ignores-indicator --limit-s 0.2", Exit.NOT_PROVED),
        ({"only": "Coverage", "delivery": "sending-view"},
         "--only Coverage --delivery sending-view", Exit.HOLDS),
    ],
)  # fmt: skip
def test_it_says_what_the_command_says(
    command: Command, options: dict[str, Any], words: str, exit: Exit
) -> None:
    options = {"delivery": "same-view", **options}
    result = onevoice.prove(cache=False, jobs=1, **options)
    again = () if "--delivery" in words else ("--delivery", "same-view")
    code, text = command("prove", "--no-cache", "--jobs", "1", "--json", *again, *words.split())
    assert (result.exit, code) == (exit, exit)
    assert result.holds is bool(result) is (exit is Exit.HOLDS)
    assert _verdicts(result.to_json()) == _verdicts(text)


def _verdicts(text: str) -> Any:
    data = without_times(text)
    for proof in data["proofs"]:
        for obligation in proof["obligations"]:
            del obligation["why"], obligation["lemmas"]  # which a solver may find in its own way
        for goal in proof["goals"]:
            del goal["rests_on"]
        del proof["assumed"]
    return data


def test_a_proof_of_another_spec_is_shown() -> None:
    result = onevoice.prove(lock_proof, cache=False, jobs=1)
    assert result.holds
    assert result.open == ()
    assert result.properties == {"OneHolder"}
    assert "NobodyHoldsWhatIsFree: preserved by take" in result.proved
    assert repr(result) == "<Proofs: Lock: Proved for every size, but for what is counted.>"
    assert "OneHolder" in str(result)
    assert result.data["proofs"][0]["delivery"] is None


def test_what_is_open_is_said_with_its_line() -> None:
    result = onevoice.prove(partial(lock_proof, WrongProof), cache=False, jobs=1, limit_s=0.5)
    (each,) = result.open
    assert (each.title, each.goal) == ("NobodyHolds: preserved by take", "NobodyHolds")
    assert Path(each.file) == Path(module.__file__)
    lines = Path(module.__file__).read_text(encoding="utf-8").splitlines()
    assert "~s.holds[a])" in lines[each.line - 1]
    assert result.exit is Exit.NOT_PROVED
    assert not result
    assert result.verdict == "NOT proved: 1 obligation open."
    assert f"{each.file}:{each.line}" in str(each)


def test_what_is_counted_is_not_proved() -> None:
    result = onevoice.prove(only="ExactCost", delivery="same-view", cache=False, jobs=1)
    assert result.counted == ("ExactCost",)
    assert result.proved == ()
    assert not result.holds
    assert result.verdict == "Nothing was proved: this is about numbers."


def test_what_was_proved_is_kept_only_where_it_is_asked_for(tmp_path: Path) -> None:
    onevoice.prove(lock_proof, cache=tmp_path, jobs=1)
    (file,) = tmp_path.iterdir()
    before = file.read_text(encoding="ascii")
    again = onevoice.prove(lock_proof, cache=str(tmp_path), jobs=1)
    assert all(each["cached"] for each in again.data["proofs"][0]["obligations"])
    assert file.read_text(encoding="ascii") == before


@pytest.mark.parametrize(
    ("proof", "options", "sentence"),
    [
        (None, {"only": "AtMostOne"},
         "only: no lemma or property 'AtMostOne': did you mean 'AtMostOnce'?"),
        (None, {"variant": "no-wating"}, "variant: no variant 'no-wating'"),
        (None, {"jobs": 0}, "jobs: 0 is not in the range 1<=x<=256"),
        (lock_proof, {"only": "AtMostOnce"},
         "no lemma or property 'AtMostOnce': did you mean 'AtMostOne'?"),
        (lock_proof, {"delivery": "same-view"}, "delivery: is of the exchange"),
        (lambda: lock_proof(), {}, "it must be a function of a module"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_refused(proof: Any, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        onevoice.prove(proof, **options)
