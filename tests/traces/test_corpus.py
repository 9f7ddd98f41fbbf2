"""The kept counterexamples are violated as they say, are as short as can be, and are all there.

Run with UPDATE_GOLDEN=1 to find them anew, which takes some minutes, and to rewrite the table of
traces/corpus/README.md. That there is no smaller scope is made sure of only then; that there is no
shorter trace at its scope is checked here, for every one.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from model.protocol import Delivery, Variant
from onevoice.gate.checks.search import Search
from onevoice.gate.plan import read_plan
from traces import itf, kept
from traces.counterexample import Counterexample, from_text, read, write
from traces.replay import replay
from traces.run import Run

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "traces" / "corpus"
README = CORPUS / kept.README

BROKEN: dict[Variant, frozenset[str]] = {}
for check in read_plan().checks:
    if isinstance(check, Search) and check.variant is not None and check.breaks:
        BROKEN[check.variant] = BROKEN.get(check.variant, frozenset()) | set(check.breaks)

SENDING, SAME = '"delivery": "sending-view"', '"delivery": "same-view"'
# Lassos that rest where same-view delivery lets a member send, so that they are not fair there.
ONLY_UNDER_SENDING_VIEW = {
    "Coverage_1+1j_f1_sending-view_false-suspicion.itf.json",
    "Termination_2j_f1_sending-view_false-suspicion.itf.json",
}


def files(variant: Variant) -> list[Path]:
    """The kept counterexamples of a variant."""
    return list(kept.counterexamples(CORPUS / variant.value))


def table() -> str:
    """What is kept, for the README."""
    lines = ["| variant | steps to a violation of each property |", "|---|---|"]
    for variant in BROKEN:
        kept_of_it = []
        for document in (itf.parse(itf.read_text(path)) for path in files(variant)):
            ours = document.meta["onevoice"]
            mark = "*" * (ours["delivery"] == Delivery.SAME_VIEW.value)
            kept_of_it.append((len(document.states) - 1, ours["property"], mark))
        cells = [f"{name} {steps}{mark}" for steps, name, mark in sorted(kept_of_it)]
        lines.append(f"| `{variant.value}` | {', '.join(cells)} |")
    return "\n".join(lines)


def find_anew(variant: Variant) -> None:
    """Writes the kept counterexamples of a variant, and removes those that nothing explains."""
    folder = CORPUS / variant.value
    folder.mkdir(exist_ok=True)
    explained = README.read_text(encoding="utf-8")
    for path in folder.iterdir():
        if path.name not in explained:
            path.unlink()
    for counterexample in kept.smallest(variant, BROKEN[variant]).values():
        write(counterexample, folder / counterexample.file_name)


@pytest.mark.parametrize("variant", BROKEN, ids=lambda variant: variant.value)
def test_no_counterexample_is_longer_than_it_must_be(variant: Variant) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        find_anew(variant)
    shortest: dict[Run, dict[str, int]] = {}
    for counterexample in map(read, files(variant)):
        run = counterexample.run
        if run not in shortest:
            shortest[run] = {name: len(c.trace) for name, c in kept.shortest(run).items()}
        assert len(counterexample.trace) == shortest[run][counterexample.violates]


def test_the_corpus_is_whole_and_every_counterexample_is_violated_as_it_says() -> None:
    assert kept.faults(CORPUS, BROKEN) == []


def test_what_goes_wrong_under_sending_view_delivery_goes_wrong_under_same_view_delivery() -> None:
    texts = {path.name: itf.read_text(path) for path in kept.counterexamples(CORPUS)}
    strong = {name: text for name, text in texts.items() if SENDING in text}
    assert 0 < len(strong) < len(texts)
    weaker = {name: from_text(text.replace(SENDING, SAME)) for name, text in strong.items()}
    holds = {name for name, other in weaker.items() if replay(other).violation is None}
    assert holds == ONLY_UNDER_SENDING_VIEW


def test_the_readme_tells_what_is_kept() -> None:
    text = README.read_text(encoding="utf-8")
    head, rest = text.split("<!-- kept -->\n")
    shown, tail = rest.split("<!-- /kept -->")
    if os.environ.get("UPDATE_GOLDEN"):
        whole = f"{head}<!-- kept -->\n{table()}\n<!-- /kept -->{tail}"
        README.write_text(whole, encoding="utf-8")
        return
    assert shown.strip() == table()


def test_the_tests_that_the_readme_names_exist() -> None:
    cited = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", README.read_text(encoding="utf-8"))
    assert len(cited) > 5
    for file, name in cited:
        assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_a_counterexample_is_written_to_the_letter_by_whoever_knows_only_the_format() -> None:
    for path in kept.counterexamples(CORPUS):
        text = itf.read_text(path)
        assert itf.write(itf.parse(text)) == text


# -- a corpus with something wrong in it --------------------------------------------------------

SHARED_KEY = {Variant.SHARED_KEY: frozenset({"OneLeader", "transmissions"})}


@pytest.fixture(scope="module")
def found() -> list[Counterexample]:
    """What a small corpus holds."""
    return list(kept.smallest(Variant.SHARED_KEY, SHARED_KEY[Variant.SHARED_KEY]).values())


@pytest.fixture
def corpus(found: list[Counterexample], tmp_path: Path) -> Path:
    """A small corpus without faults."""
    folder = tmp_path / "corpus"
    (folder / "deep" / "er").mkdir(parents=True)
    for counterexample in found:
        write(counterexample, folder / "deep" / "er" / counterexample.file_name)
    assert kept.faults(folder, SHARED_KEY) == []
    return folder


def the(corpus: Path, violates: str) -> Path:
    (path,) = corpus.rglob(f"{violates}_*")
    return path


def test_a_counterexample_that_is_missing_or_there_twice_is_a_fault(corpus: Path) -> None:
    path = the(corpus, "OneLeader")
    (corpus / path.name).write_bytes(path.read_bytes())
    assert kept.faults(corpus, SHARED_KEY) == ["shared-key, OneLeader: 2 files, there must be one"]
    path.unlink()
    (corpus / path.name).unlink()
    assert kept.faults(corpus, SHARED_KEY) == ["shared-key, OneLeader: 0 files, there must be one"]


def test_what_nothing_explains_is_a_fault(corpus: Path) -> None:
    (corpus / "notes.txt").write_text("what was this?")
    assert kept.faults(corpus, SHARED_KEY) == ["notes.txt: nothing explains this file"]
    (corpus / "notes.txt").unlink()
    path = the(corpus, "transmissions")
    only = {Variant.SHARED_KEY: frozenset({"OneLeader"})}
    name = path.relative_to(corpus).as_posix()
    assert kept.faults(corpus, only) == [f"{name}: nothing explains this counterexample"]
    (corpus / kept.README).write_text(f"{path.name} is from a bug", encoding="utf-8")
    assert kept.faults(corpus, only) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (
            '"property": "transmissions"',
            '"property": "messages"',
            "it must be called messages_2_f0",
        ),
        ('"variant": "shared-key"', '"variant": null', "step 2: transmit(a2, v0) is not enabled"),
        ('"status": "violation"', '"status": "fine"', "it would be written in another way today"),
        ('"version": 1', '"version": 2', "the file is of version 2"),
        ('"onevoice": {', '"another": {', "this trace is of another tool"),
        ('"states": [', '"states": [[', "the text is not JSON"),
    ],
)
def test_a_counterexample_that_is_not_what_it_says_is_a_fault(
    corpus: Path, old: str, new: str, fault: str
) -> None:
    path = the(corpus, "transmissions")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert fault in "\n".join(kept.faults(corpus, SHARED_KEY))


def test_what_is_kept_for_something_else_is_left_to_others(corpus: Path) -> None:
    path = the(corpus, "transmissions")
    text = path.read_text(encoding="utf-8").replace('"kind": "bound"', '"kind": "reach"')
    (corpus / "witness.itf.json").write_text(text, encoding="utf-8")
    assert kept.faults(corpus, SHARED_KEY) == []
    assert len(list(kept.counterexamples(corpus))) == 2


def test_a_property_that_is_not_broken_is_found_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "SCOPES", (("1", 0), ("2", 0)))
    with pytest.raises(ValueError, match="no scope shows how highest-name breaks Truthful"):
        kept.smallest(Variant.HIGHEST_NAME, {"Truthful"})
