"""The steps of a kept counterexample, read without the spec: quicker than to stage it again.

The text of a trace is an ITF file that a search wrote (`traces.counterexample`), and a gate may
have a hundred of them. Only the actions that were taken are read here; whoever wants to know
whether they are steps of the spec asks `traces.replay`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from traces.meta import OURS
from traces.states import ACTION, PICKS


@dataclass(frozen=True)
class Taken:
    """An action that was taken, and its arguments by the names of its parameters."""

    action: str
    arguments: Mapping[str, str]

    def text(self, parameters: tuple[str, ...]) -> str:
        """The step as it is written everywhere: `transmit(a1, v0)`.

        Args:
            parameters: of the action, in order; those that are not named follow.
        """
        names = [*(name for name in parameters if name in self.arguments)]
        names += [name for name in self.arguments if name not in names]
        arguments = ", ".join(self.arguments[name] for name in names)
        return f"{self.action}({arguments})" if arguments else self.action


@dataclass(frozen=True)
class Steps:
    """The steps of a counterexample.

    Attributes:
        loop: the index of the state to which it returns for ever, if it does.
        closing: the step by which it returns; None if it rests in the last state.
    """

    taken: tuple[Taken, ...]
    loop: int | None = None
    closing: Taken | None = None


def read_steps(trace: str) -> Steps | None:
    """Reads the steps of a trace's text; None if it is none."""
    try:
        document = msgspec.json.decode(trace, type=_Document)
    except (msgspec.DecodeError, UnicodeError):
        return None
    closing = document.meta.ours.closing
    return Steps(
        tuple(_taken(state) for state in document.states[1:]),
        document.loop,
        None if closing is None else _taken(closing),
    )


class _Pick(msgspec.Struct):
    tag: str
    value: Any = None


class _State(msgspec.Struct):
    action: str = msgspec.field(name=ACTION)
    picks: dict[str, _Pick] = msgspec.field(name=PICKS)


class _Ours(msgspec.Struct):
    closing: _State | None = None


class _Meta(msgspec.Struct):
    ours: _Ours = msgspec.field(name=OURS)


class _Document(msgspec.Struct):
    states: list[_State]
    meta: _Meta = msgspec.field(name="#meta")
    loop: int | None = None


def _taken(state: _State) -> Taken:
    chosen = {name: str(pick.value) for name, pick in state.picks.items() if pick.tag == "Some"}
    return Taken(state.action, chosen)
