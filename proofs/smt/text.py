"""Texts of formulas put together, constants folded."""

from __future__ import annotations

from collections.abc import Sequence


def literal(text: str, positive: bool) -> str:
    """A text, or its negation."""
    if positive:
        return text
    return {"true": "false", "false": "true"}.get(text) or f"(not {text})"


def conjunction(parts: Sequence[str]) -> str:
    """That all of some texts hold."""
    return _joined("and", "true", "false", parts)


def disjunction(parts: Sequence[str]) -> str:
    """That one of some texts holds."""
    return _joined("or", "false", "true", parts)


def _joined(word: str, neutral: str, absorbing: str, parts: Sequence[str]) -> str:
    if absorbing in parts:
        return absorbing
    kept = list(dict.fromkeys(part for part in parts if part != neutral))
    if len(kept) > 1:
        return f"({word} {' '.join(kept)})"
    return kept[0] if kept else neutral


def ite(condition: str, then: str, other: str) -> str:
    """One text or the other, by a condition."""
    if condition == "true" or then == other:
        return then
    return other if condition == "false" else f"(ite {condition} {then} {other})"
