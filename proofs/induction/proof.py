"""What a proof is: a spec with ghosts and lemmas, beside the spec that it is about.

A proof is a subclass of the spec. What it declares besides is

- relations: **ghosts**, which record what has happened. Actions of the subclass call those of the
  spec and update ghosts; they must not change what the spec says, and this is checked: of every
  action the guard, and the updates of the spec's own symbols, are the very same expressions;
- `@safety` methods: **lemmas**. Together they are inductive, but for those marked `@corollary`,
  which follow from the others;
- lemmas of the form `∀ x. definition(x) ↔ formula`: **readings**. Such a definition is read as the
  formula in all other obligations, which keeps them in the decidable fragment;
- methods marked `@finite_least`: instances of the one assumption that first-order logic cannot
  say, that a non-empty finite set has a least element.
"""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from model.lang import Formula, Spec, SpecError, Where, exists, forall, implies, stage
from model.lang.expr import Defined, Equal, Expr, Forall, Symbol, Var, applications, definitions
from model.lang.stage import applied
from model.lang.staged import Action, Clause, Invariant, Staged, Update
from proofs.smt.written import Reading

M = TypeVar("M", bound=Callable[..., Any])


def finite_least(method: M) -> M:
    """Marks a method that says of which elements there is a least one, if there is one at all.

    It returns an ordered sort and a function from an element to a formula, as in
    `return Member, lambda x: s.in_view[v, x]`. Finitely many elements satisfy it, whatever the
    parameters of the method are, for every scope is finite. A third function, of two elements, may
    say another order; that it is one (irreflexive and transitive) is then to be shown, too.
    """
    method._finite_least = True  # type: ignore[attr-defined]
    return method


def corollary(method: M) -> M:
    """Marks a lemma that follows from others: from those without mark, and corollaries before it.

    It is written above `@safety`, and need not be inductive.
    """
    method._corollary = True  # type: ignore[attr-defined]
    return method


@dataclass(frozen=True)
class Lemma:
    """A formula that holds in every reachable state.

    Attributes:
        name: of the method.
        variables: that are bound outermost.
        body: for all values of the variables.
        clause: the whole, with its line.
        doc: why it is true.
        reading: the name of the definition that it reads otherwise, or "".
        is_corollary: it follows from others.
        is_least: it is an instance of the assumption that finite sets have least elements.
    """

    name: str
    variables: tuple[Var, ...]
    body: Expr
    clause: Clause
    doc: str
    reading: str = ""
    is_corollary: bool = False
    is_least: bool = False

    @staticmethod
    def of(name: str, clause: Clause, doc: str = "", *, is_corollary: bool = False) -> Lemma:
        """The lemma that a formula is, whatever is bound outermost taken off."""
        variables: tuple[Var, ...] = ()
        body = clause.expr
        while isinstance(body, Forall):
            variables, body = variables + body.variables, body.body
        reading = _reads(body, variables)
        return Lemma(name, variables, body, clause, doc, reading, is_corollary)


@dataclass(frozen=True)
class Proof:
    """A spec, with what proves it.

    Attributes:
        name: of the spec.
        base: the spec, as it is executed.
        staged: the spec with ghosts and lemmas.
        lemmas: in order of declaration, readings among them.
        properties: invariants of the spec that are about states.
        steps: invariants of the spec that are about steps.
        readings: by the name of the definition.
        assumptions: instances of the assumption that finite sets have least elements.
    """

    name: str
    base: Staged
    staged: Staged
    lemmas: tuple[Lemma, ...]
    properties: tuple[Invariant, ...]
    steps: tuple[Invariant, ...]
    readings: dict[str, Reading]
    assumptions: tuple[Lemma, ...]

    @property
    def ghosts(self) -> tuple[Symbol, ...]:
        """The symbols that the proof adds."""
        return tuple(s for s in self.staged.symbols if s not in self.base.symbols)


def proof_of(base: Spec, proof: Spec) -> Proof:
    """Stages a proof.

    Args:
        base: the spec.
        proof: an instance of a subclass, with the same parameters.

    Raises:
        SpecError: a ghost, or a lemma, changes what the spec says.
    """
    about, staged = stage(base), stage(proof)
    _check_same(about, staged)
    own = {invariant.name for invariant in about.invariants}
    corollaries = frozenset(name for name, _ in marked(proof, "_corollary"))
    stated = [
        lemma
        for invariant in staged.invariants
        if invariant.name not in own
        for lemma in _lemmas(invariant, corollaries)
    ]
    lemmas = (*stated, *_orders(proof))
    readings = {
        lemma.reading: _reading(lemma.body, lemma.variables) for lemma in lemmas if lemma.reading
    }
    _check_readings(lemmas, readings)
    return Proof(
        about.name,
        about,
        staged,
        lemmas,
        tuple(each for each in about.invariants if not each.is_step),
        tuple(each for each in about.invariants if each.is_step),
        readings,
        tuple(_assumptions(proof)),
    )


