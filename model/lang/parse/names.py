"""What the names in a formula mean: the spec's sorts, symbols and definitions, a scope's elements.

A spec's text is Python, so its names are those of its class: the symbols it declares, the methods
that `@define` marks, and the sorts over which it declares and annotates them.
"""

from __future__ import annotations

import copy
import difflib
import inspect
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol, TypeGuard

from model.lang.expr import SortDecl, Var
from model.lang.spec import Declaration, Spec
from model.lang.staged import Staged
from model.lang.terms import Sort

_ELEMENT_DEPTH = -2  # of no binder, and of no parameter either, so that it is another's variable


class AtScope(Protocol):
    """A spec at a finite scope, where elements have names (`model.scope.Finite`)."""

    @property
    def staged(self) -> Staged:
        """The spec."""

    def size(self, sort: SortDecl) -> int:
        """The number of elements of a sort."""

    def element(self, sort: SortDecl, index: int) -> str:
        """How an element is called."""


@dataclass(frozen=True)
class Definition:
    """A definition of the spec.

    Attributes:
        name: how it is called.
        parameters: name of each, and its sort if it is annotated with one.
    """

    name: str
    parameters: tuple[tuple[str, type[Sort] | None], ...]

    @property
    def usage(self) -> str:
        """How it is written: `leads(m: Member, v: View)`."""
        parts = (f"{n}: {s.decl}" if s is not None else n for n, s in self.parameters)
        return f"{self.name}({', '.join(parts)})"


class Names:
    """The names that formulas over a spec may use.

    Args:
        spec: the spec.
        elements: a scope of it, if its elements may be named.

    Attributes:
        before: the spec in the state that a formula speaks of.
        after: the spec in the state after a step.
        elements: by name, the variables that stand for the elements so called, with their sorts
            and indices.
    """

    def __init__(self, spec: Spec, elements: AtScope | None = None) -> None:
        self.spec_name = type(spec).__name__
        self.before, self.after = _looking(spec, primed=False), _looking(spec, primed=True)
        self.sorts: dict[str, type[Sort]] = {}
        self.symbols: dict[str, Declaration] = {}
        self.definitions: dict[str, Definition] = {}
        for name in dir(type(spec)):
            attribute = inspect.getattr_static(type(spec), name)
            if isinstance(attribute, Declaration):
                self.symbols[name] = attribute
                results = () if attribute.result is None else (attribute.result,)
                self._know((*attribute.sorts, *results))
            elif inspect.isfunction(attribute):
                self._method(name, attribute)
        self.elements: dict[str, list[tuple[Var, type[Sort], int]]] = {}
        if elements is not None:
            self._elements(elements)

    def _know(self, sorts: Iterable[object]) -> None:
        self.sorts |= {s.decl.name: s for s in sorts if _is_sort(s)}

    def _method(self, name: str, method: Any) -> None:
        """Notes a definition, and the sorts of any method's parameters."""
        body = getattr(method, "_definition", method)
        try:
            annotated = inspect.get_annotations(body, eval_str=True)
        except NameError:  # a name of the type checker's only; staging refuses it where it matters
            annotated = {}
        self._know(annotated.values())
        if body is not method:
            names = list(inspect.signature(body).parameters)[1:]
            sorts = (annotated.get(n) for n in names)
            pairs = ((n, s if _is_sort(s) else None) for n, s in zip(names, sorts, strict=True))
            self.definitions[name] = Definition(name, tuple(pairs))

    def _elements(self, scope: AtScope) -> None:
        for decl in scope.staged.sorts:
            if decl.values is None and decl.name in self.sorts:
                for index in range(scope.size(decl)):
                    variable = Var(scope.element(decl, index), decl, _ELEMENT_DEPTH)
                    found = (variable, self.sorts[decl.name], index)
                    self.elements.setdefault(variable.name, []).append(found)

    def values(self, name: str) -> list[Sort]:
        """The elements of enumerations that have this name."""
        return [
            getattr(sort, name)
            for sort in self.sorts.values()
            if sort.decl.values is not None and name in sort.decl.values
        ]

    # -- suggestions ----------------------------------------------------------------------------

    def nearest(self, name: str, *more: Iterable[str]) -> str:
        """The end of a message about an unknown name: the nearest that is known, if one is near."""
        known = {*self.symbols, *self.definitions, *self.elements}.union(*more)
        known |= {v for sort in self.sorts.values() for v in sort.decl.values or ()}
        return nearest(name, known)

    def nearest_sort(self, name: str) -> str:
        """The end of a message about an unknown sort: the nearest, or all of them."""
        return nearest(name, self.sorts) or f": it has {', '.join(sorted(self.sorts))}"


def nearest(name: str, known: Iterable[str]) -> str:
    """`: did you mean 'x'?`, or nothing if no known name is near."""
    by_case = {each.lower(): each for each in sorted(known)}
    near = difflib.get_close_matches(name.lower()[:100], list(by_case), 1)
    return f": did you mean {by_case[near[0]]!r}?" if near else ""


def _is_sort(value: object) -> TypeGuard[type[Sort]]:
    return isinstance(value, type) and issubclass(value, Sort) and hasattr(value, "decl")


def _looking(spec: Spec, primed: bool) -> Spec:
    """The spec looking at the state before a step, or after it if `primed`; updates nothing."""
    view = copy.copy(spec)
    view.__dict__["_primed"] = primed
    view.__dict__["_recorder"] = None
    view.__dict__["_staging"] = True
    return view
