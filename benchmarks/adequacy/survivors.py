"""The mutants that are known to live, each with a reason, kept in `survivors.toml`.

A mutant lives because it is the same (*equivalent*), because it is not the same only in what the
specification does not speak of (*unspecified*) or does not let happen (*impossible*), or because
the judge does not come to where it would show (*unreached*). Only the last is a weakness of the
judge.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.adequacy.mutants import Name

FILE = Path(__file__).with_name("survivors.toml")
COLUMNS = 100

CATEGORIES = {
    "equivalent": "it does the same, whatever happens",
    "impossible": "it differs only in what it makes of what no right service or member gives",
    "unspecified": "it differs only in what neither specification nor protocol speaks of",
    "unreached": "it could be seen, where the judge does not come",
}
NOT_WRONG = ("equivalent", "impossible", "unspecified")
"""These cannot be told from the core by what it promises."""


@dataclass(frozen=True)
class Reason:
    """Why a mutant lives.

    Attributes:
        category: one of `CATEGORIES`.
        why: in a sentence or two.
    """

    category: str
    why: str


@dataclass(frozen=True)
class Comparison:
    """What was found, beside what is listed.

    Attributes:
        unlisted: live, and are not listed.
        killed: are listed, and do not live.
        gone: are listed, and are no mutants any more.
    """

    unlisted: tuple[Name, ...]
    killed: tuple[Name, ...]
    gone: tuple[Name, ...]

    @property
    def agrees(self) -> bool:
        return not (self.unlisted or self.killed or self.gone)


def read(path: Path = FILE) -> dict[Name, Reason]:
    """The survivors that are listed.

    Raises:
        ValueError: the file is not of its form, or lists a mutant twice.
    """
    listed: dict[Name, Reason] = {}
    for group in tomllib.loads(path.read_text(encoding="utf-8")).get("survivors", ()):
        unknown = group.keys() ^ {"category", "why", "mutants"}
        if unknown or group["category"] not in CATEGORIES or not group["mutants"]:
            raise ValueError(
                f"{path.name}: a table of survivors has `category` (one of "
                f"{', '.join(CATEGORIES)}), `why` and `mutants`, not {sorted(group)}"
            )
        for module, operator, line, becomes, occurrence in group["mutants"]:
            name = Name(module, operator, line, becomes, occurrence)
            if name in listed:
                raise ValueError(f"{path.name}: listed twice: {name}")
            listed[name] = Reason(group["category"], group["why"])
    return listed


def compare(
    listed: Mapping[Name, Reason], lives: Mapping[Name, bool], made: Collection[Name]
) -> Comparison:
    """What was found, beside what is listed.

    Args:
        listed: as `read` gives them.
        lives: of the mutants that were judged, whether they live.
        made: all mutants of the modules that were asked for.
    """
    modules = {name.module for name in made}
    return Comparison(
        tuple(name for name, alive in lives.items() if alive and name not in listed),
        tuple(name for name, alive in lives.items() if not alive and name in listed),
        tuple(name for name in listed if name.module in modules and name not in made),
    )


def written(names: Iterable[Name]) -> str:
    """Mutants as lines of `survivors.toml`, to be given a category and a reason."""
    return "\n".join(map(_written, names))


def _written(name: Name) -> str:
    parts = [*map(_quoted, (name.module, name.operator, name.line, name.becomes))]
    lines = [f"    [{parts[0]}"]
    for part in (*parts[1:], f"{name.occurrence}],"):
        if len(f"{lines[-1]}, {part},") <= COLUMNS:
            lines[-1] += f", {part}"
        else:
            lines[-1] += ","
            lines.append(f"     {part}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
