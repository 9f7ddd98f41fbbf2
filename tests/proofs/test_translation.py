"""Formulas as SMT-LIB text mean what the interpreter says: on random specs, states and steps.

A state at a finite scope is written out for z3: so many distinct elements and no others, their
order, and what is true of each symbol. Then a formula is false in it if and only if z3 finds no
model of it, and of its negation if it is true. After a step, or after a step back to the state
before, the text is about the state before; the interpreter takes the step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from hypothesis import HealthCheck, given, settings

from model.interp import Interpreter
from model.lang import ScopeError
from model.lang.expr import BOOL, Expr, SortDecl, Symbol, Var
from model.lang.staged import Action, Update
from model.scope import Finite, State
from proofs.smt.signature import Signature, first_of, is_enumeration, name_of, order_of, size
from proofs.smt.solver import SAT, UNSAT, Settings, ask
from proofs.smt.translate import Writer
from proofs.smt.written import NOTHING, Effects, Untranslatable, When, Written
from tests.agreement.random_specs import RandomSpec, random_spec

STATES, STEPS = 3, 4  # of each spec


class Described:
    """A state at a scope, for z3."""

    def __init__(self, finite: Finite) -> None:
        self.finite = finite
        self.signature = Signature(finite.staged)

    def element(self, sort: SortDecl, index: int) -> str | int:
        return index if is_enumeration(sort) else f"at.{sort.name}.{index}"

    def sorts(self) -> Iterator[str]:
        yield from self.signature.declarations()
        for sort in self.signature.sorts:
            names = [str(self.element(sort, i)) for i in range(self.finite.size(sort))]
            yield from (f"(declare-fun {name} () {sort.name})" for name in names)
            cases = " ".join(f"(= x {name})" for name in names)
            yield f"(assert (forall ((x {sort.name})) (or {cases} false)))"
            if len(names) > 1:
                yield f"(assert (distinct {' '.join(names)}))"
            if sort.ordered:
                for i, a in enumerate(names):
                    for j, b in enumerate(names):
                        yield _asserted(f"({order_of(sort)} {a} {b})", i < j)
                yield f"(assert (= {first_of(sort)} {names[0]}))"

    def state(self, state: State) -> Iterator[str]:
        for symbol, table in zip(self.finite.staged.symbols, state, strict=True):
            for point, value in zip(self.finite.points(symbol), table, strict=True):
                yield from self._fact(symbol, point, value)

    def _fact(self, symbol: Symbol, point: tuple[int, ...], value: int) -> Iterator[str]:
        pairs = list(zip(symbol.sorts, point, strict=True))
        values = [index for sort, index in pairs if is_enumeration(sort)]
        rest = " ".join(str(self.element(s, i)) for s, i in pairs if not is_enumeration(s))

        def at(result: int | None) -> str:
            name = name_of(symbol, values, result)
            return f"({name} {rest})" if rest else name

        if symbol.result is BOOL:
            yield _asserted(at(None), bool(value))
        elif is_enumeration(symbol.result):
            for result in range(size(symbol.result)):
                yield _asserted(at(result), result == value)
        else:
            yield f"(assert (= {at(None)} {self.element(symbol.result, value)}))"

    def says(self, state: State, written: Written, text: str) -> str:
        """What z3 says of a formula in a state."""
        lines = [*self.sorts(), *self.state(state)]
        lines += [f"(declare-fun {n} () {s.name})" for n, s in written.constants.items()]
        lines += [f"(declare-fun {flag} () Bool)" for flag in written.flags]
        meanings = [each for said in written.flags.values() for each in said]
        lines += [f"(assert {each})" for each in (*meanings, text)]
        return ask("\n".join(lines), Settings(20)).result


def _asserted(text: str, true: bool) -> str:
    return f"(assert {text})" if true else f"(assert (not {text}))"


def agree(
    described: Described,
    state: State,
    expr: Expr,
    truth: bool,
    effects: Effects = NOTHING,
    env: Mapping[Var, str | int] | None = None,
    when: When = When.BEFORE,
) -> bool:
    """Whether a formula and its negation say of a state what is true; False if out of reach."""
    for positive in (True, False):
        written = Written()
        try:
            text = Writer(written, effects).formula(expr, env or {}, positive=positive, when=when)
        except Untranslatable:
            return False
        said = described.says(state, written, text)
        assert said == (SAT if truth == positive else UNSAT), (str(expr), positive, text)
    return True


def _updates(updates: tuple[Update, ...]) -> dict[Symbol, list[Update]]:
    found: dict[Symbol, list[Update]] = {}
    for update in updates:
        found.setdefault(update.symbol, []).append(update)
    return found


def _without_limits(finite: Finite) -> Finite:
    actions = tuple(replace(action, limits=()) for action in finite.staged.actions)
    return Finite(replace(finite.staged, actions=actions), finite.scope)


SLOW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
compared: dict[str, int] = {}


def _count(what: str, agreed: bool) -> None:
    compared[what] = compared.get(what, 0) + agreed


@SLOW
@given(random_spec())
def _formulas_and_steps(spec: RandomSpec) -> None:
    finite = _without_limits(spec.finite())
    interpreter, described = Interpreter(finite), Described(finite)
    try:
        initial = list(islice(interpreter.initial_states(), STATES))
    except ScopeError:
        return  # the axioms exclude the scope
    for state in initial:
        for invariant in finite.staged.invariants:
            for clause in invariant.clauses:
                if not invariant.is_step:
                    truth = bool(interpreter.value(clause.expr, state))
                    _count("states", agree(described, state, clause.expr, truth))
        _steps(finite, interpreter, described, state)


def _steps(finite: Finite, interpreter: Interpreter, described: Described, state: State) -> None:
    for step in islice(finite.steps, STEPS):
        action: Action = step.action
        env = {
            param: described.element(param.sort, index)
            for param, index in zip(action.params, step.args, strict=True)
        }
        for clause in action.guard:
            truth = bool(interpreter.value(clause.expr, state, interpreter.environment(step)))
            _count("guards", agree(described, state, clause.expr, truth, env=env))
        if not interpreter.enabled(state, step):
            continue
        after = interpreter.take(state, step)
        effects = Effects(_updates(action.updates), env)
        for invariant in finite.staged.invariants:
            for clause in invariant.clauses:
                kind = When.STEP if invariant.is_step else When.AFTER
                seen = (state, after) if invariant.is_step else (after, None)
                truth = bool(interpreter.value(clause.expr, seen[0], None, seen[1]))
                agreed = agree(described, state, clause.expr, truth, effects, when=kind)
                _count(kind.name, agreed)


def test_what_the_text_says_is_what_the_interpreter_says() -> None:
    compared.clear()
    _formulas_and_steps()
    assert {what for what, times in compared.items() if times > 20} == {
        "states", "guards", "AFTER", "STEP",
    }, compared  # fmt: skip