def _check_readings(lemmas: Sequence[Lemma], readings: Mapping[str, Reading]) -> None:
    """What is read is read as something plain: two readings could justify each other otherwise."""
    for lemma in lemmas:
        if lemma.reading:
            used = definitions(readings[lemma.reading].body) & readings.keys()
            if used:
                raise SpecError(
                    f"{lemma.name} reads {lemma.reading} as a formula with {min(used)} in it, "
                    "which is read otherwise, too: say it in relations",
                    lemma.clause.where,
                )


def _check_same(base: Staged, proof: Staged) -> None:
    """The proof's actions are the spec's, with ghosts updated besides."""
    symbols = frozenset(base.symbols)
    ghosts = frozenset(proof.symbols) - symbols
    actions = {action.name: action for action in proof.actions}
    for action in base.actions:
        other = actions.pop(action.name, None)
        if other is None or not _same(action, other, symbols):
            raise SpecError(
                f"{action.name} of the proof is not that of the spec: it may update ghosts besides",
                (other or action).where,
            )
    if actions:
        extra = next(iter(actions.values()))
        raise SpecError(f"{extra.name} is no action of {base.name}", extra.where)
    if [_content(u) for u in base.init] != [_content(u) for u in proof.init if u.symbol in symbols]:
        raise SpecError("the proof starts elsewhere than the spec", proof.init[0].where)
    for update in (*proof.init, *(u for action in proof.actions for u in action.updates)):
        if update.symbol in symbols:
            read = {a.symbol for e in (update.value, *update.args) for a in applications(e)}
            if read & ghosts:
                raise SpecError(f"{update.symbol} is computed from a ghost", update.where)


def _same(action: Action, other: Action, symbols: frozenset[Symbol]) -> bool:
    return (
        action.params == other.params
        and [c.expr for c in action.guard] == [c.expr for c in other.guard]
        and [_content(u) for u in action.updates]
        == [_content(u) for u in other.updates if u.symbol in symbols]
    )


def _content(update: Update) -> tuple[Symbol, tuple[Expr, ...], tuple[Var, ...], Expr]:
    return update.symbol, update.args, update.free, update.value


def clauses_of(invariant: Invariant) -> Iterator[tuple[str, Clause]]:
    """The clauses of an invariant by name: its own, with a number if there are several."""
    for number, clause in enumerate(invariant.clauses, 1):
        yield invariant.name + (f".{number}" if len(invariant.clauses) > 1 else ""), clause


def _lemmas(invariant: Invariant, corollaries: frozenset[str]) -> Iterator[Lemma]:
    is_corollary = invariant.name in corollaries
    for name, clause in clauses_of(invariant):
        yield Lemma.of(name, clause, invariant.doc, is_corollary=is_corollary)


def _reads(body: Expr, variables: tuple[Var, ...]) -> str:
    if isinstance(body, Equal) and isinstance(body.left, Defined) and body.left.args == variables:
        return body.left.name
    return ""


def _reading(body: Expr, variables: tuple[Var, ...]) -> Reading:
    assert isinstance(body, Equal)
    return Reading(variables, body.right)


def marked(spec: Spec, mark: str) -> Iterator[tuple[str, Any]]:
    """The methods with a mark, by name. (To read a constant, a class is not enough.)"""
    for name in dir(type(spec)):
        method = inspect.getattr_static(type(spec), name)
        if getattr(method, mark, False):
            yield name, method


def where_of(method: Any) -> Where:
    """The line of a method."""
    return Where(method.__code__.co_filename, method.__code__.co_firstlineno)


def for_all(variables: tuple[Var, ...], body: Expr) -> Expr:
    """A formula for all values of some variables, if there are any."""
    return Forall(variables, body) if variables else body


def _assumptions(proof: Spec) -> Iterator[Lemma]:
    """If something satisfies a method marked `@finite_least`, something least does."""
    for name, method in marked(proof, "_finite_least"):
        variables, (sort, such, *order) = applied(proof, method)
        if not sort.decl.ordered:
            raise SpecError(f"{name}: {sort.decl} is not ordered", where_of(method))
        before = order[0] if order else operator.lt
        body = implies(exists(sort, such), _some_least(sort, such, before)).expr
        clause = Clause(for_all(variables, body), where_of(method))
        yield Lemma(name, variables, body, clause, method.__doc__ or "", is_least=True)


def order_lemma(name: str) -> str:
    """The name of the lemma that the order of an assumption is one."""
    return f"order of {name}"


def _orders(proof: Spec) -> Iterator[Lemma]:
    """That the orders by which something is least are orders: nothing else has a least element."""
    for name, method in marked(proof, "_finite_least"):
        _, (sort, _, *order) = applied(proof, method)
        for before in order:
            clause = Clause(_is_order(sort, before).expr, where_of(method))
            doc = "What is called least is least by an order."
            yield Lemma.of(order_lemma(name), clause, doc, is_corollary=True)


def _is_order(sort: type[Any], before: Callable[[Any, Any], Formula]) -> Formula:
    return forall(
        sort, sort, sort,
        lambda x, y, z: ~before(x, x) & implies(before(x, y) & before(y, z), before(x, z)),
    )  # fmt: skip


def _some_least(
    sort: type[Any],
    such: Callable[[Any], Formula],
    before: Callable[[Any, Any], Formula],
) -> Formula:
    return exists(sort, lambda x: such(x) & forall(sort, lambda y: implies(such(y), ~before(y, x))))
