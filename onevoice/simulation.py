"""One simulation: what is asked, what came of it, and its violations as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.exits import Exit, Stop, exit_of
from onevoice.search import DEADLOCK, write_counterexamples

if TYPE_CHECKING:
    from model.search import Finding
    from model.search.simulate import Simulation, WalkProgress
    from traces.counterexample import Counterexample
    from traces.run import Run

WALKS = 100_000  # where neither their number nor a time is given


@dataclass(frozen=True)
class WalkAsk:
    """A simulation to be done.

    Attributes:
        run: the protocol, its environment and its scope.
        properties: the properties to look at; none of them for all.
        seed: of the random numbers, 64 bits.
        walks: how many; None for as many as there is time for.
        steps_max: steps of a walk at most.
    """

    run: Run
    seed: int
    properties: tuple[str, ...] = ()
    walks: int | None = WALKS
    steps_max: int = 1000
    seconds_max: float | None = None

    @property
    def asked(self) -> tuple[str, ...]:
        """The names of the properties that are asked for, in the spec's order."""
        known = (DEADLOCK, *(p.name for p in self.run.staged.properties))
        return tuple(name for name in known if not self.properties or name in self.properties)

    @property
    def judged(self) -> tuple[str, ...]:
        """Those of them that a walk, which ends, can show to be violated."""
        lively = {p.name for p in self.run.staged.leads_to}
        return tuple(name for name in self.asked if name not in lively)


@dataclass(frozen=True)
class Simulated:
    """What came of a simulation.

    Attributes:
        ask: what was asked.
        result: what the walks saw.
        files: the trace file of each violated property.
    """

    ask: WalkAsk
    result: Simulation
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdicts on what was asked, and a deadlock if there is one though none was asked."""
        from model.search import Status

        return tuple(
            f
            for f in self.result.findings.values()
            if f.name in self.ask.asked or f.status is Status.VIOLATED
        )

    @property
    def interrupted(self) -> bool:
        """The user ended it."""
        from model.search.simulate import INTERRUPTED

        return self.result.stopped == INTERRUPTED

    @property
    def exit(self) -> Exit:
        """The exit code that says it: where nothing was violated, that a limit was reached.

        Never `HOLDS`: walks choose a few behaviours, and of all others nothing is known, just as
        of the states beyond the limit of a search.
        """
        return Exit.INTERRUPTED if self.interrupted else exit_of(self.findings)

    def own_seed(self, name: str) -> int:
        """The seed whose first walk shows this violation."""
        from model.search.simulate import seed_of

        return seed_of(self.result.seed, self.result.walk_of[name])

    def reproduces(self, name: str) -> str:
        """The words after the program's name that take the one walk that shows a violation."""
        trace = self.result.findings[name].trace
        assert trace is not None
        return (
            f"simulate {self.ask.run.options} --property {name} "
            f"--seed {self.own_seed(name)} --walks 1 --steps {max(len(trace), 1)}"
        )

    def counterexamples(self) -> list[Counterexample]:
        """One for each violated property, the shortest first."""
        from traces.counterexample import Counterexample

        found = [
            Counterexample.of(self.ask.run, each, f"onevoice {self.reproduces(each.name)}")
            for each in self.findings
            if each.trace is not None
        ]
        return sorted(found, key=lambda c: len(c.trace))


def simulate(ask: WalkAsk, watch: Callable[[WalkProgress], None]) -> Simulated:
    """Walks as asked.

    Args:
        ask: what is asked.
        watch: called now and then with the progress.

    Raises:
        ScopeError: the scope is wrong.
        Stop: interrupted where nothing can be told yet, out of memory, or the engine was refuted.
    """
    from model.scope import Finite
    from model.search import EngineDisagreement, select
    from model.search.simulate import simulate as take_walks

    last: WalkProgress | None = None

    def remember(progress: WalkProgress) -> None:
        nonlocal last
        last = progress
        watch(progress)

    staged = select(ask.run.staged, [name for name in ask.asked if name != DEADLOCK])
    try:
        result = take_walks(
            Finite(staged, ask.run.finite.scope), ask.seed, ask.walks, ask.steps_max,
            ask.seconds_max, remember,
        )  # fmt: skip
    except KeyboardInterrupt:
        raise Stop(Exit.INTERRUPTED, f"Interrupted: {_covered(last)}.") from None
    except MemoryError:
        raise Stop(
            Exit.LIMIT, f"Out of memory: {_covered(last)}. Take a smaller scope."
        ) from None  # fmt: skip
    except EngineDisagreement as error:
        raise Stop(
            Exit.DEFECT,
            f"a defect of onevoice: the interpreter does not confirm the walks ({error}). Please "
            f"report this: onevoice simulate {ask.run.options} --seed {ask.seed}",
        ) from None
    return Simulated(ask, result)


def _covered(progress: WalkProgress | None) -> str:
    if progress is None:
        return "no walk had been taken"
    return (
        f"{progress.walks:,} walks had been begun and {progress.steps:,} steps taken, in "
        f"{progress.seconds:.1f} s; what they saw is not told"
    )


def write_walks(simulated: Simulated, folder: Path) -> tuple[Simulated, str | None]:
    """Writes the violations that a simulation saw.

    Their files are named after their seeds, so that none takes the place of the shortest trace
    that a search wrote, and the command that reproduces one writes the same file again.

    Args:
        simulated: what was seen.
        folder: where the files go; it is made if there is one to write.

    Returns:
        The same with the files' absolute paths, and why they could not be written, if so.
    """
    named = {
        found.file_name.replace(
            ".itf.json", f"_seed-{simulated.own_seed(found.violates)}.itf.json"
        ): found
        for found in simulated.counterexamples()
    }
    files, problem = write_counterexamples(named, folder)
    return replace(simulated, files=files), problem
