"""Reads the notation of specs: Python's syntax, of which only what is listed here is let in.

The text is parsed by Python's own parser and never run. What is made of it is what running it in
a spec would make: of two numbers that stand there as digits the sum and the comparison are known
at once, and `1 == count(...)` is turned round, as Python does.
"""

from __future__ import annotations

import ast
import operator
import re
from typing import Final

from model.lang.parse.errors import FormulaError, Place
from model.lang.parse.scan import NESTING_MAX, too_deep
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
    Least,
    Name,
    Negated,
    Quantified,
    Quantifier,
    Syntax,
)

_QUANTIFIERS: Final[dict[str, Quantifier]] = {
    "forall": "forall", "exists": "exists", "count": "count",
}  # fmt: skip
_COMPARISONS: Final[dict[type[ast.cmpop], tuple[Comparison, str]]] = {
    ast.Eq: ("=", "=="), ast.NotEq: ("≠", "!="), ast.Lt: ("<", "<"),
    ast.LtE: ("≤", "<="), ast.Gt: (">", ">"), ast.GtE: ("≥", ">="),
}  # fmt: skip
_KNOWN_AT_ONCE = {
    "=": operator.eq, "≠": operator.ne, "<": operator.lt,
    "≤": operator.le, ">": operator.gt, "≥": operator.ge,
}  # fmt: skip
_JOINTS: Final[dict[type[ast.operator], tuple[Joint, str]]] = {
    ast.BitAnd: ("and", "&"), ast.BitOr: ("or", "|"), ast.Add: ("add", "+"),
}  # fmt: skip


def read_python(text: str) -> Syntax:
    """The structure of a text in Python's syntax, which `scan` has let through.

    Raises:
        FormulaError: the text is no Python expression, or holds something else than a formula.
    """
    try:
        # In parentheses a formula may go over several lines.
        tree = ast.parse(f"({text}\n)", mode="eval")
    except SyntaxError as error:
        raise _no_expression(text, error) from None
    except (RecursionError, MemoryError, ValueError):
        raise too_deep(text, Place(1, 1)) from None
    return _Reader(text).read(tree.body)


def _no_expression(text: str, error: SyntaxError) -> FormulaError:
    line = error.lineno or 1
    column = (error.offset or 1) - (1 if line == 1 else 0)
    lines = text.splitlines() or [""]
    if line > len(lines):  # the parenthesis that was added
        line, column = len(lines), len(lines[-1]) + 1
    place = Place(line, max(column, 1))
    if re.search(r"(?<![=!<>:])=(?!=)", text):
        return FormulaError("elements and numbers are compared with `==`, not `=`", text, place)
    return FormulaError(f"this is no formula: {error.msg}", text, place)


