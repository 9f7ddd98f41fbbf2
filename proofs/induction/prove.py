"""Shows all obligations of a proof, in parallel."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, TypeVar

from proofs.induction.attempt import Attempts, Limits, Outcome
from proofs.induction.certificate import Certificate, Hint
from proofs.induction.obligations import Obligation, Obligations
from proofs.induction.proof import Proof
from proofs.smt.solver import Answer, Settings, second_opinion

Factory = Callable[[], Proof]
"""Makes a proof; it is sent to other processes, so it is a function of a module, or a partial."""
T = TypeVar("T")

_attempts: Attempts  # of this worker
_obligations: list[Obligation]


class Prover:
    """Shows obligations with several processes.

    Args:
        factory: makes the proof.
        jobs: processes.
        limits: for each obligation.
        known: keys of scripts that were proved before.
    """

    def __init__(
        self,
        factory: Factory,
        jobs: int = 2,
        limits: Limits | None = None,
        known: frozenset[str] = frozenset(),
    ) -> None:
        self.obligations = list(Obligations(factory()))
        self._pool = ProcessPoolExecutor(
            jobs,
            multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(factory, limits or Limits(), known),
        )

    def __enter__(self) -> Prover:
        return self

    def __iter__(self) -> Iterator[Obligation]:
        return iter(self.obligations)

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def prove(
        self, certificate: Certificate, asked: Sequence[Obligation] = ()
    ) -> Iterator[tuple[Obligation, Outcome]]:
        """Attempts obligations; their outcomes come as they are found.

        Args:
            certificate: hints.
            asked: what to attempt; all, if there are none.
        """
        yield from self._each(_attempt, [(o, certificate.get(o.title)) for o in asked or self])

    def minimise(
        self, proved: Iterable[tuple[Obligation, Hint]]
    ) -> Iterator[tuple[Obligation, Hint]]:
        """Finds hints from which no lemma can be left out."""
        yield from self._each(_minimise, list(proved))

    def ask_another(
        self, proved: Iterable[tuple[Obligation, Hint]], seconds: float
    ) -> Iterator[tuple[Obligation, Answer]]:
        """Asks a second solver about what was proved, with the same hypotheses."""
        yield from self._each(_ask_another, [(o, hint, seconds) for o, hint in proved])

    def _each(
        self, work: Callable[..., T], items: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[Obligation, T]]:
        """Work on obligations, each with something else; they are sent by their numbers."""
        numbers = {obligation: number for number, obligation in enumerate(self.obligations)}
        futures = {
            self._pool.submit(work, numbers[obligation], *rest): obligation
            for obligation, *rest in items
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:
            for future in futures:
                future.cancel()


def _begin(factory: Factory, limits: Limits, known: frozenset[str]) -> None:
    global _attempts, _obligations
    obligations = Obligations(factory())
    _attempts, _obligations = Attempts(obligations, limits, known), list(obligations)


def _attempt(number: int, hint: Hint | None) -> Outcome:
    return _attempts.attempt(_obligations[number], hint)


def _minimise(number: int, hint: Hint) -> Hint:
    return _attempts.minimal(_obligations[number], hint)


def _ask_another(number: int, hint: Hint, seconds: float) -> Answer:
    script = _attempts.obligations.script(_obligations[number], hint.instances, hint.lemmas)
    return second_opinion(script.text(), Settings(seconds))
