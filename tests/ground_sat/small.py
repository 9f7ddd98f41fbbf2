"""Small specs whose proofs are known."""

from __future__ import annotations

from model.lang import Flag, Formula, Spec, action, final, implies, init, safety, stage, step
from model.scope import Finite, Scope


class Toggle(Spec):
    """Two lamps that are always switched together; were they not, a third could be lit.

    Where they differ nothing wrong is seen until it is too late, however often they are switched,
    so a proof by k-induction needs two different such states to be excluded: k = 3.
    """

    left = Flag()
    right = Flag()
    alarm = Flag()

    @init
    def start(s) -> None: ...

    @action
    def switch(s) -> None:
        s.left = ~s.left
        s.right = ~s.right

    @action
    def ring(s) -> None:
        s.require(s.left.iff(~s.right))
        s.alarm = True

    @safety
    def silent(s) -> Formula:
        return ~s.alarm

    @safety
    def together(s) -> Formula:
        return s.left.iff(s.right)

    @safety
    def never_asked(s) -> Formula:
        """Vacuous: its premise is false in every reachable state, but not in every state."""
        return implies(s.alarm, s.left)

    @safety
    def excluded_middle(s) -> Formula:
        return s.left | ~s.left

    @step
    def changes_both(s, after: Toggle) -> Formula:
        return after.left.iff(~s.left)

    @final
    def may_rest(s) -> Formula:
        return s.left


TOGGLE = Finite(stage(Toggle()), Scope({}))


class Countdown(Spec):
    """Three switches that are turned on in turn, and then nothing: every behaviour ends."""

    first = Flag()
    second = Flag()
    third = Flag()

    @init
    def start(s) -> None: ...

    @action
    def one(s) -> None:
        s.require(~s.first)
        s.first = True

    @action
    def two(s) -> None:
        s.require(s.first, ~s.second)
        s.second = True

    @action
    def three(s) -> None:
        s.require(s.second, ~s.third)
        s.third = True

    @safety
    def in_turn(s) -> Formula:
        return implies(s.third, s.first)

    @safety
    def never_all(s) -> Formula:
        """Wrong, after three steps."""
        return ~(s.first & s.second & s.third)

    @step
    def keeps_the_third_off(s, after: Countdown) -> Formula:
        """Wrong, by the third step."""
        return ~after.third


COUNTDOWN = Finite(stage(Countdown()), Scope({}))
