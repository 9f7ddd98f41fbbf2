"""What came of the gate as JSON. `results.schema.json` says what each key means.

Keys are kept from version to version; where one must change, SCHEMA does, too. Numbers are written
as they are. Those of storms may have more than the 53 bits that some readers take for a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from onevoice.gate.check import Wrong, relative
from onevoice.gate.records import Violation
from onevoice.gate.result import Done, Gated, How
from onevoice.gate.rows import Citation, Row
from onevoice.gate.written.said import Said, covered, encodable, everything, spent
from onevoice.gate.written.steps import Taken, read_steps
from onevoice.report.data import to_text

SCHEMA = 1
"""The version of the format."""
SCHEMA_FILE = Path(__file__).with_name("results.schema.json")


def results(gated: Gated, rows: Sequence[Row], version: str | None) -> str:
    """The results as JSON text.

    Args:
        gated: what came of the gate.
        rows: the table of the requirements.
        version: of this program; None if it is not known.
    """
    said = everything(gated)
    document = {
        "schema": SCHEMA,
        "version": version,
        "tier": gated.tier,
        "passed": not said,
        "exit": int(gated.exit),
        "seconds": round(gated.seconds, 3),
        "counts": {
            "checks": len(gated.done),
            "left_out": gated.left_out,
            **{_key(how): len(gated.with_how(how)) for how in How},
            "wrong": sum(1 for each in gated.done if each.wrong),
        },
        "checks": [_check(each) for each in gated.done],
        "covered": covered(gated),
        "wrong": [_said(one) for one in said],
        "requirements": [_row(row) for row in rows],
    }
    return encodable(to_text(document)) + "\n"


def _check(done: Done) -> dict[str, Any]:
    return {
        "kind": done.check.kind,
        "name": done.check.name,
        "tier": done.check.tier,
        "how": done.how.value,
        "ok": False if done.wrong else True if done.how.known else None,
        "seconds": round(spent(done), 3),
        "wrong": [_wrong(one) for one in done.wrong],
        "found": _found(done.found),
    }


def _key(how: How) -> str:
    return how.value.replace(" ", "_")


def _said(said: Said) -> dict[str, Any]:
    return {"kind": said.kind, "check": said.name, **_wrong(said.wrong)}


def _wrong(wrong: Wrong) -> dict[str, Any]:
    return {
        "exit": int(wrong.exit),
        "reason": wrong.reason,
        "file": None if wrong.place is None else wrong.place.file,
        "line": None if wrong.place is None else wrong.place.line,
        "property": wrong.property or None,
    }


def _found(value: Any) -> Any:
    """A record, or a part of it. Of counterexamples there are the steps, but not the states."""
    match value:
        case Violation():
            return {**_fields(value), "trace": _trace(value.trace)}
        case msgspec.Struct():
            tag = type(value).__struct_config__.tag
            return _fields(value) if tag is None else {"type": tag, **_fields(value)}
        case dict():
            return {name: _found(part) for name, part in value.items()}
        case tuple():
            return [_found(part) for part in value]
        case float():
            return round(value, 3)
        case _:
            return value


def _fields(value: msgspec.Struct) -> dict[str, Any]:
    return {name: _found(getattr(value, name)) for name in value.__struct_fields__}


def _trace(text: str) -> dict[str, Any] | None:
    steps = read_steps(text)
    if steps is None:
        return None
    return {
        "steps": [_taken(step) for step in steps.taken],
        "loop": steps.loop,
        "closing": None if steps.closing is None else _taken(steps.closing),
    }


def _taken(step: Taken) -> dict[str, Any]:
    return {"action": step.action, "arguments": dict(step.arguments)}


def _row(row: Row) -> dict[str, Any]:
    def places(citations: Iterable[Citation]) -> list[dict[str, Any]]:
        return [
            {"name": each.name, "file": relative(each.where.file), "line": each.where.line}
            for each in citations
        ]

    return {
        "row": row.name,
        "requirement": row.requirement,
        "specified": places(row.specified),
        "checked": {name: list(runs) for name, runs in row.checked.items()},
        "proved": places(row.proved),
        "implemented": places(row.implemented),
        "caught": list(row.caught),
        "tested": places(row.tested),
    }
