"""Trace files: counterexamples, and witnesses, which are kept for something else (`witness`).

What the trace format leaves to the tool stands in its `#meta`, under `onevoice`: all that is
needed to stage the spec again, what the trace is kept for, how a lasso closes, and the commands
that replay the trace and that find it again. A file of another version of the spec is read only if
its symbols and elements are still the same; whether its steps still are is for `traces.replay` to
say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from model.scope import Finite, State, Step
from model.search.result import Finding, Trace
from traces import itf
from traces.errors import TraceError, quoted
from traces.itf import Document, Json
from traces.meta import OURS, Meta, read_meta, read_run, write_run
from traces.run import Run
from traces.states import Codec
from traces.witness import WITNESS_KINDS, Witness, read_purpose, write_purpose

Kind: TypeAlias = Literal["safety", "step", "bound", "leads-to", "deadlock"]
POINTS_MAX = 20_000_000
"""Points of all states of a trace together: each takes memory, whatever the size of the file."""
_SHOW = "`onevoice show` prints what it shows"


@dataclass(frozen=True)
class Counterexample:
    """A trace of a run that violates a property.

    Attributes:
        violates: the name of the property.
        kind: what kind of property it is, which says where in the trace it is violated.
        found_by: the command that found it, for whoever reads the file.
    """

    run: Run
    violates: str
    kind: Kind
    trace: Trace
    found_by: str = field(default="", compare=False)  # empty for the search that finds a shortest

    @staticmethod
    def of(run: Run, finding: Finding, found_by: str = "") -> Counterexample:
        """The counterexample of a finding.

        Args:
            run: what was looked at.
            finding: a property that is violated.
            found_by: the command, if it was no search for a shortest one.
        """
        assert finding.trace is not None
        kind: Kind = finding.kind  # type: ignore[assignment]
        return Counterexample(run, finding.name, kind, finding.trace, found_by)

    @property
    def file_name(self) -> str:
        """A name for its file: the same for the same run and property."""
        return f"{self.violates}_{self.run.name}.itf.json"


def write(kept: Counterexample | Witness, path: Path) -> None:
    """Writes a trace file.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(to_text(kept, path.name), encoding="utf-8")


def read(path: Path) -> Counterexample:
    """Reads the file of a counterexample.

    Raises:
        TraceError: the file is missing, malformed, does not fit the spec that it names, or is a
            witness.
    """
    found = read_trace(path)
    if isinstance(found, Witness):
        raise TraceError("this trace violates no property", advice=_SHOW, file=str(path))
    return found


def read_trace(path: Path) -> Counterexample | Witness:
    """Reads a trace file of either kind.

    Raises:
        TraceError: the file is missing, malformed, or does not fit the spec that it names.
    """
    try:
        return trace_from_text(itf.read_text(path))
    except TraceError as error:
        raise error.within(file=str(path)) from None


# -- writing ------------------------------------------------------------------------------------


def to_text(kept: Counterexample | Witness, file_name: str) -> str:
    """The text of a trace file.

    Args:
        kept: what to write.
        file_name: how the file is called, for the command that replays it.
    """
    run, trace = kept.run, kept.trace
    codec = Codec(run.finite)
    states = [
        {"#meta": {"index": index}, **codec.write_state(state), **codec.write_step(step)}
        for index, (state, step) in enumerate(zip(trace.states, (None, *trace.steps), strict=True))
    ]
    replay = {"replay": f"onevoice replay {file_name}"}
    if isinstance(kept, Witness):
        description, status = kept.shows, "ok"
        ours = write_run(run) | write_purpose(kept.purpose) | replay | {"found_by": kept.found_by}
    else:
        description, status = f"A behaviour that violates {kept.violates}", "violation"
        ours = write_run(run) | _violation(kept, codec, replay)
    meta = {
        "format": "ITF",
        "format-description": itf.FORMAT_DESCRIPTION,
        "description": description,
        "source": run.staged.name,
        "status": status,
        OURS: ours,
    }
    return itf.unparse(codec.variables, states, trace.loop, meta)


def _violation(
    counterexample: Counterexample, codec: Codec, replay: dict[str, Json]
) -> dict[str, Json]:
    """The fields of `#meta` that say what is violated."""
    closing = counterexample.trace.closing
    found_by = f"onevoice check {counterexample.run.options} --property {counterexample.violates}"
    return {
        "property": counterexample.violates,
        "kind": counterexample.kind,
        "closing": codec.write_step(closing) if closing is not None else None,
        **replay,
        "found_by": counterexample.found_by or found_by,
    }


