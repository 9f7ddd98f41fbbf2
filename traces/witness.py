"""Traces that are kept for something else than a violation, and what for.

A witness reaches a predicate, is a part of a cover of the state graph, or is a random walk. That
it is a behaviour of the spec, and that its last state is what it says, is for `traces.replay` to
judge.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, assert_never

from model.lang import FormulaError, Parsed, parse
from model.protocol import exchange
from model.search.result import Trace
from traces.errors import TraceError
from traces.itf import Json
from traces.meta import Meta
from traces.run import Run

Covered: TypeAlias = Literal["states", "transitions", "pairs"]
WITNESS_KINDS = ("reach", "cover", "walk")
_GENERATE = "write the trace again with `onevoice generate`"
_COVERED: dict[str, Covered] = {"states": "states", "transitions": "transitions", "pairs": "pairs"}


@dataclass(frozen=True)
class Reach:
    """The last state satisfies a predicate.

    Attributes:
        predicate: its text, in a notation of `model.lang.parse`; it may name elements of the scope.
        number: of this trace among those that reach it, from 1.
    """

    predicate: str
    number: int = 1


@dataclass(frozen=True)
class Part:
    """One of several traces that together cover the state graph.

    Attributes:
        covers: what they cover; `pairs` are those of consecutive transitions.
        number: of this trace, from 1.
        of: how many there are.
    """

    covers: Covered
    number: int
    of: int


@dataclass(frozen=True)
class Walk:
    """A random walk.

    Attributes:
        seed: of the random numbers.
        number: of this walk among those of the seed, from 1.
    """

    seed: int
    number: int


Purpose: TypeAlias = Reach | Part | Walk


@dataclass(frozen=True)
class Witness:
    """A trace of a run that is kept for a purpose.

    Attributes:
        description: what it shows, in a sentence; by default what its purpose says.
        found_by: the command that found it, for whoever reads the file.
    """

    run: Run
    purpose: Purpose
    trace: Trace
    description: str = ""
    found_by: str = field(default="", compare=False)

    @property
    def file_name(self) -> str:
        """A name for its file: the same for the same run and purpose."""
        return file_name(self.run, self.purpose)

    @property
    def shows(self) -> str:
        """What it shows: its description, or what its purpose says."""
        if self.description:
            return self.description
        match self.purpose:
            case Reach(predicate=text):
                return f"A behaviour that reaches {' '.join(text.split())}"
            case Part(covers=covers, number=number, of=total):
                what = "pairs of consecutive transitions" if covers == "pairs" else covers
                return f"Part {number} of {total} of a cover of all {what}"
            case Walk(seed=seed, number=number):
                return f"Random walk {number} of seed {seed}"
            case _:
                assert_never(self.purpose)


def file_name(run: Run, purpose: Purpose) -> str:
    """A name for the file of a trace of a run that is kept for a purpose."""
    match purpose:
        case Reach(predicate=text, number=number):
            digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:8]
            return f"reach_{run.name}_{digest}_{number}.itf.json"
        case Part(covers=covers, number=number, of=total):
            return f"{covers}_{run.name}_{number:0{len(str(total))}}.itf.json"
        case Walk(seed=seed, number=number):
            return f"walk_{run.name}_seed-{seed}_{number}.itf.json"
        case _:
            assert_never(purpose)


def predicate(run: Run, text: str) -> Parsed:
    """A formula over the states of a run, which may name the elements of its scope.

    Args:
        run: the spec and its scope.
        text: the formula, in a notation of `model.lang.parse`.

    Raises:
        FormulaError: the text is no formula over the spec.
        ScopeError: the scope is wrong.
    """
    return parse(text, exchange(run.staged.parameters["switches"]), run.finite)


def write_purpose(purpose: Purpose) -> dict[str, Json]:
    """The fields of `#meta` that say what a trace is kept for."""
    match purpose:
        case Reach(predicate=text, number=number):
            return {"kind": "reach", "predicate": text, "number": number}
        case Part(covers=covers, number=number, of=total):
            return {"kind": "cover", "covers": covers, "number": number, "of": total}
        case Walk(seed=seed, number=number):
            return {"kind": "walk", "seed": seed, "number": number}
        case _:
            assert_never(purpose)


def read_purpose(meta: Meta, run: Run) -> Purpose:
    """What a trace is kept for.

    Raises:
        TraceError: a field is missing or wrong, or a predicate is no formula over the spec.
    """
    kind: Any = meta.one_of("kind", list(WITNESS_KINDS))
    number = meta.integer("number")
    if number < 1:
        raise TraceError(f"`#meta`: `number` is {number} and must be at least 1")
    if kind == "reach":
        text = meta.text("predicate")
        try:
            predicate(run, text)
        except FormulaError as error:
            raise TraceError(f"`#meta`: `predicate`: {error}", advice=_GENERATE) from None
        return Reach(text, number)
    if kind == "cover":
        covers = _COVERED[meta.one_of("covers", list(_COVERED))]
        total = meta.integer("of")
        if total < number:
            raise TraceError(f"`#meta`: `of` is {total}, less than `number`, which is {number}")
        return Part(covers, number, total)
    return Walk(meta.integer("seed"), number)
