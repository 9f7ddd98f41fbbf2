"""`onevoice gate`: everything that must hold before a change is accepted, in one exit code."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import OneOf, read_limits, search_limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onevoice.gate.check import Tier
    from onevoice.gate.gate import Way
    from onevoice.gate.plan import Plan
    from onevoice.gate.result import Gated
    from onevoice.gate.rows import Row
    from onevoice.report.terminal import Terminal

TIERS: tuple[Tier, ...] = ("quick", "full", "deep")
_UNITS_S = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}


class Duration(click.ParamType[float]):
    """Seconds, as in `90`, `90s`, `10m` or `1.5h`."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([smh]?)", value, re.ASCII)
        seconds = float(match[1]) * _UNITS_S[match[2]] if match is not None else 0.0
        if seconds <= 0:
            self.fail(f"{value!r} is no time: write seconds, or as in 10m or 2h", param, ctx)
        return seconds


_FILE = click.Path(dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_OPTIONS = (
    click.option("--tier", type=OneOf(TIERS), default="quick", show_default=True,
                 help="How much: after every change, before a merge, by night."),
    click.option("--budget", "budget_s", type=Duration(), default=None, metavar="TIME",
                 help="How long all of it may take, as in 90s, 10m or 2h. The deep tier needs it."),
    click.option("--config", type=_FILE, default=None, metavar="FILE",
                 help="What is checked; by default the file that comes with the program."),
    click.option("--only", multiple=True, metavar="WORD",
                 help="Only checks with this in their kind or name (repeatable)."),
    click.option("--since", "revision", default=None, metavar="REV",
                 help="Only checks that depend on a file that is different from this commit's."),
    click.option("--list", "as_list", is_flag=True, help="List the checks, and do none."),
    click.option("--cache", type=_FOLDER, default=None, metavar="FOLDER",
                 help="Where it is kept what was found; by default with the user's other caches."),
    click.option("--no-cache", is_flag=True, help="Do everything again."),
    click.option("--json-file", type=_FILE, default=None, metavar="FILE",
                 help="Write the result as JSON."),
    click.option("--junit", type=_FILE, default=None, metavar="FILE",
                 help="Write the result as JUnit XML."),
    click.option("--sarif", type=_FILE, default=None, metavar="FILE",
                 help="Write what is wrong as SARIF, at the line that says it."),
    click.option("--html", type=_FILE, default=None, metavar="FILE",
                 help="Write the report, to be opened in a browser."),
    click.option("--trace-dir", type=_FOLDER, default=None, metavar="DIR",
                 help="Write the counterexamples of all searches there; by default those of "
                 "searches that are not as they must be, into onevoice-traces."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    click.option("--plain", is_flag=True, help="No colours, and progress as plain lines."),
)  # fmt: skip


def _options(function: Any) -> Any:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@click.command("gate")
@_options
@search_limits
def command(**given: Any) -> int:
    """Check everything that must hold before a change is accepted.

    The shipped protocol, at several scopes and under both forms of delivery, must violate nothing.
    Each variant must break exactly the properties that it is expected to break. The fast engine
    must agree with the slow one. The implementation must do what the specification says, at every
    transition of several scopes, and members that are wrong on purpose must be caught at it; what
    members do under random faults must be behaviours of the specification. The shipped protocol
    must be proved for every size. At the end stands what is known of each requirement.

    Each check is written in a file (gate.toml). What was found is kept by the content of all that
    it depends on, so that what a change does not concern is not done again. So the same command
    goes on where it was interrupted.

    In GitHub Actions what is wrong is annotated, and a summary is written.

    \b
    Examples:
      onevoice gate
      onevoice gate --tier full --junit gate.xml --sarif gate.sarif --html gate.html
      onevoice gate --only proof --no-cache
      onevoice gate --tier deep --budget 2h
      onevoice gate --since origin/main

    Exit code: 0 all of it is as it must be; 11 to 13 the shipped protocol violates a property; 10
    a variant breaks other properties than it must, or a wrong member is not caught; 14 the
    implementation does not conform; 15 something is nowhere really checked; 70 the engines
    disagree; 75 a limit was reached.
    """
    from onevoice.gate.gate import chosen, run_gate
    from onevoice.gate.rows import rows
    from onevoice.report.gate import GateReport
    from onevoice.report.terminal import Terminal
    from onevoice.report.words import count

    tier: Tier = given["tier"]
    plan = plan_at(given["config"])
    checks = chosen(plan, tier, given["only"])
    if not checks:
        raise Stop(Exit.USAGE, f"no check of the tier {tier} has {' or '.join(given['only'])} in "
                   "its kind or name: `onevoice gate --list` lists them")  # fmt: skip
    terminal = Terminal(plain=given["plain"], silent=given["as_json"])
    if given["as_list"]:
        return _list(terminal, plan, given["only"])
    way = _way(given, plan, tier)
    report = GateReport(terminal, len(checks))
    terminal.line(
        f"Tier {tier}: {count(len(checks), 'check')} of {plan.file}"
        + ("" if tier == TIERS[-1] else f"; --tier {TIERS[TIERS.index(tier) + 1]} does more")
    )
    terminal.line()
    try:
        gated = run_gate(plan, tier, way, report)
    except KeyboardInterrupt:
        goes_on = "" if way.kept is None else " The same command goes on from there."
        raise Stop(
            Exit.INTERRUPTED, f"Interrupted: {report.finished} checks were done.{goes_on}"
        ) from None
    table = rows([found for _, found in gated.shipped], gated.caught, gated.proved)
    _write_traces(terminal, gated, given["trace_dir"])
    report.end(gated, table)
    _write(terminal, gated, table, plan.file, given)
    return gated.exit


def default_cache() -> Path:
    """Where it is kept what the gate has found."""
    from onevoice.known import default_folder

    return default_folder() / "gate"


def plan_at(config: Path | None) -> Plan:
    """The checks in a file; None for the one that comes with the program."""
    from onevoice.gate.plan import DEFAULT, PlanError, read_plan

    try:
        return read_plan(config or DEFAULT)
    except PlanError as error:
        raise Stop(Exit.USAGE, str(error)) from None


def time_for(plan: Plan, tier: Tier, given_s: float | None) -> float | None:
    """Seconds that a tier may take; None for as long as it needs.

    Raises:
        click.UsageError: the tier must be given a budget.
    """
    from onevoice.gate.plan import PlanError

    try:
        return plan.time_for(tier, given_s)
    except PlanError as error:
        raise click.UsageError(f"{error}: --budget 2h") from None


def _way(given: dict[str, Any], plan: Plan, tier: Tier) -> Way:
    from onevoice.gate.gate import Way
    from onevoice.gate.kept import Kept
    from onevoice.gate.since import SinceError, changed_since

    if given["no_cache"] and given["cache"] is not None:
        raise click.UsageError("--no-cache and --cache: leave one or the other out")
    budget_s = time_for(plan, tier, given["budget_s"])
    kept = None if given["no_cache"] else Kept(given["cache"] or default_cache())
    changed = None
    if given["revision"] is not None:
        try:
            changed = changed_since(given["revision"], plan.file)
        except SinceError as error:
            raise Stop(Exit.USAGE, str(error)) from None
    return Way(
        read_limits(given), budget_s, kept, given["only"], changed, given["revision"] is not None
    )


def _list(terminal: Terminal, plan: Plan, only: Sequence[str]) -> int:
    from onevoice.gate.gate import chosen

    rows = [(check.tier, check.kind, check.name) for check in chosen(plan, TIERS[-1], only)]
    terminal.table(("tier", "kind", "check"), rows)
    return Exit.HOLDS


def _write_traces(terminal: Terminal, gated: Gated, folder: Path | None) -> None:
    """Writes counterexamples of searches: of all if a folder is given, else of those gone wrong."""
    from onevoice.commands.check import TRACE_DIR
    from onevoice.gate.records import SearchRecord
    from onevoice.invocation import program

    texts = {}
    for done in gated.done:
        if isinstance(done.found, SearchRecord) and (done.wrong or folder is not None):
            for each in done.found.violated:
                assert each.violation is not None
                texts[each.violation.file_name] = each.violation.trace
    folder = folder or Path(TRACE_DIR)
    try:
        for name, text in texts.items():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        terminal.complain(f"onevoice: no trace is written: {error.filename}: {error.strerror}")
        return
    if texts:
        terminal.line()
        terminal.exact(f"{len(texts)} traces are in {folder}: {program()} show FILE")


def _write(
    terminal: Terminal, gated: Gated, table: Sequence[Row], plan: Path, given: dict[str, Any]
) -> None:
    """Writes what is asked for, and what GitHub reads."""
    if given["as_json"]:
        terminal.raw(_text(terminal, "json_file", gated, table, plan))
    for option in ("json_file", "junit", "sarif", "html"):
        path: Path | None = given[option]
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(_text(terminal, option, gated, table, plan), encoding="utf-8")
            except OSError as error:
                raise Stop(Exit.USAGE, f"{path} is not written: {error.strerror}") from None
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _tell_github(terminal, gated, table)


def _text(terminal: Terminal, option: str, gated: Gated, table: Sequence[Row], plan: Path) -> str:
    """The result in the form that an option asks for; what makes it is imported only then."""
    from onevoice.invocation import version

    match option:
        case "json_file":
            from onevoice.gate.written.results import results

            return results(gated, table, version())
        case "junit":
            from onevoice.gate.written.junit import junit

            return junit(gated)
        case "sarif":
            from onevoice.gate.written.sarif import sarif

            return sarif(gated, version(), plan)
        case _:
            from onevoice.web.report import report_of

            with terminal.progress("the traces of the report") as watch:
                return report_of(gated, table, version(), watch.say)


def _tell_github(terminal: Terminal, gated: Gated, table: Sequence[Row]) -> None:
    from onevoice.gate.written.github import annotations, summary

    for line in annotations(gated):
        terminal.err.file.write(f"{line}\n")
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(summary(gated, table))
        except OSError as error:
            terminal.complain(f"onevoice: no summary is written: {path}: {error.strerror}")
