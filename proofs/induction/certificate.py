"""What is kept of a proof: for each obligation the lemmas that it needs.

A certificate is no evidence: every obligation is shown again, from the lemmas that it names. It
only says where to look, so that a proof takes seconds; if it is out of date, or another version of
the solver needs something else, the prover looks further.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from proofs.induction.script import Instances


@dataclass(frozen=True)
class Hint:
    """How an obligation can be shown.

    Attributes:
        lemmas: the names of the lemmas and assumptions to use; None for all.
        instances: where those are used that leave the decidable fragment.
    """

    lemmas: frozenset[str] | None
    instances: Instances


Certificate = Mapping[str, Hint]
"""Hints by the titles of obligations."""


def read(path: Path) -> dict[str, Hint]:
    """Reads a certificate; a file that is not there is an empty one.

    Raises:
        ValueError: the file is no certificate.
    """
    if not path.exists():
        return {}
    found = {}
    try:
        for title, (instances, *lemmas) in json.loads(path.read_text(encoding="utf-8")).items():
            found[title] = Hint(frozenset(lemmas), Instances[instances.upper().replace(" ", "_")])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(f"{path} is no certificate ({error}): delete it, or restore it") from None
    return found


def write(path: Path, certificate: Certificate) -> None:
    """Writes a certificate, an obligation a line, so that a difference shows what has changed."""
    lines = []
    for title in sorted(certificate):
        hint = certificate[title]
        if hint.lemmas is not None:
            instances = hint.instances.name.lower().replace("_", " ")
            entry = json.dumps([instances, *sorted(hint.lemmas)])
            lines.append(f"{json.dumps(title)}: {entry}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
