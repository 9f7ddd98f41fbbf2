"""What a check is: it finds something, as a record, and judges what it has found.

A record can be kept, so judging one needs nothing but the record and the check. What a check
depends on is read off the imports of its module, so each kind has a module of its own that imports
what it needs, and no more.
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Protocol, Self, TypeVar, get_args

import msgspec

from onevoice.exits import Exit

if TYPE_CHECKING:
    from model.search import Limits, Progress

Tier = Literal["quick", "full", "deep"]
TIERS: tuple[Tier, ...] = get_args(Tier)


class Place(msgspec.Struct, frozen=True):
    """A line of a source file, which is relative to the folder of the packages if it is there."""

    file: str
    line: int

    @staticmethod
    def of(where: Any) -> Place:
        """Where something of a spec is written (`model.lang.Where`)."""
        return Place(relative(where.file), where.line)

    @property
    def path(self) -> Path:
        """The file itself."""
        return ROOT / self.file


def place_of(code: Callable[..., Any]) -> Place:
    """Where a class or a function begins."""
    return Place(relative(inspect.getfile(code)), inspect.getsourcelines(code)[1])


ROOT = Path(__file__).resolve().parents[2]
"""The folder in which the packages are: of a checkout, its root."""


def relative(file: str) -> str:
    """A file as it is called in records, which are the same wherever the packages are."""
    path = Path(file)
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


@dataclass(frozen=True)
class Wrong:
    """Something that is not as it must be.

    Attributes:
        exit: the exit code for it.
        reason: what is wrong, in a line.
        place: the line of the spec or of the implementation that it is about, if there is one.
        property: the property that it is about, or "".
    """

    exit: Exit
    reason: str
    place: Place | None = None
    property: str = ""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a check has found.

    Attributes:
        seconds: that it took, by the clock.
    """

    seconds: float


class Watch(Protocol):
    """Is told how far a check is."""

    def __call__(self, progress: Progress) -> None:
        """How far a search is."""

    def say(self, far: str) -> None:
        """How far something else is."""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, kw_only=True)
class Check(ABC, Generic[R]):
    """Something that must hold.

    Attributes:
        tier: the first tier that it belongs to; those after it have it, too.
    """

    kind: ClassVar[str]
    """Its table in the file of the gate."""
    record: ClassVar[type[Record]]
    """What it finds."""

    tier: Tier = "quick"

    @property
    @abstractmethod
    def name(self) -> str:
        """What is checked, in a few words; within its kind no other check has this name."""

    @abstractmethod
    def run(self, limits: Limits, watch: Watch) -> R:
        """Checks.

        Args:
            limits: what a search may take; `seconds` is what is left for all of it.
            watch: is told how far it is; it may raise TimeoutError if the time is over.

        Raises:
            ScopeError: the scope is wrong.
            TimeoutError, MemoryError: a limit was reached, so nothing is found.
        """

    @abstractmethod
    def judge(self, found: R) -> list[Wrong]:
        """What is not as it must be."""

    def located(self, base: Path) -> Self:
        """The same check, with the files that it names looked for in a folder."""
        return self

    @property
    def repeatable(self) -> bool:
        """Whether it finds the same again, as long as nothing that it depends on has changed."""
        return True

    def files(self) -> tuple[Path, ...]:
        """Files and folders that it reads, besides those of the packages."""
        return ()
