"""`onevoice prove`: the protocol for any number of members, views, requests and failures."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import SECONDS, Name, OneOf, variant_option
from onevoice.proving import certificate_path, contradiction, exit_of, hints, prove

if TYPE_CHECKING:
    from model.protocol import Switches
    from onevoice.report.terminal import Terminal
    from proofs.induction.proved import Proved, Way

_SECOND_S = 10.0
_CALL_S = 2.0  # for one question, of the time for an obligation
_CVC5 = (
    "cvc5 is not installed, which gives the second opinion: pip install 'onevoice[second-opinion]'"
)


def goal_names() -> list[str]:
    """The lemmas and properties that are proved."""
    from model.protocol import Switches
    from proofs.exchange import exchange_liveness, exchange_proof
    from proofs.induction.obligations import obligations_of
    from proofs.induction.proved import method_of

    proofs = (exchange_proof(Switches()), exchange_liveness(Switches()))
    obligations = (obligation for proof in proofs for obligation in obligations_of(proof))
    return list(dict.fromkeys(method_of(obligation.goal) for obligation in obligations))


_OPTIONS = (
    click.option("--delivery", type=OneOf(["sending-view", "same-view"]), default=None,
                 help="The form of E4; by default both, one after the other."),
    click.option("--total-order", is_flag=True,
                 help="E5: messages are delivered in one order everywhere. Safety only."),
    click.option("--only", type=Name("lemma or property", goal_names), default=None, metavar="GOAL",
                 help="Only this lemma or property; all other lemmas are taken on trust."),
    click.option("--jobs", type=click.IntRange(1, 256), default=None,
                 help="Processes; by default one a core."),
    click.option("--limit-s", type=SECONDS, default=15.0, show_default=True,
                 help="Seconds to search for a proof of an obligation whose hint does not work."),
    click.option("--cache", type=click.Path(file_okay=False, path_type=Path), default=None,
                 metavar="FOLDER", help="Where it is kept what was proved, as hashes of all that "
                 "the solver was told; by default with the user's other caches."),
    click.option("--no-cache", is_flag=True, help="Ask the solver again about everything."),
    click.option("--second-opinion", is_flag=True,
                 help="Ask cvc5 as well about everything that z3 has proved."),
    click.option("--smt2", type=click.Path(file_okay=False, path_type=Path), default=None,
                 metavar="DIR", help="Write each obligation as a file for any solver, into a new "
                 "or empty folder."),
    click.option("--blame", is_flag=True,
                 help="Show for each obligation the lemmas that it needs, none of which can be "
                 "left out; and the lemmas that no property needs."),
    click.option("--write-certificate", is_flag=True,
                 help="Rewrite the hints in proofs/exchange/certificate.json (in a source "
                 "checkout only)."),
    click.option("--verbose", is_flag=True, help="A line an obligation, not only a lemma."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    click.option("--plain", is_flag=True, help="No colours, and progress as plain lines."),
)  # fmt: skip


def _options(function: Any) -> Any:
    for option in reversed((*_OPTIONS[:1], variant_option, *_OPTIONS[1:])):
        function = option(function)
    return function


@click.command("prove")
@_options
def command(**given: Any) -> int:
    """Prove the protocol for any number of members, views, requests and failures.

    The lemmas of proofs/exchange hold in the initial states and are preserved by every action, and
    the safety properties follow from them. The responses (Termination, Coverage) follow because
    every run ends, and nothing is left undone where it does. Each of these obligations goes to an
    SMT solver, in the decidable fragment of first-order logic. What compares numbers (the bounds,
    ExactCost) is not proved, but checked at scopes by `onevoice check`.

    For a variant of the protocol, what can no longer be proved is listed with the lines that say
    it: that is no counterexample, which `onevoice check --variant` finds.

    \b
    Examples:
      onevoice prove
      onevoice prove --only AtMostOnce --verbose
      onevoice prove --variant indicator-on-receipt-only --delivery same-view

    Exit code: 0 all is proved; 15 something is open; 70 the second solver contradicts the first.
    """
    from onevoice.report.data import to_text
    from onevoice.report.proved import (
        proved_data,
        show_end,
        show_proved,
        show_question,
        show_unneeded,
    )
    from onevoice.report.terminal import Terminal

    _check(given)
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    done: list[Proved] = []
    for switches in _asked(given):
        show_question(terminal, switches)
        with terminal.progress("Proving") as watch:
            proofs = prove(switches, _way(given, terminal), watch.say)
        for proved in proofs:
            _keep(given, terminal, proved)
            contradiction(proved)
            if given["smt2"] is not None:
                _write_scripts(given["smt2"] / switches.delivery.value, proved)
            show_proved(terminal, proved, blame=given["blame"], verbose=given["verbose"])
            _show_counterexample(terminal, proved, given["limit_s"])
        done += proofs
    code = exit_of(done)
    if given["as_json"]:
        data = {"exit": int(code), "proofs": [proved_data(proved) for proved in done]}
        terminal.raw(to_text(data))
    if given["blame"]:
        show_unneeded(terminal, done)
    show_end(terminal, done)
    if given["write_certificate"] and code is Exit.HOLDS:
        _write_certificate(terminal, given, done)
    return code


def _show_counterexample(terminal: Terminal, proved: Proved, limit_s: float) -> None:
    """Prints the smallest counterexample to induction of what is open, if one is found.

    What is open at rest has other hypotheses, so only safety is looked at.
    """
    from onevoice.report.asked import show_cti
    from proofs.ground.sat import Budget, LimitReached, Limits
    from proofs.induction.cti import Within, smallest

    if terminal.silent or proved.given is not None or not proved.open:
        return
    with terminal.progress("Looking for a counterexample to induction"):
        try:
            obligations = [obligation for obligation, _ in proved.open]
            found = smallest(proved.proof, obligations, Budget(Limits(limit_s)), Within())
        except LimitReached:
            found = None
    if found is None:
        terminal.line("No small counterexample to induction was found: it may be true, and hard.")
    else:
        show_cti(terminal, found)
    terminal.line()


def _check(given: dict[str, Any]) -> None:
    """Refuses what cannot be done before any work is done for it."""
    from importlib.util import find_spec

    if given["second_opinion"] and find_spec("cvc5") is None:
        raise Stop(Exit.USAGE, _CVC5)
    if given["no_cache"] and given["cache"] is not None:
        raise click.UsageError("--no-cache and --cache: leave one or the other out")
    folder = given["smt2"]
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise Stop(Exit.USAGE, f"{folder} is not empty: --smt2 writes into a new or empty folder")
    if given["write_certificate"]:
        partly = [n for n in ("delivery", "total_order", "variant", "only") if given[n]]
        if partly:
            raise click.UsageError(
                "--write-certificate is for the whole proof, without "
                f"--{partly[0].replace('_', '-')}"
            )
        if not (certificate_path().parents[2] / "pyproject.toml").is_file():
            raise Stop(Exit.USAGE, "--write-certificate is for a checkout of the sources")


def _asked(given: dict[str, Any]) -> Iterator[Switches]:
    from model.protocol import Delivery, Switches, Variant

    variant = Variant(given["variant"]) if given["variant"] else None
    for delivery in Delivery:
        if given["delivery"] in (None, delivery.value):
            yield Switches(delivery, total_order=given["total_order"], variant=variant)


def _way(given: dict[str, Any], terminal: Terminal) -> Way:
    from onevoice import known
    from proofs.induction.attempt import Limits
    from proofs.induction.proved import Way

    keys: frozenset[str] = frozenset()
    if not given["no_cache"]:
        keys, problem = known.read(given["cache"] or known.default_folder())
        if problem:
            terminal.complain(f"onevoice: {problem}")
    limit_s = given["limit_s"]
    return Way(
        hints(),
        given["only"] or "",
        given["jobs"] or os.cpu_count() or 1,
        Limits(min(_CALL_S, limit_s), limit_s),
        keys,
        given["blame"] or given["write_certificate"],
        _SECOND_S if given["second_opinion"] else 0.0,
    )


def _keep(given: dict[str, Any], terminal: Terminal, proved: Proved) -> None:
    from onevoice import known

    if not given["no_cache"]:
        used = (outcome.key for outcome in proved.outcomes.values() if outcome.key)
        problem = known.write(given["cache"] or known.default_folder(), used)
        if problem:
            terminal.complain(f"onevoice: {problem}")


def _write_scripts(folder: Path, proved: Proved) -> None:
    """A file for each obligation."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for obligation, script in proved.scripts():
            name = re.sub(r"[^A-Za-z0-9.]+", "-", obligation.title).strip("-")
            head = f"; {obligation.title}\n; {obligation.clause.where}\n"
            text = f"{head}(set-logic UF)\n(set-info :status unsat)\n{script.text()}\n(check-sat)\n"
            (folder / f"{name}.smt2").write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise Stop(Exit.USAGE, f"{folder} cannot be written: {error.strerror}") from None


def _write_certificate(terminal: Terminal, given: dict[str, Any], done: Sequence[Proved]) -> None:
    """Writes the least hints, if they prove everything at once."""
    from dataclasses import replace

    from proofs.induction.certificate import write
    from proofs.induction.proved import shared

    certificate = shared(done)
    way = replace(_way(given, terminal), certificate=certificate, minimal=False, second_s=0.0)
    misled = 0
    for switches in _asked(given):
        with terminal.progress("Proving with the new hints") as watch:
            again = prove(switches, way, watch.say)
        misled += sum(
            outcome.hint != certificate.get(obligation.title)
            for proved in again
            for obligation, outcome in proved.outcomes.items()
            if outcome.hint is not None
        )
    write(certificate_path(), certificate)
    terminal.exact(f"Written: {certificate_path()}, {len(certificate)} hints, {misled} of no use.")
