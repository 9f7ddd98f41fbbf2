"""States and steps of a spec, as values of the trace format and back.

- A relation is the set of the tuples that are in it; a tuple has as many elements as the relation
  has arguments, be it one. A flag is true or false.
- A function is a map from such tuples to elements, a constant an element.
- An element is its name. Every state holds every symbol, immutable ones included.
- The step that led to a state stands in it as Quint writes it: `mbt::actionTaken` is the action,
  `init` in the first state, and `mbt::nondetPicks` has a field for each parameter of any action,
  `Some` element for those of this action and `None` for the others.
"""

from __future__ import annotations

from collections.abc import Mapping

from model.lang.expr import BOOL, SortDecl, Symbol
from model.scope import Finite, State, Step, Table
from traces import itf
from traces.errors import TraceError, quoted
from traces.itf import Json, Value

ACTION = "mbt::actionTaken"
PICKS = "mbt::nondetPicks"
INITIAL = "init"


class Codec:
    """Writes and reads the states and steps of a spec.

    Args:
        finite: the spec and its scope.
    """

    def __init__(self, finite: Finite) -> None:
        self.finite = finite
        staged = finite.staged
        self.variables = [symbol.name for symbol in staged.symbols] + [ACTION, PICKS]
        self.actions = {action.name: action for action in staged.actions}
        self.parameters = sorted({p.name for a in staged.actions for p in a.params})
        self._names: dict[SortDecl, dict[str, int]] = {}

    # -- writing ----------------------------------------------------------------------------

    def write_state(self, state: State) -> dict[str, Json]:
        """The fields of a state."""
        symbols = self.finite.staged.symbols
        pairs = zip(symbols, state, strict=True)
        return {symbol.name: self._write_table(symbol, table) for symbol, table in pairs}

    def write_step(self, step: Step | None) -> dict[str, Json]:
        """The fields that say which step led to a state; None for an initial state."""
        taken: dict[str, Json] = {}
        if step is not None:
            for param, arg in zip(step.action.params, step.args, strict=True):
                element = self.finite.element(param.sort, arg)
                taken[param.name] = {"tag": "Some", "value": element}
        none = {"tag": "None", "value": itf.tup([])}
        picks = {name: taken.get(name, none) for name in self.parameters}
        return {ACTION: step.action.name if step is not None else INITIAL, PICKS: picks}

    def _write_table(self, symbol: Symbol, table: Table) -> Json:
        finite = self.finite

        def names(point: tuple[int, ...]) -> Json:
            pairs = zip(symbol.sorts, point, strict=True)
            return itf.tup([finite.element(sort, index) for sort, index in pairs])

        if symbol.kind == "flag":
            return bool(table[0])
        if symbol.kind == "constant":
            return finite.element(symbol.result, table[0])
        points = zip(finite.points(symbol), table, strict=True)
        if symbol.kind == "relation":
            return itf.set_of([names(point) for point, true in points if true])
        return itf.map_of([(names(p), finite.element(symbol.result, i)) for p, i in points])

    # -- reading ----------------------------------------------------------------------------

    def read_state(self, fields: Mapping[str, Value]) -> State:
        """The state that has these fields.

        Raises:
            TraceError: a symbol is missing or unknown, or a value does not fit its symbol.
        """
        for name in fields:
            if name not in self.variables:
                raise TraceError(f"the spec has no symbol {quoted(name)}")
        tables = []
        for symbol in self.finite.staged.symbols:
            if symbol.name not in fields:
                raise TraceError(f"the state lacks {symbol.kind} `{symbol}`")
            try:
                tables.append(self._read_table(symbol, fields[symbol.name]))
            except TraceError as error:
                raise error.within(place=f"{symbol.kind} `{symbol}`") from None
        return tuple(tables)

    def read_step(self, fields: Mapping[str, Value]) -> Step | None:
        """The step that these fields name; None if they name the initial state.

        Raises:
            TraceError: there is no such action, or its arguments do not fit.
        """
        for name in (ACTION, PICKS):
            if name not in fields:
                raise TraceError(f"the state lacks `{name}`")
        chosen = self._picked(fields[PICKS])
        taken = fields[ACTION]
        if taken == INITIAL:
            return None
        if not isinstance(taken, str) or taken not in self.actions:
            off = " (it is switched off)" if taken in self.finite.staged.switched_off else ""
            raise TraceError(f"`{ACTION}`: the spec has no action {quoted(taken)}{off}")
        action = self.actions[taken]
        wanted = {param.name: param.sort for param in action.params}
        if chosen.keys() != wanted.keys():
            raise TraceError(
                f"`{PICKS}` must pick {', '.join(wanted) or 'nothing'} for {action.name}, not "
                f"{', '.join(chosen) or 'nothing'}"
            )
        try:
            args = tuple(self._element(sort, chosen[name]) for name, sort in wanted.items())
        except TraceError as error:
            raise error.within(place=f"`{PICKS}`") from None
        return Step(action, args)

    def _picked(self, picks: Value) -> dict[str, Value]:
        """The picks that are `Some`."""
        if not isinstance(picks, itf.Record):
            raise TraceError(f"`{PICKS}` must be a record of the actions' parameters")
        chosen: dict[str, Value] = {}
        for name, value in picks.fields:
            if name not in self.parameters:
                raise TraceError(f"`{PICKS}`: no action has a parameter {quoted(name)}")
            match dict(value.fields) if isinstance(value, itf.Record) else None:
                case {"tag": "Some", "value": content}:
                    chosen[name] = content
                case {"tag": "None"}:
                    pass
                case _:
                    raise TraceError(f"`{PICKS}`: {name!r} must have the tag `Some` or `None`")
        return chosen

    def _read_table(self, symbol: Symbol, value: Value) -> Table:
        match symbol.kind, value:
            case "flag", bool(truth):
                return (int(truth),)
            case "flag", _:
                raise TraceError(f"{quoted(value)} where true or false must be")
            case "constant", _:
                return (self._element(symbol.result, value),)
            case "relation", frozenset():
                table = [0] * sum(1 for _ in self.finite.points(symbol))
                for item in value:
                    table[self._offset(symbol, item)] = 1
                return tuple(table)
            case "function", itf.Map(pairs=pairs):
                table = [0] * sum(1 for _ in self.finite.points(symbol))
                for key, item in pairs:
                    table[self._offset(symbol, key)] = self._element(symbol.result, item)
                if len(pairs) != len(table):
                    raise TraceError(f"the map has {len(pairs)} keys and must have {len(table)}")
                return tuple(table)
            case _:
                form = "`#set` of `#tup`" if symbol.result is BOOL else "`#map` from `#tup`"
                raise TraceError(f"the value must be a {form}")

    def _offset(self, symbol: Symbol, value: Value) -> int:
        if not isinstance(value, tuple):
            raise TraceError(f"{quoted(value)} where a `#tup` of elements must be")
        if len(value) != len(symbol.sorts):
            raise TraceError(
                f"a `#tup` of {len(value)} where the {symbol.kind} takes {len(symbol.sorts)}"
            )
        pairs = zip(symbol.sorts, value, strict=True)
        return self.finite.offset(symbol, tuple(self._element(sort, v) for sort, v in pairs))

    def _element(self, sort: SortDecl, value: Value) -> int:
        if sort not in self._names:
            size = self.finite.size(sort)
            self._names[sort] = {self.finite.element(sort, i): i for i in range(size)}
        names = self._names[sort]
        if not isinstance(value, str) or value not in names:
            raise TraceError(f"sort {sort} has no element {quoted(value)}, only {', '.join(names)}")
        return names[value]
