"""What a check depends on: files, and a digest of all of them.

The modules that a check's module imports, directly or not, are read off their sources, also where
they are imported in the middle of a function; only what is imported for types alone is left out.
Data files count with the modules beside them. Two checks with the same digest find the same.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onevoice.gate.check import ROOT, Check

if TYPE_CHECKING:
    from grimp import ImportGraph

VERSION = "1"  # of what is kept
PACKAGES = ("model", "impl", "proofs", "traces", "onevoice")
_LIBRARIES = ("msgspec", "networkx", "numba", "numpy", "python-sat", "scipy", "z3-solver")
_BEGAN = time.time() - 1.0  # other modules were imported before this one
_NO_DATA = {".py", ".pyc"}


@dataclass
class Inputs:
    """Reads what checks depend on; each file once."""

    _digests: dict[Check[Any], str] = field(default_factory=dict)
    _hashes: dict[Path, str] = field(default_factory=dict)
    _modules: dict[str, tuple[Path, ...]] = field(default_factory=dict)

    def files(self, check: Check[Any]) -> tuple[Path, ...]:
        """The files that a check depends on, in order; folders are given file by file."""
        found = set(self._of_module(type(check).__module__))
        for path in check.files():
            found |= {each for each in path.rglob("*") if each.is_file()} or {path}
        return tuple(sorted(found))

    def digest(self, check: Check[Any]) -> str:
        """A name for all that a check depends on: itself, files, libraries, the machine's kind.

        It stays what it was when it was first asked for, whatever is written afterwards.
        """
        if check not in self._digests:
            self._digests[check] = self._digest(check)
        return self._digests[check]

    def _digest(self, check: Check[Any]) -> str:
        files = {_name(path): self._hash(path) for path in self.files(check)}
        text = json.dumps([VERSION, self._libraries, _asked(check), files], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def touched(self, check: Check[Any]) -> Path | None:
        """A file of a check that was written after this program began, if there is one.

        Then it is not known which of its contents was run, and which one was read.
        """
        for path in self.files(check):
            try:
                written = path.stat().st_mtime
            except OSError:
                return path
            if written > _BEGAN:
                return path
        return None

    def _hash(self, path: Path) -> str:
        if path not in self._hashes:
            try:
                content = path.read_bytes()
            except OSError as error:
                content = f"cannot be read: {error.strerror}".encode()
            self._hashes[path] = hashlib.sha256(content).hexdigest()
        return self._hashes[path]

    def _of_module(self, name: str) -> tuple[Path, ...]:
        if name not in self._modules:
            imported = self._imported(name)
            run = set(imported)
            while parents := _parents(run) - run:
                run |= parents.union(*(self._imported(parent) for parent in parents))
            found = {_source(module) for module in run}
            for module in imported:
                found |= set(_data_beside(_source(module)))
            self._modules[name] = tuple(sorted(found))
        return self._modules[name]

    def _imported(self, name: str) -> set[str]:
        """A module, and those that it imports, and so on."""
        return {name, *self._graph.find_upstream_modules(name)}

    @cached_property
    def _graph(self) -> ImportGraph:
        import grimp

        first, *others = PACKAGES
        # Without its cache, which looks at times and not at contents; it takes a tenth of a second.
        return grimp.build_graph(first, *others, exclude_type_checking_imports=True, cache_dir=None)

    @cached_property
    def _libraries(self) -> Mapping[str, str]:
        versions = {name: importlib.metadata.version(name) for name in _LIBRARIES}
        return {**versions, "python": sys.version, "machine": platform.machine()}


def _asked(check: Check[Any]) -> dict[str, str]:
    """A check as text. In which tier it stands does not change what it finds."""
    values = {each.name: getattr(check, each.name) for each in fields(check)}
    del values["tier"]
    return {"kind": check.kind, **{name: repr(value) for name, value in values.items()}}


def _parents(modules: Iterable[str]) -> set[str]:
    """The packages that are run before these modules are."""
    split = [module.split(".") for module in modules]
    return {".".join(parts[:length]) for parts in split for length in range(1, len(parts))}


def _source(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _data_beside(source: Path) -> Iterator[Path]:
    for path in source.parent.iterdir():
        if path.is_file() and path.suffix not in _NO_DATA and not path.name.startswith("."):
            yield path


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
