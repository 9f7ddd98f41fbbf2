"""A spec at a scope as Promela, for SPIN (G. J. Holzmann, "The SPIN Model Checker", 2003).

One process takes one step of the spec at a time, each as one `d_step` from and to one control
state, so that there are no states in between, and SPIN's state is ours: the cells that vary, one
bit field each (`model.export.cells` leaves out what the scope fixes). The exact relation to the
counts of other engines, of a search that is not cut short (`-DSAFETY -DNOREDUCE`, `./pan -c0`):

    states stored = states
    transitions   = transitions + 1 + errors      (one initial state)

SPIN counts its initial state as a transition; each error is a transition of its own that leads
back to the state where it is found. With several initial states, SPIN chooses among them from a
state before: that is one state more, and one transition for each of them.

A property is one more option of the loop, which can be taken only where the property is false,
and then fails an assertion of that name. So it is evaluated once a state, and adds neither state
nor transition where it holds. A step property is false in a state where some step that can be
taken breaks it. A deadlock is a state where the spec may not rest and no guard is true; SPIN's
`timeout` is no help there, since the option of another property that fails hides it. Leads-to
under fairness of single steps is beyond SPIN's fairness of processes: it is named in a comment.
"""

from __future__ import annotations

from dataclasses import dataclass

from model.export.cells import Contents, initial_states, unvarying
from model.export.names import TIE, Names, commented, filled
from model.export.nodes import Cell, Node, cells_of
from model.export.promela_terms import RESERVED, PromelaTerms
from model.export.unroll import Unroller
from model.lang.staged import Action, Bound, Invariant
from model.scope import Finite, Step

DEADLOCK = "deadlock"
_IS = f"{TIE}={TIE}"  # SPIN ends a statement at a line's end, but inside parentheses


def promela(finite: Finite) -> str:
    """The Promela text of a spec at a scope.

    Raises:
        ScopeError: there is no initial state, or there are too many to write down.
    """
    return "\n".join(_Writer(finite).lines()) + "\n"


@dataclass(frozen=True)
class _Option:
    """A step that may be enabled at this scope: its guard by name, and what it puts into cells."""

    step: Step
    guard: Node
    changes: dict[Cell, Node]


