"""What comes of a trace that is forced upon an implementation: what was done, and where it differs.

Steps are those of the trace, counted from 1; a difference after step 0 shows in the initial state.
"""

from __future__ import annotations

from dataclasses import dataclass

from traces.errors import TraceError


class Unforceable(TraceError):
    """A trace that this implementation, or the service under it, cannot be made to follow.

    That is no difference: whoever takes steps at once never has the states of one who waits.
    """


class Late(Unforceable):
    """A member that is not yet where the service needs it.

    Attributes:
        member: its number.
        view: that it must be able to install first, or, if `installed`, must have installed.
        message: that it must have received first, instead: its kind, sender and view.
    """

    def __init__(
        self,
        problem: str,
        *,
        advice: str,
        member: int,
        view: int = 0,
        installed: bool = False,
        message: tuple[int, int, int] | None = None,
    ) -> None:
        super().__init__(problem, advice=advice)
        self.member, self.view, self.installed = member, view, installed
        self.message = message


@dataclass(frozen=True)
class Difference:
    """The first place where an implementation does otherwise than the specification.

    Attributes:
        step: after so many steps of the trace it shows.
        member: whose it is.
        variable: in what they differ.
        implementation, specification: what it is on each side, in words.
    """

    step: int
    member: str
    variable: str
    implementation: str
    specification: str

    @property
    def text(self) -> str:
        """The difference in a sentence, without its end."""
        return (
            f"{self.member} differs in {self.variable}: {self.implementation} in the "
            f"implementation, {self.specification} by the specification"
        )


@dataclass(frozen=True)
class Taken:
    """A step of the trace that was taken.

    Attributes:
        step: as the specification writes it.
        done: what was done for it, a few words each.
    """

    step: str
    done: tuple[str, ...] = ()


@dataclass(frozen=True)
class Forced:
    """What came of a trace.

    Attributes:
        steps: of the trace, with the own steps that are due at its end.
        taken: those that were taken, to the end or to the difference.
        compared: how often what a member knows was compared.
        difference: the first one, if there is one; nothing is done after it.
    """

    steps: int
    taken: tuple[Taken, ...]
    compared: int
    difference: Difference | None


@dataclass(frozen=True)
class Sides:
    """What a variable of a live member is on both sides, in words.

    Attributes:
        member: whose it is.
        variable: what it is, as in `Difference`.
        implementation, specification: its value on each side.
    """

    member: str
    variable: str
    implementation: str
    specification: str


@dataclass(frozen=True)
class SideBySide:
    """What came of a trace, with all that was compared.

    Attributes:
        forced: what came of it.
        states: by the number of steps taken, from 0, the variables of every member that is up; the
            last ones are those after the step that shows a difference, if there is one.
    """

    forced: Forced
    states: tuple[tuple[Sides, ...], ...]
