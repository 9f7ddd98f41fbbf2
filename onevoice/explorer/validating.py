"""Logs held against the specification, in a process of its own, which can be stopped at any point.

How long that takes nobody can tell from the logs, so it has a limit of time and of memory, as a
question to `ask` has. The process reads what is asked from its standard input, as JSON, and writes
what came of it to its standard output; the logs lie in the folder in which it works.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import anyio
import msgspec

from model.protocol import Delivery
from onevoice.explorer.limits import EVENTS_MAX, Refused

KILLED_AFTER_S = 30.0
MEMORY_BYTES_MAX = 2 << 30
_ROOT = Path(__file__).resolve().parents[2]
_COMMAND = "`onevoice validate` in a terminal takes longer logs"


class LogFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A log that was opened: how it is called, and what is in it."""

    name: str
    text: str


class Opened(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Logs that were opened, and what is left out of them: see `onevoice validate`."""

    files: tuple[LogFile, ...]
    delivery: Delivery = Delivery.SAME_VIEW
    silent: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


async def validated(opened: Opened) -> dict[str, Any]:
    """What came of holding logs against the specification, as `beside.logs_data` says it.

    Raises:
        Refused: they are no logs, or it takes too long.
    """
    question = {
        "names": [file.name for file in opened.files], "delivery": opened.delivery.value,
        "silent": opened.silent, "ignored": opened.ignored,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(opened.files):
            (Path(folder) / f"{number}.jsonl").write_bytes(file.text.encode(errors="replace"))
        try:
            with anyio.fail_after(KILLED_AFTER_S):
                done = await anyio.run_process(
                    [sys.executable, "-m", "onevoice.explorer.validating"],
                    input=json.dumps(question).encode(), check=False, cwd=folder,
                    stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(_ROOT)},
                )  # fmt: skip
        except TimeoutError:
            raise Refused(
                f"to find a behaviour takes more than the {KILLED_AFTER_S:g} s that there are: "
                f"open fewer events; {_COMMAND}"
            ) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise Refused(
            f"to find a behaviour takes more than the {MEMORY_BYTES_MAX >> 30} GiB of memory that "
            f"there are: open fewer events; {_COMMAND}"
        ) from None
    if "refused" in answer:
        raise Refused(answer["refused"])
    return answer


def _answer(question: dict[str, Any]) -> dict[str, Any]:
    """What this process says of the logs in its folder."""
    from onevoice.explorer.beside import logs_data
    from traces.errors import TraceError
    from traces.logs import read_logs
    from traces.validate import validate

    names = {f"{number}.jsonl": name for number, name in enumerate(question["names"])}
    try:
        logs = read_logs(map(Path, names), question["ignored"], events_max=EVENTS_MAX)
        delivery = Delivery(question["delivery"])
        return logs_data(validate(logs, delivery=delivery, silent=question["silent"]), logs)
    except TraceError as error:
        file = names.get(error.file, error.file)
        said = TraceError(error.problem, advice=error.advice, file=file, place=error.place)
        return {"refused": " ".join(str(said).split())}


def main() -> None:
    """Answers one question."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    sys.stdout.write(json.dumps(_answer(json.loads(sys.stdin.read()))))


if __name__ == "__main__":
    main()