class _Writer:
    """Writes one text.

    Invariant: `definitions` of `terms` are complete only when all else has been written.
    """

    def __init__(self, finite: Finite) -> None:
        self.finite, self.staged = finite, finite.staged
        self.initial = initial_states(finite)
        self.unroller = Unroller(finite, unvarying(finite, self.initial))
        self.nodes = self.unroller.nodes
        self.names = Names(RESERVED)
        self.terms = PromelaTerms(finite, self.names)
        self.varying = [c for c in self.initial[0] if c not in self.unroller.known]
        for cell in self.varying:
            self.terms.cell(cell)
        self.options = [o for step in finite.steps if (o := self._option(step)) is not None]
        self.checks = self._checks()
        self.asserted = {name: self.names.claim(name) for name in self.checks}
        self.temporaries = 0
        self._reads: dict[Node, frozenset[Cell]] = {}

    def _option(self, step: Step) -> _Option | None:
        guard = self.unroller.guard(step)
        if guard is self.nodes.false:
            return None
        elements = tuple(
            self.finite.element(param.sort, arg)
            for param, arg in zip(step.action.params, step.args, strict=True)
        )
        named = self.nodes.named(f"can_{step.action.name}", elements, guard)
        return _Option(step, named, self.unroller.changes(step))

    def lines(self) -> list[str]:
        """The whole text."""
        process = self._process()
        definitions = self._definitions()
        return [*self._head(), *self._variables(), *definitions, *process]

    # -- properties ---------------------------------------------------------------------------

    def _checks(self) -> dict[str, Node]:
        """What must be true in every state, by the name of the property."""
        found = {}
        for invariant in self.staged.invariants:
            found[invariant.name] = (
                self._of_every_step(invariant) if invariant.is_step else self._of_state(invariant)
            )
        found.update({bound.name: self._within(bound) for bound in self.staged.bounds})
        rests = self.nodes.named("may_rest", (), self.unroller.unrolled(self.staged.final.expr, {}))
        if rests.body is not self.nodes.true:
            found[DEADLOCK] = self.nodes.any((rests, *(option.guard for option in self.options)))
        return found

    def _of_state(self, invariant: Invariant) -> Node:
        return self.nodes.all(self.unroller.unrolled(c.expr, {}) for c in invariant.clauses)

    def _of_every_step(self, invariant: Invariant) -> Node:
        nodes, holds = self.nodes, []
        for option in self.options:
            after = self.unroller.after_step(option.changes)
            clauses = nodes.all(after.unrolled(c.expr, {}) for c in invariant.clauses)
            holds.append(nodes.any((nodes.not_(option.guard), clauses)))
        return nodes.all(holds)

    def _within(self, bound: Bound) -> Node:
        nodes, holds = self.nodes, []
        for env in self.finite.valuations(bound.params):
            premise, value, most = (
                self.unroller.unrolled(e, env) for e in (bound.premise, bound.value, bound.at_most)
            )
            holds.append(nodes.any((nodes.not_(premise), nodes.not_(nodes.below(most, value)))))
        return nodes.all(holds)

    # -- the process --------------------------------------------------------------------------

    def _process(self) -> list[str]:
        lines = [f"active proctype {self.names.claim(self.staged.name)}() {{"]
        if len(self.initial) > 1:
            lines += [
                "  if",
                *(line for state in self.initial for line in self._start(state)),
                "  fi;",
            ]
        lines += ["end:", "  do"]
        action: Action | None = None
        for option in self.options:
            if option.step.action is not action:
                action = option.step.action
                says = "".join(commented(action.doc, ":")[:1])
                lines += filled(f"{action.name}{says} */", "  /* ", "     ")
            lines += self._taken(option)
        lines.append("  /* The properties: each option can be taken where one is false. */")
        for name, node in self.checks.items():
            if node is self.nodes.true:
                lines.append(f"  /* {name} holds whatever the variables are. */")
            else:
                holds = self.terms.text(self.nodes.named(f"{name}_holds", (), node))
                lines.append(f"  :: d_step {{ !{holds} -> assert({self.asserted[name]}) }}")
        return [*lines, *self._unread(), "  od", "}"]

    def _unread(self) -> list[str]:
        """An option that is never taken and reads what else is only written.

        SPIN leaves such variables out of its state, and so merges states (`-o2` is against it).
        """
        nodes = (*self.checks.values(), *(option.guard for option in self.options))
        read = frozenset[Cell]().union(*(cells_of(node, self._reads) for node in nodes))
        names = [self.terms.cell(c) for c in self.varying if c not in read]
        if not names:
            return []
        text = f"false{TIE}&&{TIE}({' || '.join(names)}){TIE}-> skip }}"
        return [
            "  /* Never taken: SPIN would leave what nothing reads out of the state. */",
            *filled(text, "  :: d_step { ", "       "),
        ]

    def _start(self, state: Contents) -> list[str]:
        puts = [
            f"{self.terms.cell(cell)}{_IS}{self.terms.value(cell, self.nodes.known(state[cell]))}"
            for cell in self.varying
            if state[cell] != self.initial[0][cell]
        ]
        return filled(f"true{TIE}-> {'; '.join(puts) or 'skip'} }}", "  :: d_step { ", "       ")

    def _taken(self, option: _Option) -> list[str]:
        guard, puts = self.terms.text(option.guard), self._assignments(option.changes)
        return filled(f"{guard}{TIE}-> {'; '.join(puts) or 'skip'} }}", "  :: d_step { ", "       ")

    def _assignments(self, changes: dict[Cell, Node]) -> list[str]:
        """All at once, in an order in which no cell is written that is still to be read."""
        pending, puts, last = dict(changes), list[str](), list[str]()
        while pending:
            for cell in pending:
                others = (node for other, node in pending.items() if other != cell)
                if not any(cell in cells_of(node, self._reads) for node in others):
                    puts.append(
                        f"{self.terms.cell(cell)}{_IS}{self._value(cell, pending.pop(cell))}"
                    )
                    break
            else:
                cell = next(iter(pending))
                number = len(last) + 1
                self.temporaries = max(self.temporaries, number)
                puts.append(f"next_{number}{_IS}{self._value(cell, pending.pop(cell))}")
                last.append(f"{self.terms.cell(cell)}{_IS}next_{number}")
        return puts + last

    def _value(self, cell: Cell, node: Node) -> str:
        text = self.terms.value(cell, node)
        return f"({text})" if " " in text else text

    # -- declarations -------------------------------------------------------------------------

    def _head(self) -> list[str]:
        staged, several = self.staged, len(self.initial) > 1
        sizes = ", ".join(f"{sort} {self.finite.size(sort)}" for sort in staged.sorts)
        return [
            f"/* {staged.name} at the scope {sizes}.",
            *commented(staged.doc, " *"),
            " *",
            " *   spin -a FILE; cc -O3 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -c0 -n -m1000000",
            " *",
            " * A property is violated where pan says `assertion violated` with its name.",
            f" * Our states are SPIN's{' less 1' if several else ''}; our transitions SPIN's less "
            f"{1 + len(self.initial) if several else 1} and less the errors.",
            *(f" * Not exported: {lt.name} (leads-to)." for lt in staged.leads_to),
            " */",
            "",
        ]

    def _variables(self) -> list[str]:
        first = self.initial[0]
        lines = [f"#define {name} {index}" for name, index in self.terms.elements.items()]
        lines += [self._variable(cell, first[cell]) for cell in self.varying]
        lines += ["", "/* No part of the state; always 0, so that what is asserted has a name. */"]
        lines += [f"hidden byte {name};" for name in self.asserted.values()]
        if self.temporaries:
            lines += ["", "/* No part of the state; what a step has yet to put into a cell. */"]
            lines += [f"hidden byte next_{i + 1};" for i in range(self.temporaries)]
        return lines

    def _variable(self, cell: Cell, value: int) -> str:
        size, name = self.finite.size(cell.symbol.result), self.terms.cell(cell)
        kind, width = ("bit", "") if size <= 2 else ("unsigned", f" : {(size - 1).bit_length()}")
        return f"{kind} {name}{width}" + (f" = {value};" if value else ";")

    def _definitions(self) -> list[str]:
        lines = ["", "/* Definitions, guards (can_...) and properties (..._holds). */"]
        for node, name in self.terms.definitions.items():
            text = self.terms.text(node.body)
            lines += filled(f"({text})", f"#define {name} ", "  ", " \\")
        return [*lines, ""]
