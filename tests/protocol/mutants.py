"""Protocols with one line changed: the text of `model.protocol`, copied, changed and imported."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import model.protocol

SOURCES = Path(model.protocol.__file__).parent


class DoesNotApply(Exception):
    """The line that a mutation changes is not there, or not only once: write it anew."""


@contextmanager
def mutated(folder: Path, file: str, old: str, new: str) -> Iterator[ModuleType]:
    """The package `model.protocol` with one piece of one line replaced.

    Args:
        folder: an empty folder for the copy.
        file: the module's name, such as `exchange`.
        old: a piece of exactly one line, not crossing lines.
        new: what stands there instead.

    Raises:
        DoesNotApply: `old` is not there exactly once.
    """
    name = re.sub(r"\W", "_", f"mutant_{folder.parent.name}_{folder.name}")
    package = folder / name
    package.mkdir(parents=True)
    for source in SOURCES.glob("*.py"):
        text = source.read_text(encoding="utf-8")
        if source.stem == file:
            if text.count(old) != 1:
                raise DoesNotApply(f"{file}.py has {old!r} {text.count(old)} times, not once")
            text = text.replace(old, new)
        copy = package / source.name
        copy.write_text(text.replace("model.protocol", name), encoding="utf-8")
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for loaded in [n for n in sys.modules if n == name or n.startswith(f"{name}.")]:
            del sys.modules[loaded]


def exchange_of(protocol: ModuleType, delivery: str, failures: int) -> Any:
    """The spec of a mutated package: its classes are its own, not those of `model.protocol`."""
    switches = protocol.Switches(protocol.Delivery(delivery), failures=failures)
    return protocol.exchange(switches)
