"""`onevoice bounded`: bounded checks, k-induction and IC3 by SAT solvers, judged and shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.commands.check import TRACE_DIR
from onevoice.exits import Exit, Stop, exit_of
from onevoice.options import SECONDS, output_options, property_option, read_run, scope_options

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
        from traces.counterexample import Counterexample, Kind

        found = []
        for outcome in self.outcomes:
            if outcome.finding is not None and outcome.finding.trace is not None:
                kind: Kind = outcome.finding.kind  # type: ignore[assignment]
                name = outcome.target.name
                words = f"onevoice bounded {self.run.options} --property {name}"
                by = f"{words} --method {self.way.method} --depth {self.way.depth}"
                found.append(Counterexample(self.run, name, kind, outcome.finding.trace, by))
        return sorted(found, key=lambda c: len(c.trace))


@click.command("bounded")
@click.argument("groups_first", metavar="[GROUPS]", required=False)
@scope_options(groups="2+1")
@property_option
@click.option(
    "--method",
    type=click.Choice(["bmc", "k-induction", "ic3"]),
    default="ic3",
    show_default=True,
    help="bmc: the shortest violation, up to --depth steps. k-induction: that, or a proof from k "
    "states. ic3: a violation, or an inductive invariant.",
)
@click.option(
    "--depth",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="Of bmc and k-induction: look at no more steps. IC3 has no depth.",
)
@click.option("--limit-s", type=SECONDS, default=None, help="Stop after so many seconds.")
@output_options
def command(
    groups_first: str | None,
    variant: str | None,
    properties: tuple[str, ...],
    method: Any,
    depth: int,
    limit_s: float | None,
    **given: Any,
) -> int:
    """Check safety at a scope by SAT solvers: bounded, by k-induction, or by IC3.

    The state graph is not searched, so a scope may be proved that has too many states for `onevoice
    check`; and a violation may be found in one. Invariants, properties of steps, bounds and
    deadlock are checked; for what is to happen eventually there is `check`. GROUPS is short for
    --groups.

    No solver is believed: each counterexample is taken step by step by the interpreter, and each
    invariant that IC3 finds is checked again by another solver. A property that was not violated
    up to a depth is not said to hold.

    Exit code: 0 all holds; 12 safety, 11 deadlock is violated, 10 both; 15 everything asked for
    holds only vacuously; 75 something was neither proved nor violated.
    """
    from onevoice.invocation import program
    from onevoice.report.bounded import bounded_data, show_ask, show_bounded
    from onevoice.report.data import to_text
    from onevoice.report.terminal import Terminal
    from onevoice.search import write_counterexamples
    from proofs.ground.sat import Limits
    from proofs.ground.several import Way

    if groups_first is not None:
        given["groups"] = groups_first
    run, way = read_run(given, variant), Way(method, depth, Limits(limit_s))
    _refuse_liveness(run, properties)
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    show_ask(terminal, run, way)
    with terminal.progress("Proving") as watch:
        done = _bounded(run, way, properties, lambda p: watch.say(_far(p)))
    by_file = {found.file_name: found for found in done.counterexamples()}
    files, problem = write_counterexamples(by_file, Path(given["trace_dir"] or TRACE_DIR))
    done = Bounded(run, way, done.outcomes, done.seconds, files)
    if given["as_json"]:
        terminal.raw(to_text(bounded_data(done)))
    else:
        show_bounded(terminal, done, program())
    if problem is not None:
        terminal.complain(f"onevoice: {problem}")
    return done.exit


def _refuse_liveness(run: Run, properties: Sequence[str]) -> None:
    lively = [p.name for p in run.staged.leads_to if p.name in properties]
    if lively:
        raise click.UsageError(
            f"{' and '.join(lively)} is to happen eventually, which no state shows: "
            f"onevoice check {run.options} --property {lively[0]}"
        )


def _bounded(
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


def _far(progress: BoundedProgress) -> str:
    clauses = f"  {progress.clauses:,} clauses" if progress.clauses else ""
    return (
        f"{progress.seconds:.0f} s  depth {progress.depth}{clauses}  {progress.queries:,} queries  "
        f"{progress.conflicts:,} conflicts  {progress.about}"
    )
