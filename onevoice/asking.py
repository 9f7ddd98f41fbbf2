"""One question: is a formula an invariant, at a scope and at every size? And what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.exits import Exit, Stop
from onevoice.memory import free_bytes

if TYPE_CHECKING:
    from model.lang.expr import Expr
    from model.search import Finding, Progress, Result
    from model.search.result import Trace
    from proofs.induction.candidate import Judged
    from proofs.induction.proof import Proof
    from traces.run import Run
    from traces.witness import Witness

_SEARCH_PART = 0.5  # of the time, at most, for the search of the scope
_MEMBERS, _VIEWS = 3, 4
_NAME = "candidate"


class Answer(Enum):
    """What is said of a candidate."""

    VIOLATED = "violated"
    VACUOUS = "vacuous"
    TRUE = "true at every size"
    NOT_INDUCTIVE = "holds at the scope, not inductive"
    UNDECIDED = "holds at the scope, not decided"


_EXITS = {
    Answer.VIOLATED: Exit.SAFETY,
    Answer.VACUOUS: Exit.NOT_PROVED,
    Answer.TRUE: Exit.HOLDS,
    Answer.NOT_INDUCTIVE: Exit.NOT_PROVED,
    Answer.UNDECIDED: Exit.LIMIT,
}


@dataclass(frozen=True)
class Asked:
    """What came of a question.

    Attributes:
        run: the protocol, its environment and its scope.
        expr: the candidate.
        proof: with the ghosts.
        ghosts: whether the candidate is about ghosts, so that the search was of the proof's spec.
        result: of the search of the scope.
        judged: what the proof says; None if the candidate is violated at the scope.
        seconds: that all of it took.
        witness: the trace to a state of the scope that violates it.
        file: where that was written.
    """

    run: Run
    expr: Expr
    proof: Proof
    ghosts: bool
    result: Result
    judged: Judged | None
    seconds: float
    witness: Witness | None = None
    file: Path | None = None

    @property
    def finding(self) -> Finding:
        """What the search says of the candidate."""
        return self.result.findings[_NAME]

    @property
    def trace(self) -> Trace | None:
        """The behaviour that violates it, with ghosts if it is about them."""
        return self.finding.trace

    @property
    def answer(self) -> Answer:
        """The answer: the first that is true of those that there are."""
        from model.search import Status
        from proofs.induction.candidate import Verdict

        if self.judged is None or self.judged.verdict is Verdict.FALSE_AT_FIRST:
            return Answer.VIOLATED
        if self.judged.verdict is Verdict.TAUTOLOGY or self.finding.status is Status.VACUOUS:
            return Answer.VACUOUS
        match self.judged.verdict:
            case Verdict.IMPLIED | Verdict.INDUCTIVE:
                return Answer.TRUE
            case Verdict.NOT_INDUCTIVE:
                return Answer.NOT_INDUCTIVE
            case Verdict.UNDECIDED:
                return Answer.UNDECIDED

    @property
    def exit(self) -> Exit:
        """The exit code that says it."""
        return _EXITS[self.answer]


def ask(
    run: Run, expr: Expr, proof: Proof, limit_s: float, watch: Callable[[Progress], None]
) -> Asked:
    """Answers a question.

    Args:
        run: the scope.
        expr: the candidate, a closed formula over the proof's spec.
        proof: of the protocol under the switches of the run.
        limit_s: wall time, for all of it.
        watch: called now and then with the progress of the search.

    Raises:
        Stop: an engine or a solver was refuted by the interpreter.
    """
    import time

    from model.search import EngineDisagreement
    from proofs.induction.candidate import judge
    from proofs.induction.cti import Refuted, Within

    started = time.monotonic()
    try:
        result = _search(run, expr, proof, limit_s * _SEARCH_PART, watch)
        judged = None
        if result.findings[_NAME].trace is None:
            within = Within({"Member": _MEMBERS, "View": _VIEWS, "Arrival": 2, "Datum": 1})
            left = limit_s - (time.monotonic() - started)
            judged = judge(proof, expr, within, left)
    except (EngineDisagreement, Refuted) as error:
        raise Stop(
            Exit.DEFECT,
            f"a defect of onevoice: the interpreter does not confirm an answer ({error}). Please "
            f"report this with the formula: onevoice ask {run.options}",
        ) from None
    seconds = time.monotonic() - started
    return Asked(run, expr, proof, _has_ghosts(expr, proof), result, judged, seconds)


def _search(
    run: Run, expr: Expr, proof: Proof, seconds: float, watch: Callable[[Progress], None]
) -> Result:
    """Searches all states of the scope for one that violates the candidate."""
    from dataclasses import replace

    from model.lang.expr import conjuncts
    from model.lang.staged import Clause, Invariant
    from model.scope import Finite
    from model.search import Limits, check

    staged = proof.staged if _has_ghosts(expr, proof) else run.staged
    clauses = tuple(Clause(part, expr.where) for part in conjuncts(expr))
    candidate = Invariant(_NAME, clauses, False, "", expr.where)
    only = replace(staged, invariants=(candidate,), bounds=(), leads_to=())
    limits = Limits(memory_bytes=free_bytes() // 2, seconds=seconds, stop_at_first=True)
    return check(Finite(only, run.finite.scope), "native", limits, watch)


def _has_ghosts(expr: Expr, proof: Proof) -> bool:
    from model.lang.expr import applications

    ghosts = set(proof.ghosts)
    return any(apply.symbol in ghosts for apply in applications(expr))


def with_trace(asked: Asked, folder: Path) -> tuple[Asked, str | None]:
    """Writes the trace of a violation.

    Returns:
        The same with the file's absolute path, and why it could not be written, if so.
    """
    from dataclasses import replace

    from traces.counterexample import write

    witness = _witness(asked)
    if witness is None:
        return asked, None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = (folder / _file_name(asked)).resolve()
        write(witness, path)
    except OSError as error:
        return asked, f"no trace is written: {error.filename}: {error.strerror}"
    return replace(asked, witness=witness, file=path), None


def _witness(asked: Asked) -> Witness | None:
    """A trace of the protocol to a state that violates the candidate.

    It has no ghosts, for these are the proof's; what it is kept for then only its words say.
    """
    from dataclasses import replace
    from shlex import quote

    from model.lang.expr import Not
    from model.lang.show import show
    from model.search.result import Trace
    from traces.witness import Reach, Witness

    found = asked.trace
    if found is None:
        return None
    symbols = asked.run.staged.symbols
    searched = asked.proof.staged.symbols if asked.ghosts else symbols
    tables = [searched.index(symbol) for symbol in symbols]
    actions = {action.name: action for action in asked.run.staged.actions}
    states = tuple(tuple(state[table] for table in tables) for state in found.states)
    steps = tuple(replace(step, action=actions[step.action.name]) for step in found.steps)
    text = show(asked.expr)
    purpose = Reach("true" if asked.ghosts else show(Not(asked.expr)))
    description = f"A behaviour after which this is false: {text}"
    command_ = f"onevoice ask {quote(text)} {asked.run.options}"
    return Witness(asked.run, purpose, Trace(states, steps), description, command_)


def _file_name(asked: Asked) -> str:
    """A name for the trace: the same for the same run and candidate."""
    import hashlib

    from model.lang.show import show

    digest = hashlib.sha256(show(asked.expr).encode()).hexdigest()[:8]
    return f"ask_{asked.run.name}_{digest}.itf.json"
