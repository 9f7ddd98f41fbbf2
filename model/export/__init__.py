"""Other people's checkers: a spec at a scope as text for TLC, Rumur or SPIN.

Each exporter writes the same atomic steps and the same properties, so that the other checker
must find the same numbers of states and transitions and the same verdicts; the head of each
module says how its checker counts. Exporters read staged specs and scopes only: that the other
checker agrees with our engines is evidence because they share nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from model.export.murphi import murphi
from model.export.promela import promela
from model.export.tla import tla
from model.scope import Finite

Format = Literal["tla", "murphi", "promela"]

__all__ = ["EXPORTERS", "Format", "export", "murphi", "promela", "tla"]


def _tla_files(finite: Finite) -> dict[str, str]:
    module, configuration = tla(finite)
    name = finite.staged.name
    return {f"{name}.tla": module, f"{name}.cfg": configuration}


EXPORTERS: Mapping[Format, Callable[[Finite], dict[str, str]]] = {
    "tla": _tla_files,
    "murphi": lambda finite: {f"{finite.staged.name}.m": murphi(finite)},
    "promela": lambda finite: {f"{finite.staged.name}.pml": promela(finite)},
}


def export(finite: Finite, format: Format) -> dict[str, str]:
    """The spec at the scope in another language.

    Returns:
        The texts by the name of the file each belongs in. TLC insists on the module's.

    Raises:
        ScopeError: the scope has no initial state, or too many to write down.
    """
    return EXPORTERS[format](finite)
