"""What a proof has shown: of each goal whether it is true for every size, and what it rests on.

An obligation is shown from some lemmas. A goal is proved if its obligations are, and so are those
of all lemmas that these were shown from, and so on: such a set of lemmas is inductive by itself. So
where a lemma is open, what does not rest on it is proved all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from model.lang.errors import Where
from model.lang.staged import Bound
from proofs.induction.attempt import OPEN, OUTSIDE, PROVED, Limits, Outcome
from proofs.induction.certificate import Certificate, Hint
from proofs.induction.obligations import Obligation, obligations_of
from proofs.induction.proof import Lemma, Proof, order_lemma
from proofs.induction.prove import Factory, Prover
from proofs.induction.script import Instances, Script
from proofs.liveness import RestProof
from proofs.smt.solver import Answer

Say = Callable[[str], None]


class Verdict(Enum):
    """What is known of a goal."""

    PROVED = "proved"
    RESTS = "rests on what is open"
    OPEN = "open"
    OUTSIDE = "not proved here: counted"


@dataclass(frozen=True)
class Way:
    """How to prove.

    Attributes:
        certificate: hints.
        only: the name of a goal; "" for all.
        jobs: processes.
        limits: for each obligation.
        known: keys of scripts that were proved before.
        minimal: look for the least lemmas that each obligation needs.
        second_s: seconds that a second solver is given for each obligation; 0 not to ask it.
    """

    certificate: Certificate
    only: str = ""
    jobs: int = 2
    limits: Limits = field(default_factory=Limits)
    known: frozenset[str] = frozenset()
    minimal: bool = False
    second_s: float = 0.0


@dataclass(frozen=True)
class Goal:
    """A lemma or a property, its clauses together.

    Attributes:
        name: of the method.
        kind: lemma, step, or of a property of states: safety, or response.
        where: its line.
        shown: its obligations, and what became of them.
    """

    name: str
    kind: str
    where: Where
    shown: tuple[tuple[Obligation, Outcome], ...]

    @property
    def seconds(self) -> float:
        """That its obligations took."""
        return sum(outcome.seconds for _, outcome in self.shown)


@dataclass(frozen=True)
class Proved:
    """What came of a proof.

    Attributes:
        proof: what was to be shown.
        outcomes: of each obligation that was asked for, in their order.
        whole: all were.
        minimal: hints of which nothing can be left out, by title, if these were looked for.
        opinions: what the second solver says, by title, if it was asked.
        seconds: that all of it took.
        given: the proof of the lemmas that this one takes from elsewhere.
    """

    proof: Proof
    outcomes: Mapping[Obligation, Outcome]
    whole: bool
    seconds: float
    minimal: Mapping[str, Hint] = field(default_factory=dict)
    opinions: Mapping[str, Answer] = field(default_factory=dict)
    given: Proved | None = None

    def with_result(self, result: str) -> list[tuple[Obligation, Outcome]]:
        """The obligations of which this became."""
        return [(o, outcome) for o, outcome in self.outcomes.items() if outcome.result == result]

    @property
    def open(self) -> list[tuple[Obligation, Outcome]]:
        """What is not proved and should be: a lemma, too, that first-order logic cannot say."""
        lemmas = {lemma.name for lemma in self.proof.lemmas}
        outside = [(o, x) for o, x in self.with_result(OUTSIDE) if o.goal in lemmas]
        return self.with_result(OPEN) + outside

    @property
    def holds(self) -> bool:
        """Something was proved, and nothing is open."""
        return bool(self.with_result(PROVED)) and not self.open

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """Properties first, then lemmas, each in order of declaration."""
        shown: dict[str, list[tuple[Obligation, Outcome]]] = {}
        for obligation, outcome in self.outcomes.items():
            shown.setdefault(method_of(obligation.goal), []).append((obligation, outcome))
        kind = "safety" if self.given is None else "response"
        kinds = {p.name: (kind, p.where) for p in self.proof.properties}
        kinds |= {p.name: ("step", p.where) for p in self.proof.steps}
        for lemma in self.proof.lemmas:
            kinds.setdefault(method_of(lemma.name), ("lemma", lemma.clause.where))
        return tuple(
            Goal(name, kind, where, tuple(shown[name]))
            for name, (kind, where) in kinds.items()
            if name in shown
        )

    @property
    def counted(self) -> tuple[Bound, ...]:
        """What is about numbers, of which first-order logic knows nothing."""
        return self.proof.base.bounds if self.given is None else ()

    # -- what rests on what -------------------------------------------------------------------

    def hint_of(self, obligation: Obligation) -> Hint | None:
        """What it was shown from: the least that is known; None if it was not."""
        return self.minimal.get(obligation.title, self.outcomes[obligation].hint)

    def rests_on(self, goal: str) -> frozenset[str]:
        """The lemmas, clause by clause, that a goal was shown from, and these, and so on.

        Lemmas by which definitions are read are used everywhere.
        """
        names = {lemma.name for lemma in self.proof.lemmas}
        found = {lemma.name for lemma in self.proof.lemmas if lemma.reading}
        todo = [name for name in self._clauses if method_of(name) == goal] + list(found)
        while todo:
            for hint in self._hints(todo.pop()):
                if hint is not None:
                    used = names if hint.lemmas is None else names & _with_orders(hint.lemmas)
                    todo += used - found
                    found |= used
        return frozenset(found)

    def _hints(self, clause: str) -> list[Hint | None]:
        """What the obligations of a clause were shown from, here or in the other proof.

        In the initial states nothing is taken from lemmas, whatever the hint is.
        """
        if clause not in self._clauses and self.given is not None:
            return self.given._hints(clause)
        asked = self._clauses.get(clause, ())
        return [self.hint_of(obligation) for obligation in asked if obligation.kind != "initial"]

    @cached_property
    def _clauses(self) -> Mapping[str, list[Obligation]]:
        found: dict[str, list[Obligation]] = {}
        for obligation in self.outcomes:
            found.setdefault(obligation.goal, []).append(obligation)
        return found

    def verdict(self, goal: Goal) -> Verdict:
        """What is known of a goal. If only some were asked for, the other lemmas are taken on
        trust.
        """
        results = {outcome.result for _, outcome in goal.shown}
        if OPEN in results or (OUTSIDE in results and goal.kind == "lemma"):
            return Verdict.OPEN
        if OUTSIDE in results:
            return Verdict.OUTSIDE
        wrong = {obligation.goal for obligation, _ in self.open}
        if self.given is not None:
            wrong |= {obligation.goal for obligation, _ in self.given.open}
        return Verdict.RESTS if wrong & self.rests_on(goal.name) else Verdict.PROVED

    def properties(self) -> frozenset[str]:
        """The names of the properties that are proved."""
        return frozenset(
            goal.name
            for goal in self.goals
            if goal.kind != "lemma" and self.whole and self.verdict(goal) is Verdict.PROVED
        )

    def assumed(self) -> tuple[tuple[Lemma, int], ...]:
        """What is assumed besides lemmas, and how many obligations use each."""
        granted = self.proof.granted if isinstance(self.proof, RestProof) else ()
        hints = [self.hint_of(obligation) for obligation in self.outcomes]
        return tuple(
            (each, sum(h is not None and (h.lemmas is None or each.name in h.lemmas)
                       for h in hints))
            for each in self.proof.assumptions
            if each.is_least or each.name in granted
        )  # fmt: skip

    def scripts(self) -> Iterator[tuple[Obligation, Script]]:
        """What a solver is to refute, of each obligation in first-order logic."""
        made = obligations_of(self.proof)
        for obligation, outcome in self.outcomes.items():
            if outcome.result != OUTSIDE:
                hint = self.hint_of(obligation) or Hint(None, Instances.CONSTANTS)
                yield obligation, made.script(obligation, hint.instances, hint.lemmas)


def _with_orders(lemmas: frozenset[str]) -> frozenset[str]:
    """Whoever uses that something is least by an order rests on that it is one."""
    return lemmas | frozenset(map(order_lemma, lemmas))


def method_of(goal: str) -> str:
    """The name of the method that says a goal: `Newcomers` of its third clause, `Newcomers.3`."""
    return goal.partition(".")[0]


def unneeded(done: Sequence[Proved]) -> tuple[str, ...]:
    """Lemmas, clause by clause, that no property of some proofs with the same lemmas rests on."""
    needed = frozenset[str]().union(
        *(each.rests_on(goal.name) for each in done for goal in each.goals if goal.kind != "lemma")
    )
    names = {lemma.name: None for each in done for lemma in each.proof.lemmas}
    return tuple(name for name in names if name not in needed)


def prove(factory: Factory, way: Way, say: Say, given: Proved | None = None) -> Proved:
    """Shows the obligations of a proof.

    Args:
        factory: makes the proof, in any process.
        way: how.
        say: called now and then with how far it is.
        given: the proof of the lemmas that this one takes from elsewhere.
    """
    import time

    begin = time.perf_counter()
    with Prover(factory, way.jobs, way.limits, way.known) as prover:
        asked = [o for o in prover if way.only in ("", method_of(o.goal))]
        found: dict[Obligation, Outcome] = {}
        for obligation, outcome in prover.prove(way.certificate, asked) if asked else ():
            found[obligation] = outcome
            say(f"{len(found)} of {len(asked)} obligations")
        shown = [(o, x.hint) for o, x in found.items() if x.result == PROVED and x.hint is not None]
        minimal: dict[str, Hint] = {}
        if way.minimal:
            for obligation, hint in prover.minimise(shown):
                minimal[obligation.title] = hint
                say(f"{len(minimal)} of {len(shown)} made minimal")
        opinions: dict[str, Answer] = {}
        if way.second_s:
            least = [(o, minimal.get(o.title, hint)) for o, hint in shown]
            for obligation, answer in prover.ask_another(least, way.second_s):
                opinions[obligation.title] = answer
                say(f"{len(opinions)} of {len(shown)} shown to the second solver")
        ordered = {o: found[o] for o in prover if o in found}
        return Proved(prover.proof, ordered, not way.only, time.perf_counter() - begin,
                      minimal, opinions, given)  # fmt: skip


def shared(proved: Sequence[Proved]) -> dict[str, Hint]:
    """One certificate of several proofs, from their minimal hints.

    Where they need different lemmas for an obligation, the hint names those of all.
    """
    found: dict[str, Hint] = {}
    for each in proved:
        for title, hint in each.minimal.items():
            before = found.get(title)
            if before is None or before.lemmas is None or hint.lemmas is None:
                found[title] = hint
            else:
                stages = max(before.instances, hint.instances, key=list(Instances).index)
                found[title] = Hint(before.lemmas | hint.lemmas, stages)
    return found
