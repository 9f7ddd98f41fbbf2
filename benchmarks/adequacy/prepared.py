"""What is made once, before anything of the implementation is imported, and used for all mutants.

The state graphs of the scopes, and what validates logs: neither knows the implementation, so that a
process that has them can be forked, and its child import a mutant of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.interp import Interpreter
from model.protocol import Delivery, Variant
from model.search.exploration import Graph, Limits
from model.search.native.engine import NativeSearch
from traces.run import Run
from traces.validate import Validator

MEMORY_BYTES = 1 << 28  # a search reserves all of it, and a process that is forked as much again
SENDING, SAME = Delivery.SENDING_VIEW, Delivery.SAME_VIEW

SCOPES = (
    Run("2", 1, delivery=SENDING),
    Run("2", 1, delivery=SAME),
    Run("1+1j", 1, delivery=SAME),
    Run("1,1", 1, delivery=SAME),
    Run("2+1j", 1, delivery=SAME, variant=Variant.HIGHEST_NAME),
    Run("2", 1, delivery=SAME, variant=Variant.IGNORES_INDICATOR),
    Run("2+1", 1, delivery=SAME),
    Run("2+1", 2, delivery=SENDING),
)
"""Where members are driven in lockstep, the small ones first."""


@dataclass(frozen=True)
class Prepared:
    """What does not depend on the implementation.

    Attributes:
        graphs: scopes with their state graphs.
        validators: of logs, by the form of delivery.
        part: how much is taken of the storms and tempests.
    """

    graphs: tuple[tuple[Run, Graph], ...]
    validators: Mapping[Delivery, Validator]
    part: float


def prepare(
    scopes: tuple[Run, ...] = SCOPES,
    part: float = 1.0,
    say: Callable[[str], None] = lambda far: None,
) -> Prepared:
    """Makes it.

    Args:
        scopes: whose graphs are wanted.
        part: see `Prepared`.
        say: is told how far it is.

    Raises:
        ScopeError: a scope does not fit the spec.
    """
    graphs = []
    for run in scopes:
        say(f"the state graph of {run.name}")
        initial = list(Interpreter(run.finite).initial_states())
        graphs.append(
            (
                run,
                NativeSearch(run.finite, initial, Limits(threads=1, memory_bytes=MEMORY_BYTES))
                .run()
                .graph(),
            )
        )
    return Prepared(tuple(graphs), {form: Validator(form) for form in Delivery}, part)
