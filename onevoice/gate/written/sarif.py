"""What came of the gate as SARIF 2.1.0, which code scanning shows at the lines that it is about.

The source is the OASIS standard "Static Analysis Results Interchange Format (SARIF) Version 2.1.0";
numbers of sections are its. Every result has a location: where nothing is known of one, the file of
the gate, which asked. Nothing in it depends on the machine or the time of day (appendix F).
"""

from __future__ import annotations

import hashlib
import inspect
import os.path
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, assert_never
from urllib.parse import quote

from model.protocol import TotallyOrderedExchange
from onevoice.exits import Exit
from onevoice.gate.check import ROOT, Place, relative
from onevoice.gate.checks.scoped import Scoped
from onevoice.gate.plan import DEFAULT, KINDS
from onevoice.gate.records import Violation
from onevoice.gate.result import Gated
from onevoice.gate.written.said import (
    COVERAGE,
    GATE,
    Said,
    by_kind,
    encodable,
    everything,
    line,
    properties_of,
)
from onevoice.gate.written.steps import read_steps
from onevoice.report.data import to_text

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
SOURCES = "%SRCROOT%"
"""The base of relative addresses: the folder in which the packages are."""
FINGERPRINT = "onevoice/v1"
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OF_ALL = {
    COVERAGE: "Over all runs of the shipped protocol each property is really checked, and each "
    "action taken.",
    GATE: "The gate is passed only if something was checked.",
}

Level = Literal["error", "warning", "note"]
Json = dict[str, Any]


def sarif(gated: Gated, version: str | None, plan: Path = DEFAULT) -> str:
    """The results as the text of a SARIF log file.

    Args:
        gated: what came of the gate.
        version: of this program; None if it is not known.
        plan: the file of the gate.
    """
    return encodable(to_text(_Log(gated, version, plan).document)) + "\n"


class _Log:
    """A log file of a gate."""

    def __init__(self, gated: Gated, version: str | None, plan: Path) -> None:
        self.gated, self.version = gated, version
        self.said = everything(gated)
        self.fallback = Place(relative(str(plan.absolute())), 1)

    @property
    def document(self) -> Json:
        """All of it (3.13)."""
        driver: Json = {"name": "onevoice"}
        driver |= {} if self.version is None else {"version": self.version}
        return {
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {**driver, "rules": list(self.rules.values())}},
                    "automationDetails": {"id": f"onevoice gate/{self.gated.tier}/"},  # 3.17.3
                    "originalUriBaseIds": {  # 3.14.14
                        SOURCES: {"description": _message("The folder of the packages.")}
                    },
                    "invocations": [self._invocation()],
                    "results": list(self._results()),
                }
            ],
        }

    @cached_property
    def rules(self) -> dict[str, Json]:
        """What can be wrong, by its name (3.49): the kinds of check, then the properties."""
        said = {one.kind: None for one in self.said}
        kinds = [*by_kind(self.gated), *(kind for kind in said if kind not in KINDS)]
        rules = {_of_kind(kind): _kind_text(kind) for kind in kinds}
        found = {each.name for done in self.gated.done for each in properties_of(done)}
        found |= {one.wrong.property for one in self.said if one.wrong.property}
        rules |= {_of_property(name): _property_text(name) for name in sorted(found)}
        return {name: _rule(name, text) for name, text in rules.items()}

    def _invocation(self) -> Json:
        """How the program ended (3.20). That it finds something is success."""
        code = self.gated.exit
        codes = {one.wrong.exit for one in self.said}
        return {
            "executionSuccessful": all(
                _level(each) != "note" and each is not Exit.DEFECT for each in codes
            ),
            "exitCode": int(code),
            "exitCodeDescription": code.name.lower().replace("_", " "),
        }

    def _results(self) -> Iterator[Json]:
        numbers = {name: number for number, name in enumerate(self.rules)}
        seen: Counter[str] = Counter()
        flows = _Flows()
        for one in self.said:
            rule = _of_property(one.wrong.property) if one.wrong.property else _of_kind(one.kind)
            fingerprint = _fingerprint(one)
            seen[fingerprint] += 1
            result = {
                "ruleId": rule,
                "ruleIndex": numbers[rule],
                "level": _level(one.wrong.exit),
                "message": _message(f"{one.wrong.reason} ({one.title})"),
                "locations": [_location(one.wrong.place or self.fallback)],
                "partialFingerprints": {FINGERPRINT: f"{fingerprint}:{seen[fingerprint]}"},
                "properties": {"check": one.title, "exit": int(one.wrong.exit)},
            }
            flow = flows.of(one)
            yield result if flow is None else {**result, "codeFlows": [flow]}


