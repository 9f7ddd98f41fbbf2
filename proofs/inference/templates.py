"""Candidates for invariants, from what was reached in small scopes.

- **Clauses** of few literals about few elements (and perhaps a context, such as that one is between
  two others), of which nothing that was reached has all the
  opposites, and no part of which is one already. Elements of one sort are different ones, unless
  the clause is true of equal ones, too.
- **Causes**: what is true because an action once made it true, under a guard that names others:
  `decided(v) → ∃ q. all of q voted for v`. These are the candidates that are not universal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

import numpy as np

from model.lang.expr import (
    BOOL,
    TRUE,
    And,
    Apply,
    Equal,
    Exists,
    Expr,
    Forall,
    Implies,
    Less,
    Not,
    SortDecl,
    Value,
    Var,
    applications,
    children,
    free_variables,
)
from model.lang.staged import Action, Staged, Update
from proofs.inference.cubes import (
    Cube,
    numbered,
    opposite,
    renamings,
    substituted,
    variable,
    variables,
)
from proofs.inference.outcome import Clock
from proofs.inference.small import Small

LITERALS_MAX = 3  # besides a context
VARIABLES_MAX = 3
SAME_SORT_MAX = 2
ATOMS_MAX = 60
CANDIDATES_MAX = 1_000


def clauses(staged: Staged, small: Small, clock: Clock) -> list[Cube]:
    """Cubes that nothing reached satisfies, the shortest first.

    Raises:
        LimitReached: the time is over.
    """
    found: dict[frozenset[Expr], Cube] = {}
    for bound, context in _frames(staged):
        clock.look()
        atoms = list(_atoms(staged, bound, not context))
        if not atoms or len(atoms) > ATOMS_MAX:
            continue
        for cube in _unreached(atoms, _columns(small, atoms, bound, context)):
            if set(variables((*context, *cube))) == set(bound):
                _add(found, (*context, *cube), bound, small)
        if len(found) > CANDIDATES_MAX:
            break
    return sorted(found.values(), key=len)[:CANDIDATES_MAX]


def _frames(staged: Staged) -> Iterator[tuple[tuple[Var, ...], Cube]]:
    """Elements that clauses are about, and perhaps a context: how the immutables place them."""
    free = [sort for sort in staged.sorts if sort.values is None]
    counts = (c for c in product(range(SAME_SORT_MAX + 1), repeat=len(free))
              if sum(c) <= VARIABLES_MAX)  # fmt: skip
    for chosen in sorted(counts, key=lambda c: (sum(c), c)):
        yield _elements(zip(free, chosen, strict=True)), ()
    for symbol in staged.symbols:
        sorts = symbol.sorts
        placing = symbol.immutable and symbol.result is BOOL and len(sorts) == VARIABLES_MAX
        if placing and all(sort.values is None for sort in sorts):
            bound = _elements((sort, sorts.count(sort)) for sort in dict.fromkeys(sorts))
            place = (variable(sort, sorts[:i].count(sort)) for i, sort in enumerate(sorts))
            yield bound, (Apply(symbol, tuple(place), False),)


def _elements(counts: Iterable[tuple[SortDecl, int]]) -> tuple[Var, ...]:
    return tuple(variable(sort, i) for sort, n in counts for i in range(n))


def _add(
    found: dict[frozenset[Expr], Cube], cube: Cube, bound: tuple[Var, ...], small: Small
) -> None:
    """Adds a cube, unless one like it is there or a part of it."""
    for new in renamings(bound):
        renamed = frozenset(substituted(literal, new) for literal in cube)
        if renamed in found or any(
            frozenset(part) in found
            for n in range(1, len(cube))
            for part in combinations(renamed, n)
        ):
            return
    distinct = tuple(Not(Equal(a, b)) for a, b in combinations(bound, 2) if a.sort is b.sort)
    whole = (*cube, *distinct)
    if distinct and not small.reached(cube):
        whole = cube
    if not small.reached(whole):
        found[frozenset(cube)] = numbered(whole)


def _atoms(staged: Staged, bound: tuple[Var, ...], placing: bool) -> Iterator[Expr]:
    """What can be said of some elements; of their places, too, or not."""
    terms: dict[SortDecl, list[Expr]] = {}
    for v in bound:
        terms.setdefault(v.sort, []).append(v)
    made: dict[SortDecl, list[Expr]] = {}
    for symbol in staged.symbols:
        if symbol.result is BOOL or symbol.result.values is not None:
            continue
        for args in product(*(_values(sort) or terms.get(sort, []) for sort in symbol.sorts)):
            made.setdefault(symbol.result, []).append(Apply(symbol, args, False))
    for sort, new in made.items():
        terms[sort] = terms.get(sort, []) + new
    for sort, own in terms.items():
        for a, b in combinations(own, 2):
            if not (isinstance(a, Var) and isinstance(b, Var)):
                yield Equal(a, b)
            if sort.ordered:
                yield Less(a, b)
    for symbol in staged.symbols:
        if symbol.immutable and len(symbol.sorts) > 1 and not placing:
            continue
        for args in product(*(_values(sort) or terms.get(sort, []) for sort in symbol.sorts)):
            term = Apply(symbol, args, False)
            if symbol.result is BOOL:
                yield term
            elif symbol.result.values is not None:
                yield from (Equal(term, value) for value in _values(symbol.result))


def _values(sort: SortDecl) -> list[Expr]:
    return [Value(sort, index) for index in range(len(sort.values or ()))]


def _columns(
    small: Small, atoms: Sequence[Expr], bound: tuple[Var, ...], context: Cube
) -> list[int]:
    """For each literal (an atom, or after all of them its denial) in which rows it is true.

    A row is what all atoms say of some different elements in some state in which the context is
    true; each is there once.
    """
    found: list[np.ndarray] = []
    for instance in small.instances:
        count = len(instance)
        size = (count + 7) // 8
        for row in instance.rows((*atoms, *context), bound):
            packed = np.frombuffer(
                b"".join(vector.to_bytes(size, "little") for vector in row), dtype=np.uint8
            ).reshape(len(row), size)
            table = np.unpackbits(packed, axis=1, bitorder="little")[:, :count].T
            found.append(table[table[:, len(atoms) :].all(axis=1), : len(atoms)])
    if not found:
        return []
    rows = np.unique(np.packbits(np.concatenate(found), axis=1), axis=0)
    table = np.unpackbits(rows, axis=1)[:, : len(atoms)]
    everything = (1 << len(table)) - 1
    columns = [
        int.from_bytes(np.packbits(column, bitorder="little").tobytes(), "little")
        for column in table.T
    ]
    return [*columns, *(everything ^ column for column in columns)]


def _unreached(atoms: Sequence[Expr], columns: Sequence[int]) -> Iterator[Cube]:
    """Cubes of few literals that are true in no row, and no part of which is one."""
    if not columns:
        return
    literals = [*atoms, *map(opposite, atoms)]
    apart = [_apart(literal) for literal in literals]
    numbers = [n for n, column in enumerate(columns) if column]
    yield from ((literals[n],) for n, column in enumerate(columns) if not column)
    never: dict[int, set[int]] = {n: set() for n in numbers}
    pairs: list[tuple[int, int, int]] = []
    for i, j in combinations(numbers, 2):
        both = columns[i] & columns[j]
        if both:
            pairs.append((i, j, both))
        else:
            never[i].add(j)
            if not _is_plain(literals[i], literals[j], apart[i], apart[j]):
                yield literals[i], literals[j]
    if LITERALS_MAX < 3:
        return
    for i, j, both in pairs:
        skip = never[i] | never[j]
        for k in numbers:
            if k > j and k not in skip and not both & columns[k]:
                yield literals[i], literals[j], literals[k]


def _apart(literal: Expr) -> Expr | None:
    """The term of which a literal says that it has some value."""
    match literal:
        case Equal(left=left, right=Value()):
            return left
        case _:
            return None


def _is_plain(one: Expr, other: Expr, a: Expr | None, b: Expr | None) -> bool:
    """Whether two literals contradict each other, whatever the state is."""
    return one is opposite(other) or (a is not None and a is b)


# -- causes ---------------------------------------------------------------------------------------


def causes(staged: Staged, small: Small) -> list[Expr]:
    """What was made true, with a guard under which it was."""
    made: dict[tuple[object, ...], list[tuple[Action, Update]]] = {}
    for action in staged.actions:
        for update in action.updates:
            key = (update.symbol, update.value)
            if update.value is TRUE or isinstance(update.value, Value):
                made.setdefault(key, []).append((action, update))
    found = []
    for ways in made.values():
        if len(ways) == 1:
            found += list(_caused(*ways[0], small))
    return list(dict.fromkeys(found))


def _caused(action: Action, update: Update, small: Small) -> Iterator[Expr]:
    """The candidates of one update: the whole guard, as far as it lasts, and its parts."""
    if update.free or len(set(update.args)) < len(update.args):
        return
    if not all(isinstance(arg, (Var, Value)) for arg in update.args):
        return
    others = [p for p in action.params if p not in update.args]
    if not others:
        return
    taken = {node.name for clause in action.guard for node in _nodes(clause.expr)
             if isinstance(node, Var) and node.depth >= 0}  # fmt: skip
    points = [arg for arg in update.args if isinstance(arg, Var)]
    new = {
        old: Var(old.name if old.name not in taken else f"{old.name}_", old.sort, depth)
        for depth, old in enumerate((*points, *others))
    }

    def formula(parts: Sequence[Expr]) -> Expr:
        args = tuple(new[a] if isinstance(a, Var) else a for a in update.args)
        effect: Expr = Apply(update.symbol, args, False)
        if isinstance(update.value, Value):
            effect = Equal(effect, update.value)
        guard = substituted(parts[0] if len(parts) == 1 else And(tuple(parts)), dict(new))
        used = tuple(new[o] for o in others if new[o] in free_variables(guard, {}))
        body = Implies(effect, Exists(used, guard))
        return Forall(tuple(new[p] for p in points), body) if points else body

    related = [
        part.expr
        for part in action.guard
        if free_variables(part.expr, {}) & set(others)
        and update.symbol not in {a.symbol for a in applications(part.expr)}
        and not (isinstance(part.expr, Equal) and {part.expr.left, part.expr.right} & set(others))
    ]
    lasting = [part for part in related if small.always(formula([part]))]
    if len(lasting) > 1 and small.always(formula(lasting)):
        yield formula(lasting)
    yield from (formula([part]) for part in lasting)


def _nodes(expr: Expr) -> Iterator[Expr]:
    yield expr
    for child in children(expr):
        yield from _nodes(child)
