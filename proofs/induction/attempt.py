"""How one obligation is attempted: with its hint, with all lemmas, with lemmas drawn at random.

Solvers are at their best with few hypotheses: nearly all obligations need fewer than ten of a
hundred lemmas, and with these take some hundredths of a second. Where no hint is known, drawing
lemmas at random finds most proofs soon, since a draw must only contain those that are needed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from proofs.induction.certificate import Hint
from proofs.induction.obligations import Instances, Obligation, Obligations
from proofs.induction.script import ASSUMPTION, HYPOTHESIS, Script
from proofs.smt.solver import SAT, UNKNOWN, UNSAT, Answer, Settings, ask, needed
from proofs.smt.written import Untranslatable

PROVED, OPEN, OUTSIDE = "proved", "open", "outside"
SHARES = (0.3, 0.5, 0.2, 0.4)
"""Of all lemmas, how many are drawn."""
PATIENCE = 5.0
"""The second question from a hint may take so many times as long as others."""
AT_LEAST_S, LONGER = 0.2, 5.0
"""How long a proof from fewer lemmas may take: some seconds, and so many times as long."""


@dataclass(frozen=True)
class Limits:
    """How long to try.

    Attributes:
        call_s: seconds for one question to the solver.
        search_s: seconds for all attempts at an obligation without a hint that works.
    """

    call_s: float = 2.0
    search_s: float = 15.0

    @property
    def patient_s(self) -> float:
        """Seconds for the second question from a hint, which a busy machine may need."""
        return max(self.call_s, min(PATIENCE * self.call_s, self.search_s))


@dataclass(frozen=True)
class Outcome:
    """What became of an obligation.

    Attributes:
        result: proved; open; or outside of first-order logic.
        seconds: that all attempts took.
        hint: that proved it.
        questions: how many the solver was asked.
        said: what it said last.
        why: why it is open or outside.
        cycle: of quantifier alternations, if the proof is outside of the decidable fragment.
        key: of the script that was proved, for the cache.
        cached: it was proved before.
    """

    result: str
    seconds: float
    hint: Hint | None = None
    questions: int = 0
    said: str = ""
    why: str = ""
    cycle: tuple[str, ...] = ()
    key: str = ""
    cached: bool = False


class Attempts:
    """Attempts obligations.

    Args:
        obligations: of a proof.
        limits: how long to try.
        known: keys of scripts that were proved before.
    """

    def __init__(
        self,
        obligations: Obligations,
        limits: Limits | None = None,
        known: frozenset[str] = frozenset(),
    ) -> None:
        self.obligations, self.limits, self._proved = obligations, limits or Limits(), known
        proof = obligations.proof
        self._lemmas = [lemma.name for lemma in (*proof.lemmas, *proof.assumptions)]

    def attempt(self, obligation: Obligation, hint: Hint | None = None) -> Outcome:
        """Tries to show an obligation, first as the hint says."""
        begin, questions, answer = time.perf_counter(), 0, Answer(UNKNOWN, 0.0)

        def spent() -> float:
            return time.perf_counter() - begin

        try:
            for number, way in enumerate(self._ways(obligation, hint)):
                if number and spent() > self.limits.search_s:
                    break
                script = self.obligations.script(obligation, way.instances, way.lemmas)
                key = script.key()
                if key in self._proved:
                    return Outcome(PROVED, spent(), way, questions, UNSAT, "",
                                   script.cycle, key, cached=True)  # fmt: skip
                questions += 1
                patient = number == 1 and hint is not None
                seconds = self.limits.patient_s if patient else self.limits.call_s
                answer = ask(script.text(), Settings(seconds, number))
                if answer.result == UNSAT:
                    return Outcome(PROVED, spent(), way, questions, UNSAT, "",
                                   script.cycle, key)  # fmt: skip
                if answer.result == SAT and way.lemmas is None and not script.has_instances:
                    why = "there is a counterexample to induction"
                    return Outcome(OPEN, spent(), None, questions, SAT, why)
        except Untranslatable as error:
            return Outcome(OUTSIDE, spent(), why=str(error))
        last = f" ({answer.reason})" if answer.reason else ""
        why = f"no choice of lemmas that was tried proves it{last}"
        return Outcome(OPEN, spent(), None, questions, answer.result, why)

    def _ways(self, obligation: Obligation, hint: Hint | None) -> Iterator[Hint]:
        if hint is not None:
            yield hint
            yield hint  # once more, with another seed
        for instances in Instances:
            yield Hint(None, instances)
        random = Random(obligation.title)
        kinds = tuple(Instances)
        for number in range(1_000_000):
            share = SHARES[number % len(SHARES)]
            drawn = {name for name in self._lemmas if random.random() < share}
            yield Hint(frozenset(drawn | {obligation.goal}), kinds[number % 3])

    def minimal(self, obligation: Obligation, hint: Hint) -> Hint:
        """A hint of which no lemma can be left out, as far as the solver can tell.

        A lemma without which it takes far longer is needed, too: most that are left out make
        formulas satisfiable, which a solver may look at until its time is up.

        Args:
            obligation: which `hint` proves.
            hint: to start from.
        """
        script = self.obligations.script(obligation, hint.instances, hint.lemmas)
        all_s = ask(script.text(), Settings(self.limits.call_s)).seconds
        settings = Settings(min(self.limits.call_s, AT_LEAST_S + LONGER * all_s))
        lemmas = self._core(obligation, hint, settings)
        for name in sorted(lemmas):
            fewer = lemmas - {name}
            script = self.obligations.script(obligation, hint.instances, fewer)
            if ask(script.text(), settings).result == UNSAT:
                lemmas = fewer
        return Hint(lemmas, hint.instances)

    def _core(self, obligation: Obligation, hint: Hint, settings: Settings) -> frozenset[str]:
        lemmas = frozenset(self._lemmas) if hint.lemmas is None else hint.lemmas
        while True:
            script = self.obligations.script(obligation, hint.instances, lemmas)
            found = needed(script.text(), _groups(script), settings)
            if found is None or len(found) >= len(lemmas):
                return lemmas
            lemmas = found


def _groups(script: Script) -> dict[int, str]:
    return {
        number: named.name
        for number, named in enumerate(script.formulas)
        if named.kind in (HYPOTHESIS, ASSUMPTION)
    }
