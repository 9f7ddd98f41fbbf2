"""Witnesses as files: read back as written, judged again, and refused where they are wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.search import Limits
from model.search.result import Trace
from tests.generate.graphs import graph_of
from tests.traces.of_each_kind import OF_EACH_KIND
from traces.counterexample import from_text, read, read_trace, to_text, trace_from_text, write
from traces.errors import TraceError
from traces.generate import Teller, cover, random_walks, reach
from traces.replay import Difference, reaches
from traces.run import Run
from traces.witness import Part, Purpose, Reach, Walk, Witness, predicate

RUN = Run("2", 1)
TEXT = "crashed[a1] & exists(Member, lambda m: spoke(m, v0) & (m != a1))"


@pytest.fixture(scope="module")
def witness() -> Witness:
    (trace,) = reach(RUN.finite, predicate(RUN, TEXT), 1, Limits()).traces
    return Witness(RUN, Reach(TEXT), trace)


@pytest.fixture(scope="module")
def text(witness: Witness) -> str:
    return to_text(witness, "x.itf.json")


PURPOSES: tuple[Purpose, ...] = (
    Reach(TEXT, 3), Part("states", 2, 30), Part("pairs", 1, 1), Walk(2**64 - 1, 7),
)  # fmt: skip


@pytest.mark.parametrize("purpose", PURPOSES, ids=str)
@pytest.mark.parametrize("description", ["", "What this shows: ∃ a view."])
def test_a_witness_is_read_back_as_it_was_written(
    purpose: Purpose, description: str, witness: Witness, tmp_path: Path
) -> None:
    kept = replace(witness, purpose=purpose, description=description, found_by="onevoice …")
    path = tmp_path / kept.file_name
    write(kept, path)
    again = read_trace(path)
    assert isinstance(again, Witness)
    assert (again, again.found_by) == (kept, "onevoice …")
    assert to_text(again, path.name) == path.read_text(encoding="utf-8")


def test_a_file_says_what_it_is_for(witness: Witness) -> None:
    meta = json.loads(to_text(witness, "x.itf.json"))["#meta"]
    assert meta["status"] == "ok"
    assert meta["description"] == f"A behaviour that reaches {TEXT}"
    assert meta["onevoice"]["kind"] == "reach"
    assert meta["onevoice"]["predicate"] == TEXT
    assert meta["onevoice"]["replay"] == "onevoice replay x.itf.json"


def test_every_purpose_has_a_file_of_its_own(witness: Witness) -> None:
    others = (*PURPOSES, Reach(TEXT), Reach("crashed[a2]"), Part("pairs", 1, 10), Walk(1, 7))
    names = [replace(witness, purpose=purpose).file_name for purpose in others]
    assert len(set(names)) == len(names)
    assert names[1] == "states_2_f1_same-view_02.itf.json"


def test_a_witness_is_no_counterexample_and_the_other_way_round(
    witness: Witness, text: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.itf.json"
    path.write_text(text, encoding="utf-8")
    for call in (lambda: read(path), lambda: from_text(text)):
        with pytest.raises(TraceError, match="this trace violates no property"):
            call()
    name, kind, run = OF_EACH_KIND[0]
    changed = json.loads(text)
    changed["#meta"]["onevoice"].update(kind=kind, property=name, closing=None, groups=run.groups)
    assert not isinstance(trace_from_text(json.dumps(changed)), Witness)


# -- judged again ------------------------------------------------------------------------------


def difference(witness: Witness) -> Difference:
    found = reaches(witness)
    assert found is not None
    return found


def test_what_a_search_found_is_reached_again(witness: Witness) -> None:
    assert reaches(witness) is None
    for purpose in PURPOSES:
        assert reaches(replace(witness, purpose=purpose)) is None


def test_a_trace_that_ends_too_early_reaches_nothing(witness: Witness) -> None:
    trace = Trace(witness.trace.states[:-1], witness.trace.steps[:-1])
    found = difference(replace(witness, trace=trace))
    assert found.place == "the last state"
    assert found.problem == f"{TEXT} is not true there"
    assert found.details[0].startswith("false: ")
    assert reaches(replace(witness, trace=trace, purpose=Walk(1, 1))) is None


def test_another_predicate_is_not_reached(witness: Witness) -> None:
    text = "forall(Member, lambda m: crashed[m])"
    found = difference(replace(witness, purpose=Reach(text)))
    assert found.problem == f"{text} is not true there"
    assert found.details == ("false: crashed(m)", "for m = a2")


def test_what_is_no_behaviour_reaches_nothing(witness: Witness) -> None:
    trace = witness.trace
    skipped = Trace((*trace.states[:1], *trace.states[2:]), trace.steps[1:])
    assert difference(replace(witness, trace=skipped)).place == "step 1"
    last = Trace(trace.states[-1:], ())
    assert difference(replace(witness, trace=last)).problem == (
        "this is no initial state of the spec"
    )
    for purpose in PURPOSES:
        assert reaches(replace(witness, trace=skipped, purpose=purpose)) is not None


def test_covers_and_walks_are_judged_as_behaviours() -> None:
    run = Run("1", 0)
    graph = graph_of(run)
    teller = Teller(graph)
    paths = cover(graph, "transitions").paths
    for number, path in enumerate(paths, 1):
        part = Witness(run, Part("transitions", number, len(paths)), teller.trace(path))
        assert reaches(part) is None
    (walk,) = random_walks(graph, 1, 1, 5)
    assert reaches(Witness(run, Walk(1, 1), teller.trace(walk))) is None


# -- wrong files -------------------------------------------------------------------------------

Change = Callable[[dict[str, Any]], object]


def ours(**fields: Any) -> Change:
    return lambda trace: trace["#meta"]["onevoice"].update(fields)


def without(name: str) -> Change:
    return lambda trace: trace["#meta"]["onevoice"].pop(name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("predicate"), "`#meta`: `onevoice` lacks `predicate`"),
        (without("number"), "`#meta`: `onevoice` lacks `number`"),
        (without("kind"), "`#meta`: `onevoice` lacks `property`"),
        (ours(predicate=7), "`#meta`: `predicate` must be a text"),
        (ours(predicate="crashd[a1]"), "`predicate`: line 1, column 1: VerifiedExchange declares"),
        (ours(predicate="crashed[c1]"), "`predicate`: line 1, column 9: VerifiedExchange declares"),
        (ours(predicate="(" * 5000), "`predicate`: line 1, column 2001: the text has 5,000 "),
        (ours(predicate="\x1b[2J"), r"`predicate`: line 1, column 1: '\x1b' is no sign"),
        (ours(number=0), "`number` is 0 and must be at least 1"),
        (ours(number="1"), "`number` must be an integer"),
        (ours(kind="cover", covers="words", of=3), "`covers` is 'words' and must be one of states"),
        (ours(kind="cover", covers="states"), "`#meta`: `onevoice` lacks `of`"),
        (ours(kind="cover", covers="states", of=2, number=3), "`of` is 2, less than `number`"),
        (ours(kind="walk"), "`#meta`: `onevoice` lacks `seed`"),
        (ours(kind="reaches"), "`#meta`: `onevoice` lacks `property`"),
        (ours(groups="1"), "sort Member has no element 'a2'"),
        (lambda t: t.update(loop=0), "`loop` must not be there: the trace is no counterexample"),
        (lambda t: t["#meta"].update(description=4), "`description` must be a text"),
        (lambda t: t["states"][1].pop("sent"), "state 1: the state lacks 'sent'"),
    ],
)
def test_each_fault_is_named(change: Change, message: str, text: str, tmp_path: Path) -> None:
    trace = json.loads(text)
    change(trace)
    path = tmp_path / "broken.itf.json"
    path.write_text(json.dumps(trace), encoding="utf-8")
    with pytest.raises(TraceError) as error:
        read_trace(path)
    assert message in str(error.value)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)
