"""Initial states: the immutables that the axioms allow, times the parameters of `@init`."""

from __future__ import annotations

import pytest

from model.lang import Formula, Function, ScopeError, axiom, exists, init
from tests.interp.net import GIVEN, Mode, Net, Node, initial


def test_with_everything_given_only_the_parameters_vary() -> None:
    tables = ((0, 1, 1, 0), (0,), (1,), (1, 1))
    assert initial(GIVEN) == [
        (*tables, (0,), (1,), (1, 0)),
        (*tables, (1,), (1,), (1, 0)),
    ]


def test_what_is_not_given_takes_every_value() -> None:
    open_root = {k: v for k, v in GIVEN.items() if k != "root"}
    found = initial(open_root)
    assert [(s[1], s[4], s[6]) for s in found] == [
        ((0,), (0,), (1, 0)), ((0,), (1,), (1, 0)), ((1,), (0,), (0, 1)), ((1,), (1,), (0, 1)),
    ]  # fmt: skip


def test_the_axioms_choose_among_the_values() -> None:
    # Of the 16 relations two are symmetric and irreflexive: none, where both stay where they
    # are, and the full one, where each of the two may go or stay: 1 + 4 pairs. Times roots,
    # loudness, modes.
    found = initial({})
    assert len({(s[0], s[3]) for s in found}) == 5
    assert len(found) == 5 * 2 * 2 * 2


def test_initial_states_are_distinct() -> None:
    class Forgetful(Net):
        @init
        def start(s, m: Mode, n: Node) -> None:  # type: ignore[override]
            s.mode = m
            s.at = s.root

    found = initial(GIVEN, spec=Forgetful())
    assert len(found) == len(set(found)) == 2


def test_relations_that_init_leaves_out_are_empty() -> None:
    class Silent(Net):
        @init
        def start(s) -> None:  # type: ignore[override]
            s.mode = Mode.fast
            s.at = s.root

    (found,) = initial(GIVEN, spec=Silent())
    assert found[4:] == ((1,), (0,), (0, 0))


def test_elements_of_an_enumeration_are_initial_values() -> None:
    class Both(Net):
        limits = Function(Mode, to=Node)

        @init
        def start(s) -> None:  # type: ignore[override]
            s.mode = Mode.slow
            s.at = s.root
            s.limits[:] = s.root

    (found,) = initial(GIVEN | {"root": 1}, spec=Both())
    assert found[4:] == ((0,), (1,), (0, 0), (1, 1))


def test_axioms_that_exclude_a_scope_are_reported() -> None:
    with pytest.raises(ScopeError, match="no initial state: the axioms of Net exclude"):
        initial(GIVEN | {"link": {(0, 1)}})


def test_an_axiom_may_need_more_elements() -> None:
    class Rich(Net):
        @axiom
        def three(s) -> Formula:
            return exists(Node, Node, Node, lambda a, b, c: (a < b) & (b < c))

    with pytest.raises(ScopeError):
        initial({}, spec=Rich())
    given = {"link": set(), "next": {0: 0, 1: 1, 2: 2}, "loud": False}
    assert len(initial(given, nodes=3, spec=Rich())) == 3 * 2
