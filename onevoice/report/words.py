"""What values mean, in words."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.lang import Where
    from model.search import Result
    from traces.run import Run


def count(number: int, noun: str) -> str:
    """`1 state`, `2,000 states`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(number: int) -> str:
    """Bytes, in the unit that reads best."""
    value, unit = float(number), "B"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" or value >= 100 else f"{value:.1f} {unit}"


def rate(result: Result) -> int:
    """States a second, of those that this search has found itself."""
    found = result.states - result.account.resumed
    return round(found / result.seconds) if result.seconds > 0 else found


def place(where: Where) -> str:
    """A line of the spec, its file relative to here where that is shorter to read."""
    path = Path(where.file)
    with contextlib.suppress(ValueError, OSError):
        path = path.relative_to(Path.cwd())
    return f"{path}:{where.line}"


def protocol(run: Run) -> str:
    """What is checked: the protocol as it is shipped, or the variant and what it does."""
    if run.variant is None:
        return "as shipped"
    return f"variant {run.variant.value}: {run.variant.meaning}"


def environment(run: Run) -> str:
    """The switches of the environment."""
    order = "total order (E5)" if run.total_order else "no total order"
    return f"{run.delivery.value} delivery (E4), {order}"


def scope(run: Run) -> str:
    """Who arrives with which request, and the limits."""
    names = iter(run.finite.scope.names["Member"])
    requests = []
    for number, request in enumerate(run.exchange_scope.requests):
        groups = []
        for group in request:
            members = " ".join(next(names) for _ in range(group.members))
            groups.append(f"{members} without data" if group.joins else members)
        requests.append(f"r{number} brings {' + '.join(groups)}")
    failures = count(run.failures, "failure")
    return f"{'; '.join(requests)}; at most {failures} and {count(run.views_max, 'view')}"


def short(run: Run) -> str:
    """A run in a line of a list."""
    parts = [run.groups]
    parts += [count(run.requests, "request")] if run.requests else []
    parts += [count(run.failures, "failure"), run.delivery.value]
    parts += ["total order"] if run.total_order else []
    return ", ".join(parts)
