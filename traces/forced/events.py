"""What members do, event by event, by the specification and in their logs (`impl.log`).

Each step of a trace is an event of one member, or of none. An event of the specification is what
the member's log has to say of it: of which view and request, of what message or data, who is in a
view and in which subgroups, and what the member's indicator is afterwards, and whether it has
completed. A log's events are translated into the same words; what names the implementation gives to
views is learned where the trace installs them. Messages of an earlier request are of no effect, and
come when they come; a log's events of them are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from impl.log import digest_of
from traces.errors import TraceError
from traces.forced.knowledge import DATA, STRANGE, Known, Words

Event = dict[str, str]
"""The fields of an event, in words."""

SEPARATOR = b" "
EVENTS = ("install", "deliver", "transmit", "acknowledge", "complete")


def encoded(names: Iterable[str]) -> bytes:
    """What a member holds, as its application says it."""
    return SEPARATOR.join(name.encode() for name in sorted(names))


class Expected:
    """The events of a trace.

    Args:
        known: what members know in its states.
        words: the specification's names.
    """

    def __init__(self, known: Known, words: Words) -> None:
        self._known, self._words = known, words
        self._bearing: dict[int, int] = {}
        """By request: who bore data when somebody heard of it, as bits."""

    def of(self, action: str, args: Sequence[int], state: int) -> tuple[int, Event] | None:
        """The member whose event a step is, and the event; None if it is nobody's.

        Args:
            action: of the step.
            args: its arguments.
            state: the number of the state after it.
        """
        if action not in EVENTS:
            return None
        facts, words, m = self._known.facts, self._words, args[0]
        knows = self._known.of(m, state)
        v = args[3] if action == "deliver" else args[1]
        r = int(facts.request_of[v, state])
        if action == "deliver" and r != int(facts.request_of[knows.at, state]):
            return None
        event = {"event": action, "view": words.view(v), "request": words.view(r)}
        match action, args:
            case "deliver", (_, kind, p, _):
                event |= {"kind": "data" if kind == DATA else "ack", "sender": words.members[p]}
                speaker = p if kind == DATA else None
            case "transmit", _:
                speaker = m
            case _:
                speaker = None
        if speaker is not None:
            event["data"] = words.content(int(facts.held[speaker, r, state]))
        if action == "install":
            event |= self._view(v, r, state)
        if action == "complete":
            event |= self._result(m, r, state)
        event["indicator"] = "set" if knows.indicator else "clear"
        event["completed"] = "yes" if knows.done else "no"
        return m, event

    def _view(self, v: int, r: int, state: int) -> Event:
        words, formed = self._words, self._known.formed(v, state)
        event = {"members": words.people(formed.members)}
        if v == r:
            # By then all have completed what they will, and nobody has completed this.
            bearing = self._bearing.setdefault(v, self._known.bearing(state))
            event["subgroups"] = _grouped(
                (words.people(group), bool(group & bearing)) for group in formed.subgroups
            )
        return event

    def _result(self, m: int, r: int, state: int) -> Event:
        """What a member has completed with: of each subgroup the data, and which are lost."""
        facts, words = self._known.facts, self._words
        received = self._known.of(m, state).received
        data, lost = {}, []
        for group in self._known.formed(r, state).subgroups:
            name = words.people(group)
            if group & received:
                spoke = (p for p in self._known.members if group >> p & 1)
                held = {int(facts.held[p, r, state]) for p in spoke} - {0}
                data[name] = " or ".join(words.content(bits) for bits in sorted(held))
            elif group & self._bearing[r]:
                lost.append(name)
        return {"data": _assigned(data), "lost": " | ".join(sorted(lost)) or "none"}


class Logged:
    """Events of logs, in the words of the specification.

    Args:
        words: its names.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._views: dict[str, int] = {}
        self._groups: dict[str, dict[str, str]] = {}
        """By request: the members of each subgroup, by its name."""
        self._digests = {
            digest_of(encoded(words.content(bits).split())): bits
            for bits in range(1, 1 << len(words.data))
        }

    def learn(self, line: Mapping[str, Any], expected: Event) -> None:
        """Where a view is installed as the trace says, its name stands for the view from now on."""
        if line["event"] == expected["event"] == "install":
            view = self._words.views.index(expected["view"])
            if view not in self._views.values():
                self._views.setdefault(line["view"], view)

    def of(self, line: Mapping[str, Any]) -> Event:
        """An event of a log.

        Raises:
            TraceError: it is none.
        """
        try:
            return self._event(line)
        except (KeyError, TypeError, AttributeError) as error:
            raise TraceError(
                f"an event of a log lacks {error}", advice="see the format in impl/log.py"
            ) from None

    def _event(self, line: Mapping[str, Any]) -> Event:
        event = {"event": str(line["event"])}
        if event["event"] not in EVENTS:
            return event
        event |= {name: self._view(line[name]) for name in ("view", "request")}
        match event["event"]:
            case "install":
                event["members"] = _people(line["members"])
                if "subgroups" in line:
                    groups = line["subgroups"]
                    self._groups[line["view"]] = {g["name"]: _people(g["members"]) for g in groups}
                    event["subgroups"] = _grouped(
                        (_people(g["members"]), bool(g["bears_data"])) for g in groups
                    )
            case "deliver":
                event |= {"kind": line["kind"], "sender": _name(line["sender"])}
                if line["kind"] == "data":
                    event["data"] = self._content(line["digest"])
            case "transmit":
                event["data"] = self._content(line["digest"])
            case "complete":
                groups = self._groups.get(line["request"], {})
                data = {groups.get(g, g): self._content(d) for g, d in line["data"].items()}
                event["data"] = _assigned(data)
                lost = sorted(groups.get(group, group) for group in line["lost"])
                event["lost"] = " | ".join(lost) or "none"
            case _:
                pass
        state = line["state"]
        event["indicator"] = "set" if state["indicator"] else "clear"
        event["completed"] = "yes" if state["completed"] else "no"
        return event

    def _view(self, name: str) -> str:
        return self._words.view(self._views.get(name, STRANGE))

    def _content(self, digest: str) -> str:
        bits = self._digests.get(digest, 1 << len(self._words.data))
        return self._words.content(bits)


def in_words(event: Event | None) -> str:
    """An event in a line."""
    if event is None:
        return "nothing"
    rest = [f"{name} {value}" for name, value in event.items() if name != "event"]
    return f"{event['event']} ({', '.join(rest)})" if rest else event["event"]


def _name(member: str) -> str:
    """A member without its incarnation."""
    return member.partition("#")[0]


def _people(members: Iterable[str]) -> str:
    return " ".join(sorted(map(_name, members)))


def _grouped(groups: Iterable[tuple[str, bool]]) -> str:
    return " | ".join(
        members if bears else f"{members} without data" for members, bears in sorted(groups)
    )


def _assigned(data: Mapping[str, str]) -> str:
    return " | ".join(f"{group}: {content}" for group, content in sorted(data.items())) or "none"
