"""What was proved: properties by action, lemmas, what is open and where, what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from onevoice.report import words
from onevoice.report.behaviour import listed
from onevoice.report.terminal import Terminal
from proofs.induction.attempt import OUTSIDE, PROVED, Outcome
from proofs.induction.proved import Proved, Verdict, unneeded
from proofs.smt.solver import UNKNOWN, UNSAT

if TYPE_CHECKING:
    from model.protocol import Switches
    from proofs.induction.obligations import Obligation
    from proofs.induction.proved import Goal

STYLES = {
    Verdict.PROVED: "green",
    Verdict.RESTS: "bold yellow",
    Verdict.OPEN: "bold red",
    Verdict.OUTSIDE: "yellow",
}
_COLUMNS = ("", "By", "Verdict", "Seconds", "")


def show_question(terminal: Terminal, switches: Switches) -> None:
    """Prints what is to be proved."""
    variant = switches.variant
    what = "as shipped" if variant is None else f"variant {variant.value}: {variant.meaning}"
    terminal.pairs(
        [
            ("Protocol", what),
            ("Environment", f"{switches.delivery.value} delivery (E4)"),
            ("Scope", "any number of members, views, requests, failures and data"),
        ]
    )
    terminal.line()


def show_proved(terminal: Terminal, proved: Proved, *, blame: bool, verbose: bool) -> None:
    """Prints what came of a proof.

    Args:
        terminal: where to.
        proved: what came of it.
        blame: the lemmas that each obligation needs, too.
        verbose: a line an obligation, of lemmas, too.
    """
    if proved.given is not None:
        terminal.line("What is to happen: every run ends, and then nothing is left undone", "bold")
    rows: list[tuple[str | Text, ...]] = []
    for goal in proved.goals:
        if not is_in_short(proved, goal) or verbose:
            rows += _by_action(proved, goal)
    for bound in proved.counted if proved.whole else ():
        text = Text(Verdict.OUTSIDE.value, STYLES[Verdict.OUTSIDE])
        rows.append((bound.name, "", text, "", words.place(bound.where)))
    if rows:
        what = "Lemma or property" if verbose else "Property"
        terminal.table((what, *_COLUMNS[1:]), rows, "lllrl")
        terminal.line()
    lemmas = [goal for goal in proved.goals if is_in_short(proved, goal)]
    if lemmas and not verbose:
        terminal.table(
            ("Lemma", "Obligations", "Verdict", "Seconds", ""),
            [_lemma(proved, goal) for goal in lemmas],
            "lrlrl",
        )
        terminal.line()
    _show_open(terminal, proved)
    if blame:
        _show_blame(terminal, proved)
    _show_opinions(terminal, proved)
    _show_assumed(terminal, proved)
    _show_summary(terminal, proved)


def is_in_short(proved: Proved, goal: Goal) -> bool:
    """Whether a goal has one line: lemmas, and what every step must do for the responses."""
    return goal.kind == "lemma" or (goal.kind == "step" and proved.given is not None)


def _by_action(proved: Proved, goal: Goal) -> list[tuple[str | Text, ...]]:
    verdict = proved.verdict(goal)
    rows: list[tuple[str | Text, ...]] = []
    for obligation, outcome in goal.shown:
        own = _own(outcome) if verdict is not Verdict.OUTSIDE else verdict
        if own is Verdict.PROVED and verdict is Verdict.RESTS:
            own = verdict
        by = obligation.title.partition(" by ")[2] or _BY[obligation.kind]
        place = words.place(obligation.clause.where) if own is not Verdict.PROVED else ""
        text = Text(own.value, STYLES[own])
        rows.append((obligation.goal, by, text, f"{outcome.seconds:.2f}", place))
    return rows


_BY = {"initial": "initial states", "implied": "every state"}


def _own(outcome: Outcome) -> Verdict:
    if outcome.result == PROVED:
        return Verdict.PROVED
    return Verdict.OUTSIDE if outcome.result == OUTSIDE else Verdict.OPEN


def _lemma(proved: Proved, goal: Goal) -> tuple[str | Text, ...]:
    verdict = proved.verdict(goal)
    place = words.place(goal.where) if verdict is not Verdict.PROVED else ""
    text = Text(verdict.value, STYLES[verdict])
    return goal.name, f"{len(goal.shown):,}", text, f"{goal.seconds:.2f}", place


def _show_open(terminal: Terminal, proved: Proved) -> None:
    if proved.open:
        terminal.line(f"Open, {words.count(len(proved.open), 'obligation')}:", "bold red")
        for obligation, outcome in proved.open:
            terminal.exact(f"  {obligation.title}", "bold")
            terminal.exact(f"      {words.place(obligation.clause.where)}")
            terminal.hanging("      ", f"{outcome.why}, {outcome.seconds:.1f} s")
        terminal.line()
    for obligation, outcome in proved.outcomes.items():
        if outcome.cycle:
            terminal.exact(
                f"Outside of the decidable fragment: {obligation.title}, "
                f"{' → '.join(outcome.cycle)}, {words.place(obligation.clause.where)}",
                "yellow",
            )


def _show_blame(terminal: Terminal, proved: Proved) -> None:
    terminal.line("What each obligation needs", "bold")
    for obligation in proved.outcomes:
        hint = proved.hint_of(obligation)
        if hint is not None and hint.lemmas is not None:
            needs = listed(sorted(hint.lemmas)) or "no lemma"
            terminal.hanging(f"  {obligation.title}: ", needs)
    terminal.line()


def show_unneeded(terminal: Terminal, done: Sequence[Proved]) -> None:
    """Prints which lemmas could be left out, as far as properties go."""
    if not all(proved.whole for proved in done):
        return
    found = unneeded(done)
    if found:
        terminal.hanging("Lemmas that no property rests on: ", listed(found), "yellow")
    else:
        terminal.line("Every lemma is needed by some property.")


def _show_opinions(terminal: Terminal, proved: Proved) -> None:
    if not proved.opinions:
        return
    answers = proved.opinions
    agreed = sum(answer.result == UNSAT for answer in answers.values())
    seconds = sum(answer.seconds for answer in answers.values())
    terminal.line(f"cvc5 proves {agreed:,} of the {len(answers):,}, in {seconds:.1f} s of its time")
    for title, answer in answers.items():
        if answer.result == UNKNOWN:
            terminal.exact(f"  cvc5 does not know: {title} ({answer.reason})", "yellow")


def _show_assumed(terminal: Terminal, proved: Proved) -> None:
    sorts = [sort.name for sort in proved.proof.staged.sorts if sort.ordered and not sort.values]
    terminal.hanging(
        "Assumed: ", f"what is finite and not empty has a least element: {', '.join(sorts)}"
    )
    for lemma, uses in proved.assumed():
        if uses:
            what = lemma.doc.partition("\n")[0]
            place = f"({words.place(lemma.clause.where)}; {words.count(uses, 'obligation')})"
            terminal.hanging("         ", [f"{lemma.name}: {what}", place])


def _show_summary(terminal: Terminal, proved: Proved) -> None:
    shown = proved.with_result(PROVED)
    cached = sum(outcome.cached for _, outcome in shown)
    before = f" ({cached:,} of them before)" if cached else ""
    outside = [o.goal for o, _ in proved.with_result(OUTSIDE)]
    total = words.count(len(proved.outcomes), "obligation")
    terminal.line(f"{len(shown):,} of {total} proved{before}, in {proved.seconds:.1f} s")
    if outside:
        terminal.line(f"Outside of first-order logic: {', '.join(outside)}")
    terminal.line()


def show_end(terminal: Terminal, done: Sequence[Proved]) -> None:
    """Prints the last line."""
    left = sum(len(proved.open) for proved in done)
    if left:
        terminal.line(f"NOT proved: {words.count(left, 'obligation')} open.", "bold red")
    elif not any(proved.holds for proved in done):
        terminal.line("Nothing was proved: this is about numbers.", "bold yellow")
    elif not all(proved.whole for proved in done):
        terminal.line("Proved, if the other lemmas hold.", "bold green")
    else:
        terminal.line("Proved for every size, but for what is counted.", "bold green")


def proved_data(proved: Proved) -> dict[str, Any]:
    """What came of a proof, as JSON."""
    switches = proved.proof.base.parameters.get("switches")  # another spec may have none
    variant = None if switches is None else switches.variant
    return {
        "spec": proved.proof.name,
        "delivery": None if switches is None else switches.delivery.value,
        "variant": None if variant is None else variant.value,
        "about": "safety" if proved.given is None else "responses",
        "whole": proved.whole,
        "seconds": round(proved.seconds, 3),
        "goals": [
            {
                "name": goal.name,
                "kind": goal.kind,
                "file": goal.where.file,
                "line": goal.where.line,
                "verdict": proved.verdict(goal).value,
                "rests_on": sorted(proved.rests_on(goal.name)),
            }
            for goal in proved.goals
        ],
        "counted": [
            {"name": bound.name, "file": bound.where.file, "line": bound.where.line}
            for bound in proved.counted
        ],
        "assumed": {lemma.name: uses for lemma, uses in proved.assumed() if uses},
        "obligations": [_obligation_data(proved, o, x) for o, x in proved.outcomes.items()],
    }


def _obligation_data(proved: Proved, obligation: Obligation, outcome: Outcome) -> dict[str, Any]:
    hint = proved.hint_of(obligation)
    opinion = proved.opinions.get(obligation.title)
    return {
        "title": obligation.title,
        "kind": obligation.kind,
        "goal": obligation.goal,
        "action": obligation.action or None,
        "values": list(obligation.values),
        "file": obligation.clause.where.file,
        "line": obligation.clause.where.line,
        "result": outcome.result,
        "why": outcome.why or None,
        "seconds": round(outcome.seconds, 3),
        "questions": outcome.questions,
        "cached": outcome.cached,
        "cycle": list(outcome.cycle),
        "lemmas": None if hint is None or hint.lemmas is None else sorted(hint.lemmas),
        "second_opinion": None if opinion is None else opinion.result,
    }
