"""The lines of the sources that the report names: each is a link to what is written around it.

The report opens where no source is, so that it carries what it names: a few lines each, once for
each place, however often that is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from onevoice.gate.check import ROOT, Place
from onevoice.report import words
from onevoice.web.report.markup import Markup, join, tag

if TYPE_CHECKING:
    from onevoice.gate.rows import Citation

_BEFORE, _AFTER = 2, 9
_SIZE_MAX = 1 << 20  # bytes of a file


class Sources:
    """Gives links to places, and keeps in mind which they were.

    Args:
        root: the folder in which the sources are; of files elsewhere nothing is shown.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self._lines: dict[str, tuple[str, ...]] = {}
        self._named: dict[str, set[int]] = {}

    def link(self, place: Place, text: str = "") -> Markup:
        """A place, which is a link if its lines are there.

        Args:
            place: the line.
            text: what the link says; by default the name of the file, and the line.
        """
        text = text or f"{Path(place.file).name}:{place.line}"
        if not 1 <= place.line <= len(self._read(place.file)):
            return tag("span", text, title=f"{place.file}:{place.line}")
        self._named.setdefault(place.file, set()).add(place.line)
        return tag("a", text, href=f"#{_key(place)}", title=f"{place.file}:{place.line}")

    def cited(self, citation: Citation) -> Markup:
        """What cites something, by its name, with the link to it."""
        return join([citation.name, " ", self.link(Place.of(citation.where))])

    def section(self) -> Markup:
        """The lines around all places that links were made to."""
        if not self._named:
            return tag("p", "No line of the sources is named.", class_="nothing")
        return join((self._file(file) for file in sorted(self._named)), "\n")

    def _file(self, file: str) -> Markup:
        lines = sorted(self._named[file])
        shown = [self._excerpt(Place(file, line)) for line in lines]
        said = tag("summary", tag("code", file), f" {words.count(len(lines), 'place')}")
        return tag("details", said, *shown, class_="source")

    def _excerpt(self, place: Place) -> Markup:
        lines = self._read(place.file)
        first = max(place.line - _BEFORE, 1)
        last = min(place.line + _AFTER, len(lines))
        written = [
            _line(number, lines[number - 1], named=number == place.line)
            for number in range(first, last + 1)
        ]
        name = f"{place.file}:{place.line}"
        return tag(
            "pre",
            join([tag("b", name), *written], "\n"),
            id=_key(place),
            tabindex=0,
            role="group",
            aria_label=name,
        )

    def _read(self, file: str) -> tuple[str, ...]:
        if file not in self._lines:
            self._lines[file] = tuple(_text(self.root, file))
        return self._lines[file]


def _text(root: Path, file: str) -> Iterable[str]:
    try:
        path = (root / file).resolve()
        if path.suffix != ".py" or not path.is_relative_to(root.resolve()):
            return ()
        if path.stat().st_size > _SIZE_MAX:
            return ()
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, ValueError):  # a name with NUL is none
        return ()


def _line(number: int, text: str, *, named: bool) -> Markup:
    return tag("mark" if named else "span", f"{number:>4}  {text}")


def _key(place: Place) -> str:
    return "src-" + re.sub(r"[^A-Za-z0-9]+", "-", f"{place.file}-{place.line}")
