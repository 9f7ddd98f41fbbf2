"""What a member tells while it runs: for people, or as JSON Lines for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, Protocol


class Reporter(Protocol):
    """Where a member's words go."""

    def joined(self, member: str, address: str) -> None:
        """It has completed its first exchange."""

    def event(self, event: Mapping[str, Any]) -> None:
        """It has taken a step (`impl.log`)."""

    def dying(self, when: str) -> None:
        """It is about to be killed."""

    def answer(self, command: str, value: Any) -> None:
        """What a command has given."""

    def problem(self, text: str) -> None:
        """A line that is no command."""


class Structured:
    """JSON Lines on the standard output: objects with `event`, `answer` and so on."""

    def joined(self, member: str, address: str) -> None:
        self._put({"joined": member, "address": address})

    def event(self, event: Mapping[str, Any]) -> None:
        self._put(event)

    def dying(self, when: str) -> None:
        self._put({"dying": when})

    def answer(self, command: str, value: Any) -> None:
        self._put({"answer": command, "value": value})

    def problem(self, text: str) -> None:
        self._put({"problem": text})

    def _put(self, line: Mapping[str, Any]) -> None:
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()


class Plain:
    """Sentences: who is there, who spoke for whom, and what commands give."""

    def __init__(self) -> None:
        self._groups: dict[str, str] = {}
        """Members to the subgroup that they are of, as it is written."""

    def joined(self, member: str, address: str) -> None:
        self._say(f"{member} has joined; `help` lists the commands")

    def event(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "install":
                if "subgroups" in event:
                    self._groups = groups_of(event)
                self._say("members: " + " ".join(map(name_of, event["members"])))
            case "deliver" if event["kind"] == "data":
                sender = event["sender"]
                group = self._groups.get(sender, name_of(sender))
                self._say(f"{name_of(sender)} spoke for {group} ({event['bytes']:,} bytes)")
            case "complete":
                if event["lost"]:
                    self._say(f"{len(event['lost'])} subgroups are lost: nobody lived to speak")
                self._say("the exchange is complete")
            case _:
                pass

    def dying(self, when: str) -> None:
        self._say(f"killed {when}")

    def answer(self, command: str, value: Any) -> None:
        match value:
            case dict():
                width = max((len(str(key)) for key in value), default=0)
                for key, entry in value.items():
                    shown = f"{entry:.6g}" if isinstance(entry, float) else entry
                    self._say(f"{key!s:{width}}  {'(none)' if entry is None else shown}")
                if not value:
                    self._say("(empty)")
            case list():
                self._say(" ".join(map(str, value)))
            case _:
                self._say(str(value))

    def problem(self, text: str) -> None:
        self._say(text)

    def _say(self, text: str) -> None:
        print(text, flush=True)


def name_of(member: str) -> str:
    """A member's name, without its incarnation."""
    return member.rpartition("#")[0]


def groups_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Each member to its subgroup, as it is written, from the view that starts a request."""
    return {
        member: "+".join(map(name_of, group["members"]))
        for group in event["subgroups"]
        for member in group["members"]
    }
