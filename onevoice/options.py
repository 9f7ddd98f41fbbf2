"""The options that commands share, with their values checked and the nearest names suggested."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from onevoice.memory import free_bytes
from onevoice.search import REDUCE, Ask

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from model.search import Limits
    from model.search.exploration import Method
    from traces.run import Run

F = TypeVar("F", bound=Callable[..., Any])
GIB = 1 << 30
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": GIB, "T": 1 << 40}


def nearest_of(name: str, names: Iterable[str]) -> str | None:
    """The name that is nearest to an unknown one, whatever its case; None if none is near."""
    by_case = {n.lower(): n for n in names}
    near = difflib.get_close_matches(name.lower(), list(by_case), 1)
    return by_case[near[0]] if near else None


def nearest(name: str, names: Sequence[str]) -> str:
    """The end of a message about an unknown name: the nearest one, or all of them."""
    near = nearest_of(name, names)
    return f": did you mean {near!r}?" if near else f": choose from {', '.join(names)}"


class Name(click.ParamType[str]):
    """A name out of a list that is looked up only when it is needed.

    Args:
        what: what the names are of.
        names: gives the names.
    """

    name = "name"

    def __init__(self, what: str, names: Callable[[], list[str]]) -> None:
        self.what, self.names = what, names

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        names = self.names()
        if value not in names:
            self.fail(f"no {self.what} {value!r}{nearest(value, names)}", param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem[Any]]:
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]


class OneOf(click.Choice[str]):
    """One of a few texts; of another one the nearest is suggested."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            near = nearest_of(str(value), self.choices)
            asked = f": did you mean {near!r}?" if near else ""
            names = ", ".join(map(repr, self.choices))
            self.fail(f"{value!r} is not one of {names}{asked}", param, ctx)
        return str(value)