class _Flows:
    """Counterexamples as code flows (3.36). A spec is staged once for each check."""

    def __init__(self) -> None:
        self.actions: dict[Scoped[Any], Mapping[str, tuple[Place, tuple[str, ...]]]] = {}

    def of(self, said: Said) -> Json | None:
        """The counterexample to what is said, if there is one."""
        property_, done = said.violated, said.done
        if property_ is None or property_.violation is None or done is None:
            return None
        if not isinstance(done.check, Scoped):
            return None
        if done.check not in self.actions:
            self.actions[done.check] = {
                action.name: (Place.of(action.where), tuple(each.name for each in action.params))
                for action in done.check.at.staged.actions
            }
        locations = _flow(property_.violation, self.actions[done.check])
        message = _message(f"A behaviour that violates {property_.name}.")
        return {"message": message, "threadFlows": [{"locations": locations}]}


def _flow(violation: Violation, actions: Mapping[str, tuple[Place, tuple[str, ...]]]) -> list[Json]:
    """The lines of the actions that were taken, and of what is false at the end (3.37, 3.38)."""
    steps = read_steps(violation.trace)
    locations = []
    for number, step in enumerate(steps.taken if steps is not None else (), start=1):
        place, parameters = actions.get(step.action, (violation.place, ()))
        locations.append(_location(place, f"{number}. {step.text(parameters)}"))
    if steps is not None and steps.closing is not None:
        place, parameters = actions.get(steps.closing.action, (violation.place, ()))
        back = f"{steps.closing.text(parameters)}, back to state {steps.loop}, for ever"
        locations.append(_location(place, back))
    locations.append(_location(violation.place, "This is false."))
    return [{"location": each} for each in locations]


def _of_kind(kind: str) -> str:
    return f"check/{kind}"


def _of_property(name: str) -> str:
    return f"property/{name}"


def _kind_text(kind: str) -> str:
    """What a kind of check is for."""
    return inspect.getdoc(KINDS[kind]) or kind if kind in KINDS else _OF_ALL[kind]


def _property_text(name: str) -> str:
    """What a property says, if the spec has it."""
    said = getattr(TotallyOrderedExchange, name, None)
    doc = inspect.getdoc(said) if inspect.isfunction(said) else None
    return doc or f"The property {name} of the specification."


def _rule(name: str, text: str) -> Json:
    """A rule with its descriptions (3.49.9, 3.49.10): the first sentence, the first paragraph."""
    full = line(text.partition("\n\n")[0])
    short = re.split(r"(?<=\.)\s", full, maxsplit=1)[0]
    return {
        "id": name,
        "shortDescription": _message(short),
        "fullDescription": _message(full),
    }


def _level(code: Exit) -> Level:
    """How bad it is (3.27.10): wrong, not shown to be right, or not looked at to the end."""
    match code:
        case (
            Exit.VIOLATED | Exit.DEADLOCK | Exit.SAFETY | Exit.LIVENESS | Exit.DIFFERS | Exit.DEFECT
        ):
            return "error"
        case Exit.NOT_PROVED | Exit.HOLDS:
            return "warning"
        case Exit.LIMIT | Exit.USAGE | Exit.UNAVAILABLE | Exit.INTERRUPTED | Exit.CLOSED_PIPE:
            return "note"
        case _:
            assert_never(code)


def _fingerprint(said: Said) -> str:
    """What stays the same when lines move and numbers change (3.27.17)."""
    wrong = said.wrong
    parts: Sequence[str] = (
        said.kind, said.name, wrong.property, _NUMBER.sub("0", wrong.reason), str(int(wrong.exit)),
    )  # fmt: skip
    text = "\0".join(parts)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _location(place: Place, message: str | None = None) -> Json:
    """A line (3.28, 3.29)."""
    physical = {
        "artifactLocation": _artifact(place.file),
        "region": {"startLine": place.line},
    }
    said = {} if message is None else {"message": _message(message)}
    return {"physicalLocation": physical, **said}


def _artifact(file: str) -> Json:
    """A file (3.4): relative to the sources if it is among them, else by its absolute address."""
    path = Path(os.path.normpath(ROOT / encodable(file)))
    if path.is_relative_to(ROOT):
        return {"uri": quote(path.relative_to(ROOT).as_posix()), "uriBaseId": SOURCES}
    return {"uri": f"file://{quote(path.as_posix())}"}


def _message(text: str) -> Json:
    """A plain text (3.11): braces are doubled, and nothing in it is a link (3.11.5, 3.11.6)."""
    plain = line(text).replace("{", "{{").replace("}", "}}")
    return {"text": plain.replace("](", "] (")}
