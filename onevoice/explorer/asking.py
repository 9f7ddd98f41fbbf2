"""A question to `onevoice ask`, in a process of its own, which can be stopped at any point."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import anyio

from model.lang import parse
from onevoice.exits import Exit
from onevoice.explorer.limits import Refused, explorable
from traces.run import Run

LIMIT_S = 8.0  # what `ask` itself may take
KILLED_AFTER_S = 30.0
_ROOT = Path(__file__).resolve().parents[2]
_ANSWERS = (Exit.HOLDS, Exit.SAFETY, Exit.NOT_PROVED, Exit.LIMIT)


def read(run: Run, text: str) -> None:
    """Reads a question, so that nothing is started for one that cannot be answered.

    Args:
        run: the scope that is searched first.
        text: the candidate.

    Raises:
        Refused: the question cannot be asked of this run.
        FormulaError: the text is no formula over the protocol and the ghosts of its proof.
    """
    from proofs.exchange import ExchangeProof

    if run.variant is not None or run.total_order or run.requests or run.views:
        raise Refused(
            "`ask` takes the lemmas as proved, and they are of the protocol as shipped: choose no "
            "variant, no total order, and requests and views by the groups alone. `Run until` with "
            "the negation looks for a violation here"
        )
    explorable(run.finite)
    parse(text, ExchangeProof(run.staged.parameters["switches"]))


async def ask(run: Run, text: str) -> dict[str, Any]:
    """What `onevoice ask --json` says of a candidate that was read.

    Raises:
        Refused: it does not answer.
    """
    words = _command(run)
    with tempfile.TemporaryDirectory() as folder:
        try:
            with anyio.fail_after(KILLED_AFTER_S):
                done = await anyio.run_process(
                    [*words, "--trace-dir", folder, "--", text],
                    stdin=subprocess.DEVNULL, check=False, cwd=folder,
                    env={**os.environ, "PYTHONPATH": str(_ROOT)},
                )  # fmt: skip
        except TimeoutError:
            raise Refused(
                f"`onevoice ask` took more than {KILLED_AFTER_S:g} s and was stopped: take a "
                "smaller scope"
            ) from None
    if done.returncode not in _ANSWERS:
        said = done.stderr.decode(errors="replace").strip()
        raise Refused(said.removeprefix("onevoice: ") or "`onevoice ask` said nothing")
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer["counterexample"] is not None:
        answer["counterexample"]["file"] = None  # it was in the folder that is gone
    return answer


def _command(run: Run) -> list[str]:
    return [
        sys.executable, "-m", "onevoice", "ask", "--json", "--limit-s", str(LIMIT_S),
        "--groups", run.groups, "--failures", str(run.failures), "--delivery", run.delivery.value,
    ]  # fmt: skip
