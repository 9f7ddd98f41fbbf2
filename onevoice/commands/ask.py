"""`onevoice ask`: whether a formula is an invariant: of a scope, and at every size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.asking import ask, with_trace
from onevoice.commands.check import TRACE_DIR
from onevoice.exits import Exit, Stop
from onevoice.options import SECONDS, OneOf, output_options, read_run

if TYPE_CHECKING:
    from model.lang.expr import Expr
    from traces.run import Run

_LIMIT_S = 8.0
_COST_MAX = 500_000  # parts of a formula, each as often as it stands for other elements
_TEXT_MAX = 100_000  # bytes of a file that are read; the formula itself has a smaller limit


@click.command("ask")
@click.argument("expression", metavar="EXPRESSION")
@click.option(
    "--groups",
    default="2+1",
    show_default=True,
    metavar="GROUPS",
    help="The scope: subgroups that meet, as in `onevoice check`.",
)
@click.option(
    "--failures", type=click.IntRange(0, 99), default=1, show_default=True, help="Failures at most."
)
@click.option(
    "--delivery",
    type=OneOf(["sending-view", "same-view"]),
    default="same-view",
    show_default=True,
    help="In which view a message is delivered (E4).",
)
@click.option(
    "--limit-s",
    type=SECONDS,
    default=_LIMIT_S,
    show_default=True,
    help="Search and prove for so many seconds at most.",
)
@output_options
def command(expression: str, limit_s: float, **given: Any) -> int:
    """Say whether a formula is an invariant of the protocol: at a scope, and at every size.

    EXPRESSION is a formula over states, in the notation of the specification or in that of
    reports; @FILE reads it from a file. It may use all relations and definitions of the protocol,
    and the ghosts of its proof (proofs/exchange/ghosts.py), but no elements of a scope.

    First all states of a scope are searched. Then it is asked whether the candidate follows from
    the lemmas of the proof, or is inductive together with them; if so, it is true for any number
    of members, views and failures. If not, the smallest counterexample to induction is shown: a
    state in which the candidate and all lemmas hold, and a step after which it does not.

    \b
    Examples:
      onevoice ask 'forall(Member, lambda m: implies(indicator[m], ~crashed[m]))'
      onevoice ask '∀ m: Member; v: View. completed(m, v) → in_view(v, m)'

    Exit code: 0 true at every size; 12 violated; 15 it holds at the scope but is not inductive, or
    it holds only vacuously; 75 it holds as far as was searched, and is neither proved nor refuted.
    """
    from onevoice.invocation import program
    from onevoice.report.asked import asked_data, show_asked, show_question
    from onevoice.report.data import to_text
    from onevoice.report.terminal import Terminal
    from proofs.exchange import exchange_proof

    run = read_run({"requests": 0, "views": 0, "total_order": False, **given})
    expr = _parsed(run, _text(expression))
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    show_question(terminal, run, expr)
    with terminal.progress("Asking") as watch:
        proof = exchange_proof(run.staged.parameters["switches"])
        asked = ask(run, expr, proof, limit_s, watch)
    asked, problem = with_trace(asked, Path(given["trace_dir"] or TRACE_DIR))
    if given["as_json"]:
        terminal.raw(to_text(asked_data(asked)))
    else:
        show_asked(terminal, asked, program())
    if problem is not None:
        terminal.complain(f"onevoice: {problem}")
    return asked.exit


def _text(expression: str) -> str:
    """The formula's text, which may stand in a file."""
    if not expression.startswith("@"):
        return expression
    path = Path(expression[1:])
    try:
        with path.open("rb") as file:
            content = file.read(_TEXT_MAX + 1)
        if len(content) > _TEXT_MAX:
            raise click.UsageError(f"{path} has more than {_TEXT_MAX:,} bytes: it is no formula")
        return content.decode()
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.UsageError(f"{path} is no text in UTF-8") from None


def _parsed(run: Run, text: str) -> Expr:
    """The candidate.

    Raises:
        Stop: the text is no formula over the protocol and its ghosts, or takes too long.
    """
    from model.lang import FormulaError, parse
    from proofs.exchange import ExchangeProof
    from proofs.induction.models import cost

    try:
        expr = parse(text, ExchangeProof(run.staged.parameters["switches"])).expr
    except FormulaError as error:
        caret = "\n".join(f"  {line}" for line in error.caret.split("\n"))
        raise Stop(Exit.USAGE, f"{error}\n{caret}") from None
    if (parts := cost(expr, run.finite.scope)) > _COST_MAX:
        raise Stop(
            Exit.USAGE,
            f"at this scope the formula has {parts:,} parts, more than the {_COST_MAX:,} that are "
            "looked at: take a smaller scope (--groups), or bind fewer variables at once",
        )
    return expr
