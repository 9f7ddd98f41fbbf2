"""What is said of a candidate: the answer, why, and a trace or a counterexample to induction."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from rich.text import Text

from model.interp import Interpreter
from model.lang.show import show
from model.search.explain import why_false
from onevoice.asking import Answer, Asked
from onevoice.report import words
from onevoice.report.behaviour import listed
from onevoice.report.data import run_data
from onevoice.report.terminal import Terminal
from proofs.induction.candidate import OUT_OF_TIME, Verdict
from traces.facts import changes, facts
from traces.replay import named

if TYPE_CHECKING:
    from model.lang.expr import Expr
    from model.scope import Finite, State
    from model.search.result import Trace
    from proofs.induction.candidate import Judged
    from proofs.induction.cti import Cti
    from traces.run import Run

STYLES = {
    Answer.VIOLATED: "bold red",
    Answer.VACUOUS: "bold yellow",
    Answer.TRUE: "bold green",
    Answer.NOT_INDUCTIVE: "bold yellow",
    Answer.UNDECIDED: "bold yellow",
}


def show_question(terminal: Terminal, run: Run, expr: Expr) -> None:
    """Prints what is asked."""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Candidate", show(expr)),
        ]
    )
    terminal.line()


def show_asked(terminal: Terminal, asked: Asked, program: str) -> None:
    """Prints the answer.

    Args:
        terminal: where to.
        asked: what came of the question.
        program: how to call this program, for the commands to copy.
    """
    _show_search(terminal, asked)
    terminal.line()
    if asked.trace is not None:
        _show_violation(terminal, asked, asked.trace, program)
    elif asked.judged is not None:
        if asked.judged.cti is not None:
            show_cti(terminal, asked.judged.cti)
            terminal.line()
        _show_never(terminal, asked)
    terminal.hanging("", f"{_sentence(asked)}", STYLES[asked.answer])
    advice = _advice(asked)
    if advice:
        terminal.hanging("", advice)


def _show_search(terminal: Terminal, asked: Asked) -> None:
    result = asked.result
    of = " of the protocol with the proof's ghosts" if asked.ghosts else ""
    end = "" if result.complete or asked.trace is not None else f"; stopped: {result.stopped}"
    terminal.line(
        f"{words.count(result.states, 'distinct state')}{of} searched in {result.seconds:.1f} s"
        f"{end}"
    )
    if asked.judged is not None:
        lemmas = words.count(asked.judged.lemmas, "lemma")
        terminal.line(f"{lemmas} of the proof taken as proved, {asked.judged.seconds:.1f} s")


def _show_violation(terminal: Terminal, asked: Asked, trace: Trace, program: str) -> None:
    finite = _finite(asked)
    digits = len(str(len(trace)))
    terminal.line(Text(f"  {0:>{digits}}  ").append("initial state", "bold"))
    terminal.hanging(" " * (digits + 6), listed(facts(finite, trace.states[0], immutable=False)))
    for index, step in enumerate(trace.steps, 1):
        terminal.line(Text(f"  {index:>{digits}}  ").append(finite.describe(step), "bold"))
        _show_changes(terminal, finite, trace.states[index - 1], trace.states[index], digits + 4)
    terminal.line()
    _show_false(terminal, finite, asked.expr, trace.states[-1], "in the last state")
    if asked.file is not None:
        path = quote(str(asked.file))
        terminal.exact(f"  Trace:   {asked.file}")
        terminal.exact(f"  Replay:  {program} replay {path}")
        if asked.ghosts:
            terminal.line("  The file has the steps of the protocol, without ghosts.")
    terminal.line()


def _show_never(terminal: Terminal, asked: Asked) -> None:
    never = asked.finding.vacuous_premises
    if never and asked.result.complete:
        terminal.line("Premises that are never true at this scope:", "bold yellow")
        for premise in never:
            terminal.hanging("  ", show(premise))
        terminal.line()


def show_cti(terminal: Terminal, cti: Cti) -> None:
    """Prints a counterexample to induction: two states, what changed, and what is false.

    Args:
        terminal: where to.
        cti: what to print.
    """
    finite, asked = cti.finite, cti.obligation
    what = "an initial state" if asked.kind == "initial" else "a counterexample to induction"
    terminal.line(f"{asked.title}: {what}", "bold")
    terminal.hanging("  sizes   ", listed(f"{n} of {s}" for s, n in finite.scope.sizes.items()))
    if cti.step is None:
        terminal.hanging("  state   ", listed(facts(finite, cti.after)) or "nothing is true")
    else:
        terminal.hanging("  before  ", listed(facts(finite, cti.before)) or "nothing is true")
        terminal.line(Text("  step    ").append(finite.describe(cti.step), "bold"))
        _show_changes(terminal, finite, cti.before, cti.after, 10)
        terminal.hanging("  after   ", listed(facts(finite, cti.after)) or "nothing is true")
    false = asked.clause
    if asked.kind == "step":
        terminal.hanging("  false of the step: ", show(false.expr))
    else:
        _show_false(terminal, finite, false.expr, cti.after, "after" if cti.step else "there")
    if Path(false.where.file).is_file():
        terminal.exact(f"      at {words.place(false.where)}")
    if cti.excluded_by:
        terminal.hanging("  the state before is excluded by  ", listed(cti.excluded_by))


def _show_false(terminal: Terminal, finite: Finite, expr: Expr, state: State, where: str) -> None:
    part, valuation = why_false(Interpreter(finite), expr, state)
    elements = f", for {named(finite, valuation)}" if valuation else ""
    terminal.line(f"  False {where}{elements}:")
    terminal.hanging("      ", show(part))


def _show_changes(
    terminal: Terminal, finite: Finite, before: State, after: State, indent: int
) -> None:
    found = list(changes(finite, before, after))
    for sign, style in (("+", "green"), ("-", "red")):
        points = [c.point for c in found if c.is_truth and (c.after is None) == (sign == "-")]
        if points:
            terminal.hanging(f"{' ' * indent}{sign} ", listed(points), style)
    for change in found:
        if not change.is_truth:
            terminal.hanging(f"{' ' * indent}  ", str(change).strip())
    if not found:
        terminal.hanging(f"{' ' * indent}  ", "nothing changes")


def _finite(asked: Asked) -> Finite:
    """The spec and the scope that were searched."""
    from model.scope import Finite

    if not asked.ghosts:
        return asked.run.finite
    return Finite(asked.proof.staged, asked.run.finite.scope)


def _sentence(asked: Asked) -> str:
    """The answer in a sentence."""
    judged = asked.judged
    if asked.trace is not None:
        steps = len(asked.trace)
        when = f"after {words.count(steps, 'step')}" if steps else "in the initial state"
        return f"Violated {when}."
    assert judged is not None
    match asked.answer:
        case Answer.VIOLATED:
            return "Violated in an initial state, at the sizes above."
        case Answer.VACUOUS if judged.verdict is Verdict.TAUTOLOGY:
            return "Vacuous: it is true of every state, whether that can be reached or not."
        case Answer.VACUOUS:
            return f"Vacuous at this scope: its premise is never true. {_besides(judged)}"
        case Answer.TRUE:
            return f"True at every size: {judged.verdict.value}."
        case Answer.NOT_INDUCTIVE:
            return f"{_so_far(asked)}, but {judged.verdict.value}."
        case Answer.UNDECIDED:
            return f"{_so_far(asked)}; at other sizes {judged.verdict.value}: {judged.why}."


def _besides(judged: Judged) -> str:
    if judged.verdict in (Verdict.IMPLIED, Verdict.INDUCTIVE):
        return f"At every size it is true: {judged.verdict.value}."
    return f"At other sizes {judged.verdict.value}."


def _so_far(asked: Asked) -> str:
    if asked.result.complete:
        return "It holds at this scope"
    return f"It holds in what was searched ({words.count(asked.result.states, 'state')})"


def _advice(asked: Asked) -> str:
    match asked.answer:
        case Answer.NOT_INDUCTIVE:
            return (
                "If the state before the step cannot be reached, a lemma is missing that excludes "
                "it; if it can, a larger scope shows a violation (--groups, --failures)."
            )
        case Answer.UNDECIDED if asked.judged is not None and asked.judged.why == OUT_OF_TIME:
            return "More time may decide it (--limit-s)."
        case Answer.VACUOUS if asked.finding.vacuous_premises:
            return "A larger scope may make it true (--groups, --failures)."
        case _:
            return ""


def asked_data(asked: Asked) -> dict[str, Any]:
    """The answer, as JSON."""
    judged, result = asked.judged, asked.result
    data: dict[str, Any] = {
        "run": run_data(asked.run),
        "candidate": show(asked.expr),
        "ghosts": asked.ghosts,
        "answer": asked.answer.value,
        "exit": int(asked.exit),
        "seconds": round(asked.seconds, 3),
        "states": result.states,
        "complete": result.complete,
        "premises_never_true": [show(p) for p in asked.finding.vacuous_premises],
        "proof": None,
        "counterexample": None,
        "cti": None,
    }
    if judged is not None:
        data["proof"] = {
            "verdict": judged.verdict.value,
            "lemmas": judged.lemmas,
            "unproved": list(judged.unproved),
            "why": judged.why or None,
        }
        if judged.cti is not None:
            data["cti"] = cti_data(judged.cti)
    if asked.trace is not None:
        data["counterexample"] = {
            "length": len(asked.trace),
            "steps": [asked.run.finite.describe(step) for step in asked.trace.steps],
            "file": str(asked.file) if asked.file is not None else None,
        }
    return data


def cti_data(cti: Cti) -> dict[str, Any]:
    """A counterexample to induction, as JSON."""
    return {
        "obligation": cti.obligation.title,
        "sizes": dict(cti.finite.scope.sizes),
        "before": list(facts(cti.finite, cti.before)),
        "step": None if cti.step is None else cti.finite.describe(cti.step),
        "changes": [str(c).strip() for c in changes(cti.finite, cti.before, cti.after)],
        "after": list(facts(cti.finite, cti.after)),
        "excluded_by": list(cti.excluded_by),
    }
