"""What the report says of a counterexample is what the interpreter says, and is only shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.lang.staged import Invariant
from onevoice.diagram.reading import diagram_of
from onevoice.search import Ask, search
from onevoice.web.report.content import Content, Told, Truth, tell
from onevoice.web.report.markup import tag
from onevoice.web.report.page import page
from tests.web.conftest import BROKEN, CORPUS
from tests.web.outline import Outline
from traces.counterexample import read
from traces.kept import counterexamples
from traces.run import Run

HOSTILE = '</script><script>alert(1)</script><b onclick="x()" title=\'&amp;\x00\x1b'


@pytest.fixture(scope="module")
def told() -> tuple[Told, ...]:
    """The smaller half of the counterexamples, and that of a deadlock."""
    paths = sorted(counterexamples(CORPUS), key=lambda path: path.stat().st_size)
    half = paths[: len(paths) // 2]
    half += [path for path in paths if path.name.startswith("deadlock") and path not in half]
    return tell(("onevoice replay it", read(path)) for path in half)


def test_a_shortest_counterexample_is_false_at_its_end_and_nowhere_before(
    told: tuple[Told, ...],
) -> None:
    kinds = set()
    for each in told:
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
    shipped = search(Ask(Run("1+1", failures=0)), lambda _: None)
    broken = search(Ask(BROKEN), lambda _: None)
    all_told = (
        replace(each, diagram=diagram, truths=truths),
        *tell([("", read(p)) for p in CORPUS.glob("indicator-on-receipt-only/trans*")]),
    )
    content = Content(HOSTILE, (shipped,), (broken,), (), all_told, ())
    root = Outline.of(page(content)).root
    assert len(list(root.all("script"))) == 1
    assert not list(root.all("b", onclick="x()"))
    shown = HOSTILE.replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert next(root.all("text", class_="name")).text == shown
    assert any(shown in item.text for item in root.all("code"))


def test_only_markup_is_taken_for_markup() -> None:
    assert tag("p", tag("b", "a < b"), " & c", title='"') == (
        '<p title="&quot;"><b>a &lt; b</b> &amp; c</p>'
    )
