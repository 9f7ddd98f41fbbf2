"""A first look at a text: what it is made of, how deep it is nested, in which notation it is.

Whatever could make a parser run out of its stack is refused here, before any parser sees it: a
text that is too long, brackets or signs that nest too deep. What gets through nests at most as
deep as `NESTING_MAX` allows, and everything that reads it counts again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from model.lang.parse.errors import FormulaError, Place

LENGTH_MAX = 10_000  # characters
NESTING_MAX = 50  # with three Python frames for each level, well within Python's own limit
_TOKENS_MAX = 2_000
_DIGITS_MAX = 6

_TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<number>[0-9][\w.]*)|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\#\{|==|!=|<=|>=|->|=>|<->|\*\*|//|<<|>>|:=|[-()\[\]{}.,;:|&~+*/%^@=<>!′∀∃∧∨¬→↔↮≠≤≥])"
)
_OPENS, _CLOSES = {"(": ")", "[": "]", "{": "}", "#{": "}"}, {")", "]", "}"}
_MATHEMATICS = frozenset("∀∃∧∨¬→↔↮≠≤≥′") | {"#{"}
_PYTHON = frozenset(("==", "!=", "<=", ">=", "&", "~", "[", "lambda"))
_PREFIXES = frozenset(("~", "-", "+", "not", "¬"))

Notation = Literal["python", "mathematics"]


@dataclass(frozen=True, slots=True)
class Token:
    """A name, a number or a sign."""

    kind: str
    text: str
    place: Place


def scan(text: str) -> list[Token]:
    """The tokens of a text.

    Raises:
        FormulaError: the text is empty, too long or nested too deep, or has a sign that neither
            notation knows.
    """
    if len(text) > LENGTH_MAX:
        raise FormulaError(
            f"the text has {len(text):,} characters, more than the {LENGTH_MAX:,} that are read",
            text[:LENGTH_MAX], Place(1, 1),
        )  # fmt: skip
    tokens = []
    at, line, begin = 0, 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        place = Place(line, at - begin + 1)
        if match is None:
            raise FormulaError(_unknown(text[at]), text, place)
        if match.lastgroup == "number" and not re.fullmatch(rf"[0-9]{{1,{_DIGITS_MAX}}}", match[0]):
            wanted = f"a natural number of at most {_DIGITS_MAX} digits is needed here"
            raise FormulaError(wanted, text, place)
        if match.lastgroup != "blank":
            tokens.append(Token(match.lastgroup or "", match[0], place))
        elif (breaks := match[0].count("\n")) > 0:
            line, begin = line + breaks, at + match[0].rindex("\n") + 1
        at = match.end()
    if not tokens:
        raise FormulaError("there is no formula: the text is empty", text, Place(1, 1))
    if len(tokens) > _TOKENS_MAX:
        raise FormulaError(
            f"the text has {len(tokens):,} words and signs, more than the {_TOKENS_MAX:,} that "
            "are read", text, tokens[_TOKENS_MAX].place,
        )  # fmt: skip
    _check_nesting(text, tokens)
    return tokens


def notation_of(tokens: list[Token]) -> Notation:
    """Which notation a text is in: that of specs, or that in which formulas are printed.

    One sign that only mathematics has decides, then one that only Python has. A lone `=` and
    `then` are mathematics as well. What is left means the same in both.
    """
    texts = {token.text for token in tokens}
    if texts & _MATHEMATICS:
        return "mathematics"
    return "mathematics" if texts & {"=", "then"} and not texts & _PYTHON else "python"


def too_deep(text: str, place: Place) -> FormulaError:
    """The refusal of what nests too deep."""
    return FormulaError(f"this nests more than {NESTING_MAX} deep: say it in parts", text, place)


def _unknown(sign: str) -> str:
    if sign in "'\"`":
        return "a quotation mark is no part of a formula: names stand as they are"
    if sign == "#":
        return "a comment is no part of a formula"
    return f"{sign!a} is no sign of a formula"


def _check_nesting(text: str, tokens: list[Token]) -> None:
    """Brackets match, and neither they nor signs before an operand nest too deep."""
    awaited: list[tuple[str, Token]] = []
    run = 0  # prefixes without an operand between them; a lambda and its parameters are one
    parameters = False
    for token in tokens:
        if token.text in _OPENS:
            awaited.append((_OPENS[token.text], token))
        elif token.text in _CLOSES:
            if not awaited:
                raise FormulaError(f"{token.text!r} closes nothing", text, token.place)
            expected, opening = awaited.pop()
            if token.text != expected:
                raise FormulaError(
                    f"{token.text!r} does not close the {opening.text!r} of {opening.place}",
                    text, token.place,
                )  # fmt: skip
        if token.text == "lambda":
            run, parameters = run + 1, True
        elif parameters:
            parameters = token.text != ":"
        else:
            run = run + 1 if token.text in _PREFIXES else 0
        if max(len(awaited), run) > NESTING_MAX:
            raise too_deep(text, token.place)
    if awaited:
        opening = awaited[-1][1]
        raise FormulaError(f"{opening.text!r} is never closed", text, opening.place)