class _Reader:
    """Turns the syntax tree of Python into that of formulas."""

    def __init__(self, text: str) -> None:
        self.text, self.depth = text, 0
        self.lines = text.split("\n")

    def place(self, node: ast.expr, end: bool = False) -> Place:
        """Where a node begins; or ends, then of its last character."""
        line = (node.end_lineno or node.lineno) if end else node.lineno
        offset = (node.end_col_offset or 1) - 1 if end else node.col_offset  # in bytes of UTF-8
        offset -= 1 if line == 1 else 0
        before = self.lines[line - 1].encode()[: max(offset, 0)]
        return Place(line, len(before.decode(errors="replace")) + 1)

    def wrong(self, problem: str, node: ast.expr) -> FormulaError:
        return FormulaError(problem, self.text, self.place(node))

    def read(self, node: ast.expr) -> Syntax:
        """The structure of a node."""
        if self.depth == NESTING_MAX:
            raise too_deep(self.text, self.place(node))
        self.depth += 1
        try:
            return self._read(node)
        finally:
            self.depth -= 1

    def _read(self, node: ast.expr) -> Syntax:
        place = self.place(node)
        match node:
            case ast.Name(id=name):
                return Name(name, place)
            case ast.Attribute():
                return self.dotted(node)
            case ast.Constant(value=bool(value)):
                return Constant(value, place)
            case ast.Constant(value=int(value)):
                return Constant(value, place)
            case ast.UnaryOp(op=ast.Invert(), operand=body):
                return Negated(self.read(body), place)
            case ast.BinOp(op=op) if type(op) in _JOINTS:
                return self.joined(node, type(op))
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
                return self.compared(node, left, type(op), right)
            case ast.Subscript(value=head, slice=point):
                args = point.elts if isinstance(point, ast.Tuple) else [point]
                return self.applied(node, head, args)
            case ast.Call(keywords=[]):
                return self.call(node)
            case _:
                raise self.wrong(_advice(node), node)

    def dotted(self, node: ast.Attribute) -> Dotted:
        """`s.NAME` or `Sort.value`, and nothing that hangs on something else."""
        if not isinstance(node.value, ast.Name):
            raise self.wrong(
                "a dot stands in `s.NAME` and `Sort.value` only, and before `implies(` and `iff(`",
                node,
            )
        end = self.place(node, end=True)
        place = Place(end.line, max(end.column - len(node.attr) + 1, 1))
        return Dotted(Name(node.value.id, self.place(node.value)), node.attr, place)

    def head(self, node: ast.expr) -> Name | Dotted:
        """What stands before brackets."""
        match node:
            case ast.Name(id=name):
                return Name(name, self.place(node))
            case ast.Attribute():
                return self.dotted(node)
            case _:
                problem = "only a symbol or a definition takes arguments, by its name"
                raise self.wrong(problem, node)

    def applied(self, node: ast.expr, head: ast.expr, args: list[ast.expr]) -> Applied:
        return Applied(self.head(head), tuple(self.read(arg) for arg in args), self.place(node))

    def joined(self, node: ast.BinOp, op: type[ast.operator]) -> Syntax:
        """Operands of one sign, however many: they lean to the left, and are not gone down into."""
        parts: list[ast.expr] = []
        left: ast.expr = node
        while isinstance(left, ast.BinOp) and type(left.op) is op:
            parts.append(left.right)
            left = left.left
        kind, written = _JOINTS[op]
        read = [self.read(part) for part in (left, *reversed(parts))]
        while kind == "add" and len(read) > 1:  # digits first, as Python adds them
            a, b = (_digits(part) for part in read[:2])
            if a is None or b is None:
                break
            read[:2] = [Constant(a + b, self.place(node))]
        if kind == "add" and len(read) > NESTING_MAX:
            raise too_deep(self.text, self.place(node))
        return read[0] if len(read) == 1 else Joined(kind, written, tuple(read), self.place(node))

    def compared(
        self, node: ast.expr, left: ast.expr, op: type[ast.cmpop], right: ast.expr
    ) -> Syntax:
        sign, written = _COMPARISONS[op]
        a, b, place = self.read(left), self.read(right), self.place(node)
        x, y = _digits(a), _digits(b)
        if x is not None and y is not None:
            return Constant(bool(_KNOWN_AT_ONCE[sign](x, y)), place)
        if x is not None and sign in ("=", "≠"):
            a, b = b, a
        return Compared(sign, written, a, b, place)

    # -- what is written as a call --------------------------------------------------------------

    def call(self, node: ast.Call) -> Syntax:
        """A helper of the language, a definition, or a symbol in round brackets."""
        match node.func:
            case ast.Attribute(value=premise, attr="implies" | "iff" as kind):
                if len(node.args) != 1:
                    raise self.wrong(f"`p.{kind}(q)` takes one formula", node)
                left, right = self.read(premise), self.read(node.args[0])
                return self.connected(kind, left, right, node)
            case ast.Name(id=name):
                return self.helper(node, name)
            case _:
                return self.applied(node, node.func, node.args)

    def connected(self, kind: str, left: Syntax, right: Syntax, node: ast.expr) -> Connected:
        place = self.place(node)
        if kind == "iff":
            return Connected("iff", "iff", left, right, place)
        return Connected("implies", "implies", left, right, place)

    def helper(self, node: ast.Call, name: str) -> Syntax:
        """What the language offers by a name of its own; other names are the spec's."""
        place = self.place(node)
        if name in _QUANTIFIERS:
            return self.quantified(node, _QUANTIFIERS[name])
        match name:
            case "implies" | "iff":
                left, right = self.args(node, name, 2, "two formulas")
                return self.connected(name, left, right, node)
            case "ite":
                wanted = "a condition and two alternatives"
                condition, then, other = self.args(node, name, 3, wanted)
                return Chosen(condition, then, other, place)
            case "least":
                (body,) = self.args(node, name, 1, "one element")
                return Least(body, place)
            case "all_of" | "any_of":
                parts = tuple(self.read(arg) for arg in node.args)
                if not parts:
                    return Constant(name == "all_of", place)
                return Joined("and" if name == "all_of" else "or", name, parts, place)
            case _:
                return self.applied(node, node.func, node.args)

    def args(self, node: ast.Call, name: str, count: int, wanted: str) -> list[Syntax]:
        if len(node.args) != count:
            raise self.wrong(f"`{name}` takes {wanted}, {len(node.args)} are given", node)
        return [self.read(arg) for arg in node.args]

    def quantified(self, node: ast.Call, quantifier: Quantifier) -> Quantified:
        usage = f"as in `{quantifier}(Member, lambda m: ...)`"
        if not node.args or not isinstance(node.args[-1], ast.Lambda):
            at = node.args[-1] if node.args else node
            raise self.wrong(f"`{quantifier}` ends in a lambda over its variables, {usage}", at)
        body = node.args[-1]
        names, sorts = body.args.args, []
        for sort in node.args[:-1]:
            if not isinstance(sort, ast.Name):
                raise self.wrong(f"`{quantifier}` binds variables of sorts, {usage}", sort)
            sorts.append(Name(sort.id, self.place(sort)))
        given = body.args
        if given.posonlyargs or given.vararg or given.kwonlyargs or given.kwarg or given.defaults:
            raise self.wrong("a lambda here takes plain variables, one a sort", body)
        if len(names) != len(sorts) or not sorts:
            raise self.wrong(
                f"{len(sorts)} sorts are bound but the lambda takes {len(names)} variables", body
            )
        variables = tuple(Binding(n.arg, s, n.arg) for n, s in zip(names, sorts, strict=True))
        return Quantified(quantifier, variables, self.read(body.body), self.place(node))


