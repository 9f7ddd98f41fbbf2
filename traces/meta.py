"""What stands in `#meta` of our trace files, under `onevoice`, read field by field.

What is common to all of them is the run: all that is needed to stage the spec again. A file of
another version of the spec is read only if the scope and the switches still exist.
"""

from __future__ import annotations

from model.lang import ScopeError
from model.lang.parse.names import nearest
from model.protocol import Delivery, Variant
from traces.errors import TraceError, quoted
from traces.itf import Document, Json
from traces.run import Run

VERSION = 1
OURS = "onevoice"


class Meta:
    """Our part of `#meta`.

    Args:
        content: what stands there.

    Raises:
        TraceError: it is no object.
    """

    def __init__(self, content: Json) -> None:
        if not isinstance(content, dict):
            raise TraceError(f"`#meta`: `{OURS}` must be an object")
        self.content = content

    def _get(self, name: str) -> Json:
        if name not in self.content:
            raise TraceError(f"`#meta`: `{OURS}` lacks `{name}`")
        return self.content[name]

    def text(self, name: str) -> str:
        """A field that is a text."""
        value = self._get(name)
        if not isinstance(value, str):
            raise TraceError(f"`#meta`: `{name}` must be a text")
        return value

    def integer(self, name: str) -> int:
        """A field that is an integer."""
        value = self._get(name)
        if type(value) is not int:
            raise TraceError(f"`#meta`: `{name}` must be an integer")
        return value

    def truth(self, name: str) -> bool:
        """A field that is true or false."""
        value = self._get(name)
        if not isinstance(value, bool):
            raise TraceError(f"`#meta`: `{name}` must be true or false")
        return value

    def optional(self, name: str) -> Json:
        """A field that may be null, but must be there."""
        return self._get(name)

    def one_of(self, name: str, allowed: list[str]) -> str:
        """A field that is one of some texts."""
        value = self.text(name)
        if value not in allowed:
            raise TraceError(
                f"`#meta`: `{name}` is {quoted(value)} and must be one of {', '.join(allowed)}"
                f"{nearest(value, allowed)}"
            )
        return value

    def found_by(self) -> str:
        """The command that found the trace; empty if nothing says so."""
        found = self.content.get("found_by")
        return found if isinstance(found, str) else ""


def read_meta(document: Document) -> Meta:
    """Our part of a document's `#meta`.

    Raises:
        TraceError: there is none, or it is of another version.
    """
    if OURS not in document.meta:
        raise TraceError(
            f"`#meta` lacks `{OURS}`, so this trace is of another tool",
            advice="name a file that `onevoice check` wrote",
        )
    meta = Meta(document.meta[OURS])
    if (version := meta.integer("version")) != VERSION:
        raise TraceError(f"the file is of version {version}, this program reads {VERSION}")
    return meta


def write_run(run: Run) -> dict[str, Json]:
    """The fields that say what a trace is of."""
    return {
        "version": VERSION,
        "spec": run.staged.name,
        "groups": run.groups,
        "failures": run.failures,
        "requests": run.requests,
        "views": run.views,
        "delivery": run.delivery.value,
        "total_order": run.total_order,
        "variant": run.variant.value if run.variant else None,
    }


def read_run(meta: Meta) -> Run:
    """What a trace is of.

    Raises:
        TraceError: a field is missing or wrong, or there is no such scope.
    """
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
