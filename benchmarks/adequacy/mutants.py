"""Mutants of the implementation's core: modules changed in one place, each with a lasting name.

Left out, and counted, are changes that are no Python, those that another operator has made already,
and those that leave the program what it is: of annotations, which nobody evaluates (modules say
`from __future__ import annotations`), of the names of type variables, and of what a refusal says to
people (the text of a `ProtocolError`, but not whether there is one).
"""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.adequacy.operators import changed

CORE = Path(__file__).parents[2] / "impl" / "core"
PROBLEM = "problem"
"""The variable that has what is wrong with an input, if it is to be refused."""
MODULES = ("member", "session", "policy", "values", "configuration", "effects")


@dataclass(frozen=True, order=True)
class Name:
    """What a mutant is known by, as long as its line is what it is, wherever that is.

    Attributes:
        module: of `impl.core`.
        operator: the tool, and its name for what it does.
        line: the first line that is changed, without its indentation.
        becomes: what it becomes.
        occurrence: which of those that are alike, from 0.
    """

    module: str
    operator: str
    line: str
    becomes: str
    occurrence: int = 0


@dataclass(frozen=True)
class Mutant:
    """A module changed in one place.

    Attributes:
        name: what it is known by.
        number: of the first line that is changed, from 1.
        source: the whole module.
    """

    name: Name
    number: int
    source: str = field(repr=False)

    def __str__(self) -> str:
        name = self.name
        return f"{name.module}.py:{self.number}: {name.line}  →  {name.becomes}  [{name.operator}]"


@dataclass(frozen=True)
class Mutants:
    """All mutants of a module.

    Attributes:
        mutants: in the order of the tools and their operators.
        left_out: how many changes made none, by why.
    """

    mutants: tuple[Mutant, ...]
    left_out: Counter[str]


def source_of(module: str) -> str:
    """The source of a module of the core, as it is."""
    return (CORE / f"{module}.py").read_text(encoding="utf-8")


def mutants_of(module: str) -> Mutants:
    """Makes all mutants of a module.

    Raises:
        ModuleNotFoundError: the tools are not installed.
    """
    source = source_of(module)
    known = {_program(source)}
    alike: Counter[tuple[str, str, str]] = Counter()
    mutants: list[Mutant] = []
    left_out: Counter[str] = Counter()
    for operator, text in changed(source):
        try:
            program = _program(text)
        except SyntaxError:
            left_out["no Python"] += 1
            continue
        mutant = named(module, operator, source, text, alike)
        if program in known:
            left_out["the same program"] += 1
            continue
        known.add(program)
        mutants.append(mutant)
    return Mutants(tuple(mutants), left_out)


def named(
    module: str, operator: str, source: str, text: str, alike: Counter[tuple[str, str, str]]
) -> Mutant:
    """A changed source with its name.

    Args:
        module, operator: see `Name`.
        source: of the module, as it is.
        text: what it becomes.
        alike: how many of the same line, operator and outcome there were; is brought up to date.
    """
    before, after = source.splitlines(), [*text.splitlines(), ""]
    number = next(i for i, line in enumerate(before) if line != after[i])
    key = operator, before[number].strip(), after[number].strip()
    name = Name(module, *key, alike[key])
    alike[key] += 1
    return Mutant(name, number + 1, text)


def _program(source: str) -> str:
    """A source without what does not matter when it runs."""
    return ast.dump(_Bare().visit(ast.parse(source)))


class _Bare(ast.NodeTransformer):
    """Takes away what only people and type checkers read."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        return node

    def visit_Raise(self, node: ast.Raise) -> ast.Raise:
        if isinstance(node.exc, ast.Call) and _is_named(node.exc.func, "ProtocolError"):
            node.exc.args = []
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if _is_named(node.func, "TypeVar"):
            node.args = []
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        self.generic_visit(node)
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if _is_named(node.targets[0], PROBLEM) and (
            isinstance(node.value, ast.JoinedStr) or (is_text and ast.unparse(node.value) != "''")
        ):
            node.value = ast.Constant(PROBLEM)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node


def _is_named(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