# -- reading ------------------------------------------------------------------------------------


def from_text(text: str) -> Counterexample:
    """The counterexample that a trace file's text holds.

    Raises:
        TraceError: the text is malformed, does not fit the spec that it names, or is a witness's.
    """
    found = trace_from_text(text)
    if isinstance(found, Witness):
        raise TraceError("this trace violates no property", advice=_SHOW)
    return found


def trace_from_text(text: str) -> Counterexample | Witness:
    """What a trace file's text holds.

    Raises:
        TraceError: the text is malformed, or does not fit the spec that it names.
    """
    document = itf.parse(text)
    meta = read_meta(document)
    run = read_run(meta)
    if meta.content.get("kind") in WITNESS_KINDS:
        return _read_witness(document, meta, run)
    kind = _read_property(meta, run.finite)
    codec = Codec(run.finite)
    states, steps = _read_states(document, codec)
    closing = _read_closing(meta, codec, document.loop, len(states))
    trace = Trace(states, steps, document.loop, closing)
    if (kind == "leads-to") != (trace.loop is not None):
        raise TraceError(
            f"`loop` must {'be there' if trace.loop is None else 'not be there'}: "
            f"{meta.text('property')} is a property of kind {kind}"
        )
    return Counterexample(run, meta.text("property"), kind, trace, meta.found_by())


def _read_witness(document: Document, meta: Meta, run: Run) -> Witness:
    if document.loop is not None:
        raise TraceError("`loop` must not be there: the trace is no counterexample")
    purpose = read_purpose(meta, run)
    trace = Trace(*_read_states(document, Codec(run.finite)))
    said = document.meta.get("description", "")
    if not isinstance(said, str):
        raise TraceError("`#meta`: `description` must be a text")
    plain = Witness(run, purpose, trace, found_by=meta.found_by())
    return plain if said == plain.shows else replace(plain, description=said)


def _read_states(document: Document, codec: Codec) -> tuple[tuple[State, ...], tuple[Step, ...]]:
    """The states of a trace, and the steps between them."""
    points = sum(1 for symbol in codec.finite.staged.symbols for _ in codec.finite.points(symbol))
    if points * len(document.states) > POINTS_MAX:
        raise TraceError(
            f"{len(document.states):,} states of {points:,} points each are more than the "
            f"{POINTS_MAX:,} points that are read",
            advice="take a smaller scope or a shorter trace",
        )
    states, steps = [], []
    for index, fields in enumerate(document.states):
        try:
            if (number := document.state_metas[index].get("index", index)) != index:
                raise TraceError(f"`#meta` says that this is state {quoted(str(number))}")
            states.append(codec.read_state(fields))
            step = codec.read_step(fields)
            if (step is None) != (index == 0):
                must = "must" if index == 0 else "cannot"
                raise TraceError(f"`mbt::actionTaken` {must} be `init` here")
            steps += [step] if step is not None else []
        except TraceError as error:
            raise error.within(place=f"state {index}") from None
    return tuple(states), tuple(steps)


def _read_property(meta: Meta, finite: Finite) -> Kind:
    staged = finite.staged
    kinds: dict[str, Kind] = {"deadlock": "deadlock"}
    kinds |= {p.name: "step" if p.is_step else "safety" for p in staged.invariants}
    kinds |= {p.name: "bound" for p in staged.bounds}
    kinds |= {p.name: "leads-to" for p in staged.leads_to}
    kind = kinds[meta.one_of("property", list(kinds))]
    if meta.one_of("kind", list(get_args(Kind))) != kind:
        raise TraceError(f"`#meta`: `kind` must be {kind} for {meta.text('property')}")
    return kind


def _read_closing(meta: Meta, codec: Codec, loop: int | None, length: int) -> Step | None:
    raw = meta.optional("closing")
    if raw is None:
        if loop is not None and loop != length - 1:
            raise TraceError(f"`#meta`: `closing` must be a step, for `loop` is {loop}")
        return None
    if loop is None:
        raise TraceError("`#meta`: `closing` is there but no `loop`")
    try:
        step = codec.read_step(itf.record_fields(raw))
        if step is None:
            raise TraceError("`init` closes no loop")
        return step
    except TraceError as error:
        raise error.within(place="`closing` of `#meta`") from None
