"""What SAT solvers say of properties: the table, counterexamples, the last line; and as JSON."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING, Any

from rich.text import Text

from model.lang.show import show
from onevoice.report import words
from onevoice.report.behaviour import listed
from onevoice.report.data import run_data
from onevoice.report.searched import show_counterexample
from onevoice.report.terminal import Terminal
from proofs.ground.outcome import Answer, Outcome

if TYPE_CHECKING:
    from onevoice.bounding import Bounded
    from proofs.ground.several import Way
    from traces.run import Run

STYLES = {
    Answer.HOLDS: "green",
    Answer.VIOLATED: "bold red",
    Answer.VACUOUS: "bold yellow",
    Answer.NOT_UP_TO: "yellow",
    Answer.UNDECIDED: "yellow",
}
MAKES = {"cadical153": "CaDiCaL 1.5.3", "glucose4": "Glucose 4", "minisat22": "MiniSat 2.2"}
METHODS = {"bmc": "bounded model checking", "k-induction": "k-induction", "ic3": "IC3"}


def show_ask(terminal: Terminal, run: Run, way: Way) -> None:
    """Prints what is going to be checked, and how."""
    first, second = (MAKES[name] for name in way.chosen)
    depth = "" if way.method == "ic3" else f", up to {words.count(way.depth, 'step')}"
    again = f", checked again with {second}" if way.method == "ic3" else ""
    terminal.pairs(
        [
            ("Protocol", words.protocol(run)),
            ("Environment", words.environment(run)),
            ("Scope", words.scope(run)),
            ("Method", f"{METHODS[way.method]} with {first}{again}{depth}"),
        ]
    )
    terminal.line()


def show_bounded(terminal: Terminal, done: Bounded, program: str) -> None:
    """Prints what came of it.

    Args:
        terminal: where to.
        done: what was found.
        program: how to call this program, for the commands to copy.
    """
    rows: list[tuple[str | Text, ...]] = [
        (
            outcome.target.name,
            outcome.target.kind,
            Text(_verdict(outcome), STYLES[outcome.answer]),
            _remark(outcome),
        )
        for outcome in done.outcomes
    ]
    terminal.table(("Property", "Kind", "Verdict", ""), rows)
    lively = [p.name for p in done.run.staged.leads_to]
    terminal.hanging("Not checked: ", listed(tuple(lively)), "dim")
    terminal.line()
    never = [(o.target.name, p) for o in done.outcomes for p in o.never]
    if never:
        terminal.line("Premises that can never be true:", "bold yellow")
        for name, premise in never:
            terminal.hanging(f"  {name}: ", show(premise))
        terminal.line()
    for number, counterexample in enumerate(done.counterexamples()):
        show_counterexample(terminal, counterexample, steps=number == 0)
        path = done.files.get(counterexample.violates)
        if path is not None:
            terminal.exact(f"  Trace:   {path}")
            terminal.exact(f"  Replay:  {program} replay {quote(str(path))}")
        terminal.line()
    _show_end(terminal, done)


def _verdict(outcome: Outcome) -> str:
    return "open" if outcome.answer is Answer.NOT_UP_TO else outcome.answer.value


def _remark(outcome: Outcome) -> str:
    parts = []
    match outcome.answer:
        case Answer.VIOLATED:
            parts.append(f"after {words.count(outcome.depth or 0, 'step')}")
        case Answer.NOT_UP_TO:
            parts.append(f"no violation by up to {words.count(outcome.depth or 0, 'step')}")
        case Answer.VACUOUS:
            parts.append("NOT CHECKED: premise never true")
        case Answer.HOLDS | Answer.UNDECIDED:
            pass
    if outcome.certificate is not None and not outcome.target.is_trivial:
        parts.append(f"inductive with {words.count(len(outcome.certificate), 'clause')}")
    elif outcome.k is not None and not outcome.why:
        parts.append(f"k = {outcome.k}")
    if outcome.why:
        parts.append(outcome.why)
    if outcome.answer is Answer.HOLDS and not outcome.vacuity_known:
        parts.append("perhaps only vacuously")
    elif outcome.answer is Answer.HOLDS and outcome.never:
        parts.append(f"{len(outcome.never)} of its premises never true")
    return "; ".join(parts)


def _show_end(terminal: Terminal, done: Bounded) -> None:
    answers = [outcome.answer for outcome in done.outcomes]
    holding, violated = answers.count(Answer.HOLDS), answers.count(Answer.VIOLATED)
    open_ = answers.count(Answer.NOT_UP_TO) + answers.count(Answer.UNDECIDED)
    vacuous = [o.target.name for o in done.outcomes if o.answer is Answer.VACUOUS]
    if vacuous:
        terminal.line(f"Vacuous, so not really checked at this scope: {', '.join(vacuous)}.",
                      "bold yellow")  # fmt: skip
    if violated:
        verb = "is" if violated == 1 else "are"
        noun = "1 property" if violated == 1 else f"{violated} properties"
        terminal.line(f"Errors were found: {noun} {verb} violated.", "bold red")
    if open_:
        noun = "1 property is" if open_ == 1 else f"{open_} properties are"
        terminal.line(f"{noun} neither proved nor violated.", "bold yellow")
    if holding and not violated and not open_:
        terminal.line(f"Proved at this scope, in {done.seconds:.1f} s. No error can be found.",
                      "bold green")  # fmt: skip


def bounded_data(done: Bounded) -> dict[str, Any]:
    """What came of it, as JSON."""
    return {
        "run": run_data(done.run),
        "method": done.way.method,
        "depth": None if done.way.method == "ic3" else done.way.depth,
        "limit_s": done.way.limits.seconds,
        "solvers": list(done.way.chosen),
        "exit": int(done.exit),
        "seconds": round(done.seconds, 3),
        "properties": [
            *(_outcome_data(done, outcome) for outcome in done.outcomes),
            *({"name": p.name, "status": "not checked"} for p in done.run.staged.leads_to),
        ],
    }


def _outcome_data(done: Bounded, outcome: Outcome) -> dict[str, Any]:
    target = outcome.target
    data: dict[str, Any] = {
        "name": target.name,
        "kind": target.kind,
        "status": outcome.answer.value,
        "file": target.where.file,
        "line": target.where.line,
        "depth": outcome.depth,
        "k": outcome.k,
        "why": outcome.why or None,
        "vacuity_known": outcome.vacuity_known,
        "premises_never_true": [show(p) for p in outcome.never],
        "seconds": round(outcome.seconds, 3),
        "queries": outcome.queries,
        "conflicts": outcome.conflicts,
    }
    if outcome.certificate is not None:
        data["invariant"] = list(outcome.invariant)
    if outcome.finding is not None and outcome.finding.trace is not None:
        trace, path = outcome.finding.trace, done.files.get(target.name)
        data["counterexample"] = {
            "length": len(trace),
            "steps": [done.run.finite.describe(step) for step in trace.steps],
            "file": str(path) if path is not None else None,
        }
    return data
