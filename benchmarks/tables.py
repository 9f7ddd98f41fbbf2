"""Lays out what was measured, as tables and as JSON."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench, Row
from benchmarks.scopes import short
from benchmarks.targets import Target

TEXTS = {"checker", "how", "scope", "transport", ""}  # the columns that are no numbers
LEGEND = (
    "ready: until there is a program to start (translated and compiled; ours: kernels loaded, or "
    "compiled if nobody has). start: staging, grounding, tables; part of the clock where it is "
    "blank. clock and CPU: the search. seen, peak: bytes a state, of states with their index as "
    "the checker says (ours: of the set of states seen, without their log), and of the most memory "
    "that its process had resident (never less than what the benchmarks take themselves, some 50 "
    "MiB)."
)


def machine() -> list[tuple[str, str]]:
    """What it runs on, and with which versions."""
    processor = platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    found = [
        ("Processor", f"{processor}, {os.cpu_count()} cores, load {load}"),
        ("Python", platform.python_version()),
    ]
    for name, command in (
        ("SPIN", ("spin", "-V")), ("Rumur", ("rumur", "--version")),
        ("Compiler", ("cc", "--version")),
    ):  # fmt: skip
        with suppress(OSError):
            said = subprocess.run(command, capture_output=True, text=True, check=False)
            found.append((name, (said.stdout + said.stderr).strip().splitlines()[0]))
    return found


def show_section(bench: Bench, name: str, title: str, columns: Sequence[str]) -> None:
    """Prints the table of a section, with what is to be said of it."""
    bench.terminal.line()
    bench.terminal.line(title, "bold")
    rows = [row for row in bench.rows if row.section == name]
    if rows:
        right = "".join("l" if column in TEXTS else "r" for column in columns)
        cells = [_cells(row) for row in rows]
        bench.terminal.table(columns, [[of.get(c, "") for c in columns] for of in cells], right)
    if name in bench.cells:
        right = "".join("l" if column in TEXTS else "r" for column in columns)
        lines = [[cells[column] for column in columns] for cells in bench.cells[name]]
        bench.terminal.table(columns, lines, right)
    for row in rows:
        if row.failure:
            text = " ".join(row.failure.split())[:600]
            bench.terminal.hanging("  failed: ", f"{row.checker} {row.how}: {text}")
        if row.disagreement:
            text = f"{row.checker} {row.how} on {short(row.run)}: {row.disagreement}"
            bench.terminal.hanging("  DISAGREEMENT: ", text, "bold red")
    for note in bench.notes.get(name, []):
        bench.terminal.hanging("  ", note)


def _cells(row: Row) -> dict[str, str]:
    """A row's cells by their columns' heads."""
    cells = {"checker": row.checker, "how": row.how, "scope": short(row.run)}
    if row.outcome is None:
        return cells | {"": "failed" if row.failure else "interrupted"}
    outcome, cost = row.outcome, row.cost
    said = [row.note] if row.note else []
    said += [f"violated: {', '.join(sorted(outcome.violated))}"] if outcome.violated else []
    said += ["DISAGREES"] if row.disagreement else []
    cells |= {
        "states": f"{outcome.states:,}",
        "transitions": f"{outcome.transitions:,}",
        "": "; ".join(said),
    }
    if cost is None:
        return cells
    seconds = max(cost.seconds, 1e-3)
    if cost.seen_bytes is not None:
        cells["seen B"] = f"{cost.seen_bytes / outcome.states:,.1f}"
    if cost.start_seconds is not None:
        cells["start s"] = f"{cost.start_seconds:.2f}"
    return cells | {
        "ready s": f"{cost.build_seconds:.1f}",
        "clock s": f"{cost.seconds:.2f}",
        "CPU s": f"{cost.cpu_seconds:.2f}",
        "states/s": f"{outcome.states / seconds:,.0f}",
        "trans/s": f"{outcome.transitions / seconds:,.0f}",
        "peak B": f"{cost.peak_bytes / outcome.states:,.0f}",
        "peak MiB": f"{cost.peak_bytes / 2**20:,.0f}",
    }


def show_targets(bench: Bench, found: list[Target]) -> None:
    """Prints the summary."""
    bench.terminal.line()
    bench.terminal.line("Targets", "bold")
    bench.terminal.table(
        ("", "target", "measured", ""),
        [(str(i), each.aim, each.measured, each.verdict) for i, each in enumerate(found, 1)],
        right="rlll",
    )


def data(bench: Bench, found: list[Target]) -> dict[str, Any]:
    """All of it, for programs."""
    rows = []
    for row in bench.rows:
        outcome = None
        if row.outcome is not None:
            outcome = asdict(row.outcome) | {"violated": sorted(row.outcome.violated)}
        rows.append(
            {
                "section": row.section, "checker": row.checker, "how": row.how,
                "scope": row.run.name, "threads": row.threads, "exact": row.exact,
                "outcome": outcome, "failure": row.failure, "disagreement": row.disagreement,
                "note": row.note,
            }
        )  # fmt: skip
    return {
        "machine": dict(machine()),
        "rows": rows,
        "notes": bench.notes,
        "cells": bench.cells,
        "targets": [asdict(each) for each in found],
    }
