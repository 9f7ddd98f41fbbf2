"""Which quantifier's body is being staged, so that no variable leaves the one that binds it."""

from __future__ import annotations

from contextvars import ContextVar

from model.lang.expr import Var


class Binder:
    """A quantifier (or a row update) whose body is being staged, or was."""

    __slots__ = ("open", "outer", "variables")

    def __init__(self, variables: tuple[Var, ...], outer: Binder | None) -> None:
        self.variables, self.outer, self.open = variables, outer, True


innermost: ContextVar[Binder | None] = ContextVar("the binder being staged", default=None)
