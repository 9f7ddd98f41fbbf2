"""A play as it goes on: a lane for each member, a line for each thing that happens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.text import Text

from onevoice.exits import Exit
from onevoice.report.member import groups_of, name_of
from onevoice.report.terminal import Terminal

_LANE = 4


class Stage:
    """Shows what members do.

    Args:
        terminal: where.
        names: all members that there will be, in the order of their lanes.

    Attributes:
        spoken: who has transmitted its subgroup's data, in order.
    """

    def __init__(self, terminal: Terminal, names: Sequence[str]) -> None:
        self.spoken: list[str] = []
        self._terminal = terminal
        self._names = list(names)
        self._alive: set[str] = set()
        self._groups: dict[str, str] = {}
        self._views: set[str] = set()
        self._completed: dict[str, set[str]] = {}
        self._parts: dict[str, int] = {}
        """How many subgroups' data a view brought that is complete somewhere."""
        self._members: dict[str, list[str]] = {}
        self._naive = 0
        self._shown = True

    def scene(self, title: str) -> None:
        """What follows."""
        self._shown = True
        self._terminal.line()
        self._terminal.line(title, "bold")
        self._terminal.line("  " + "".join(f"{name:<{_LANE}}" for name in self._names), "dim")

    def silent(self) -> None:
        """What follows is not shown, until the next scene."""
        self._shown = False

    def hear(self, name: str, event: Mapping[str, Any]) -> None:
        """A member does something, or is about to be killed."""
        if "dying" in event:
            self._alive.discard(name)
            self._row({name: "✗"}, f"{name} is killed, {event['dying']}", "red")
            self._show_completed()
            return
        self._alive.add(name)
        match event["event"]:
            case "install":
                self._install(event)
            case "transmit":
                self.spoken.append(name)
                group = self._groups[event["member"]]
                self._row({name: "▶"}, f"{name} speaks for {group}", "bold green")
            case "complete":
                self._completed.setdefault(event["view"], set()).add(name)
                self._parts[event["view"]] = len(event["data"])
                self._show_completed()
            case _:
                pass

    def end(self, content: Mapping[str, str], same: bool, *, all_as_expected: bool) -> int:
        """The result.

        Args:
            content: what a member holds.
            same: whether all hold that.
            all_as_expected: whether those spoke who had to.

        Returns:
            The exit code.
        """
        line = self._terminal.line
        line()
        shown = ", ".join(f"{key} = {value}" for key, value in content.items())
        line(f"Everybody holds: {shown}" if same else "The members hold different data!")
        line(
            f"Group data was sent {len(self.spoken)} times; if every member sent what it holds, it "
            f"would have been {self._naive} times."
        )
        if same and all_as_expected:
            return Exit.HOLDS
        line("This is not what must come out: please report it.", "red")
        return Exit.SAFETY

    def _install(self, event: Mapping[str, Any]) -> None:
        view = event["view"]
        if view in self._views:
            return
        self._views.add(view)
        self._members[view] = [name_of(member) for member in event["members"]]
        marks = dict.fromkeys(self._members[view], "●")
        if "subgroups" in event:
            self._groups.update(groups_of(event))
            bearing = [group for group in event["subgroups"] if group["bears_data"]]
            self._naive += sum(len(group["members"]) for group in bearing)
            parts = " | ".join(
                "+".join(map(name_of, group["members"]))
                + ("" if group["bears_data"] else " (no data)")
                for group in event["subgroups"]
            )
            self._row(marks, f"request: {parts}", "cyan")
        else:
            self._row(marks, "next view, without those that are gone", "cyan")

    def _show_completed(self) -> None:
        """A view is complete when all its members are that live."""
        for view, done in list(self._completed.items()):
            if done >= self._alive.intersection(self._members[view]):
                count = self._parts[view]
                text = f"everyone has the data of {count} part{'s' if count != 1 else ''}"
                marks = dict.fromkeys(done & self._alive, "◆")
                self._row(marks, f"complete: {text if count else 'nobody has data yet'}", "")
                del self._completed[view]

    def _row(self, marks: Mapping[str, str], text: str, style: str) -> None:
        if not self._shown:
            return
        row = Text("  ")
        for name in self._names:
            mark = marks.get(name, "│" if name in self._alive else " ")
            row.append(f"{mark:<{_LANE}}", style if name in marks else "dim")
        row.append(text, style)
        self._terminal.line(row)
