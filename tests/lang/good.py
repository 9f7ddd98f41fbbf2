"""A well-formed spec that uses most of the language; malformed ones are made by extending it."""

from __future__ import annotations

from model.lang import (
    Constant,
    Element,
    Enumeration,
    Flag,
    Formula,
    Function,
    Measure,
    Relation,
    Sort,
    Spec,
    action,
    axiom,
    bound,
    count,
    define,
    exists,
    final,
    forall,
    implies,
    init,
    leads_to,
    measure,
    safety,
    step,
)


class Member(Sort, ordered=True): ...


class Room(Sort): ...


class Kind(Enumeration):
    data = Element()
    ack = Element()


class Good(Spec):
    """Members take rooms and send messages; nothing here is wrong."""

    likes = Relation(Member, Room, immutable=True)
    chief = Constant(Member, immutable=True)
    holder = Relation(Member)
    sent = Relation(Kind, Member)
    place = Function(Member, to=Room)
    turn = Constant(Member)
    busy = Flag()

    @axiom
    def the_chief_likes_a_room(s) -> Formula:
        return exists(Room, lambda r: s.likes[s.chief, r])

    @define
    def free(s, m: Member) -> Formula:
        """Nobody else holds it."""
        return ~exists(Member, lambda n: s.holder[n] & (n != m))

    @init
    def start(s, home: Room) -> None:
        s.place[:] = home
        s.turn = s.chief
        s.holder[:] = False

    @action(by="member", fair="weak")
    def take(s, m: Member) -> None:
        """A member takes what nobody else holds."""
        s.require(s.free(m), s.turn == m)
        s.holder[m] = True
        s.busy = True

    @action(by="environment")
    def move(s, m: Member, r: Room) -> None:
        s.require(s.likes[m, r])
        s.limit(count(Member, lambda n: s.holder[n]) <= 2)
        s.place[m] = r
        s.sent[:, m] = lambda k: k == Kind.data

    @safety
    def exclusive(s) -> Formula:
        return forall(Member, Member, lambda a, b: implies(s.holder[a] & s.holder[b], a == b))

    @step
    def stays_busy(s, after: Good) -> Formula:
        return implies(s.busy, after.busy)

    @bound
    def holders(s, r: Room) -> Measure:
        here = count(Member, lambda m: s.place[m] == r)
        return measure(here, at_most=count(Member, lambda m: m == m))

    @leads_to
    def moves_in(s, m: Member) -> tuple[Formula, Formula]:
        return s.holder[m], s.busy

    @final
    def rests(s) -> Formula:
        return s.busy
