"""Die Hard: measure four gallons with a jug of three, a jug of five, and a tap.

After Lamport's `DieHard.tla`. An amount is an element of an ordered sort, and what pouring does is
looked up in immutable functions that the scope gives: the language has no arithmetic on elements.
"""

from __future__ import annotations

from itertools import product

from model.lang import Constant, Formula, Function, Sort, Spec, action, init, safety, step
from model.scope import Scope
from tests.classics import Golden


class Amount(Sort, ordered=True): ...


class DieHard(Spec):
    nothing = Constant(Amount, immutable=True)
    small_full = Constant(Amount, immutable=True)
    big_full = Constant(Amount, immutable=True)
    wanted = Constant(Amount, immutable=True)
    # Of an amount in the jug poured from and one in the jug poured into:
    small_after = Function(Amount, Amount, to=Amount, immutable=True)
    small_remains = Function(Amount, Amount, to=Amount, immutable=True)
    big_after = Function(Amount, Amount, to=Amount, immutable=True)
    big_remains = Function(Amount, Amount, to=Amount, immutable=True)

    small = Constant(Amount)
    big = Constant(Amount)

    @init
    def start(s) -> None:
        s.small = s.nothing
        s.big = s.nothing

    @action
    def fill_small(s) -> None:
        s.small = s.small_full

    @action
    def fill_big(s) -> None:
        s.big = s.big_full

    @action
    def empty_small(s) -> None:
        s.small = s.nothing

    @action
    def empty_big(s) -> None:
        s.big = s.nothing

    @action
    def pour_small_into_big(s) -> None:
        s.big = s.big_after[s.small, s.big]
        s.small = s.small_remains[s.small, s.big]

    @action
    def pour_big_into_small(s) -> None:
        s.small = s.small_after[s.big, s.small]
        s.big = s.big_remains[s.big, s.small]

    @safety
    def nothing_spilt(s) -> Formula:
        """No jug holds more than it can."""
        return (s.small <= s.small_full) & (s.big <= s.big_full)

    @step
    def one_jug_at_a_time(s, after: DieHard) -> Formula:
        """Wrong: pouring changes both."""
        return (after.small == s.small) | (after.big == s.big)

    @safety
    def unsolved(s) -> Formula:
        """The big jug never holds the wanted amount: a counterexample is a solution."""
        return s.big != s.wanted


def scope(small: int = 3, big: int = 5, wanted: int = 4) -> Scope:
    """Jugs of these sizes, the small one not larger than the big one."""
    amounts = range(big + 1)

    def after(full: int) -> dict[tuple[int, int], int]:
        return {(a, b): max(b, min(a + b, full)) for a, b in product(amounts, amounts)}

    def remains(full: int) -> dict[tuple[int, int], int]:
        return {(a, b): a + b - into for (a, b), into in after(full).items()}

    given = {
        "nothing": 0,
        "small_full": small,
        "big_full": big,
        "wanted": wanted,
        "small_after": after(small),
        "small_remains": remains(big),
        "big_after": after(big),
        "big_remains": remains(small),
    }
    return Scope({"Amount": big + 1}, given, {"Amount": tuple(str(a) for a in amounts)})


GOLDEN = (
    Golden(
        DieHard(),
        scope(),
        states=16,
        transitions=96,
        depth=7,
        source="TLC of tlaplus/Examples DieHard/DieHard.tla with TypeOK alone: 97 generated, "
        "16 distinct, depth 8",
    ),
)
