"""Reads a trace of the exchange as a sequence diagram.

Only the steps are read, with what their arguments are called in `model/protocol`, and of the
states which members a view has. A trace that is no behaviour of the spec is drawn as far as it
makes sense; whether it is one is for `traces.replay` to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from onevoice.diagram.diagram import (
    Arrow,
    Band,
    Diagram,
    Lane,
    Loop,
    Mark,
    MessageKind,
    Row,
    Sign,
)
from traces.errors import TraceError
from traces.facts import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from model.lang.expr import SortDecl
    from model.scope import Finite, State, Step
    from model.search.result import Trace

_REPLAY = "`onevoice replay` says where a trace and the spec part"


def diagram_of(finite: Finite, trace: Trace, title: str, verdict: str = "") -> Diagram:
    """A trace as a diagram.

    Args:
        finite: the exchange at its scope.
        trace: a behaviour of it.
        title: what it is, in a line.
        verdict: what is wrong at its end, in a line.

    Raises:
        TraceError: something is delivered that was never sent.
    """
    reading = _Reading(finite, trace)
    steps: list[tuple[Step, State, State]] = list(
        zip(trace.steps, trace.states, trace.states[1:], strict=False)
    )
    loop = None
    if trace.closing is not None and trace.loop is not None:
        steps.append((trace.closing, trace.states[-1], trace.states[trace.loop]))
        loop = Loop(len(steps), trace.loop)
    elif trace.loop is not None:
        loop = Loop(len(steps), len(steps))
    reading.begin(trace.states[0])
    for number, (step, before, after) in enumerate(steps, start=1):
        reading.take(number, step, before, after)
    return Diagram(
        title,
        tuple(reading.lanes()),
        tuple(reading.rows),
        tuple(reading.bands(len(steps))),
        tuple(reading.marks),
        tuple(reading.arrows),
        loop,
        verdict,
    )


@dataclass
class _Reading:
    """What has been read of a trace so far."""

    finite: Finite
    trace: Trace
    rows: list[Row] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)
    sent: dict[tuple[str, int, int], int] = field(default_factory=dict)
    """The row in which a message (kind, sender, view) was sent."""
    first: dict[int, int] = field(default_factory=dict)
    """The row in which a member first is in a view."""
    crashed: dict[int, int] = field(default_factory=dict)
    in_view: list[tuple[int, int, int]] = field(default_factory=list)
    """Installations: row, member, view."""

    def begin(self, state: State) -> None:
        """The initial state, in which the first view is formed."""
        self._arrive(0, state)
        views = "; ".join(
            self._view(view, state) for (view,) in _true(self.finite, state, "formed")
        )
        self.rows.append(Row(0, "initial state", (), views))

    def take(self, row: int, step: Step, before: State, after: State) -> None:
        """A step."""
        self._arrive(row, after)
        changed = tuple(str(change).strip() for change in changes(self.finite, before, after))
        view = ""
        args = {v.name: value for v, value in zip(step.action.params, step.args, strict=True)}
        match step.action.name:
            case "install":
                self.in_view.append((row, args["m"], args["v"]))
                self._mark(row, args["m"], Sign.INSTALL, self._called("View", args["v"]))
            case "transmit":
                self._send(row, "data", args["m"], args["v"], Sign.TRANSMIT)
            case "acknowledge":
                self._send(row, "ack", args["m"], args["v"], Sign.ACKNOWLEDGE)
            case "order":
                message = self._message(self._kind(args["k"]), args["v"])
                label = f"{message} placed in {self._called('View', args['w'])}"
                self._mark(row, args["p"], Sign.PLACED, label)
            case "deliver":
                self._deliver(row, self._kind(args["k"]), args["p"], args["v"], args["q"])
            case "complete":
                label = f"completes {self._called('View', args['v'])}"
                self._mark(row, args["m"], Sign.COMPLETE, label)
            case "crash":
                self.crashed[args["m"]] = row
                self._mark(row, args["m"], Sign.CRASH, "crashes")
            case "suspect":
                self._mark(row, args["m"], Sign.SUSPECT, "is suspected")
            case "exclude" | "request":
                view = self._view(args["v"], after)
            case _:
                pass  # it is a row like any other, with what it changed
        self.rows.append(Row(row, self.finite.describe(step), changed, view))

    def lanes(self) -> Iterator[Lane]:
        """All members of the scope, in the order of their names."""
        brings: dict[int, list[str]] = {}
        for member, datum in _true(self.finite, self.trace.states[0], "brings"):
            brings.setdefault(member, []).append(self._called("Datum", datum))
        for member in range(_size(self.finite, "Member")):
            yield Lane(
                self._called("Member", member),
                ", ".join(brings.get(member, [])),
                self.first.get(member),
                self.crashed.get(member),
            )

    def bands(self, end: int) -> Iterator[Band]:
        """The views in which members are, each until the next, the crash or the end."""
        for index, (row, member, view) in enumerate(self.in_view):
            later = [r for r, m, _ in self.in_view[index + 1 :] if m == member]
            last = min([end, *(r - 1 for r in later[:1]), self.crashed.get(member, end)])
            yield Band(member, view, self._called("View", view), row, max(last, row))

    def _send(self, row: int, kind: MessageKind, member: int, view: int, sign: Sign) -> None:
        self.sent[kind, member, view] = row
        self._mark(row, member, sign, self._message(kind, view))

    def _deliver(self, row: int, kind: MessageKind, sender: int, view: int, receiver: int) -> None:
        sent = self.sent.get((kind, sender, view))
        if sent is None:
            message = f"{self._message(kind, view)} of {self._called('Member', sender)}"
            raise TraceError(
                f"{message} is delivered, and was never sent", advice=_REPLAY, place=f"step {row}"
            )
        self.arrows.append(Arrow(kind, self._called("View", view), sender, sent, receiver, row))

    def _mark(self, row: int, member: int, sign: Sign, label: str) -> None:
        self.marks.append(Mark(row, member, sign, label))

    def _arrive(self, row: int, state: State) -> None:
        for _, member in _true(self.finite, state, "in_view"):
            self.first.setdefault(member, row)

    def _view(self, view: int, state: State) -> str:
        members = [m for v, m in _true(self.finite, state, "in_view") if v == view]
        names = " ".join(self._called("Member", member) for member in members)
        return f"{self._called('View', view)}: {names}"

    def _message(self, kind: MessageKind, view: int) -> str:
        return f"{kind} {self._called('View', view)}"

    def _kind(self, index: int) -> MessageKind:
        kinds: dict[str, Literal["data", "ack"]] = {"data": "data", "ack": "ack"}
        return kinds[self._called("Kind", index)]

    def _called(self, sort: str, index: int) -> str:
        return self.finite.element(_sort(self.finite, sort), index)


def _sort(finite: Finite, name: str) -> SortDecl:
    return next(sort for sort in finite.staged.sorts if sort.name == name)


def _size(finite: Finite, sort: str) -> int:
    return finite.size(_sort(finite, sort))


def _true(finite: Finite, state: State, name: str) -> Iterator[tuple[int, ...]]:
    """The points at which a relation is true in a state."""
    for symbol, table in zip(finite.staged.symbols, state, strict=True):
        if symbol.name == name:
            for point, value in zip(finite.points(symbol), table, strict=True):
                if value:
                    yield point
