"""What is recovered from a staged spec is what its text says."""

from __future__ import annotations

from model.export.cells import initial_states, unvarying
from model.export.definitions import Definitions
from model.export.names import Names, commented, filled
from model.lang import (
    Formula,
    Relation,
    Sort,
    Spec,
    action,
    define,
    exists,
    init,
    safety,
    show,
    stage,
)
from model.lang import step as of_step
from model.scope import Finite, Scope
from tests.export.cases import EXCHANGES


class Cat(Sort): ...


class Cats(Spec):
    asleep = Relation(Cat)
    likes = Relation(Cat, Cat)
    never = Relation(Cat)

    @define
    def friends(s, a: Cat, b: Cat) -> Formula:
        return s.likes[a, b] & s.likes[b, a]

    @define
    def lonely(s, a: Cat) -> Formula:
        return ~exists(Cat, lambda b: s.friends(a, b) & (a != b))

    @init
    def start(s) -> None: ...

    @action
    def meet(s, a: Cat, b: Cat) -> None:
        s.require(a != b, ~s.asleep[a])
        s.likes[a, b] = True

    @action
    def sleep(s, a: Cat) -> None:
        s.require(s.lonely(a) | s.never[a])
        s.asleep[a] = True

    @safety
    def vain(s) -> Formula:
        return ~exists(Cat, lambda a: s.friends(a, a))

    @of_step
    def loyal(s, after: Cats) -> Formula:
        return ~exists(Cat, lambda a: after.lonely(a) & ~s.lonely(a))


def test_a_definition_is_recovered_from_its_uses() -> None:
    found = {d.name: d for d in Definitions(stage(Cats())).ordered}
    assert list(found) == ["friends", "lonely"], "each after what it uses, once"
    assert show(found["friends"].body) == "likes(a, b) ∧ likes(b, a)"
    assert [p.name for p in found["lonely"].params] == ["a"]


def test_each_definition_of_the_exchange_has_one_body() -> None:
    names = [d.name for d in Definitions(EXCHANGES["1+1"]().staged).ordered]
    assert len(names) == len(set(names))


def test_cells_that_no_step_can_change_do_not_vary() -> None:
    finite = Finite(stage(Cats()), Scope({"Cat": 2}))
    initial = initial_states(finite)
    varying = [c for c in initial[0] if c not in unvarying(finite, initial)]
    assert {(c.symbol.name, c.offset) for c in varying} == {
        ("asleep", 0), ("asleep", 1), ("likes", 1), ("likes", 2),
    }  # fmt: skip


def test_names_are_legal_and_given_once() -> None:
    names = Names("end")
    assert [names.claim("end"), names.claim("a", "b-c"), names.claim("a_b", "c")] == [
        "end_2", "a_b_c", "a_b_c_2",
    ]  # fmt: skip
    assert names.claim("4") == "n4"


def test_comments_cannot_end_early_and_lines_are_short() -> None:
    assert commented("a */ b\n\n  c ≤ d", "--") == ["-- a * / b", "--", "--   c <= d"]
    assert all(len(line) <= 100 for line in filled("word " * 99, "x == ", "  ", " \\"))
