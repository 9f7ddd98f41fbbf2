"""One bounded check, by SAT solvers: what came of it, judged and with its counterexamples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.exits import Exit, Stop, exit_of

if TYPE_CHECKING:
    from proofs.ground.outcome import BoundedProgress, Outcome
    from proofs.ground.several import Way
    from traces.counterexample import Counterexample
    from traces.run import Run


@dataclass(frozen=True)
class Bounded:
    """What came of it.

    Attributes:
        run: the protocol, its environment and its scope.
        way: how it was checked.
        outcomes: one a property that was asked for.
        seconds: that all of it took.
        files: the trace file of each violated property.
    """

    run: Run
    way: Way
    outcomes: tuple[Outcome, ...]
    seconds: float
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def exit(self) -> Exit:
        """The exit code that says it."""
        return exit_of(outcome.as_finding() for outcome in self.outcomes)

    def counterexamples(self) -> list[Counterexample]:
        """One for each violated property, the shortest first."""
        from traces.counterexample import Counterexample

        found = []
        for outcome in self.outcomes:
            if outcome.finding is not None and outcome.finding.trace is not None:
                name = outcome.target.name
                words = f"onevoice bounded {self.run.options} --property {name}"
                by = f"{words} --method {self.way.method} --depth {self.way.depth}"
                found.append(Counterexample.of(self.run, outcome.finding, by))
        return sorted(found, key=lambda c: len(c.trace))


def bounded(
    run: Run, way: Way, properties: tuple[str, ...], report: Callable[[BoundedProgress], None]
) -> Bounded:
    """Checks as asked.

    Raises:
        Stop: it was interrupted, or a solver was refuted.
    """
    import time

    from model.search import EngineDisagreement
    from proofs.ground.certificate import CertificateError
    from proofs.ground.replay import Replay
    from proofs.ground.several import check_all
    from proofs.ground.targets import targets

    started = time.monotonic()
    try:
        replay = Replay(run.finite)
        outcomes = check_all(replay, targets(replay.system.ground, properties), way, report)
    except KeyboardInterrupt:
        raise Stop(Exit.INTERRUPTED, "Interrupted: nothing is said.") from None
    except (EngineDisagreement, CertificateError) as error:
        raise Stop(
            Exit.DEFECT,
            f"a defect of onevoice: a solver's answer is not confirmed ({error}). Please report "
            f"this: onevoice bounded {run.options} --method {way.method} --depth {way.depth}",
        ) from None
    return Bounded(run, way, tuple(outcomes), time.monotonic() - started)
