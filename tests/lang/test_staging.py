"""What `stage` makes of a text: its parts in order, switched by the spec's parameters."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from model.lang import (
    Constant,
    Flag,
    Formula,
    Relation,
    Spec,
    SpecError,
    action,
    forall,
    init,
    leads_to,
    safety,
    show,
    stage,
)
from model.search import select
from tests.lang.good import Good, Kind, Member, Room


class Switched(Spec):
    """A door with switches."""

    is_open = Flag()
    seen = Relation(Member)

    def __init__(self, locked: bool = False, fair: str = "weak", strict: bool = True) -> None:
        self.locked, self.fair, self.strict = locked, fair, strict

    @property
    def fairness(self) -> Any:
        return self.fair

    @init
    def start(s) -> None: ...

    @action(by="member", fair=lambda s: s.fairness)
    def enter(s, m: Member) -> None:
        """Somebody comes in."""
        s.require(not s.locked)
        s.require(s.is_open)
        s.seen[m] = True

    @action
    def open(s) -> None:
        s.is_open = not s.locked

    @safety
    def nobody(s) -> Formula:
        return forall(Member, lambda m: ~s.seen[m]) & (~s.is_open if s.strict else True)


def test_an_action_whose_guard_is_false_in_python_is_switched_off() -> None:
    on, off = stage(Switched()), stage(Switched(locked=True))
    assert ([a.name for a in on.actions], on.switched_off) == (["enter", "open"], ())
    assert ([a.name for a in off.actions], off.switched_off) == (["open"], ("enter",))


def test_a_guard_that_is_true_in_python_leaves_no_clause() -> None:
    enter, _ = stage(Switched()).actions
    assert [show(c.expr) for c in enter.guard] == ["is_open"]


def test_what_is_switched_off_need_not_be_well_formed() -> None:
    class Off(Switched):
        @action
        def nothing(s, m: Member) -> None:
            s.require(False)

    assert "nothing" in stage(Off()).switched_off


@pytest.mark.parametrize("fair", ["none", "weak", "strong"])
def test_fairness_may_depend_on_a_parameter_of_the_spec(fair: str) -> None:
    enter, opens = stage(Switched(fair=fair)).actions
    assert (enter.fair, opens.fair) == (fair, "none")


def test_the_text_may_branch_on_parameters_of_the_spec() -> None:
    strict, lax = stage(Switched()), stage(Switched(strict=False))
    assert len(strict.invariants[0].clauses) == 2
    assert len(lax.invariants[0].clauses) == 1
    assert show(stage(Switched(locked=True)).actions[0].updates[0].value) == "false"


def test_a_staged_spec_remembers_its_parameters() -> None:
    assert stage(Switched(fair="none")).parameters == {
        "locked": False, "fair": "none", "strict": True,
    }  # fmt: skip


def test_staging_leaves_the_spec_as_it_was() -> None:
    spec = Switched()
    before = dict(vars(spec))
    stage(spec)
    assert vars(spec) == before


def test_everything_is_kept_in_the_order_of_the_text() -> None:
    staged = stage(Good())
    names = ["likes", "chief", "holder", "sent", "place", "turn", "busy"]
    assert [symbol.name for symbol in staged.symbols] == names
    assert [a.name for a in staged.actions] == ["take", "move"]
    properties = ["exclusive", "stays_busy", "holders", "moves_in"]
    assert [p.name for p in staged.properties] == properties
    assert [symbol.name for symbol in staged.mutable] == names[2:]


def test_symbols_know_what_kind_they_are() -> None:
    kinds = {symbol.name: symbol.kind for symbol in stage(Good()).symbols}
    assert kinds == {
        "likes": "relation", "chief": "constant", "holder": "relation", "sent": "relation",
        "place": "function", "turn": "constant", "busy": "flag",
    }  # fmt: skip


def test_a_staged_spec_knows_its_sorts_in_order_of_appearance() -> None:
    assert [sort.name for sort in stage(Good()).sorts] == ["Member", "Room", "Kind"]


def test_a_sort_that_only_a_parameter_has_is_known() -> None:
    class Wide(Switched):
        @action
        def look(s, k: Kind, r: Room) -> None:
            s.require((k == Kind.data) & (r == r))
            s.is_open = True

    assert {sort.name for sort in stage(Wide()).sorts} == {"Member", "Kind", "Room"}


def test_what_a_method_says_of_itself_is_kept() -> None:
    enter, opens = stage(Switched()).actions
    assert (enter.doc, enter.by, opens.doc) == ("Somebody comes in.", "member", "")
    assert stage(Switched()).doc == "A door with switches."


def test_a_method_is_found_where_it_stands() -> None:
    staged = stage(Switched())
    lines, first = inspect.getsourcelines(Switched)
    at = {line.strip(): first + i for i, line in enumerate(lines)}
    assert staged.where.line == first
    assert staged.actions[0].where.line == at['@action(by="member", fair=lambda s: s.fairness)']
    assert staged.actions[0].guard[0].where.line == at["s.require(s.is_open)"]
    assert staged.actions[0].updates[0].where.line == at["s.seen[m] = True"]
    assert staged.invariants[0].where.line == at["@safety"]
    assert staged.symbols[0].where.line == at["is_open = Flag()"]


def test_a_subclass_overrides_in_place() -> None:
    class Narrow(Good):
        @safety
        def exclusive(s) -> Formula:
            return s.busy | ~s.busy

        @leads_to
        def rested(s) -> tuple[Formula, Formula]:
            return s.busy, ~s.busy

    staged = stage(Narrow())
    names = [p.name for p in staged.properties]
    assert names == ["exclusive", "stays_busy", "holders", "moves_in", "rested"]
    assert show(staged.invariants[0].clauses[0].expr) == "busy ∨ ¬busy"


def test_a_subclass_may_call_what_it_overrides() -> None:
    class Careful(Good):
        @action(by="member", fair="strong")
        def take(s, m: Member) -> None:
            super().take(m)
            s.require(~s.busy)

    (take,) = (a for a in stage(Careful()).actions if a.name == "take")
    assert [show(c.expr) for c in take.guard] == ["free(m)", "turn = m", "¬busy"]
    assert take.fair == "strong"


def test_a_subclass_may_switch_a_declaration_off_by_another() -> None:
    class Fixed(Good):
        turn = Constant(Member, immutable=True)

        @init
        def start(s, home: Room) -> None:
            s.place[:] = home

    staged = stage(Fixed())
    assert [s.immutable for s in staged.symbols if s.name == "turn"] == [True]


def test_the_conjuncts_of_a_guard_are_its_clauses() -> None:
    class Careful(Good):
        @action
        def leave(s, m: Member) -> None:
            s.require(s.holder[m] & (s.turn == m) & ~s.busy, s.free(m))
            s.holder[m] = False

    (leave,) = (a for a in stage(Careful()).actions if a.name == "leave")
    assert [show(c.expr) for c in leave.guard] == ["holder(m)", "turn = m", "¬busy", "free(m)"]


def test_a_selection_keeps_the_named_properties_only() -> None:
    kept = select(stage(Good()), ["holders", "exclusive"])
    assert [p.name for p in kept.properties] == ["exclusive", "holders"]
    assert not select(stage(Good()), []).properties


def test_a_property_that_is_selected_must_exist() -> None:
    with pytest.raises(SpecError, match="Good has no property 'inclusive', only exclusive, "):
        select(stage(Good()), ["inclusive"])


def test_a_spec_made_without_a_file_is_staged() -> None:
    names: dict[str, Any] = {"Spec": Spec, "Flag": Flag, "action": action, "init": init}
    text = (
        "class Loose(Spec):\n"
        "    on = Flag()\n"
        "    @init\n"
        "    def start(s): pass\n"
        "    @action\n"
        "    def go(s): s.on = True\n"
    )
    exec(text, names)
    assert stage(names["Loose"]()).where.line == 0
