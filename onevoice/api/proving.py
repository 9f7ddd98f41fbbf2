"""`prove`: the exchange, or another spec, for every size."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from onevoice.api.options import as_python, chosen, read
from onevoice.api.proved import Proofs
from onevoice.api.results import for_progress

if TYPE_CHECKING:
    from proofs.induction.certificate import Certificate
    from proofs.induction.proof import Proof
    from proofs.induction.proved import Proved, Way


@overload
def prove(
    proof: None = None,
    *,
    delivery: Literal["sending-view", "same-view"] | None = None,
    total_order: bool = False,
    variant: str | None = None,
    only: str | None = None,
    jobs: int | None = None,
    limit_s: float = 15.0,
    cache: bool | str | Path = True,
    progress: bool = False,
) -> Proofs: ...


@overload
def prove(
    proof: Callable[[], Proof],
    *,
    only: str | None = None,
    jobs: int | None = None,
    limit_s: float = 15.0,
    cache: bool | str | Path = True,
    progress: bool = False,
) -> Proofs: ...


def prove(
    proof: Callable[[], Proof] | None = None,
    *,
    delivery: Literal["sending-view", "same-view"] | None = None,
    total_order: bool = False,
    variant: str | None = None,
    only: str | None = None,
    jobs: int | None = None,
    limit_s: float = 15.0,
    cache: bool | str | Path = True,
    progress: bool = False,
) -> Proofs:
    """Proves the exchange for any number of members, requests and failures, or another spec.

    Several processes do it, which begin by importing the program that calls this: a script must
    keep what it does behind `if __name__ == "__main__":`. A notebook needs nothing.

    Args:
        proof: makes the proof of another spec (see `proofs.induction.proof`): a function of a
            module, or a partial of one, for other processes call it, too.
        delivery: the form of E4; by default both, one after the other.
        total_order: messages are delivered in one order everywhere (E5). Safety only.
        variant: depart from the protocol in this way.
        only: only this lemma or property; all other lemmas are taken on trust.
        jobs: processes; by default one a core.
        limit_s: seconds to search for a proof of an obligation whose hint does not work.
        cache: a folder in which it is kept what was proved; True for the user's, False for none.
        progress: say on standard error how far it is.

    Returns:
        What is proved, what is open and which line says it, and what is counted.

    Raises:
        ValueError: an option is wrong, or the proof is no function of a module.
        SpecError: the proof is malformed, or changes what the spec says.
        KeyboardInterrupt: it was interrupted.
    """
    from onevoice.commands.prove import command

    exchange = {"delivery": delivery, "total_order": total_order, "variant": variant}
    folder = None if isinstance(cache, bool) else cache
    asked = {"jobs": jobs, "limit_s": limit_s, "cache": folder, "no_cache": cache is False}
    if proof is None:
        given = read(command, only=only, **exchange, **asked)
        return _proved(_of_the_exchange(given), given, progress)
    for name, value in exchange.items():
        if value:
            raise ValueError(f"{name}: is of the exchange; another spec has a proof of its own")
    _check_importable(proof)
    given = read(command, **asked)
    if only is not None:
        (given["only"],) = chosen("lemma or property", only, _goals(proof))
    return _proved([partial(_of_a_spec, proof)], given, progress)


_Prove = Callable[["Way", Callable[[str], None]], Sequence["Proved"]]


def _of_the_exchange(given: Mapping[str, Any]) -> list[_Prove]:
    """A proof for each form of delivery that is asked for."""
    from model.protocol import Delivery, Switches, Variant
    from onevoice.proving import prove

    variant = Variant(given["variant"]) if given["variant"] else None
    return [
        partial(prove, Switches(each, total_order=given["total_order"], variant=variant))
        for each in Delivery
        if given["delivery"] in (None, each.value)
    ]


def _of_a_spec(
    proof: Callable[[], Proof], way: Way, say: Callable[[str], None]
) -> Sequence[Proved]:
    from proofs.induction.proved import prove

    return [prove(proof, replace(way, certificate={}), say)]


def _proved(todo: Sequence[_Prove], given: Mapping[str, Any], progress: bool) -> Proofs:
    from onevoice import known
    from onevoice.proving import hints

    folder = given["cache"] or known.default_folder()
    keys = frozenset[str]() if given["no_cache"] else known.read(folder)[0]
    done: list[Proved] = []
    with as_python(), for_progress(progress).progress("Proving") as watch:
        way = _way(given, hints(), keys)
        for prove in todo:
            parts = prove(way, watch.say)
            if not given["no_cache"]:
                used = (outcome.key for part in parts for outcome in part.outcomes.values())
                known.write(folder, filter(None, used))
            done += parts
    return Proofs(tuple(done))


def _way(given: Mapping[str, Any], certificate: Certificate, keys: frozenset[str]) -> Way:
    from proofs.induction.attempt import Limits
    from proofs.induction.proved import Way

    limit_s = given["limit_s"]
    limits = Limits(min(Limits.call_s, limit_s), limit_s)
    return Way(certificate, given["only"] or "", given["jobs"] or os.cpu_count() or 1, limits, keys)


def _goals(proof: Callable[[], Proof]) -> list[str]:
    from proofs.induction.obligations import obligations_of
    from proofs.induction.proved import method_of

    return list(dict.fromkeys(method_of(each.goal) for each in obligations_of(proof())))


def _check_importable(proof: Callable[[], Proof]) -> None:
    """Refuses what other processes could not find.

    Raises:
        ValueError: it is a lambda, a function within another, or one of a notebook.
    """
    function: Any = proof.func if isinstance(proof, partial) else proof
    name, module = getattr(function, "__qualname__", "<"), getattr(function, "__module__", "")
    in_a_notebook = module == "__main__" and not hasattr(sys.modules["__main__"], "__file__")
    if "<" in name or in_a_notebook:
        raise ValueError(
            "proof: other processes call it, too, so that it must be a function of a module, or a "
            "partial of one"
        )
