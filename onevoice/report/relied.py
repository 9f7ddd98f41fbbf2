"""What a search relied on, in words: how it knew states again, what it left out, how it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onevoice.report import words
from onevoice.search import Ask, Searched

if TYPE_CHECKING:
    from model.search.result import Account, Collision

_BITS = 64  # of a fingerprint
_REDUCTIONS = {
    frozenset({"order"}): "partial order",
    frozenset({"symmetry"}): "symmetry",
    frozenset({"order", "symmetry"}): "partial order and symmetry",
}


def engine(ask: Ask) -> str:
    """The engine and how it is asked to search."""
    method, limits = ask.method, ask.limits
    parts: list[str] = [ask.engine, "exact" if method is None else method.seen]
    if method is not None and method.reduce:
        parts.append(f"reduced by {_REDUCTIONS[method.reduce]}")
    if limits is not None:
        parts.append(f"at most {words.size(limits.memory_bytes)}")
    return ", ".join(parts)


def relied(searched: Searched) -> list[str]:
    """Lines that say what the counts and verdicts of a search rely on."""
    result = searched.result
    account = result.account
    each = account.seen_bytes / result.states
    lines = [
        f"{_seen(account.collision)}; the set of states seen took "
        f"{words.size(account.seen_bytes)}, {each:,.1f} bytes a state"
    ]
    if searched.ask.reduced:
        lines.append(_reduced(searched.ask, account))
    if account.resumed:
        lines.append(
            f"Resumed with {words.count(account.resumed, 'state')} that an earlier run had found"
        )
    return lines


def _seen(collision: Collision | None) -> str:
    if collision is None:
        return "Exact: states were compared, not their hashes"
    return (
        f"Fingerprints of {_BITS} bits: probability that a state was missed, "
        f"expected {collision.expected:.1e}, observed {collision.observed:.1e}"
    )


def _reduced(ask: Ask, account: Account) -> str:
    assert ask.method is not None
    asked = ask.method.reduce
    if not account.reduced:
        return (
            f"Not reduced: {_REDUCTIONS[asked]} left nothing out, given what is looked for; "
            "counts are of the whole graph"
        )
    parts = []
    if "order" in asked:
        steps = words.count(account.eager, "step") if account.eager else "no step"
        parts.append(f"{steps} taken at once")
    if "symmetry" in asked:
        number = account.symmetries
        parts.append("no symmetry" if not number else "1 symmetry" if number == 1 else
                     f"{number:,} symmetries")  # fmt: skip
    return (
        f"Reduced: {', '.join(parts)}; counts are of the reduced graph, counterexamples may not "
        "be the shortest"
    )


def goes_on(searched: Searched) -> str | None:
    """How a search that was stopped is gone on with; None if it cannot be."""
    ask, result = searched.ask, searched.result
    if ask.folder is None or result.complete or ask.limits is None:
        return None
    limits = ask.limits
    if limits.states is not None and result.states >= limits.states:
        how = "with a higher --max-states"
    elif limits.stop_at_first and result.violated:
        how = "without --stop-at-first"
    elif limits.seconds is not None and result.seconds > limits.seconds:
        how = "as it is"
    else:
        how = "with more room"
    return f"The states are kept in {ask.folder}: run it again {how} to go on."
