"""`check`: all states of a scope are searched, of the exchange or of any spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from onevoice.api.checked import Checked, Specified
from onevoice.api.options import as_python, chosen, memory, read, several
from onevoice.api.results import for_progress

if TYPE_CHECKING:
    from model.lang import Spec, Staged
    from model.scope import Scope
    from onevoice.search import Ask
    from traces.run import Run


@overload
def check(
    what: str = "2+1",
    *,
    failures: int = 1,
    requests: int | None = None,
    views: int | None = None,
    delivery: Literal["sending-view", "same-view"] = "same-view",
    total_order: bool = False,
    variant: str | None = None,
    properties: str | Sequence[str] = (),
    liveness: bool = True,
    engine: Literal["native", "interp"] = "native",
    reduce: Literal["none", "order", "symmetry", "all"] = "none",
    seen: Literal["exact", "fingerprints"] = "exact",
    folder: str | Path | None = None,
    max_memory: int | str | None = None,
    max_states: int | None = None,
    max_seconds: float | None = None,
    threads: int | None = None,
    stop_at_first: bool = False,
    progress: bool = False,
) -> Checked: ...


@overload
def check(
    what: Spec | Staged,
    scope: Scope | Mapping[str, int],
    *,
    properties: str | Sequence[str] = (),
    liveness: bool = True,
    engine: Literal["native", "interp"] = "native",
    reduce: Literal["none", "order", "symmetry", "all"] = "none",
    seen: Literal["exact", "fingerprints"] = "exact",
    folder: str | Path | None = None,
    max_memory: int | str | None = None,
    max_states: int | None = None,
    max_seconds: float | None = None,
    threads: int | None = None,
    stop_at_first: bool = False,
    progress: bool = False,
) -> Checked: ...


def check(
    what: str | Spec | Staged = "2+1",
    scope: Scope | Mapping[str, int] | None = None,
    *,
    failures: int = 1,
    requests: int | None = None,
    views: int | None = None,
    delivery: Literal["sending-view", "same-view"] = "same-view",
    total_order: bool = False,
    variant: str | None = None,
    properties: str | Sequence[str] = (),
    liveness: bool = True,
    engine: Literal["native", "interp"] = "native",
    reduce: Literal["none", "order", "symmetry", "all"] = "none",
    seen: Literal["exact", "fingerprints"] = "exact",
    folder: str | Path | None = None,
    max_memory: int | str | None = None,
    max_states: int | None = None,
    max_seconds: float | None = None,
    threads: int | None = None,
    stop_at_first: bool = False,
    progress: bool = False,
) -> Checked:
    """Searches all states that can be reached, and judges every property.

    The first form checks the exchange, with the options of `onevoice check`; the second any spec
    in the language of `model.lang`, at a scope.

    Args:
        what: the subgroups that meet, by size: `2+1` merges two, `1j` is a joiner without data,
            after a comma comes what the next request brings; or a spec, staged or not.
        scope: of a spec: a `model.scope.Scope`, or the number of elements by the name of a sort.
        failures: failures at most.
        requests: requests; those beyond `what` bring one joiner each.
        views: views at most; by default as many as can be formed.
        delivery: in which view a message is delivered (E4).
        total_order: deliver in one order everywhere (E5).
        variant: depart from the protocol in this way.
        properties: check only these.
        liveness: check what is to happen eventually, too.
        engine: the fast one, or the slow definition of meaning.
        reduce: search fewer states for the same verdicts.
        seen: remember states themselves, or a hash of 64 bits of each.
        folder: keep states in files there, and go on from what is there already.
        max_memory: bytes, or as in `4G`; by default half of what is free.
        max_states: stop after so many states.
        max_seconds: stop after so long.
        threads: of the native engine; by default one a core.
        stop_at_first: stop where something is first violated.
        progress: say on standard error how far it is.

    Returns:
        The verdicts, with a counterexample of what is violated.

    Raises:
        ValueError: an option is wrong, or does not go together with another.
        ScopeError: the scope is wrong, or does not fit the spec.
        SpecError: the spec is malformed.
        MemoryError: it ran out of memory in spite of the limit.
        KeyboardInterrupt: it was interrupted.
    """
    exchange = {
        "failures": failures, "requests": requests, "views": views, "delivery": delivery,
        "total_order": total_order, "variant": variant,
    }  # fmt: skip
    options = {
        "no_liveness": not liveness, "engine": engine, "reduce": reduce, "seen": seen,
        "folder": folder, "max_memory": memory(max_memory), "max_states": max_states,
        "max_seconds": max_seconds, "threads": threads, "stop_at_first": stop_at_first,
    }  # fmt: skip
    if isinstance(what, str):
        if scope is not None:
            raise ValueError("scope: the exchange has its own, which its groups and limits say")
        ask = _of_the_exchange(what, several(properties), {**exchange, **options})
    else:
        ask = _of_a_spec(what, scope, properties, exchange, options)
    return _searched(ask, progress)


def _searched(ask: Ask, progress: bool) -> Checked:
    from onevoice.search import search

    with as_python(), for_progress(progress).progress("Searching") as watch:
        return Checked(search(ask, watch))


def _of_the_exchange(
    groups: str, properties: tuple[str, ...], options: Mapping[str, object]
) -> Ask:
    from onevoice.commands.check import command
    from onevoice.options import read_ask

    given = read(command, groups=groups, property=properties, **options)
    with as_python():
        return read_ask(given, given["variant"])


def _of_a_spec(
    what: Spec | Staged,
    scope: Scope | Mapping[str, int] | None,
    properties: str | Sequence[str],
    exchange: Mapping[str, object],
    options: Mapping[str, object],
) -> Ask:
    from model.lang import Staged, stage
    from model.scope import Scope
    from onevoice.commands.check import command
    from onevoice.options import read_ask
    from onevoice.search import DEADLOCK

    given, usual = read(command, **exchange, **options), read(command)
    for name in exchange:
        if given[name] != usual[name]:
            raise ValueError(f"{name}: is of the exchange; another spec is given a scope")
    staged = what if isinstance(what, Staged) else stage(what)
    specified = Specified(staged, scope if isinstance(scope, Scope) else Scope(scope or {}))
    specified.finite  # noqa: B018 a wrong scope is said before anything else is
    names = [DEADLOCK, *(prop.name for prop in staged.properties)]
    with as_python():
        ask = read_ask(given)
    # `Run` is the exchange's; its spec and its finite scope are all that a search asks of one.
    run: Any = specified
    return replace(ask, run=cast("Run", run), properties=chosen("property", properties, names))
