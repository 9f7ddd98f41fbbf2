"""What can be wrong with a spec or a scope, said so that the reader knows what to do."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

_LANGUAGE = str(Path(__file__).parent)


@dataclass(frozen=True, slots=True)
class Where:
    """A line of the spec's text."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def here() -> Where:
    """The innermost line of the running program that is not part of the language itself."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_LANGUAGE):
        frame = frame.f_back
    return Where(frame.f_code.co_filename, frame.f_lineno)


class SpecError(Exception):
    """The spec is malformed: file, line, what is wrong, and what to write instead."""

    def __init__(self, problem: str, where: Where | None = None) -> None:
        self.problem = problem
        self.where = where if where is not None else here()
        super().__init__(f"{self.where}: {problem}")


class ScopeError(Exception):
    """A finite size is wrong or too large, or a value given for an immutable does not fit."""
