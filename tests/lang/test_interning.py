"""Equal text becomes one expression, and still every spec keeps its own lines."""

from __future__ import annotations

import importlib.util
import inspect
import sys
from pathlib import Path

from model.lang import Flag, Relation, Spec, Staged, action, count, exists, forall, init, stage
from model.lang.expr import And, Apply, Exists, Forall, Implies, Lit, Not, Num, Var
from tests.lang.good import Good, Member, Room

TEXT = """
from model.lang import Relation, Sort, Spec, action, init, safety, forall, Formula


class Member(Sort): ...


class Lock(Spec):
    holder = Relation(Member)

    @init
    def start(s) -> None: ...

    @action
    def take(s, m: Member, n: Member) -> None:
        s.require(m != n)
        s.require(~s.holder[n])
        s.holder[m] = True

    @safety
    def exclusive(s) -> Formula:
        return forall(Member, lambda m: ~s.holder[m])
"""


def staged_from(file: Path, text: str) -> Staged:
    """Stages the class `Lock` of a module of this text, which is called the same each time."""
    file.write_text(text, encoding="utf-8")
    place = importlib.util.spec_from_file_location("the_lock", file)
    assert place is not None
    assert place.loader is not None
    module = importlib.util.module_from_spec(place)
    sys.modules["the_lock"] = module
    try:
        place.loader.exec_module(module)
        return stage(module.Lock())
    finally:
        del sys.modules["the_lock"]


def guard_lines(staged: Staged, name: str) -> list[int]:
    (chosen,) = (a for a in staged.actions if a.name == name)
    return [clause.where.line for clause in chosen.guard]


def test_equal_calls_of_a_node_class_give_one_node() -> None:
    assert Not(Lit(True)) is Not(Lit(True))
    assert Not(Lit(True)) is not Not(Lit(False))
    assert Num(2) is Num(2)


def test_numbers_and_truth_values_are_different_nodes() -> None:
    nodes: set[object] = {Num(1), Lit(True), Num(0), Lit(False)}
    assert len(nodes) == 4


def test_a_spec_staged_twice_has_the_same_expressions() -> None:
    one, other = stage(Good()), stage(Good())
    assert all(a is b for a, b in zip(one.expressions(), other.expressions(), strict=True))


def test_equal_subexpressions_of_different_methods_are_one_node() -> None:
    s = Good()
    first = s.busy & exists(Member, lambda m: s.holder[m])
    second = exists(Member, lambda m: s.holder[m])
    assert isinstance(first.expr, And)
    assert first.expr.args[1] is second.expr


def test_the_names_of_bound_variables_are_part_of_the_text() -> None:
    s = Good()
    one = exists(Member, lambda m: s.holder[m])
    other = exists(Member, lambda n: s.holder[n])
    assert one.expr is not other.expr


def test_binders_of_one_name_do_not_capture_each_others_variables() -> None:
    s = Good()
    outer = forall(Member, lambda m: exists(Member, lambda n: s.free(m) & s.holder[n])).expr
    assert isinstance(outer, Forall)
    assert isinstance(outer.body, Exists)
    (m,), (n,) = outer.variables, outer.body.variables
    assert (m.depth, n.depth) == (0, 1)
    same_name = forall(Member, lambda m: exists(Member, lambda m: s.holder[m])).expr
    assert isinstance(same_name, Forall)
    assert isinstance(same_name.body, Exists)
    assert same_name.variables[0] is not same_name.body.variables[0]
    assert same_name.body.body is Apply(s.holder.declaration.symbol, (Var("m", m.sort, 1),), False)


def test_variables_of_one_name_and_different_sorts_are_different() -> None:
    s = Good()
    one = exists(Member, lambda x: s.busy)
    other = exists(Room, lambda x: s.busy)
    assert one.expr is not other.expr


def test_the_same_symbol_in_the_state_after_is_another_node() -> None:
    (clause,) = next(p for p in stage(Good()).invariants if p.is_step).clauses
    assert isinstance(clause.expr, Implies)
    left, right = clause.expr.left, clause.expr.right
    assert isinstance(left, Apply)
    assert isinstance(right, Apply)
    assert left is not right
    assert (left.symbol, left.primed, right.primed) == (right.symbol, False, True)


def test_symbols_of_two_specs_are_different_though_their_text_is_equal() -> None:
    class One(Spec):
        on = Relation(Member)

    class Other(Spec):
        on = Relation(Member)

    one, other = One(), Other()
    first = forall(Member, lambda m: one.on[m])
    second = forall(Member, lambda m: other.on[m])
    assert first.expr is not second.expr


def test_counts_and_quantifiers_of_one_body_are_different_nodes() -> None:
    s = Good()
    assert (
        count(Member, lambda m: s.holder[m]).expr is not exists(Member, lambda m: s.holder[m]).expr
    )


def test_two_specs_with_equal_text_keep_their_own_files_and_lines(tmp_path: Path) -> None:
    one = staged_from(tmp_path / "near.py", TEXT)
    other = staged_from(tmp_path / "far.py", "\n" * 30 + TEXT)
    assert one.actions[0].guard[0].expr is other.actions[0].guard[0].expr, "m != n in both"
    assert one.symbols[0] is not other.symbols[0]
    first = 1 + next(i for i, line in enumerate(TEXT.splitlines()) if "m != n" in line)
    assert guard_lines(one, "take") == [first, first + 1]
    assert guard_lines(other, "take") == [first + 30, first + 31]
    for staged, file in ((one, "near.py"), (other, "far.py")):
        clauses = [*staged.actions[0].guard, *staged.invariants[0].clauses]
        assert {Path(c.where.file).name for c in clauses} == {file}


def test_equal_guards_of_one_spec_keep_their_own_lines() -> None:
    class Door(Spec):
        is_open = Flag()
        locked = Flag()

        @init
        def start(s) -> None: ...

        @action
        def lock(s) -> None:
            s.require(~s.is_open)  # first
            s.locked = True

        @action
        def enter(s) -> None:
            s.require(~s.is_open)  # second
            s.is_open = True

    staged = stage(Door())
    lines, start = inspect.getsourcelines(test_equal_guards_of_one_spec_keep_their_own_lines)
    of = {mark: start + i for i, line in enumerate(lines) for mark in ("first", "second")
          if line.rstrip().endswith(f"# {mark}")}  # fmt: skip
    assert guard_lines(staged, "lock") == [of["first"]]
    assert guard_lines(staged, "enter") == [of["second"]]
