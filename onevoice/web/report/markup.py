"""HTML as values: text is escaped where it becomes HTML, so that nobody can forget it."""

from __future__ import annotations

from collections.abc import Iterable

from onevoice.diagram.svg import escaped


class Markup(str):
    """A text that is HTML already."""

    __slots__ = ()


Attribute = str | int | bool | None


def tag(name: str, *children: str, **attributes: Attribute) -> Markup:
    """An element.

    Args:
        name: of the element, one that has an end.
        children: what is in it: markup as it is, any other text escaped.
        attributes: `_` stands for `-`, and one at the end is left out (`class_`); True is an
            attribute without a value, False and None are none.
    """
    written = "".join(
        f" {_name(key)}" + ("" if value is True else f'="{escaped(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Iterable[str], between: str = "") -> Markup:
    """Several in a row."""
    return Markup(between.join(c if isinstance(c, Markup) else escaped(c) for c in children))


def table(caption: str, columns: Iterable[str], rows: Iterable[Markup], class_: str = "") -> Markup:
    """A table in a frame that can be scrolled with the keyboard.

    Args:
        caption: what it shows.
        columns: the heads.
        rows: each a `tr`.
        class_: of the table.
    """
    heads = join(tag("th", column, scope="col") for column in columns)
    return tag(
        "div",
        tag(
            "table",
            tag("caption", caption),
            tag("thead", tag("tr", heads)),
            tag("tbody", join(rows, "\n")),
            class_=class_ or None,
        ),
        class_="scroll",
        tabindex=0,
        role="region",
        aria_label=caption,
    )


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
