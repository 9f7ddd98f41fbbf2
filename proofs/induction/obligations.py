"""What has to be shown: each a script in SMT-LIB that must have no model.

- **initial**: a lemma holds in the initial states;
- **preserved**: if all lemmas hold before a step, a lemma holds after it;
- **step**: if all lemmas hold before a step, an invariant of steps holds of it;
- **implied**: a property, or a corollary, holds wherever all lemmas do.

So all properties hold in all reachable states, whatever the sizes of the sorts are.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, singledispatch
from itertools import product

from model.lang.expr import Expr, Symbol, applications, definitions
from model.lang.staged import Action
from proofs.induction.proof import Proof, clauses_of
from proofs.induction.script import Assembly, Instances, Known, Obligation, Script
from proofs.smt.signature import Signature, is_enumeration
from proofs.smt.translate import Writer
from proofs.smt.written import NOTHING, Written

__all__ = ["Instances", "Obligation", "Obligations", "Script", "obligations_of"]


class Obligations:
    """All obligations of a proof, and their scripts.

    Args:
        proof: the proof.
    """

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.signature = Signature(proof.staged)
        self._actions = {action.name: action for action in proof.staged.actions}
        self._lemmas = {lemma.name: lemma for lemma in proof.lemmas}

    def __iter__(self) -> Iterator[Obligation]:
        inductive = [lemma for lemma in self.proof.lemmas if not lemma.is_corollary]
        steps = [each for invariant in self.proof.steps for each in clauses_of(invariant)]
        for lemma in inductive:
            yield Obligation("initial", lemma.name, "", (), lemma.clause)
        for action in self.proof.staged.actions:
            changed = frozenset(update.symbol for update in action.updates)
            for values in self._values(action):
                for lemma in inductive:
                    if changed & self._symbols(lemma.clause.expr, lemma.reading):
                        yield Obligation("preserved", lemma.name, action.name, values, lemma.clause)
                for name, clause in steps:
                    yield Obligation("step", name, action.name, values, clause)
        for lemma in self.proof.lemmas:
            if lemma.is_corollary:
                yield Obligation("implied", lemma.name, "", (), lemma.clause)
        for invariant in self.proof.properties:
            for name, clause in clauses_of(invariant):
                yield Obligation("implied", name, "", (), clause)

    def _values(self, action: Action) -> Iterator[tuple[str, ...]]:
        enumerated = [p.sort for p in action.params if is_enumeration(p.sort)]
        yield from product(*(sort.values or () for sort in enumerated))

    def _symbols(self, expr: Expr, kept: str = "") -> frozenset[Symbol]:
        """The symbols of a formula, and of what its definitions are read as."""
        names = definitions(expr) - {kept}
        read = [reading.body for name, reading in self.proof.readings.items() if name in names]
        return frozenset(a.symbol for each in (expr, *read) for a in applications(each))

    # -- scripts ------------------------------------------------------------------------------

    def script(
        self,
        obligation: Obligation,
        instances: Instances = Instances.CONSTANTS,
        only: frozenset[str] | None = None,
    ) -> Script:
        """The script of an obligation.

        Args:
            obligation: one of these.
            instances: where hypotheses are used that leave the fragment.
            only: the names of the hypotheses to use; if None, all but readings, which say nothing
                that is not read already.
        """
        return Assembly(
            self.proof,
            self.signature,
            obligation,
            self._actions.get(obligation.action),
            self._hypotheses(obligation, only),
            instances,
        ).script()

    def _hypotheses(self, obligation: Obligation, only: frozenset[str] | None) -> Iterator[Known]:
        usable = self.usable(obligation.goal)
        for known in self._known:
            lemma = known.lemma
            if lemma.name not in usable:
                continue
            if only is None:
                if not lemma.reading or lemma.name == obligation.goal:
                    yield known
            elif lemma.name in only:
                yield known

    @cached_property
    def _known(self) -> tuple[Known, ...]:
        """The lemmas and assumptions as hypotheses, those that depend on nothing first."""
        found = []
        for number, lemma in enumerate((*self.proof.lemmas, *self.proof.assumptions)):
            written = Written(prefix=f"h{number}.")
            readings = {k: v for k, v in self.proof.readings.items() if k != lemma.reading}
            text = Writer(written, NOTHING, readings).formula(lemma.clause.expr, {})
            found.append(Known(lemma, text, written))
        return tuple(sorted(found, key=lambda known: len(known.written.dependencies)))

    def usable(self, goal: str) -> frozenset[str]:
        """The names of the lemmas and assumptions that may be used to show a goal."""
        found = [lemma.name for lemma in self.proof.assumptions]
        for lemma in self.proof.lemmas:
            if lemma.is_corollary and lemma.name == goal:
                break
            found.append(lemma.name)
        if goal in self._lemmas and self._lemmas[goal].is_corollary:
            found += [lemma.name for lemma in self.proof.lemmas if not lemma.is_corollary]
        return frozenset(found)


@singledispatch
def obligations_of(proof: Proof) -> Obligations:
    """What has to be shown for a proof of this kind."""
    return Obligations(proof)
