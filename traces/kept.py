"""The counterexamples that are kept: of each variant to each property that it breaks, the smallest.

They lie in traces/corpus, whose README.md says how they got there. Small scopes are searched, one
after the other, and a property's counterexample is the shortest one of the first scope in which it
is violated. Where both forms of delivery violate it, the shorter trace stands; of two equally long
ones that of sending-view delivery, for what goes wrong with the stronger promise goes wrong with
the weaker one, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import get_args

from model.protocol import Delivery, Variant
from model.search import check
from traces import itf
from traces.counterexample import Counterexample, Kind, read, to_text
from traces.errors import TraceError
from traces.meta import OURS
from traces.replay import replay
from traces.run import Run

README = "README.md"
SUFFIX = ".itf.json"

# What the requests of a scope bring, and its failures: fewer members before more, then fewer
# requests, then fewer failures, then fewer states.
SCOPES = (
    ("1j", 0), ("1", 0),
    ("2j", 0), ("1+1j", 0), ("2", 0), ("1+1", 0),
    ("2j", 1), ("1+1j", 1), ("2", 1), ("1+1", 1),
    ("1,1j", 0), ("1,1j", 1),
    ("3j", 0), ("2+1j", 0), ("3", 0), ("2+1", 0),
    ("3j", 1), ("2+1j", 1), ("3", 1), ("2+1", 1),
    ("1+1j,1j", 0), ("1j+1,1j", 0), ("1+1,1j", 0),
)  # fmt: skip

Broken = Mapping[Variant, Collection[str]]
"""The properties that each variant breaks."""


def smallest(variant: Variant, properties: Collection[str]) -> dict[str, Counterexample]:
    """The counterexamples of a variant that are to be kept, by property.

    Args:
        variant: the departure from the shipped protocol.
        properties: those that it breaks.

    Raises:
        ValueError: in none of the scopes it breaks one of them.
    """
    found: dict[str, Counterexample] = {}
    for groups, failures in SCOPES:
        missing = sorted(set(properties) - found.keys())
        if not missing:
            return found
        runs = [Run(groups, failures, delivery=form, variant=variant) for form in Delivery]
        by_delivery = [shortest(run) for run in runs]
        for name in missing:
            shown = [violated[name] for violated in by_delivery if name in violated]
            if shown:
                found[name] = min(shown, key=lambda counterexample: len(counterexample.trace))
    missing = sorted(set(properties) - found.keys())
    if missing:
        raise ValueError(f"no scope shows how {variant.value} breaks {', '.join(missing)}")
    return found


def shortest(run: Run) -> dict[str, Counterexample]:
    """A shortest counterexample of a run to each property that it violates."""
    return {finding.name: Counterexample.of(run, finding) for finding in check(run.finite).violated}


def counterexamples(folder: Path) -> Iterator[Path]:
    """The files of a corpus that hold counterexamples, and not something else that is kept.

    Raises:
        TraceError: a file is no trace of ours.
    """
    for path in sorted(folder.rglob(f"*{SUFFIX}")):
        if _kind(path) in get_args(Kind):
            yield path


def faults(folder: Path, broken: Broken) -> list[str]:
    """What is wrong with a corpus, a line each: nothing, if all is right.

    Every file must be a trace of ours; what is kept for something else than a violation is not
    looked at further. A counterexample must be written and called as it would be today, be
    violated as it says, and be that of a variant to a property that it breaks, the only one, or
    the README must name it.
    """
    said, kept = [], Counter[tuple[Variant | None, str]]()
    readme = folder / README
    explained = readme.read_text(encoding="utf-8") if readme.exists() else ""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or path.name == README:
            continue
        if not name.endswith(SUFFIX):
            said.append(f"{name}: nothing explains this file")
            continue
        try:
            if _kind(path) not in get_args(Kind):
                continue
            found = read(path)
        except TraceError as error:
            said.append(str(error))
            continue
        said += [f"{name}: {problem}" for problem in _problems(path, found)]
        variant = found.run.variant
        if variant is not None and found.violates in broken.get(variant, ()):
            kept[variant, found.violates] += 1
        elif path.name not in explained:
            said.append(f"{name}: nothing explains this counterexample")
    for variant, properties in broken.items():
        for violates in properties:
            if (count := kept[variant, violates]) != 1:
                said.append(f"{variant.value}, {violates}: {count} files, there must be one")
    return said


def _problems(path: Path, found: Counterexample) -> Iterator[str]:
    if path.name != found.file_name:
        yield f"it must be called {found.file_name}"
    if to_text(found, path.name) != itf.read_text(path):
        yield "it would be written in another way today"
    difference = replay(found).difference
    if difference is not None:
        yield f"{difference.place}: {difference.problem}"


def _kind(path: Path) -> object:
    """What a trace file of ours says it is kept for."""
    try:
        ours = itf.parse(itf.read_text(path)).meta.get(OURS)
        if not isinstance(ours, dict):
            raise TraceError(f"`#meta` lacks `{OURS}`, so this trace is of another tool")
        return ours.get("kind")
    except TraceError as error:
        raise error.within(file=str(path)) from None
