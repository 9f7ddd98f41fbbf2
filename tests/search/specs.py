"""Small specs whose searches are known in closed form."""

from __future__ import annotations

from typing import Any, Literal

from model.lang import (
    Constant,
    Element,
    Enumeration,
    Formula,
    Function,
    Measure,
    Relation,
    Sort,
    Spec,
    action,
    all_of,
    bound,
    count,
    exists,
    final,
    forall,
    implies,
    init,
    leads_to,
    measure,
    safety,
    stage,
    step,
)
from model.scope import Finite, Scope


class Dial(Sort): ...


class Digit(Sort, ordered=True): ...


class Dials(Spec):
    """Dials that are turned up digit by digit, each on its own.

    With d digits there are `d ** dials` states; in each, every dial that is not at the top can be
    turned, so there are `dials * (d - 1) * d ** (dials - 1)` transitions; the longest way up has
    `dials * (d - 1)` steps.
    """

    shows = Function(Dial, to=Digit)
    zero = Constant(Digit, immutable=True)

    @init
    def start(s) -> None:
        s.shows[:] = s.zero

    @action
    def turn(s, d: Dial, old: Digit, new: Digit) -> None:
        s.require(s.shows[d] == old, old < new)
        s.require(~exists(Digit, lambda x: (old < x) & (x < new)))
        s.shows[d] = new

    @final
    def all_up(s) -> Formula:
        return forall(Dial, Digit, lambda d, x: x <= s.shows[d])


def dials(spec: Spec, number: int, digits: int) -> Finite:
    return Finite(stage(spec), Scope({"Dial": number, "Digit": digits}, {"zero": 0}))


class Row(Sort): ...


class Cell(Sort, ordered=True): ...


class Rows(Spec):
    """Rows of cells that are filled from the left, each row on its own: many bits, few states."""

    filled = Relation(Row, Cell)

    @init
    def start(s) -> None: ...

    @action
    def fill(s, r: Row, c: Cell) -> None:
        s.require(~s.filled[r, c], forall(Cell, lambda x: implies(x < c, s.filled[r, x])))
        s.filled[r, c] = True

    @final
    def all_filled(s) -> Formula:
        return forall(Row, Cell, lambda r, c: s.filled[r, c])

    @safety
    def from_the_left(s) -> Formula:
        return forall(
            Row, Cell, Cell, lambda r, x, c: implies((x < c) & s.filled[r, c], s.filled[r, x])
        )


def rows(number: int, cells: int) -> Finite:
    return Finite(stage(Rows()), Scope({"Row": number, "Cell": cells}))


class Lamp(Enumeration):
    a = Element()
    b = Element()
    c = Element()
    d = Element()


LAMPS = (Lamp.a, Lamp.b, Lamp.c, Lamp.d)


class Lamps(Spec):
    """Lamps that are switched on one after the other, in any order, perhaps fairly."""

    on = Relation(Lamp)

    def __init__(self, fair: Literal["none", "weak"] = "none") -> None:
        self.fair = fair

    def exactly(s, *lamps: Lamp) -> Formula:
        """These are on, and no other."""
        lit = [lamp.expr for lamp in lamps]
        return all_of(*(s.on[x] if x.expr in lit else ~s.on[x] for x in LAMPS))

    @init
    def start(s) -> None: ...

    @action(fair=lambda s: s.fair)
    def light(s, x: Lamp) -> None:
        s.require(~s.on[x])
        s.on[x] = True


class Judged(Lamps):
    """Lamps with one property of each kind that holds, and one that is violated."""

    @safety
    def stays_dark(s) -> Formula:
        return ~s.on[Lamp.a] | ~s.on[Lamp.b]

    @safety
    def is_itself(s) -> Formula:
        return forall(Lamp, lambda x: implies(s.on[x], s.on[x]))

    @step
    def goes_on(s, after: Any) -> Formula:
        return forall(Lamp, lambda x: implies(s.on[x], after.on[x]))

    @step
    def a_first(s, after: Any) -> Formula:
        return forall(Lamp, lambda x: implies(after.on[x] & ~s.on[x], after.on[Lamp.a]))

    @bound
    def lit(s) -> Measure:
        return measure(count(Lamp, lambda x: s.on[x]), at_most=4)

    @bound
    def few(s) -> Measure:
        return measure(count(Lamp, lambda x: s.on[x]), at_most=2)

    @leads_to
    def all_on(s) -> tuple[Any, Any]:
        return True, forall(Lamp, lambda x: s.on[x])

    @leads_to
    def goes_off(s) -> tuple[Any, Any]:
        return s.on[Lamp.c], ~s.on[Lamp.c]


def lamps(spec: Spec) -> Finite:
    return Finite(stage(spec), Scope({}))