def _digits(part: Syntax) -> int | None:
    """The number that a piece is, if it is one that stands there in digits."""
    match part:
        case Constant(value=int(value)) if not isinstance(value, bool):
            return value
    return None


def _advice(node: ast.expr) -> str:
    """What to write instead of Python that is no part of a formula."""
    match node:
        case ast.BoolOp(op=ast.And()):
            return "write `&` instead of `and`, with parentheses round comparisons"
        case ast.BoolOp():
            return "write `|` instead of `or`, with parentheses round comparisons"
        case ast.UnaryOp(op=ast.Not()):
            return "write `~` instead of `not`, with parentheses round a comparison"
        case ast.Compare(ops=[_, _, *_]):
            return "one comparison at a time: `(a < b) & (b < c)` instead of `a < b < c`"
        case ast.Compare():
            return "`in` and `is` are no comparisons here: a relation is `s.relation[a, b]`"
        case ast.IfExp():
            return "write `ite(condition, a, b)` instead of `a if condition else b`"
        case ast.BinOp() | ast.UnaryOp():
            return "natural numbers are only added and compared: `a <= b + c`, not `a - b <= c`"
        case ast.Lambda():
            return "a lambda is the last argument of `forall`, `exists` or `count`"
        case ast.Call():
            return "arguments are given by their order, not by name"
        case ast.Slice():
            return "`:` is for updates; for all elements write `forall(Sort, lambda x: ...)`"
        case ast.Tuple() | ast.List() | ast.Set() | ast.Dict():
            return "a formula is one expression, not several"
        case ast.Constant():
            return "only natural numbers, True and False stand for themselves"
        case _:
            return "this Python is no part of a formula"
