"""A diagram shows what happens in a trace: each delivery, each crash, each member, no more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from model.scope import Step
from onevoice.diagram.diagram import Mark, Sign
from onevoice.diagram.kept import diagram_of_kept
from onevoice.diagram.reading import diagram_of
from tests.diagram.conftest import DOUBLE, Drawn
from traces.counterexample import Counterexample, read_trace
from traces.errors import TraceError
from traces.facts import changes
from traces.witness import Witness

SIGNS = {
    "install": Sign.INSTALL,
    "transmit": Sign.TRANSMIT,
    "acknowledge": Sign.ACKNOWLEDGE,
    "order": Sign.PLACED,
    "complete": Sign.COMPLETE,
    "crash": Sign.CRASH,
    "suspect": Sign.SUSPECT,
}


def steps_of(kept: Counterexample | Witness) -> list[Step]:
    closing = kept.trace.closing
    return [*kept.trace.steps, *([closing] if closing is not None else [])]


def arguments(kept: Counterexample | Witness, step: Step) -> dict[str, str]:
    finite = kept.run.finite
    pairs = zip(step.action.params, step.args, strict=True)
    return {variable.name: finite.element(variable.sort, value) for variable, value in pairs}


def test_there_is_a_lane_for_each_member_in_the_order_of_their_names(drawn: Drawn) -> None:
    for kept, diagram in drawn:
        names = kept.run.finite.scope.names["Member"]
        assert tuple(lane.name for lane in diagram.lanes) == names == tuple(sorted(names))


def test_there_is_an_arrow_for_each_delivery_from_where_it_was_sent(drawn: Drawn) -> None:
    for kept, diagram in drawn:
        names = [lane.name for lane in diagram.lanes]
        steps = [(s.action.name, arguments(kept, s)) for s in steps_of(kept)]
        wanted = {
            (n, a["k"], a["p"], a["q"], a["v"])
            for n, (name, a) in enumerate(steps, start=1)
            if name == "deliver"
        }
        found = {
            (a.delivered, a.kind, names[a.sender], names[a.receiver], a.view)
            for a in diagram.arrows
        }
        assert found == wanted
        assert len(diagram.arrows) == len(wanted)
        for arrow in diagram.arrows:
            name, sent = steps[arrow.sent - 1]
            assert name == {"data": "transmit", "ack": "acknowledge"}[arrow.kind]
            assert (sent["m"], sent["v"]) == (names[arrow.sender], arrow.view)


def test_there_is_a_mark_for_each_step_of_a_member_and_for_each_crash(drawn: Drawn) -> None:
    seen = Counter[Sign]()
    for kept, diagram in drawn:
        wanted = [
            (row, SIGNS[step.action.name])
            for row, step in enumerate(steps_of(kept), start=1)
            if step.action.name in SIGNS
        ]
        assert [(mark.row, mark.sign) for mark in diagram.marks] == wanted
        seen.update(sign for _, sign in wanted)
        crashed = {(m.lane, m.row) for m in diagram.marks if m.sign is Sign.CRASH}
        lanes = enumerate(diagram.lanes)
        assert {(n, lane.last) for n, lane in lanes if lane.last is not None} == crashed
    assert set(seen) == set(Sign)


def test_each_row_says_its_step_and_all_that_it_changed(drawn: Drawn) -> None:
    for kept, diagram in drawn:
        trace, finite = kept.trace, kept.run.finite
        assert len(diagram.rows) == 1 + len(steps_of(kept))
        for row, before, after in zip(
            diagram.rows[1:], trace.states, trace.states[1:], strict=False
        ):
            assert row.step == finite.describe(trace.steps[row.number - 1])
            said = [str(change).strip() for change in changes(finite, before, after)]
            assert list(row.changes) == said


def test_bands_of_one_member_follow_each_other_and_end_with_its_crash(drawn: Drawn) -> None:
    for _, diagram in drawn:
        for number, lane in enumerate(diagram.lanes):
            bands = [band for band in diagram.bands if band.lane == number]
            for one, other in pairwise(bands):
                assert one.last == other.first - 1
                assert one.view < other.view
            if bands:
                end = diagram.rows[-1].number if lane.last is None else lane.last
                assert bands[-1].last == end


def test_a_lasso_goes_back_to_where_it_says(drawn: Drawn) -> None:
    lassos = [(kept.trace, d.loop) for kept, d in drawn if kept.trace.loop is not None]
    assert lassos
    for trace, loop in lassos:
        assert loop is not None
        assert loop.back_to == trace.loop
    assert all(d.loop is None for kept, d in drawn if kept.trace.loop is None)


def test_the_double_transmission_is_to_be_seen() -> None:
    diagram = diagram_of_kept(read_trace(DOUBLE))
    spoken = [mark for mark in diagram.marks if mark.sign is Sign.TRANSMIT]
    assert spoken == [Mark(2, 0, Sign.TRANSMIT, "data v0"), Mark(6, 0, Sign.TRANSMIT, "data v1")]
    assert [(a.sent, a.delivered) for a in diagram.arrows] == [(2, 8), (6, 10)]
    assert diagram.verdict == "AtMostOnce is violated"


def test_what_was_never_sent_cannot_be_drawn() -> None:
    kept = read_trace(DOUBLE)
    trace = kept.trace
    cut = replace(trace, states=trace.states[6:], steps=trace.steps[6:])
    with pytest.raises(TraceError, match=r"step 2: data v0 of a1 is delivered, and was never sent"):
        diagram_of(kept.run.finite, cut, "cut")
