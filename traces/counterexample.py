"""Counterexamples as files: a trace, the run that it is of, and the property that it violates.

What the trace format leaves to the tool stands in its `#meta`, under `onevoice`: all that is
needed to stage the spec again, the property, how a lasso closes, and the commands that replay the
trace and that find it again. A file of another version of the spec is read only if its symbols
and elements are still the same; whether its steps still are is for `traces.replay` to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from model.lang import ScopeError
from model.protocol import Delivery, Variant
from model.scope import Finite, Step
from model.search.result import Trace
from traces import itf
from traces.errors import TraceError, quoted
from traces.itf import Json
from traces.run import Run
from traces.states import Codec

VERSION = 1
Kind: TypeAlias = Literal["safety", "step", "bound", "leads-to", "deadlock"]
_OURS = "onevoice"


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

    @property
    def file_name(self) -> str:
        """A name for its file: the same for the same run and property."""
        return f"{self.violates}_{self.run.name}.itf.json"


def write(counterexample: Counterexample, path: Path) -> None:
    """Writes a trace file.

    Raises:
        OSError: the file cannot be written.
    """
    path.write_text(to_text(counterexample, path.name), encoding="utf-8")


def read(path: Path) -> Counterexample:
    """Reads a trace file.

    Raises:
        TraceError: the file is missing, malformed, or does not fit the spec that it names.
    """
    try:
        return from_text(itf.read_text(path))
    except TraceError as error:
        raise error.within(file=str(path)) from None


def to_text(counterexample: Counterexample, file_name: str) -> str:
    """The text of a trace file.

    Args:
        counterexample: what to write.
        file_name: how the file is called, for the command that replays it.
    """
    run, trace = counterexample.run, counterexample.trace
    codec = Codec(run.finite)
    states = [
        {"#meta": {"index": index}, **codec.write_state(state), **codec.write_step(step)}
        for index, (state, step) in enumerate(zip(trace.states, (None, *trace.steps), strict=True))
    ]
    ours = {
        "version": VERSION,
        "spec": run.staged.name,
        "groups": run.groups,
        "failures": run.failures,
        "requests": run.requests,
        "views": run.views,
        "delivery": run.delivery.value,
        "total_order": run.total_order,
        "variant": run.variant.value if run.variant else None,
        "property": counterexample.violates,
        "kind": counterexample.kind,
        "closing": codec.write_step(trace.closing) if trace.closing is not None else None,
        "replay": f"onevoice replay {file_name}",
        "found_by": counterexample.found_by
        or f"onevoice check {run.options} --property {counterexample.violates}",
    }
    meta = {
        "format": "ITF",
        "format-description": itf.FORMAT_DESCRIPTION,
        "description": f"A behaviour that violates {counterexample.violates}",
        "source": run.staged.name,
        "status": "violation",
        _OURS: ours,
    }
    return itf.unparse(codec.variables, states, trace.loop, meta)


def from_text(text: str) -> Counterexample:
    """The counterexample that a trace file's text holds.

    Raises:
        TraceError: the text is malformed, or does not fit the spec that it names.
    """
    document = itf.parse(text)
    if _OURS not in document.meta:
        raise TraceError(
            f"`#meta` lacks `{_OURS}`, so this trace is of another tool",
            advice="name a file that `onevoice check` wrote",
        )
    meta = _Meta(document.meta[_OURS])
    if (version := meta.integer("version")) != VERSION:
        raise TraceError(f"the file is of version {version}, this program reads {VERSION}")
    run = _read_run(meta)
    kind = _read_property(meta, run.finite)
    codec = Codec(run.finite)
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
    closing = _read_closing(meta, codec, document.loop, len(states))
    trace = Trace(tuple(states), tuple(steps), document.loop, closing)
    if (kind == "leads-to") != (trace.loop is not None):
        raise TraceError(
            f"`loop` must {'be there' if trace.loop is None else 'not be there'}: "
            f"{meta.text('property')} is a property of kind {kind}"
        )
    found_by = meta.content.get("found_by")
    return Counterexample(
        run, meta.text("property"), kind, trace, found_by if isinstance(found_by, str) else ""
    )


class _Meta:
    """What we wrote into `#meta`, read field by field."""

    def __init__(self, content: Json) -> None:
        if not isinstance(content, dict):
            raise TraceError(f"`#meta`: `{_OURS}` must be an object")
        self.content = content

    def _get(self, name: str) -> Json:
        if name not in self.content:
            raise TraceError(f"`#meta`: `{_OURS}` lacks `{name}`")
        return self.content[name]

    def text(self, name: str) -> str:
        value = self._get(name)
        if not isinstance(value, str):
            raise TraceError(f"`#meta`: `{name}` must be a text")
        return value

    def integer(self, name: str) -> int:
        value = self._get(name)
        if type(value) is not int:
            raise TraceError(f"`#meta`: `{name}` must be an integer")
        return value

    def truth(self, name: str) -> bool:
        value = self._get(name)
        if not isinstance(value, bool):
            raise TraceError(f"`#meta`: `{name}` must be true or false")
        return value

    def optional(self, name: str) -> Json:
        return self._get(name)

    def one_of(self, name: str, allowed: list[str]) -> str:
        value = self.text(name)
        if value not in allowed:
            raise TraceError(
                f"`#meta`: `{name}` is {quoted(value)} and must be one of {', '.join(allowed)}"
            )
        return value


def _read_run(meta: _Meta) -> Run:
    delivery = Delivery(meta.one_of("delivery", [d.value for d in Delivery]))
    variant = None
    if meta.optional("variant") is not None:
        variant = Variant(meta.one_of("variant", [v.value for v in Variant]))
    run = Run(
        meta.text("groups"), meta.integer("failures"), meta.integer("requests"),
        meta.integer("views"), delivery, meta.truth("total_order"), variant,
    )  # fmt: skip
    try:
        run.finite  # noqa: B018 it is made here, so that a wrong scope is found here
    except ScopeError as error:
        raise TraceError(f"`#meta`: {error}") from None
    if meta.text("spec") != run.staged.name:
        raise TraceError(f"`#meta`: `spec` is {quoted(meta.text('spec'))}, not {run.staged.name}")
    return run


def _read_property(meta: _Meta, finite: Finite) -> Kind:
    staged = finite.staged
    kinds: dict[str, Kind] = {"deadlock": "deadlock"}
    kinds |= {p.name: "step" if p.is_step else "safety" for p in staged.invariants}
    kinds |= {p.name: "bound" for p in staged.bounds}
    kinds |= {p.name: "leads-to" for p in staged.leads_to}
    kind = kinds[meta.one_of("property", list(kinds))]
    if meta.one_of("kind", list(get_args(Kind))) != kind:
        raise TraceError(f"`#meta`: `kind` must be {kind} for {meta.text('property')}")
    return kind


def _read_closing(meta: _Meta, codec: Codec, loop: int | None, length: int) -> Step | None:
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
