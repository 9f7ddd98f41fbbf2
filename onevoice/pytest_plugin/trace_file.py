"""A trace file as a test: the interpreter takes its steps again, and judges what it shows."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onevoice.api.results import written
from onevoice.invocation import program
from onevoice.pytest_plugin.told import Unfulfilled
from onevoice.report.replayed import show_difference
from onevoice.trace_files import read_trace_file
from traces.errors import TraceError
from traces.replay import reaches, replay
from traces.witness import Witness

if TYPE_CHECKING:
    from _pytest._code.code import TerminalRepr


class TraceFile(pytest.File):
    """A trace file."""

    def collect(self) -> Iterator[TraceItem]:
        """Its one test."""
        yield TraceItem.from_parent(self, name="replay")


class TraceItem(pytest.Item):
    """A trace that is replayed."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.add_marker("onevoice")

    def runtest(self) -> None:
        """Replays it.

        Raises:
            Unfulfilled: it is no behaviour of the specification, or does not show what it is for.
        """
        try:
            kept = read_trace_file(self.path)
        except TraceError as error:
            raise Unfulfilled(str(error)) from None
        difference = reaches(kept) if isinstance(kept, Witness) else replay(kept).difference
        if difference is not None:
            found = difference
            said = written(lambda terminal: show_difference(terminal, found))
            near = self.config.invocation_params.dir
            file = self.path.relative_to(near) if self.path.is_relative_to(near) else self.path
            commands = (shlex.join((verb, str(file))) for verb in ("replay", "show"))
            again = "\n".join(f"  {program()} {command}" for command in commands)
            raise Unfulfilled(f"{said}\n\nSee it again:\n{again}")

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | TerminalRepr:
        """Where the trace and the specification part."""
        if isinstance(excinfo.value, Unfulfilled):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The file."""
        return self.path, 0, self.path.name
