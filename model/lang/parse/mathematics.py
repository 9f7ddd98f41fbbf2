"""Reads the notation in which `model.lang.show` prints: `∀ m: Member. in_view(v, m) → p(m)`.

It is the inverse of printing. From the loosest to the tightest:

    ∀ ∃ if       a quantifier reaches as far to the right as it can
    ↔ ↮          two of them need parentheses
    →            leans to the right
    ∨, ∧
    = ≠ < ≤ > ≥  one at a time
    +, ¬
    name(…), name′(…), #{m: Member | …}, numbers, (…)

Printing gives a bound variable a number if its name is taken, so `other2` under a variable `other`
is read as another `other`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final
from unicodedata import normalize

from model.lang.parse.errors import FormulaError, Place
from model.lang.parse.scan import NESTING_MAX, Token, too_deep
from model.lang.parse.syntax import (
    Applied,
    Binding,
    Chosen,
    Compared,
    Comparison,
    Connected,
    Constant,
    Dotted,
    Joined,
    Joint,
    Name,
    Negated,
    Quantified,
    Quantifier,
    Syntax,
)

_COMPARISONS: Final[dict[str, Comparison]] = {
    "=": "=", "≠": "≠", "<": "<", "≤": "≤", ">": ">", "≥": "≥",
}  # fmt: skip
_QUANTIFIERS: Final[dict[str, Quantifier]] = {"∀": "forall", "∃": "exists"}
_INSTEAD = {"&": "∧", "|": "∨", "~": "¬", "==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "->": "→"}
_WORDS = {"if", "then", "else"}


def read_mathematics(text: str, tokens: list[Token], free: tuple[str, ...] = ()) -> Syntax:
    """The structure of a text in the notation in which formulas are printed.

    Args:
        text: the text, for messages.
        tokens: what it consists of.
        free: the names of variables that no quantifier in it binds.

    Raises:
        FormulaError: the text is not in the notation.
    """
    reader = _Reader(text, tokens, free)
    found = reader.formula()
    if (token := reader.token) is not None:
        raise reader.unexpected(token, "nothing more")
    return found


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, text: str, tokens: list[Token], free: tuple[str, ...]) -> None:
        self.text, self.tokens, self.at, self.depth = text, tokens, 0, 0
        self.bound = free  # the variables in whose scope we are, as they are written

    @property
    def token(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def next_is(self, *texts: str) -> bool:
        return self.token is not None and self.token.text in texts

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expect(self, text: str) -> Token:
        if self.token is None or self.token.text != text:
            raise self.unexpected(self.token, f"`{text}`")
        return self.take()

    def name(self, what: str) -> Token:
        if self.token is None or self.token.kind != "name" or self.token.text in _WORDS:
            raise self.unexpected(self.token, what)
        return self.take()

    def unexpected(self, token: Token | None, wanted: str) -> FormulaError:
        if token is None:
            last = self.tokens[-1]
            end = Place(last.place.line, last.place.column + len(last.text))
            return FormulaError(f"the text ends where {wanted} is needed", self.text, end)
        if token.text in _INSTEAD:
            problem = (
                f"`{token.text}` is of the notation of specs and the rest is mathematics: write "
                f"`{_INSTEAD[token.text]}`, or all of it as in a spec"
            )
        else:
            problem = f"`{token.text}` stands where {wanted} is needed"
        return FormulaError(problem, self.text, token.place)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level deeper in the nesting."""
        if self.depth == NESTING_MAX:
            raise too_deep(self.text, self.tokens[min(self.at, len(self.tokens) - 1)].place)
        self.depth += 1
        yield
        self.depth -= 1

    # -- from the loosest to the tightest -------------------------------------------------------

    def formula(self) -> Syntax:
        with self.deeper():
            left = self.implication()
            if not self.next_is("↔", "↮"):
                return left
            sign = self.take()
            same = Connected("iff", sign.text, left, self.implication(), sign.place)
        if self.next_is("↔", "↮"):
            raise FormulaError(
                "two equivalences need parentheses", self.text, self.tokens[self.at].place
            )
        return same if sign.text == "↔" else Negated(same, sign.place)

    def implication(self) -> Syntax:
        left = self.disjunction()
        if not self.next_is("→"):
            return left
        sign = self.take()
        with self.deeper():
            return Connected("implies", "→", left, self.implication(), sign.place)

    def disjunction(self) -> Syntax:
        return self.series("or", "∨", self.conjunction)

    def conjunction(self) -> Syntax:
        return self.series("and", "∧", self.comparison)

    def series(self, kind: Joint, sign: str, operand: Callable[[], Syntax]) -> Syntax:
        parts = [operand()]
        place = parts[0].place
        while self.next_is(sign):
            self.take()
            parts.append(operand())
        if len(parts) == 1:
            return parts[0]
        if kind == "add" and len(parts) > NESTING_MAX:
            raise too_deep(self.text, place)
        return Joined(kind, sign, tuple(parts), place)

    def comparison(self) -> Syntax:
        left = self.sum()
        if not self.next_is(*_COMPARISONS):
            return left
        sign = self.take()
        found = Compared(_COMPARISONS[sign.text], sign.text, left, self.sum(), sign.place)
        if self.next_is(*_COMPARISONS):
            raise FormulaError(
                "one comparison at a time: `a < b ∧ b < c` instead of `a < b < c`",
                self.text, self.tokens[self.at].place,
            )  # fmt: skip
        return found

    def sum(self) -> Syntax:
        return self.series("add", "+", self.negation)

    def negation(self) -> Syntax:
        if not self.next_is("¬"):
            return self.operand()
        sign = self.take()
        with self.deeper():
            return Negated(self.negation(), sign.place)

    # -- operands -------------------------------------------------------------------------------

    def operand(self) -> Syntax:
        token = self.token
        if token is None:
            raise self.unexpected(None, "a formula")
        match token.text:
            case "(":
                self.take()
                inner = self.formula()
                self.expect(")")
                return inner
            case "∀" | "∃":
                self.take()
                return self.quantified(_QUANTIFIERS[token.text], token.place, ".", None)
            case "#{":
                self.take()
                return self.quantified("count", token.place, "|", "}")
            case "if":
                return self.choice()
            case digits if token.kind == "number":
                self.take()
                return Constant(int(digits), token.place)
            case _:
                return self.named()

    def choice(self) -> Syntax:
        place = self.expect("if").place
        condition = self.formula()
        self.expect("then")
        then = self.formula()
        self.expect("else")
        return Chosen(condition, then, self.formula(), place)

    def named(self) -> Syntax:
        token = self.name("a formula")
        head: Name | Dotted = self._name(token)
        if self.next_is("."):
            self.take()
            after = self.name("the name of a value")
            head = Dotted(self._name(token), normalize("NFKC", after.text), after.place)
        elif self.next_is("′"):
            self.take()
            head = Name(head.text, head.place, primed=True)
        if not self.next_is("("):
            return head
        self.take()
        args = []
        while not self.next_is(")"):
            args.append(self.formula())
            if not self.next_is(")"):
                self.expect(",")
        self.take()
        return Applied(head, tuple(args), token.place)

    def _name(self, token: Token) -> Name:
        return Name(normalize("NFKC", token.text), token.place)

    def quantified(
        self, quantifier: Quantifier, place: Place, middle: str, closing: str | None
    ) -> Syntax:
        """A quantifier, from its variables on: `a, b: Member; r: Room. …`."""
        variables: list[Binding] = []
        while True:
            written = [self._name(self.name("a variable")).text]
            while self.next_is(","):
                self.take()
                written.append(self._name(self.name("a variable")).text)
            self.expect(":")
            sort = self._name(self.name("a sort"))
            variables += [Binding(self._without_number(name), sort, name) for name in written]
            if not self.next_is(";"):
                break
            self.take()
        self.expect(middle)
        outside = self.bound
        self.bound = (*outside, *(variable.written for variable in variables))
        body = self.formula()
        self.bound = outside
        if closing is not None:
            self.expect(closing)
        return Quantified(quantifier, tuple(variables), body, place)

    def _without_number(self, name: str) -> str:
        """The name of a variable that is written with a number because the name is taken."""
        numbered = re.fullmatch(r"(.*[^0-9])([0-9]+)", name)
        if numbered is None or int(numbered[2]) < 2:
            return name
        plain = numbered[1]
        taken = [plain, *(f"{plain}{n}" for n in range(2, min(int(numbered[2]), 99)))]
        return plain if all(each in self.bound for each in taken) else name
