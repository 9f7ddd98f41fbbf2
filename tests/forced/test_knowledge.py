"""What is compared is what the lockstep walk compares, in readable form."""

from __future__ import annotations

import pytest

from model.interp import Interpreter
from model.search.exploration import Limits
from model.search.native.engine import NativeSearch
from traces.forced.knowledge import Knowledge, Known, Words
from traces.run import Run


@pytest.mark.parametrize("run", [Run("2", 1), Run("1,1j", 1)])
def test_members_know_the_same_wherever_their_signatures_are_the_same(run: Run) -> None:
    initial = list(Interpreter(run.finite).initial_states())
    graph = NativeSearch(run.finite, initial, Limits()).run().graph()
    known = Known(run, graph)
    for m in known.members:
        signatures = known.facts.signature(m).tolist()
        knows = [known.of(m, state)[:-1] for state in range(graph.states)]
        assert len(set(zip(signatures, knows, strict=True))) == len(set(signatures))
        assert len(set(knows)) == len(set(signatures)) > 10


def test_every_variable_can_be_the_first_that_differs() -> None:
    words = Words(Run("2+1", 1).finite)
    same = Knowledge(0, 0, 0, 0, 0, 0, 0, 0, 0)
    said = {
        field: words.differing(same._replace(**{field: 1}), same) for field in Knowledge._fields
    }
    assert len({variable for variable, _, _ in said.values()}) == len(Knowledge._fields)
    assert said["at"][1:] == ("v1", "v0")
    assert said["indicator"][1:] == ("set", "clear")
    assert said["done"][1:] == ("yes", "no")
    assert said["acknowledgments"][1:] == ("a1", "nobody")
    assert said["holds"][1:] == ("A", "nothing")
    with pytest.raises(ValueError, match="the same"):
        words.differing(same, same)


def test_what_the_specification_does_not_have_is_said_to_be_something_else() -> None:
    words = Words(Run("2+1", 1).finite)
    assert words.view(-1) == "no view"
    assert words.view(-2) == "another view"
    assert words.content(0b101) == "A something else"
