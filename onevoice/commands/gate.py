"""`onevoice gate`: everything that must hold before a change is accepted, in one exit code."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from onevoice.commands.check import TRACE_DIR
from onevoice.exits import Exit, Stop
from onevoice.options import output_options, read_limits, search_limits

if TYPE_CHECKING:
    from model.protocol import Switches
    from model.search import Limits
    from onevoice.report.gate import GateReport
    from onevoice.search import Searched
    from onevoice.verdicts import Wrong
    from traces.run import Run


@click.command("gate")
@search_limits
@output_options
def command(**given: Any) -> int:
    """Check everything that must hold before a change is accepted.

    The shipped protocol, at several scopes and under both forms of delivery, must violate nothing.
    Each variant must break exactly the properties that it is expected to break. The fast engine
    must agree with the slow one. The implementation must do what the specification says, at every
    transition of several scopes, and members that are wrong on purpose must be caught at it; what
    members do under random faults must be behaviours of the specification. The shipped protocol
    must be proved for every size. At the end stands what is known of each requirement.

    Exit code: 0 all of it is as it must be; 11 to 13 the shipped protocol violates a property; 10
    a variant breaks other properties than it must, or a wrong member is not caught; 14 the
    implementation does not conform; 15
    something is nowhere really checked; 70 the engines disagree; 75 a limit was reached.
    """
    from onevoice.expected import AGREEMENT, LOCKSTEP, PROOFS, SHIPPED, VARIANTS, WRONG_MEMBERS
    from onevoice.invocation import program
    from onevoice.report.gate import GateReport
    from onevoice.report.terminal import Terminal
    from onevoice.rows import rows
    from onevoice.verdicts import exit_of_all, of_coverage, of_shipped, of_variant

    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    runs = (*SHIPPED, *VARIANTS, *AGREEMENT, *LOCKSTEP)
    count = len(runs) + len(WRONG_MEMBERS) + 1 + len(PROOFS)
    report = GateReport(terminal, count, program())
    limits = read_limits(given)
    kept = Path(given["trace_dir"]) if given["trace_dir"] is not None else None
    started = time.monotonic()

    report.part("The shipped protocol must violate nothing")
    shipped = []
    for run in SHIPPED:
        searched = _search(run, limits, report)
        wrong = of_shipped(searched)
        shipped.append(_keep(searched, wrong, kept, report))
        report.searched(shipped[-1], wrong)
    report.all_runs(of_coverage(shipped))

    report.part("Each variant must break what is expected of it, and nothing else")
    for expectation in VARIANTS:
        searched = _search(expectation.run, limits, report)
        wrong = of_variant(searched, expectation.violated)
        searched = _keep(searched, wrong, kept, report)
        report.searched(searched, wrong)

    report.part("The fast engine must agree with the slow one")
    for run in AGREEMENT:
        _agree(run, limits, report)

    report.part("The implementation must do what the specification says, at every transition")
    for run in LOCKSTEP:
        _walk(run, limits, report)

    report.part("Members that are wrong in one rule must be caught at that")
    caught = [name for name in WRONG_MEMBERS if _catch(name, limits, report)]

    report.part("What members do under random faults must be behaviours of the specification")
    _storm(report)

    report.part("The protocol must be proved, for any number of members, requests and failures")
    proved = [_prove(switches, report) for switches in PROOFS]
    everywhere = frozenset.intersection(*proved) if proved else frozenset()

    code = exit_of_all(one for _, one in report.wrong)
    report.end(
        rows(shipped, caught, everywhere), code, time.monotonic() - started, given["as_json"]
    )
    return code


def _search(
    run: Run, limits: Limits, report: GateReport, engine: Literal["native", "interp"] = "native"
) -> Searched:
    from model.lang import ScopeError
    from onevoice.search import Ask, search

    try:
        with report.progress(run) as watch:
            return search(Ask(run, engine=engine, limits=limits), watch)
    except ScopeError as error:
        raise Stop(Exit.USAGE, f"{run.options}: {error}") from None


def _keep(
    searched: Searched, wrong: list[Wrong], folder: Path | None, report: GateReport
) -> Searched:
    """Writes the counterexamples of a run: where that is asked for, or where it is not right."""
    from onevoice.search import write_traces

    if folder is None:
        if not wrong:
            return searched
        folder = Path(TRACE_DIR)
    searched, problem = write_traces(searched, folder)
    if problem is not None:
        report.terminal.complain(f"onevoice: {problem}")
    return searched


def _agree(run: Run, limits: Limits, report: GateReport) -> None:
    from onevoice.verdicts import of_agreement

    native = _search(run, limits, report)
    interp = _search(run, limits, report, engine="interp")
    report.agreed(native, interp, of_agreement(native.result, interp.result))


def _walk(run: Run, limits: Limits, report: GateReport) -> None:
    from onevoice.verdicts import Wrong, of_lockstep
    from traces.lockstep import lockstep

    try:
        found = lockstep(run, limits=limits)
    except (TimeoutError, MemoryError) as error:
        report.walked(run, None, [Wrong(Exit.LIMIT, str(error))])
        return
    report.walked(run, found, of_lockstep(found))


def _catch(name: str, limits: Limits, report: GateReport) -> bool:
    """Whether lockstep notices members that are wrong."""
    from impl.core.variants import VARIANTS
    from onevoice.expected import WRONG_MEMBERS_AT
    from onevoice.verdicts import Wrong, of_wrong_members
    from traces.lockstep import lockstep

    try:
        found = lockstep(WRONG_MEMBERS_AT, VARIANTS[name], limits=limits)
    except (TimeoutError, MemoryError) as error:
        report.caught(name, WRONG_MEMBERS_AT, None, [Wrong(Exit.LIMIT, str(error))])
        return False
    report.caught(name, WRONG_MEMBERS_AT, found, of_wrong_members(found))
    return found.difference is not None


def _storm(report: GateReport) -> None:
    from onevoice.expected import STORMS
    from onevoice.verdicts import of_storms
    from traces.storms import storms

    started = time.monotonic()
    with report.terminal.progress("storms") as watch:
        stormed = storms(STORMS, say=watch.say)
    report.stormed(stormed, time.monotonic() - started, of_storms(stormed))


def _prove(switches: Switches, report: GateReport) -> frozenset[str]:
    """The properties that are proved; everything is asked again, whatever was proved before."""
    from onevoice.expected import PROOF_LIMIT_S
    from onevoice.proving import hints, prove
    from onevoice.verdicts import of_proof
    from proofs.induction.attempt import Limits
    from proofs.induction.proved import Way

    way = Way(hints(), "", os.cpu_count() or 1, Limits(search_s=PROOF_LIMIT_S))
    with report.terminal.progress(f"proof, {switches}") as watch:
        proofs = prove(switches, way, watch.say)
    report.proved(switches, proofs, of_proof(proofs))
    return frozenset[str]().union(*(proved.properties() for proved in proofs))
