"""Sources changed in one place: all that the operators of cosmic-ray and of mutmut make of one.

cosmic-ray replaces operators, comparisons, numbers and conditions; mutmut besides arguments, what
is assigned, strings, and cases. Their own runners start a process for each mutant; here only what
they generate is used.

What cosmic-ray's operators for variables need as arguments has no natural value here: they are left
out.
"""

from __future__ import annotations

from collections.abc import Iterator

NEEDS_ARGUMENTS = ("VariableReplacer", "VariableInserter")


def changed(source: str) -> Iterator[tuple[str, str]]:
    """Every change of a module: the operator's name, and the whole source after it.

    Raises:
        ModuleNotFoundError: the tools are not installed.
    """
    yield from _by_cosmic_ray(source)
    yield from _by_mutmut(source)


def _by_cosmic_ray(source: str) -> Iterator[tuple[str, str]]:
    from cosmic_ray import plugins
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code

    for full_name in plugins.operator_names():
        name = full_name.rpartition("/")[2]
        if name in NEEDS_ARGUMENTS:
            continue
        operator = plugins.get_operator(full_name)()
        nodes = ast_nodes(get_ast(source))
        for occurrence in range(sum(len(list(operator.mutation_positions(n))) for n in nodes)):
            yield f"cosmic-ray/{name}", mutate_code(source, operator, occurrence)


def _by_mutmut(source: str) -> Iterator[tuple[str, str]]:
    import libcst
    from mutmut.mutation.mutators import mutation_operators

    def below(node: libcst.CSTNode) -> Iterator[libcst.CSTNode]:
        yield node
        for child in node.children:
            yield from below(child)

    tree = libcst.parse_module(source)
    for node in below(tree):
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                name = operator.__name__.removeprefix("operator_")
                for other in operator(node):
                    changed = tree.deep_replace(node, other)
                    assert isinstance(changed, libcst.Module)  # no operator is of a whole one
                    yield f"mutmut/{name}", changed.code
