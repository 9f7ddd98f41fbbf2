"""A formula read from text is the very node that a spec's text makes, or is refused with its place.

Nodes are interned, so `is` compares whole formulas.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import model.lang
from model.interp import Interpreter
from model.lang import (
    Constant,
    Flag,
    Formula,
    FormulaError,
    Function,
    Number,
    Relation,
    Spec,
    Staged,
    action,
    count,
    define,
    exists,
    forall,
    implies,
    init,
    ite,
    least,
    parse,
    parse_term,
    show,
    stage,
)
from model.lang.expr import SortDecl, Var
from model.lang.terms import Term
from model.protocol import Delivery, Switches, Variant, exchange
from model.search import Limits
from model.search.native.engine import NativeSearch
from tests.agreement import expressions
from tests.agreement.expressions import A, B, K, Writer
from tests.classics.every import CLASSICS
from tests.lang.good import Good, Kind, Member, Room
from traces.run import Run

S: Any = Good()
AFTER: Any = Good()
AFTER.__dict__["_primed"] = True

# -- the notation of specs --------------------------------------------------------------------

READ = [
    ("s.busy", S.busy),
    ("busy", S.busy),
    ("~busy", ~S.busy),
    ("s.holder[s.turn]", S.holder[S.turn]),
    ("holder[turn]", S.holder[S.turn]),
    ("holder(turn)", S.holder[S.turn]),
    ("s.free(s.turn)", S.free(S.turn)),
    ("free(turn)", S.free(S.turn)),
    ("s.sent[Kind.ack, s.turn]", S.sent[Kind.ack, S.turn]),
    ("sent[ack, turn]", S.sent[Kind.ack, S.turn]),
    ("likes[chief, place[turn]]", S.likes[S.chief, S.place[S.turn]]),
    ("turn == chief", S.turn == S.chief),
    ("turn != chief", S.turn != S.chief),
    ("turn < chief", S.turn < S.chief),
    ("turn >= chief", S.turn >= S.chief),
    ("busy & holder[turn] | free(turn)", S.busy & S.holder[S.turn] | S.free(S.turn)),
    ("busy & (turn == chief)", S.busy & (S.turn == S.chief)),
    ("implies(busy, holder[turn])", implies(S.busy, S.holder[S.turn])),
    ("busy.implies(holder[turn])", S.busy.implies(S.holder[S.turn])),
    ("busy.iff(holder[turn])", S.busy.iff(S.holder[S.turn])),
    ("iff(busy, holder[turn])", S.busy.iff(S.holder[S.turn])),
    ("least(turn)", least(S.turn)),
    ("all_of()", model.lang.all_of()),
    ("any_of(busy, turn == chief)", S.busy | (S.turn == S.chief)),
    ("ite(busy, turn, chief) == turn", ite(S.busy, S.turn, S.chief) == S.turn),
    ("ite(busy, free(turn), False)", ite(S.busy, S.free(S.turn), False)),
    ("True", model.lang.all_of()),
    ("busy & True", S.busy),
    (
        "forall(Member, Room, lambda m, r: implies(s.likes[m, r], s.place[m] == r))",
        forall(Member, Room, lambda m, r: implies(S.likes[m, r], S.place[m] == r)),
    ),
    (
        "exists(Member, lambda m: forall(Member, lambda m: holder[m]) & holder[m])",
        exists(Member, lambda m: forall(Member, lambda m: S.holder[m]) & S.holder[m]),
    ),
    ("count(Member, lambda m: holder[m]) <= 1", count(Member, lambda m: S.holder[m]) <= 1),
    ("1 == count(Member, lambda m: holder[m])", count(Member, lambda m: S.holder[m]) == 1),
    ("2 > count(Member, lambda m: holder[m])", count(Member, lambda m: S.holder[m]) < 2),
    ("1 + 1 + count(Room, lambda r: True) != 3", 1 + 1 + count(Room, lambda r: True) != 3),
    ("forall(Member, lambda m:\n    holder[m]\n    & free(m)\n)\n",
     forall(Member, lambda m: S.holder[m] & S.free(m))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), READ, ids=[text for text, _ in READ])
def test_text_in_the_notation_of_specs_is_what_a_spec_would_say(text: str, meant: Term) -> None:
    assert parse(text, Good()).expr is meant.expr


def test_numbers_and_elements_are_read_where_they_are_asked_for() -> None:
    holders = parse_term("count(Member, lambda m: holder[m]) + 1", Good()).term
    assert isinstance(holders, Number)
    assert holders.expr is (count(Member, lambda m: S.holder[m]) + 1).expr
    assert isinstance(parse_term("place[turn]", Good()).term, Room)


def test_a_formula_over_a_step_names_the_state_after_it() -> None:
    meant = implies(S.busy, AFTER.busy & AFTER.free(S.turn))
    text = "implies(s.busy, after.busy & after.free(turn))"
    assert parse(text, Good(), is_step=True).expr is meant.expr
    assert parse("busy → busy′ ∧ free′(turn)", Good(), is_step=True).expr is meant.expr


def test_variables_that_are_given_stand_for_themselves() -> None:
    m = Var("m", Member.decl, -1)
    found = parse("exists(Member, lambda n: free(n) & (n != m))", Good(), variables=[m])
    meant = exists(Member, lambda n: S.free(n) & (n != Member(m)))
    assert found.expr is meant.expr


# -- the notation in which formulas are printed -------------------------------------------------


def printed_parts(staged: Staged) -> Iterator[tuple[Any, tuple[Var, ...], bool]]:
    """Every expression of a spec, with the variables that are free in it, and whether of a step."""
    for invariant in staged.invariants:
        yield from ((c.expr, (), invariant.is_step) for c in invariant.clauses)
    for act in staged.actions:
        yield from ((c.expr, act.params, False) for c in (*act.guard, *act.limits))
        yield from ((u.value, (*act.params, *u.free), False) for u in act.updates)
    for bound in staged.bounds:
        yield from ((e, bound.params, False) for e in (bound.premise, bound.value, bound.at_most))
    for leads_to in staged.leads_to:
        yield from ((e, leads_to.params, False) for e in (leads_to.premise, leads_to.goal))
    yield from ((c.expr, (), False) for c in (*staged.axioms, staged.final))
    yield from ((u.value, (*staged.init_params, *u.free), False) for u in staged.init)


def are_told_apart(variables: tuple[Var, ...]) -> bool:
    """Whether free variables have names of their own; `show` prints others alike."""
    return len({v.name for v in variables}) == len(variables)


def assert_all_printed_parts_are_read_back(spec: Spec) -> None:
    parts = [part for part in printed_parts(stage(spec)) if are_told_apart(part[1])]
    assert parts
    for expr, variables, is_step in parts:
        text = show(expr)
        found = parse_term(text, spec, variables=variables, is_step=is_step)
        assert found.term.expr is expr, text


@pytest.mark.parametrize("delivery", Delivery)
@pytest.mark.parametrize("total_order", [False, True])
def test_every_formula_of_the_protocol_is_read_back_as_it_is_printed(
    delivery: Delivery, total_order: bool
) -> None:
    assert_all_printed_parts_are_read_back(exchange(Switches(delivery, total_order, 1)))


@pytest.mark.parametrize("variant", Variant)
def test_every_formula_of_a_variant_is_read_back_as_it_is_printed(variant: Variant) -> None:
    assert_all_printed_parts_are_read_back(exchange(Switches(failures=2, variant=variant)))


def test_every_formula_of_the_classics_is_read_back_as_it_is_printed() -> None:
    for spec in (golden.spec for classic in CLASSICS for golden in classic.GOLDEN):
        assert_all_printed_parts_are_read_back(spec)
    assert_all_printed_parts_are_read_back(Good())


def test_every_definition_of_the_protocol_is_read_back_as_it_is_printed() -> None:
    spec = exchange(Switches())
    names = [n for n in dir(type(spec)) if hasattr(getattr(type(spec), n, None), "_definition")]
    assert {"leads", "must_speak", "done", "over"} <= set(names)
    for name in names:
        hints = ast_parameters(spec, name)
        variables = [Var(n, sort.decl, -1) for n, sort in hints]
        args = (sort(v) for (_, sort), v in zip(hints, variables, strict=True))
        defined: Any = getattr(spec, name)(*args).expr
        for expr in (defined, defined.body):
            assert parse(show(expr), spec, variables=variables).expr is expr


def ast_parameters(spec: Spec, name: str) -> list[tuple[str, Any]]:
    """The parameters of a definition, with their sorts."""
    definition = getattr(type(spec), name)._definition
    module = {n: getattr(model.protocol.sorts, n) for n in dir(model.protocol.sorts)}
    annotations = definition.__annotations__
    return [(n, module[a]) for n, a in annotations.items() if n != "return"]


MATHEMATICS = [
    ("turn = chief", S.turn == S.chief),
    ("¬(turn ≤ chief)", ~(S.turn <= S.chief)),
    ("busy → busy → ¬busy", implies(S.busy, implies(S.busy, ~S.busy))),
    ("busy ∨ busy ∧ busy", S.busy | S.busy & S.busy),
    ("busy ↮ free(turn)", ~S.busy.iff(S.free(S.turn))),
    ("∀ m: Member. ∃ r: Room. likes(m, r)",
     forall(Member, lambda m: exists(Room, lambda r: S.likes[m, r]))),
    ("busy ∧ ∃ m: Member. holder(m) → busy",
     S.busy & exists(Member, lambda m: implies(S.holder[m], S.busy))),
    ("#{m, n: Member; r: Room | likes(m, r) ∧ n ≠ m} + 1 > 2",
     count(Member, Member, Room, lambda m, n, r: S.likes[m, r] & (n != m)) + 1 > 2),
    ("(if busy then turn else chief) = turn", ite(S.busy, S.turn, S.chief) == S.turn),
    ("sent(Kind.data, turn) ∧ sent(ack, turn)",
     S.sent[Kind.data, S.turn] & S.sent[Kind.ack, S.turn]),
    ("∀ other: Member. holder(other) → (∀ other2: Member. other ≤ other2)",
     forall(Member, lambda other: implies(S.holder[other], least(other)))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), MATHEMATICS, ids=[text for text, _ in MATHEMATICS])
def test_text_in_the_printed_notation_is_read(text: str, meant: Term) -> None:
    assert parse(text, Good()).expr is meant.expr


# -- random formulas ---------------------------------------------------------------------------


class Random(Spec):
    """A symbol of every kind, and definitions of every kind of term."""

    a = Constant(A, immutable=True)
    b = Constant(B, immutable=True)
    k = Constant(K)
    r = Relation(A, B)
    q = Relation(K)
    f = Function(A, K, to=B)
    g = Function(B, to=K)
    p = Flag()

    @define
    def d(s, x: A, y: B) -> Formula:
        return s.r[x, y] | exists(A, lambda z: z < x)

    @define
    def n(s, x: A) -> Number:
        return 1 + count(B, lambda y: s.r[x, y])

    @define
    def eA(s) -> A:
        return s.a

    @define
    def eK(s, y: B) -> K:
        return s.g[y]

    @init
    def start(s) -> None:
        s.k = K.x
        s.f[:, :] = s.b
        s.g[:] = K.y

    @action
    def act(s) -> None:
        s.p = True


SYMBOLS = (
    expressions.Symbol("a", (), "A", immutable=True),
    expressions.Symbol("b", (), "B", immutable=True),
    expressions.Symbol("k", (), "K"),
    expressions.Symbol("r", ("A", "B"), "Bool"),
    expressions.Symbol("q", ("K",), "Bool"),
    expressions.Symbol("f", ("A", "K"), "B"),
    expressions.Symbol("g", ("B",), "K"),
    expressions.Symbol("p", (), "Bool"),
)
DEFINITIONS = {"d": ("A", "B"), "n": ("A",), "eA": (), "eK": ("B",)}


@st.composite
def random_formulas(draw: Any) -> str:
    writer = Writer(draw, SYMBOLS, states=("s", "after"), definitions=DEFINITIONS)
    return f"all_of({writer.formula(4)})"


@settings(max_examples=300, deadline=None)
@given(text=random_formulas())
def test_a_random_formula_is_what_python_makes_of_it_and_is_read_back(text: str) -> None:
    after: Any = Random()
    after.__dict__["_primed"] = True
    names: dict[str, Any] = {n: getattr(model.lang, n) for n in model.lang.__all__}
    names |= {"A": A, "B": B, "K": K, "s": Random(), "after": after}
    meant = eval(compile(ast.parse(text, mode="eval"), "<random formula>", "eval"), names)
    assert parse(text, Random(), is_step=True).expr is meant.expr
    again = parse(show(meant.expr), Random(), is_step=True).expr
    assert show(again) == show(meant.expr)
    # `least(x)` puts a quantifier round an x that was made outside of it, with its own depth.
    assert again is meant.expr or "least" in text


# -- elements of a scope -----------------------------------------------------------------------


@cache
def run() -> Run:
    return Run("2", 1)


def protocol_formula(text: str) -> model.lang.Parsed:
    spec = exchange(run().staged.parameters["switches"])
    return parse(text, spec, run().finite)


def test_elements_of_a_scope_are_named_as_reports_name_them() -> None:
    found = protocol_formula("leads(a1, v0) & ~holds[a2, A] & (Member.a2 != a1)")
    assert {v.name: index for v, index in found.valuation.items()} == {
        "a1": 0, "v0": 0, "a2": 1, "A": 0,
    }  # fmt: skip
    assert show(found.expr) == "leads(a1, v0) ∧ ¬holds(a2, A) ∧ a2 ≠ a1"
    assert protocol_formula(show(found.expr)).expr is found.expr


def test_a_bound_variable_hides_the_element_of_its_name() -> None:
    found = protocol_formula("forall(Member, lambda a1: crashed[a1] | ~crashed[a1])")
    assert found.valuation == {}


def test_both_engines_take_the_same_from_a_formula_over_elements() -> None:
    finite = run().finite
    interpreter = Interpreter(finite)
    search = NativeSearch(finite, list(interpreter.initial_states()), Limits(threads=1))
    found = search.run()
    for text in (
        "leads(a2, v1) & indicator[a2]",
        "exists(View, lambda v: (v0 < v) & sent[data, a2, v]) | crashed[a1]",
        "count(Member, lambda m: delivered[m, ack, a1, v0]) == 2",
        "holds[a1, A].implies(completed[a1, v0])",
    ):
        wanted = protocol_formula(text)
        (true,) = search.observe([(wanted.expr, wanted.valuation)])
        states = (found.state(number) for number in range(found.states))
        said = [interpreter.value(wanted.expr, state, wanted.valuation) for state in states]
        assert true.tolist() == [bool(value) for value in said]
        assert {0, 1} == set(said), f"{text} tells no states apart"


def test_a_name_of_two_sorts_is_told_apart_by_its_sort() -> None:
    class Twice:
        """A scope in which a member and a room have the same name."""

        staged = stage(Good())

        def size(self, sort: SortDecl) -> int:
            return 1

        def element(self, sort: SortDecl, index: int) -> str:
            return "x"

    with pytest.raises(FormulaError, match=r"'x' is the name of 2 elements: .* `Member\.x`"):
        parse("holder[x]", Good(), Twice())
    assert len(parse("likes[Member.x, Room.x]", Good(), Twice()).valuation) == 2
