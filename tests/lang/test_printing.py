"""Expressions print as the mathematics that a reader expects, with no parenthesis too many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from model.lang import (
    all_of,
    any_of,
    count,
    exists,
    forall,
    implies,
    ite,
    least,
    show,
    stage,
)
from model.lang.terms import Term
from tests.lang.good import Good, Kind, Member, Room

S: Any = Good()
PRINTED: list[tuple[Callable[[], Term], str]] = [
    # symbols and points
    (lambda: S.busy, "busy"),
    (lambda: S.holder[S.turn], "holder(turn)"),
    (lambda: S.likes[S.chief, S.place[S.turn]], "likes(chief, place(turn))"),
    (lambda: S.sent[Kind.ack, S.turn], "sent(ack, turn)"),
    (lambda: S.free(S.turn), "free(turn)"),
    # negation
    (lambda: ~S.busy, "¬busy"),
    (lambda: ~~S.busy, "busy"),
    (lambda: ~(S.busy & S.holder[S.turn]), "¬(busy ∧ holder(turn))"),
    (lambda: ~S.free(S.turn), "¬free(turn)"),
    (lambda: ~exists(Member, lambda m: S.holder[m]), "¬(∃ m: Member. holder(m))"),
    # comparisons and their negations
    (lambda: S.turn == S.chief, "turn = chief"),
    (lambda: S.turn != S.chief, "turn ≠ chief"),
    (lambda: ~(S.turn == S.chief), "turn ≠ chief"),
    (lambda: S.turn < S.chief, "turn < chief"),
    (lambda: S.turn > S.chief, "chief < turn"),
    (lambda: S.turn <= S.chief, "turn ≤ chief"),
    (lambda: ~(S.turn <= S.chief), "chief < turn"),
    (lambda: S.turn >= S.chief, "chief ≤ turn"),
    (lambda: S.busy.iff(S.holder[S.turn]), "busy ↔ holder(turn)"),
    (lambda: ~S.busy.iff(S.holder[S.turn]), "busy ↮ holder(turn)"),
    # precedence
    (lambda: S.busy & S.holder[S.turn] | S.free(S.turn), "busy ∧ holder(turn) ∨ free(turn)"),
    (lambda: S.busy & (S.holder[S.turn] | S.free(S.turn)), "busy ∧ (holder(turn) ∨ free(turn))"),
    (lambda: (S.busy | S.free(S.turn)) & ~S.busy, "(busy ∨ free(turn)) ∧ ¬busy"),
    (lambda: implies(S.busy & ~S.busy, S.busy | S.busy), "busy ∧ ¬busy → busy ∨ busy"),
    (lambda: implies(S.busy, implies(S.busy, ~S.busy)), "busy → busy → ¬busy"),
    (lambda: implies(implies(S.busy, S.busy), ~S.busy), "(busy → busy) → ¬busy"),
    (lambda: implies(S.busy, ~S.busy) & S.busy, "(busy → ¬busy) ∧ busy"),
    (lambda: implies(S.busy, S.busy).iff(S.busy | S.busy), "busy → busy ↔ busy ∨ busy"),
    (lambda: S.busy.iff(S.busy.iff(~S.busy)), "busy ↔ (busy ↔ ¬busy)"),
    (lambda: (S.turn == S.chief) & (S.turn < S.chief), "turn = chief ∧ turn < chief"),
    (lambda: implies(S.turn == S.chief, S.busy), "turn = chief → busy"),
    # quantifiers
    (lambda: forall(Member, lambda m: S.holder[m]), "∀ m: Member. holder(m)"),
    (lambda: exists(Member, Room, lambda m, r: S.likes[m, r]), "∃ m: Member; r: Room. likes(m, r)"),
    (
        lambda: forall(Member, Member, Room, lambda a, b, r: S.likes[a, r] & (a != b)),
        "∀ a, b: Member; r: Room. likes(a, r) ∧ a ≠ b",
    ),
    (
        lambda: forall(Member, lambda m: exists(Room, lambda r: S.likes[m, r])),
        "∀ m: Member. ∃ r: Room. likes(m, r)",
    ),
    (
        lambda: S.busy & forall(Member, lambda m: S.holder[m] & S.busy),
        "busy ∧ (∀ m: Member. holder(m) ∧ busy)",
    ),
    (
        lambda: implies(S.busy, exists(Member, lambda m: S.holder[m])),
        "busy → (∃ m: Member. holder(m))",
    ),
    (lambda: least(S.turn), "∀ other: Member. turn ≤ other"),
    # numbers
    (lambda: count(Member, lambda m: S.holder[m]), "#{m: Member | holder(m)}"),
    (lambda: count(Member, lambda m: S.holder[m]) <= 1, "#{m: Member | holder(m)} ≤ 1"),
    (lambda: count(Member, lambda m: S.holder[m]) > 1, "#{m: Member | holder(m)} > 1"),
    (lambda: count(Member, lambda m: S.holder[m]) != 1, "#{m: Member | holder(m)} ≠ 1"),
    (
        lambda: 1 + count(Room, Kind, lambda r, k: k == Kind.data) >= 2,
        "2 ≤ 1 + #{r: Room; k: Kind | k = data}",
    ),
    (
        lambda: (count(Room, lambda r: r == r) + 1) + 2 == 3,
        "(#{r: Room | r = r} + 1) + 2 = 3",
    ),
    # choices
    (
        lambda: ite(S.busy, S.turn, S.chief) == S.turn,
        "(if busy then turn else chief) = turn",
    ),
    (
        lambda: S.place[ite(S.busy, S.turn, S.chief)],
        "place(if busy then turn else chief)",
    ),
    (lambda: ite(S.busy, S.free(S.turn), False), "busy ∧ free(turn)"),
    (lambda: ite(S.busy, S.free(S.turn), ~S.busy), "busy ∧ free(turn) ∨ ¬busy ∧ ¬busy"),
    # what is known at once
    (lambda: all_of(), "true"),
    (lambda: any_of(), "false"),
    (lambda: S.busy & True, "busy"),
    (lambda: True & S.busy, "busy"),
    (lambda: S.busy | True, "true"),
    (lambda: False | S.busy, "busy"),
    (lambda: ~all_of(), "false"),
    (lambda: forall(Member, lambda m: True), "true"),
    (lambda: exists(Member, lambda m: False), "false"),
    (lambda: all_of(S.busy, True, S.busy & ~S.busy), "busy ∧ busy ∧ ¬busy"),
    (lambda: implies(True, S.busy), "true → busy"),
]


@pytest.mark.parametrize(("make", "text"), PRINTED, ids=[text for _, text in PRINTED])
def test_an_expression_prints_as_mathematics(make: Callable[[], Term], text: str) -> None:
    assert show(make().expr) == text
    assert repr(make()) == text


def test_the_state_after_a_step_is_primed() -> None:
    (stays,) = (p for p in stage(Good()).invariants if p.is_step)
    assert show(stays.clauses[0].expr) == "busy → busy′"


def test_definitions_after_a_step_are_primed() -> None:
    after: Any = Good()
    after.__dict__["_primed"] = True
    assert show(after.free(after.turn).expr) == "free′(turn′)"


def test_the_parts_of_a_staged_spec_print() -> None:
    staged = stage(Good())
    take, move = staged.actions
    assert [show(c.expr) for c in take.guard] == ["free(m)", "turn = m"]
    assert [show(c.expr) for c in move.limits] == ["#{n: Member | holder(n)} ≤ 2"]
    assert [f"{u.symbol} {show(u.value)}" for u in move.updates] == ["place r", "sent k = data"]
    assert show(staged.axioms[0].expr) == "∃ r: Room. likes(chief, r)"
    assert show(staged.final.expr) == "busy"


def test_a_bound_variable_is_not_printed_under_the_name_of_another() -> None:
    formula = forall(Member, lambda other: implies(S.holder[other], least(other)))
    assert show(formula.expr) != "∀ other: Member. holder(other) → (∀ other: Member. other ≤ other)"