class Size(click.ParamType[int]):
    """Bytes, as in `512M` or `4G`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([KMGT]?)(i?B)?", value, re.I | re.A)
        size = int(float(match[1]) * _UNITS[match[2].upper()]) if match is not None else 0
        if size < 1:
            self.fail(f"{value!r} is no size: write bytes, or as in 512M or 4G", param, ctx)
        return size


def variant_names() -> list[str]:
    """The variants of the protocol."""
    from model.protocol import Variant

    return [variant.value for variant in Variant]


def property_names() -> list[str]:
    """The properties of the protocol."""
    # Not by `traces.run`, which takes four times as long: shells ask for them at each key.
    from model.lang import stage
    from model.protocol import Switches, exchange
    from onevoice.search import DEADLOCK

    return [DEADLOCK, *(p.name for p in stage(exchange(Switches())).properties)]


_COUNT = click.IntRange(0, 99)
_POSITIVE = click.IntRange(min=1)
SECONDS = click.FloatRange(min=0, min_open=True)


def _wrong_members() -> list[str]:
    from impl.core.variants import VARIANTS

    return list(VARIANTS)


WRONG_MEMBERS = Name("variant of the implementation", _wrong_members)

_GROUPS_HELP = (
    "Subgroups that meet, by size: 2+1 merges two; 1j is a joiner without data; after a comma "
    "comes what the next request brings: 1+1,1j."
)

_SCOPE = (
    click.option("--failures", type=_COUNT, default=1, show_default=True,
                 help="Failures at most."),
    click.option("--requests", type=click.IntRange(1, 99), default=None,
                 help="Requests; those beyond --groups bring one joiner each."),
    click.option("--views", type=click.IntRange(1, 99), default=None,
                 help="Views at most; by default as many as can be formed."),
    click.option("--delivery", type=OneOf(["sending-view", "same-view"]),
                 default="same-view", show_default=True,
                 help="In which view a message is delivered (E4)."),
    click.option("--total-order", is_flag=True, help="Deliver in one order everywhere (E5)."),
)  # fmt: skip

_PROPERTY = (
    click.option("--property", "properties", type=Name("property", property_names), multiple=True,
                 metavar="NAME", help="Check only this property (repeatable)."),
)  # fmt: skip

_VARIANT = (
    click.option("--variant", type=Name("variant", variant_names), default=None, metavar="NAME",
                 help="Depart from the protocol in this way; `onevoice variants` lists them."),
)  # fmt: skip

_SEARCH = (
    *_PROPERTY,
    click.option("--no-liveness", is_flag=True, help="Leave out what is to happen eventually."),
    click.option("--engine", type=OneOf(["native", "interp"]), default="native",
                 show_default=True, help="The fast engine, or the slow definition of meaning."),
)  # fmt: skip

_LIMITS = (
    click.option("--max-memory", type=Size(), default=None, metavar="SIZE",
                 help="For states and their index, as in 4G; by default half of what is free."),
    click.option("--max-states", type=_POSITIVE, default=None, help="Stop after so many states."),
    click.option("--max-seconds", type=SECONDS, default=None, help="Stop after so long."),
    click.option("--threads", type=click.IntRange(1, 1024), default=None,
                 help="Threads of the native engine; by default one a core."),
)  # fmt: skip

_SEEN = ["exact", "fingerprints"]

_REDUCE = (
    click.option("--reduce", type=Name("reduction", lambda: list(REDUCE)), default="none",
                 show_default=True, metavar="[none|order|symmetry|all]",
                 help="Search fewer states for the same verdicts: take steps at once whose order "
                 "does not matter, of symmetric states one only, or both. With --property only "
                 "what was chosen must be kept, which can allow more."),
)  # fmt: skip

_METHOD = (
    *_REDUCE,
    click.option("--seen", type=Name("way to remember states", lambda: _SEEN), default="exact",
                 show_default=True, metavar="[exact|fingerprints]",
                 help="Remember states themselves, or a hash of 64 bits of each: faster, at the "
                 "risk (which is told) that two have the same and one is missed."),
    click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=None,
                 metavar="DIR",
                 help="Keep states in files there. The same command goes on where it was "
                 "interrupted, killed or stopped by a limit."),
)  # fmt: skip

_OUTPUT = (
    click.option("--trace-dir", type=click.Path(file_okay=False), default=None, metavar="DIR",
                 help="Where counterexamples are written."),
    click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
    click.option("--plain", is_flag=True, help="No colours, and progress as plain lines."),
)  # fmt: skip


def search_options(groups: str) -> Callable[[F], F]:
    """Adds the options of the scope, the search and the output.

    Args:
        groups: the default of `--groups`.
    """
    options = (_groups(groups), *_SCOPE, *_SEARCH, *_LIMITS, *_OUTPUT)
    return lambda function: _with(options, function)


def scope_options(groups: str) -> Callable[[F], F]:
    """Adds the options that say what is run, the variant among them: what `read_run` reads.

    Args:
        groups: the default of `--groups`.
    """
    options = (_groups(groups), *_SCOPE, *_VARIANT)
    return lambda function: _with(options, function)


def variant_option(function: F) -> F:
    """Adds `--variant`."""
    return _with(_VARIANT, function)


def property_option(function: F) -> F:
    """Adds `--property`."""
    return _with(_PROPERTY, function)


def method_options(function: F) -> F:
    """Adds `--reduce`, `--seen` and `--folder`."""
    return _with(_METHOD, function)


def reduce_option(function: F) -> F:
    """Adds `--reduce`."""
    return _with(_REDUCE, function)


def search_limits(function: F) -> F:
    """Adds the limits of a search."""
    return _with(_LIMITS, function)


def output_options(function: F) -> F:
    """Adds `--trace-dir`, `--json` and `--plain`."""
    return _with(_OUTPUT, function)


def _groups(default: str) -> Callable[[F], F]:
    return click.option(
        "--groups", default=default, show_default=True, metavar="GROUPS", help=_GROUPS_HELP
    )


def _with(options: tuple[Any, ...], function: F) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def read_ask(given: dict[str, Any], variant: str | None = None) -> Ask:
    """What the options of the scope and the search ask for.

    Raises:
        click.UsageError: they leave nothing to check, or the engine cannot do it.
        ScopeError: the scope is wrong.
    """
    run = read_run(given, variant)
    ask = Ask(
        run, given["properties"], not given["no_liveness"], given["engine"], read_limits(given),
        _method(given),
    )  # fmt: skip
    if not ask.checked:
        raise click.UsageError("--no-liveness leaves no property to check")
    return ask


def _method(given: dict[str, Any]) -> Method:
    from model.search.exploration import Method

    method = Method(
        given.get("seen", "exact"), frozenset(REDUCE[given["reduce"]]), given.get("folder")
    )
    if given["engine"] == "interp" and method != Method():
        asked = {"reduce": method.reduce, "seen": method.seen != "exact", "folder": method.folder}
        names = " or ".join(f"--{name}" for name, value in asked.items() if value)
        raise click.UsageError(
            f"--engine interp is the slow definition of meaning and has no {names}: "
            "leave one or the other out"
        )
    return method


def read_run(given: dict[str, Any], variant: str | None = None) -> Run:
    """What the options of the scope name.

    Raises:
        ScopeError: the scope is wrong.
    """
    from model.protocol import Delivery, Variant
    from traces.run import Run

    run = Run(
        "".join(given["groups"].split()),
        given["failures"],
        given["requests"] or 0,
        given["views"] or 0,
        Delivery(given["delivery"]),
        given["total_order"],
        Variant(variant) if variant is not None else None,
    )
    run.finite  # noqa: B018 a wrong scope is said before anything else is
    return run


def read_limits(given: dict[str, Any]) -> Limits:
    """What may stop a search."""
    from model.search import Limits

    return Limits(
        memory_bytes=given.get("max_memory") or free_bytes() // 2,
        states=given.get("max_states"),
        seconds=given.get("max_seconds"),
        threads=given.get("threads"),
        stop_at_first=given.get("stop_at_first", False),
    )
