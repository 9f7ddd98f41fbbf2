"""Reads HTML strictly: every element must be ended, in order, so that nothing breaks out of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta"}
_OWN_END = {"rect", "line", "path", "circle", "polygon", "polyline"}


@dataclass
class Element:
    """An element with its attributes, its children and all text directly in it."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, name: str = "", **attributes: str) -> Iterator[Element]:
        """The elements in it, of a name and with these attributes, in the page's order."""
        for child in self.children:
            if name in ("", child.name) and all(
                child.attributes.get(key.rstrip("_")) == value for key, value in attributes.items()
            ):
                yield child
            yield from child.all(name, **attributes)

    @property
    def text(self) -> str:
        """All text in it, without the blanks between."""
        return " ".join([*self.texts, *(child.text for child in self.children)]).strip()


class Outline(HTMLParser):
    """The elements of a page.

    Attributes:
        root: what holds them all.
        declaration: what the page says that it is.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.declaration = ""
        self._open = [self.root]

    @classmethod
    def of(cls, text: str) -> Outline:
        """Reads a page, and asserts that it is well nested."""
        outline = cls()
        outline.feed(text)
        outline.close()
        assert outline._open == [outline.root], [e.name for e in outline._open]
        return outline

    def handle_decl(self, decl: str) -> None:
        self.declaration = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        element = Element(tag, {key: value or "" for key, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _OWN_END, f"<{tag}/> is not ended by this in HTML"
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().name == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self._open[-1].texts.append(data.strip())
