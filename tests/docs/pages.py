"""The project's pages, and a tutorial's clicks as its text has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from onevoice.explorer.session import Session
from onevoice.options import read_run
from tests.commands_in_text import ROOT, Command, commands

DOCS = ROOT / "docs"
PAGES = tuple(sorted(DOCS.rglob("*.md")))
OTHER_PAGES = (ROOT / "README.md", ROOT / "traces" / "corpus" / "README.md")
TUTORIAL = DOCS / "tutorial.md"

_ITEM = re.compile(r"^(\d+)\. (.*?)(?=^\d+\. |^\S|\Z)", re.M | re.S)
_IMAGE = re.compile(r"^!\[[^]]*\]\(images/([\w-]+)\.png\)$", re.M)


def name_of(page: Path) -> str:
    """A page's name in messages."""
    return str(page.relative_to(ROOT))


@dataclass(frozen=True)
class Item:
    """A numbered item of the tutorial: what its reader does, and sees.

    Attributes:
        text: of the item, on one line.
        picture: the name of the picture that comes before the next item; "" if there is none.
    """

    number: int
    text: str
    picture: str

    @property
    def step(self) -> str | None:
        """The step of the list that is clicked."""
        found = re.match(r"Click `([^`]+)`", self.text)
        return found[1] if found else None

    @property
    def variant(self) -> str | None:
        """The variant with which the explorer begins anew."""
        found = re.match(r"Choose `([^`]+)` as the variant, and press \*\*Begin\*\*", self.text)
        return found[1] if found else None

    @property
    def disabled(self) -> str | None:
        """The step that is looked for among the disabled ones."""
        found = re.match(r"Open \*\*Disabled steps\*\*, and type `([^`]+)`", self.text)
        return found[1] if found else None

    @property
    def saves(self) -> bool:
        """Whether the behaviour is saved."""
        return self.text.startswith("Press **Save**")

    @property
    def reddens(self) -> frozenset[str]:
        """The properties that are said to become false."""
        return frozenset(re.findall(r"`(\w+)` turns red", self.text))

    @property
    def quoted(self) -> list[str]:
        """What stands in it as code."""
        return re.findall(r"`([^`]+)`", self.text)


def items() -> list[Item]:
    """The numbered items of the tutorial, in their order."""
    page = TUTORIAL.read_text(encoding="utf-8")
    found = list(_ITEM.finditer(page))
    ends = [match.start() for match in found[1:]] + [len(page)]
    return [
        Item(
            int(match[1]),
            " ".join(match[2].split()),
            picture[1] if (picture := _IMAGE.search(page, match.end(), end)) else "",
        )
        for match, end in zip(found, ends, strict=True)
    ]


def explore_command() -> Command:
    """The command by which the tutorial starts the explorer."""
    page = TUTORIAL.read_text(encoding="utf-8")
    return next(each for each in commands(page) if each.words[0] == "explore")


def saved_by_hand() -> tuple[str, str]:
    """The name and the text of the file that the tutorial's reader saves: its clicks, unclicked."""
    from onevoice.commands.explore import command

    words = list(explore_command().words[1:])
    with command.make_context("explore", words) as context:
        given = {**context.params, "trace": None}
    for option in ("trace", "host", "port", "opens", "plain"):
        del given[option]
    session = Session.begin(read_run(given, given.pop("variant")))
    for item in items():
        if item.saves:
            return session.saved("onevoice explore")
        if item.step is not None:
            steps = {session.finite.describe(step): step for step in session.enabled()}
            session = session.take(steps[item.step])
    raise AssertionError("the tutorial saves nothing")
