"""A net of nodes, with immutables of every kind, axioms and a parameter of `@init`."""

from __future__ import annotations

from typing import Any

from model.interp import Interpreter
from model.lang import (
    Constant,
    Element,
    Enumeration,
    Flag,
    Formula,
    Function,
    Relation,
    Sort,
    Spec,
    action,
    axiom,
    forall,
    implies,
    init,
    stage,
)
from model.scope import Finite, Scope, State


class Node(Sort, ordered=True): ...


class Mode(Enumeration):
    slow = Element()
    fast = Element()


class Net(Spec):
    link = Relation(Node, Node, immutable=True)
    root = Constant(Node, immutable=True)
    loud = Flag(immutable=True)
    next = Function(Node, to=Node, immutable=True)
    mode = Constant(Mode)
    at = Constant(Node)
    seen = Relation(Node)

    @axiom
    def symmetric(s) -> Formula:
        return forall(Node, Node, lambda a, b: implies(s.link[a, b], s.link[b, a] & (a != b)))

    @axiom
    def next_is_linked(s) -> Formula:
        return forall(Node, lambda a: implies(s.next[a] != a, s.link[a, s.next[a]]))

    @init
    def start(s, m: Mode) -> None:
        s.mode = m
        s.at = s.next[s.root]
        s.seen[:] = lambda n: (n == s.root) & s.loud

    @action
    def go(s) -> None:
        s.at = s.next[s.at]


def initial(given: dict[str, Any], nodes: int = 2, spec: Spec | None = None) -> list[State]:
    finite = Finite(stage(spec or Net()), Scope({"Node": nodes}, given))
    return list(Interpreter(finite).initial_states())


GIVEN = {"link": {(0, 1), (1, 0)}, "root": 0, "loud": True, "next": {0: 1, 1: 1}}
