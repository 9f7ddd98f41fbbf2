"""Shows all obligations of a proof, in parallel.

The other processes end with this one, however it ends: each waits for the end of a pipe of which
this process has the other end. An interrupt is for this process only.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

from proofs.induction.attempt import Attempts, Limits, Outcome
from proofs.induction.certificate import Certificate, Hint
from proofs.induction.obligations import Obligation, obligations_of
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
        self.proof = factory()
        self.obligations = list(obligations_of(self.proof))
        context = multiprocessing.get_context("spawn")
        self._end, self._life = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(
            jobs,
            context,
            initializer=_begin,
            initargs=(factory, limits or Limits(), known, self._end),
        )

    def __enter__(self) -> Prover:
        return self

    def __iter__(self) -> Iterator[Obligation]:
        return iter(self.obligations)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self._life.close()  # nobody waits for what a solver is at
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._life.close()
        self._end.close()

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
        with _deaf():
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


@contextmanager
def _deaf() -> Iterator[None]:
    """An interrupt waits until the block is left; processes that are started in it get none.

    They inherit that this thread blocks it. Another thread may take it all the same, so that what
    Python does about it must wait, too; only the main thread can ask for that.
    """
    noted: list[int] = []
    is_main = current_thread() is main_thread()
    handler = signal.signal(signal.SIGINT, lambda *_: noted.append(1)) if is_main else None
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if is_main:
            signal.signal(signal.SIGINT, handler)
    if noted:
        raise KeyboardInterrupt


def _begin(factory: Factory, limits: Limits, known: frozenset[str], end: Connection) -> None:
    global _attempts, _obligations
    Thread(target=_follow, args=(end,), daemon=True).start()
    obligations = obligations_of(factory())
    _attempts, _obligations = Attempts(obligations, limits, known), list(obligations)


def _follow(end: Connection) -> None:
    """Ends this process when the one that started it is gone, or wants no more of it."""
    with suppress(EOFError, OSError):
        end.recv_bytes()
    os._exit(1)


def _attempt(number: int, hint: Hint | None) -> Outcome:
    return _attempts.attempt(_obligations[number], hint)


def _minimise(number: int, hint: Hint) -> Hint:
    return _attempts.minimal(_obligations[number], hint)


def _ask_another(number: int, hint: Hint, seconds: float) -> Answer:
    script = _attempts.obligations.script(_obligations[number], hint.instances, hint.lemmas)
    return second_opinion(script.text(), Settings(seconds))
