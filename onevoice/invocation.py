"""How this program was called, so that the commands that it prints work when they are copied."""

from __future__ import annotations

import importlib.metadata
import shlex
import shutil
import sys
from pathlib import Path


def program() -> str:
    """The words that call this program from any directory."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        module = f"{shlex.quote(sys.executable)} -m onevoice"
        if version() is not None:
            return module
        root = Path(__file__).resolve().parents[1]
        return f"PYTHONPATH={shlex.quote(str(root))} {module}"
    found = shutil.which("onevoice")
    if not called.exists() or called.name != "onevoice":
        return "onevoice"
    if found is not None and Path(found).samefile(called):
        return "onevoice"
    return shlex.quote(str(called.resolve()))


def version() -> str | None:
    """The version that is installed; None if the program runs from its sources alone."""
    try:
        return importlib.metadata.version("onevoice")
    except importlib.metadata.PackageNotFoundError:
        return None
