"""The gate: a line a run as it finishes, the table of the requirements, and the last line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from onevoice.exits import Exit
from onevoice.report import data, words
from onevoice.report.behaviour import listed
from onevoice.report.terminal import Terminal, Watcher

if TYPE_CHECKING:
    from model.protocol import Switches
    from onevoice.rows import Citation, Row
    from onevoice.search import Searched
    from onevoice.verdicts import Wrong
    from proofs.induction.proved import Proved
    from traces.lockstep import Lockstep
    from traces.run import Run
    from traces.storms import Stormed

_NOTHING = "no evidence yet"
_INDENT = " " * 10
_NAME_WIDTH = 56  # of the longest run; with less room its numbers take a second line


class GateReport:
    """Prints what the gate does, and keeps what went wrong.

    Args:
        terminal: where to.
        runs: how many there will be.
        program: how to call this program, for the commands to copy.
    """

    def __init__(self, terminal: Terminal, runs: int, program: str) -> None:
        self.terminal, self.runs, self.program = terminal, runs, program
        self.done = 0
        self.shipped = 0
        self.states = 0
        self.wrong: list[tuple[str, Wrong]] = []
        self.entries: list[dict[str, Any]] = []

    def part(self, title: str) -> None:
        """Begins a part of the gate."""
        if self.done:
            self.terminal.line()
        self.terminal.line(title, "bold")

    def progress(self, run: Run) -> AbstractContextManager[Watcher]:
        """Shows how far a run is."""
        return self.terminal.progress(f"{self.done + 1} of {self.runs}, {words.short(run)}")

    def searched(self, searched: Searched, wrong: list[Wrong]) -> None:
        """A run is finished."""
        run, result = searched.ask.run, searched.result
        name = f"{run.variant.value}: {words.short(run)}" if run.variant else words.short(run)
        self._line(name, result.states, result.transitions, result.seconds, wrong)
        if run.variant is not None:
            broken = [f"{c.violates} ({len(c.trace)})" for c in searched.counterexamples()]
            text = ["breaks", *listed(broken)] if broken else ["breaks nothing"]
            self.terminal.hanging(_INDENT, text)
        self._complain(wrong)
        if wrong:
            for path in searched.files.values():
                self.terminal.exact(f"{_INDENT}{self.program} show {quote(str(path))}")
        self._keep(name, wrong, data.searched_data(searched))

    def agreed(self, native: Searched, interp: Searched, wrong: list[Wrong]) -> None:
        """Both engines have done a run."""
        run, result = interp.ask.run, interp.result
        name = f"{run.variant.value}: {words.short(run)}" if run.variant else words.short(run)
        seconds = native.result.seconds + result.seconds
        self._line(name, result.states, result.transitions, seconds, wrong)
        self._complain(wrong)
        both = {"native": data.searched_data(native), "interp": data.searched_data(interp)}
        self._keep(name, wrong, both)

    def walked(self, run: Run, found: Lockstep | None, wrong: list[Wrong]) -> None:
        """The implementation was driven through a run, or could not be."""
        name = words.short(run)
        states, transitions = (found.states, found.followed) if found is not None else (0, 0)
        seconds = found.seconds if found is not None else 0.0
        self._line(name, states, transitions, seconds, wrong)
        self._complain(wrong)
        entry = {"states": states, "transitions": transitions, "seconds": round(seconds, 3)}
        self._keep(name, wrong, {"lockstep": entry})

    def caught(self, name: str, run: Run, found: Lockstep | None, wrong: list[Wrong]) -> None:
        """Members that are wrong were driven through a run, or could not be."""
        difference = found.difference if found is not None else None
        seconds = found.seconds if found is not None else 0.0
        counts = "" if difference is None else f"after {words.count(len(difference.steps), 'step')}"
        self._counted(f"{name}: {words.short(run)}", f"{counts} {seconds:5.1f} s", wrong)
        self._complain(wrong)
        text = None if difference is None else difference.text
        self._keep(name, wrong, {"wrong_members": {"name": name, "difference": text}})

    def stormed(self, stormed: Stormed, seconds: float, wrong: list[Wrong]) -> None:
        """What members did in storms was held against the specification."""
        name = f"{words.count(stormed.storms, 'storm')}, {words.count(stormed.events, 'event')}"
        self._counted(
            name, f"{stormed.constrained:>11,} events held against it {seconds:5.1f} s", wrong
        )
        self._complain(wrong)
        entry = {
            "storms": stormed.storms,
            "events": stormed.events,
            "constrained": stormed.constrained,
            "steps": stormed.steps,
        }
        self._keep("storms", wrong, {"validation": entry})

    def proved(self, switches: Switches, proofs: Sequence[Proved], wrong: list[Wrong]) -> None:
        """The protocol was proved, or was not."""
        total = sum(len(each.outcomes) for each in proofs)
        shown = sum(len(each.with_result("proved")) for each in proofs)
        seconds = sum(each.seconds for each in proofs)
        counted = [o.goal for each in proofs for o, _ in each.with_result("outside")]
        counted += [bound.name for each in proofs for bound in each.counted]
        counts = f"{shown:>11,} of {total:,} obligations {seconds:5.1f} s"
        self._counted(f"proof, {switches}", counts, wrong)
        if counted:
            self.terminal.hanging(_INDENT, ["not proved here but counted:", *listed(counted)])
        self._complain(wrong)
        entry = {
            "switches": str(switches),
            "obligations": total,
            "proved": shown,
            "counted": counted,
            "seconds": round(seconds, 3),
        }
        self._keep(f"proof, {switches}", wrong, {"proof": entry})

    def all_runs(self, wrong: list[Wrong]) -> None:
        """What is said of all runs of the shipped protocol, which is every run until now."""
        self.shipped = self.done
        if not wrong:
            self.terminal.hanging(
                "  ok      ",
                "Over all of them each property was really checked, and each action taken.",
            )
        self._complain(wrong)
        self.wrong += [("the shipped protocol", one) for one in wrong]

    def end(self, rows: Iterable[Row], code: Exit, seconds: float, as_json: bool) -> None:
        """Prints the table of the requirements and the last line."""
        rows = list(rows)
        if as_json:
            self.terminal.raw(
                data.to_text(
                    {
                        "exit": int(code),
                        "wrong": [
                            {"run": name, "exit": int(one.exit), "reason": one.reason}
                            for name, one in self.wrong
                        ],
                        "seconds": round(seconds, 3),
                        "runs": self.entries,
                        "requirements": [_row_data(row) for row in rows],
                    }
                )
            )
            return
        self.terminal.line()
        self.terminal.line("What is known of each requirement", "bold")
        self.terminal.line(
            "Files are those of model/protocol. A property is counted in each run of the shipped "
            "protocol in which it held, and not vacuously; what is proved is so for every size. "
            "Members that are wrong in a requirement on purpose are named if they were caught."
        )
        for row in rows:
            self._row(row)
        self.terminal.line()
        total = f"{words.count(self.runs, 'run')}, {self.states:,} states, {seconds:.0f} s"
        if code is Exit.HOLDS:
            self.terminal.line(f"The gate is passed: {total}.", "bold green")
            return
        self.terminal.line(f"The gate is NOT passed: {total}. Exit code {int(code)}:", "bold red")
        for name, wrong in self.wrong:
            self.terminal.hanging("  ", f"{name}: {wrong.reason}", "red")

    def _line(
        self, name: str, states: int, transitions: int, seconds: float, wrong: list[Wrong]
    ) -> None:
        self.states += states
        counts = f"{states:>11,} states {transitions:>11,} transitions {seconds:5.1f} s"
        self._counted(name, counts, wrong)

    def _counted(self, name: str, counts: str, wrong: list[Wrong]) -> None:
        verdict, style = ("FAILED  ", "bold red") if wrong else ("ok      ", "")
        self.done += 1
        room = self.terminal.width - len(counts) - 11
        if room >= _NAME_WIDTH:
            self.terminal.exact(f"  {verdict}{name:{room}} {counts}", style)
        else:
            self.terminal.exact(f"  {verdict}{name}", style)
            self.terminal.exact(f"{_INDENT}{counts.strip()}")

    def _complain(self, wrong: list[Wrong]) -> None:
        for one in wrong:
            self.terminal.hanging(_INDENT, one.reason, "red")

    def _keep(self, name: str, wrong: list[Wrong], entry: dict[str, Any]) -> None:
        self.wrong += [(name, one) for one in wrong]
        self.entries.append({"ok": not wrong, **entry})

    def _row(self, row: Row) -> None:
        self.terminal.hanging(f"{row.name:4} ", row.requirement, "bold")
        checked = [f"{name} in {len(r)} of {self.shipped}" for name, r in row.checked.items()]
        evidence = {
            "specified": _places(row.specified),
            "checked": checked,
            "proved": _places(row.proved),
            "implemented": _places(row.implemented),
            "caught": list(row.caught),
            "tested": _places(row.tested),
        }
        for what, items in evidence.items():
            if items:
                self.terminal.hanging(f"     {what:12} ", listed(items))
        nothing = [what for what, items in evidence.items() if not items]
        if nothing:
            self.terminal.hanging("     ", f"{', '.join(nothing)}: {_NOTHING}", "dim")


def _places(citations: Iterable[Citation]) -> list[str]:
    return [f"{c.name} ({Path(c.where.file).name}:{c.where.line})" for c in citations]


def _row_data(row: Row) -> dict[str, Any]:
    def places(citations: Iterable[Citation]) -> list[dict[str, Any]]:
        return [{"name": c.name, "file": c.where.file, "line": c.where.line} for c in citations]

    return {
        "row": row.name,
        "requirement": row.requirement,
        "specified": places(row.specified),
        "checked": {name: list(runs) for name, runs in row.checked.items()},
        "proved": places(row.proved),
        "implemented": places(row.implemented),
        "caught": list(row.caught),
        "tested": places(row.tested),
    }
