"""The child in which our engine searches, so that what is measured is of one search; prints JSON.

A child searches three times: twice it stops after the first states, and then it goes to the end.
The first of them loads the kernels, or compiles them on a machine where nobody has; the second
takes what every search takes before its first states: grounding, circuit, tables. The last is the
search that counts, grounding included.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.checkers import Built, Cost, Outcome
from benchmarks.process import CheckerError, Ended, Limits

if TYPE_CHECKING:
    from model.search.exploration import Seen
    from model.search.reduce import Reduction
    from traces.run import Run

ROOT = Path(__file__).resolve().parents[1]
MEMORY_BYTES = 8 << 30
_LIMITS = Limits(1800, memory_bytes=None)  # of itself: it reserves more than it touches


def ours(
    run: Run,
    properties: str = "safety",
    seen: Seen = "exact",
    reduce: Iterable[Reduction] = (),
    **options: Any,
) -> Built:
    """A search by our engine.

    Args:
        run: what is searched.
        properties: `safety`, as other checkers have it, or `all`, with leads-to.
        seen: how states are remembered, `exact` or by `fingerprints`.
        reduce: the reductions to use; then fewer states are counted.
        options: of `model.search.exploration.Limits`.
    """
    words = {name: v.value if isinstance(v, Enum) else v for name, v in asdict(run).items()}
    asked = json.dumps(
        {
            "run": words, "properties": properties, "seen": seen, "reduce": sorted(reduce),
            "options": options,
        }
    )  # fmt: skip
    return Built((sys.executable, "-m", "benchmarks.ours", asked), ROOT, 0.0, _read, _LIMITS)


def _read(ended: Ended, _: float) -> Outcome:
    if ended.status:
        raise CheckerError(f"our engine failed: {ended.output[-2000:]}")
    said = json.loads(ended.output.splitlines()[-1])
    if not said["complete"]:
        raise CheckerError(f"our search is not complete: {said['stopped']}")
    cost = Cost(
        said["loading_seconds"], said["seconds"], said["cpu_seconds"], ended.peak_bytes,
        said["seen_bytes"], said["start_seconds"],
    )  # fmt: skip
    names = frozenset(said["violated"])
    return Outcome(said["states"], said["transitions"], names, len(names), cost)


# -- in the child -----------------------------------------------------------------------------


def main(asked: str) -> None:
    """Searches, and prints what came of it in one line."""
    from benchmarks.parts import of_safety
    from model.protocol import Delivery, Variant
    from model.search import Limits as SearchLimits
    from model.search import check
    from model.search.exploration import Method
    from traces.run import Run

    given = json.loads(asked)
    words = given["run"]
    words["delivery"] = Delivery(words["delivery"])
    words["variant"] = None if words["variant"] is None else Variant(words["variant"])
    started = time.monotonic()
    finite = Run(**words).finite
    if given["properties"] == "safety":
        finite = of_safety(finite)
    staging_seconds = time.monotonic() - started
    limits = partial(
        SearchLimits, **({"memory_bytes": MEMORY_BYTES, "threads": 1} | given["options"])
    )

    method = Method(given["seen"], frozenset(given["reduce"]))
    starts = []
    for _ in range(2):
        started = time.monotonic()
        check(finite, "native", limits(states=2), method=method)
        starts.append(time.monotonic() - started)

    started, cpu = time.monotonic(), time.process_time()
    result = check(finite, "native", limits(), method=method)
    said = {
        "states": result.states,
        "transitions": result.transitions,
        "violated": [finding.name for finding in result.violated],
        "complete": result.complete,
        "stopped": result.stopped,
        "seconds": time.monotonic() - started,
        "cpu_seconds": time.process_time() - cpu,
        "loading_seconds": starts[0] - starts[1],
        "start_seconds": staging_seconds + starts[1],
        "seen_bytes": result.account.seen_bytes,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
