"""One search: what is asked, what came of it, and its counterexamples as files."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from onevoice.exits import Exit, Stop, exit_of

if TYPE_CHECKING:
    from model.lang import Staged
    from model.search import Finding, Limits, Progress, Result
    from model.search.exploration import Method
    from model.search.reduce import Reduction
    from traces.counterexample import Counterexample
    from traces.run import Run

DEADLOCK = "deadlock"
REDUCE: dict[str, tuple[Reduction, ...]] = {
    "none": (),
    "order": ("order",),
    "symmetry": ("symmetry",),
    "all": ("order", "symmetry"),
}
"""By what `--reduce` is called, the reductions that it asks for."""


@dataclass(frozen=True)
class Ask:
    """A search to be done.

    Attributes:
        run: the protocol, its environment and its scope.
        properties: the properties to check; none of them for all.
        liveness: check those that say that something happens eventually.
        method: how the native engine searches; None for its usual way.
    """

    run: Run
    properties: tuple[str, ...] = ()
    liveness: bool = True
    engine: Literal["native", "interp"] = "native"
    limits: Limits | None = None
    method: Method | None = None

    @property
    def folder(self) -> Path | None:
        """Where states are kept, if not in memory."""
        return None if self.method is None else self.method.folder

    @property
    def reduced(self) -> bool:
        """Whether a reduction is asked for; none may be possible."""
        return self.method is not None and bool(self.method.reduce)

    @property
    def checked(self) -> tuple[str, ...]:
        """The names of the properties that are to be checked, in the spec's order."""
        staged = self.run.staged
        known = [DEADLOCK, *(p.name for p in staged.properties)]
        lively = {p.name for p in staged.leads_to}
        return tuple(
            name
            for name in known
            if (not self.properties or name in self.properties)
            and (self.liveness or name not in lively)
        )

    @property
    def unchecked(self) -> tuple[str, ...]:
        """The names of the properties that are left out."""
        names = self.checked
        return tuple(p.name for p in self.run.staged.properties if p.name not in names)


@dataclass(frozen=True)
class Searched:
    """What came of a search.

    Attributes:
        ask: what was asked.
        result: the engine's answer.
        files: the trace file of each violated property.
    """

    ask: Ask
    result: Result
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdicts on what was asked, and a deadlock if there is one though none was asked."""
        from model.search import Status

        return tuple(
            f
            for f in self.result.findings.values()
            if f.name in self.ask.checked or f.status is Status.VIOLATED
        )

    @property
    def exit(self) -> Exit:
        """The exit code that says it."""
        return exit_of(self.findings)

    def counterexamples(self) -> list[Counterexample]:
        """One for each violated property, the shortest first."""
        from traces.counterexample import Counterexample

        found = [Counterexample.of(self.ask.run, finding) for finding in self.result.violated]
        return sorted(found, key=lambda c: len(c.trace))


def search(ask: Ask, watch: Callable[[Progress], None]) -> Searched:
    """Searches as asked.

    Args:
        ask: what is asked.
        watch: called now and then with the progress.

    Raises:
        ScopeError: the scope is wrong, or the folder is of another search.
        Stop: the search was interrupted, out of memory or disk, or its engine was refuted.
    """
    from model.scope import Finite
    from model.search import EngineDisagreement, check, select

    last: Progress | None = None

    def remember(progress: Progress) -> None:
        nonlocal last
        last = progress
        watch(progress)

    staged: Staged = select(ask.run.staged, [n for n in ask.checked if n != DEADLOCK])
    try:
        result = check(
            Finite(staged, ask.run.finite.scope), ask.engine, ask.limits, remember, ask.method
        )
    except KeyboardInterrupt:
        goes_on = "" if ask.folder is None else " The same command goes on from there."
        raise Stop(Exit.INTERRUPTED, f"Interrupted: {_covered(last)}.{goes_on}") from None
    except OSError as error:
        if ask.folder is None:
            raise
        where = ask.folder if error.filename is None else error.filename
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "make room, then the same command goes on" if full else "give another --folder"
        raise Stop(
            Exit.USAGE, f"states cannot be kept in {where}: {error.strerror or error}: {advice}"
        ) from None
    except MemoryError:
        raise Stop(
            Exit.LIMIT, f"Out of memory: {_covered(last)}. Lower --max-memory, or take a "
            "smaller scope."
        ) from None  # fmt: skip
    except EngineDisagreement as error:
        raise Stop(
            Exit.DEFECT,
            f"a defect of onevoice: the interpreter does not confirm the {ask.engine} engine "
            f"({error}). Please report this: onevoice check {ask.run.options}{_method(ask)}",
        ) from None
    return Searched(ask, result)


def _method(ask: Ask) -> str:
    """The options that say how it was searched."""
    if ask.method is None:
        return ""
    words = "".join(f" --property {name}" for name in ask.properties)
    words += "" if ask.liveness else " --no-liveness"
    if ask.method.reduce:
        words += f" --reduce {'all' if len(ask.method.reduce) > 1 else ''.join(ask.method.reduce)}"
    return words + (f" --seen {ask.method.seen}" if ask.method.seen != "exact" else "")


def _covered(progress: Progress | None) -> str:
    if progress is None:
        return "no state had been searched"
    return (
        f"{progress.states:,} states had been found and {progress.expanded:,} of them searched, "
        f"to depth {progress.depth}, in {progress.seconds:.1f} s; nothing is said of them"
    )


def write_traces(searched: Searched, folder: Path) -> tuple[Searched, str | None]:
    """Writes every counterexample of a search.

    Args:
        searched: what was found.
        folder: where the files go; it is made if there is none.

    Returns:
        The same with the files' absolute paths, and why they could not be written, if so.
    """
    files, problem = write_counterexamples(
        {found.file_name: found for found in searched.counterexamples()}, folder
    )
    return Searched(searched.ask, searched.result, files), problem


def write_counterexamples(
    counterexamples: Mapping[str, Counterexample], folder: Path
) -> tuple[dict[str, Path], str | None]:
    """Writes counterexamples.

    Args:
        counterexamples: by the name of the file of each.
        folder: where the files go; it is made if there is one to write.

    Returns:
        The files' absolute paths by property, and why they could not be written, if so.
    """
    from traces.counterexample import write

    files: dict[str, Path] = {}
    try:
        if counterexamples:
            folder.mkdir(parents=True, exist_ok=True)
        for name, counterexample in counterexamples.items():
            path = (folder / name).resolve()
            write(counterexample, path)
            files[counterexample.violates] = path
    except OSError as error:
        return {}, f"no trace is written: {error.filename}: {error.strerror}"
    return files, None
