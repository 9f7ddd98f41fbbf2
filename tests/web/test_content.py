"""What the report says of a counterexample is what the interpreter says, and is only shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.lang import Where
from model.lang.staged import Invariant
from model.protocol import Variant
from onevoice.diagram.reading import diagram_of
from onevoice.exits import Exit
from onevoice.gate.check import Place, Wrong
from onevoice.gate.checks.lockstep import InLockstep
from onevoice.gate.checks.proof import Proof
from onevoice.gate.checks.search import Search
from onevoice.gate.records import (
    Action,
    LockstepRecord,
    Maximum,
    Open,
    ProofRecord,
    Property,
    SearchRecord,
)
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.rows import Citation, Row
from onevoice.web.report.content import Content
from onevoice.web.report.markup import tag
from onevoice.web.report.page import page
from onevoice.web.report.told import Told, Truth, tell
from tests.web.conftest import CORPUS
from tests.web.outline import Outline
from traces.counterexample import Counterexample, read, read_trace

HOSTILE = '</script><script>alert(1)</script><b onclick="x()" title=\'&amp;\x00\x1b'


SHOWN = (
    "ignores-indicator/S*",
    "shared-key/*",
    "unreported-failures/*",
    "no-view-synchrony/deadlock*",
    "witnesses/successor-of-a-successor-speaks_*_same-view*",
)


@pytest.fixture(scope="module")
def told() -> tuple[Told, ...]:
    """Small counterexamples to a property of each kind, and a witness."""
    paths = [path for pattern in SHOWN for path in sorted(CORPUS.glob(pattern))]
    return tell(("onevoice replay it", read_trace(path)) for path in paths)


def test_a_shortest_counterexample_is_false_at_its_end_and_nowhere_before(
    told: tuple[Told, ...],
) -> None:
    kinds = set()
    for each in told:
        if not isinstance(each.kept, Counterexample):
            continue
        kinds.add(each.kept.kind)
        assert each.replay.violation is not None
        match each.kept.kind:
            case "safety" | "bound" | "step":
                *before, last = each.truths[each.kept.violates]
                assert last is Truth.FALSE
                assert Truth.FALSE not in before
            case "leads-to":
                assert each.truths[each.kept.violates][-1] is Truth.OWED
            case "deadlock":
                assert each.kept.violates not in each.truths
    assert kinds == {"safety", "bound", "step", "leads-to", "deadlock"}


def test_a_witness_violates_nothing_in_any_of_its_states(told: tuple[Told, ...]) -> None:
    (witness,) = (each for each in told if each.violates is None)
    assert witness.replay.violation is None
    assert witness.replay.difference is None
    assert witness.found == ("shipped", None)
    assert not any(Truth.FALSE in truth for truth in witness.truths.values())


def test_every_property_is_judged_in_every_state(told: tuple[Told, ...]) -> None:
    for each in told:
        properties = each.kept.run.staged.properties
        assert set(each.truths) == {prop.name for prop in properties}
        for prop in properties:
            truth = each.truths[prop.name]
            assert len(truth) == len(each.diagram.rows)
            of_steps = isinstance(prop, Invariant) and prop.is_step
            assert (truth[0] is Truth.SILENT) == of_steps
            assert Truth.SILENT not in truth[1:]


def test_the_double_transmission_is_false_when_it_is_delivered() -> None:
    path = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
    (each,) = tell([("", read(path))])
    assert "".join(truth.value for truth in each.truths["AtMostOnce"]) == "✓✓✓✓✓✓✓✓✓✓✗"
    assert "".join(truth.value for truth in each.truths["transmissions"]) == "✓✓✓✓✓✓✗✗✗✗✗"


def test_counterexamples_to_the_same_have_names_of_their_own() -> None:
    path = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
    keys = [each.key for each in tell([("", read(path)), ("", read(path))])]
    assert keys == [
        "indicator-on-receipt-only-AtMostOnce", "indicator-on-receipt-only-AtMostOnce-2",
    ]  # fmt: skip


def test_text_of_a_trace_cannot_become_part_of_the_page() -> None:
    path = next(CORPUS.glob("indicator-on-receipt-only/AtMostOnce_*.itf.json"))
    (each,) = tell([(HOSTILE, read(path))])
    finite = each.kept.run.finite
    names = {**finite.scope.names, "Member": (HOSTILE, "b1")}
    hostile = replace(finite, scope=replace(finite.scope, names=names))
    diagram = diagram_of(hostile, each.kept.trace, HOSTILE, HOSTILE)
    truths = {HOSTILE: each.truths["AtMostOnce"], **each.truths}
    all_told = (
        replace(each, diagram=diagram, truths=truths),
        *tell([("", read(p)) for p in CORPUS.glob("indicator-on-receipt-only/trans*")]),
    )
    place = Place(HOSTILE, 1)
    search = Search(groups="1+1")
    prop = Property(name=HOSTILE, kind="safety", status="holds", place=place, never=(HOSTILE,))
    found = SearchRecord(
        seconds=1.0, run=HOSTILE, engine=HOSTILE, complete=False, stopped=HOSTILE, reduced=False,
        states=1, initial=1, transitions=1, depth=1, bytes=1, properties=(prop,),
        actions={HOSTILE: Action(1, 1, 1)}, maxima={HOSTILE: Maximum(1, False)},
    )  # fmt: skip
    proof = ProofRecord(
        seconds=1.0, obligations=1, proved=0, properties=(HOSTILE,), open=(Open(HOSTILE, place),),
        counted=(HOSTILE,), goals={HOSTILE: 1.0},
    )  # fmt: skip
    walked = LockstepRecord(
        seconds=1.0, states=1, transitions=1, followed=1, difference=HOSTILE, steps=(HOSTILE,)
    )
    wrong = (Wrong(Exit.VIOLATED, HOSTILE, place, HOSTILE),)
    done = (
        Done(search, How.RUN, found, wrong),
        Done(replace(search, variant=Variant.SHARED_KEY), How.RUN, found),
        Done(Proof(), How.RUN, proof, wrong),
        Done(InLockstep(groups="1+1"), How.RUN, walked, wrong),
    )
    cited = (Citation(HOSTILE, Where(HOSTILE, 1)),)
    row = Row(HOSTILE, HOSTILE, cited, {HOSTILE: (1,)}, cited, cited, (HOSTILE,), cited)
    content = Content(HOSTILE, Gated("quick", done, 1.0), (row,), all_told)
    root = Outline.of(page(content)).root
    assert len(list(root.all("script"))) == 1
    assert not list(root.all("b", onclick="x()"))
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert next(root.all("text", class_="name")).text == shown
    assert any(shown in item.text for item in root.all("code"))
    assert sum(shown in cell.text for cell in root.all("td")) >= 10


def test_only_markup_is_taken_for_markup() -> None:
    assert tag("p", tag("b", "a < b"), " & c", title='"') == (
        '<p title="&quot;"><b>a &lt; b</b> &amp; c</p>'
    )
