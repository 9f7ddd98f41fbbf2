"""Small specs of which it is plain what may be reduced."""

from __future__ import annotations

from typing import Any

from model.lang import (
    Constant,
    Flag,
    Formula,
    Relation,
    Sort,
    Spec,
    action,
    all_of,
    exists,
    forall,
    implies,
    init,
    safety,
    stage,
)
from model.scope import Finite, Scope


class Process(Sort): ...


class Name(Sort, ordered=True): ...


class Post(Spec):
    """Letters that are sent and delivered, each process on its own. Delivery is eager."""

    sent = Relation(Process)
    got = Relation(Process)

    @init
    def start(s) -> None: ...

    @action
    def send(s, p: Process) -> None:
        s.require(~s.sent[p])
        s.sent[p] = True

    @action
    def deliver(s, p: Process) -> None:
        s.require(s.sent[p], ~s.got[p])
        s.got[p] = True


class Forgetful(Post):
    """A crash forgets what was delivered: it absorbs the delivery."""

    crashed = Relation(Process)

    @action
    def crash(s, p: Process) -> None:
        s.require(~s.crashed[p])
        s.crashed[p] = True
        s.got[p] = False


class HalfForgetful(Forgetful):
    """A delivery leaves two marks, and a crash forgets one of them: it neither absorbs the
    delivery nor commutes with it.
    """

    read = Relation(Process)

    @action
    def deliver(s, p: Process) -> None:
        s.require(s.sent[p], ~s.got[p])
        s.got[p] = True
        s.read[p] = True


class Jealous(Post):
    """A delivery disables another step."""

    noted = Relation(Process)

    @action
    def note(s, p: Process) -> None:
        s.require(~s.got[p], s.sent[p], ~s.noted[p])
        s.noted[p] = True


class Recalled(Post):
    """Another step disables a delivery."""

    @action
    def recall(s, p: Process) -> None:
        s.require(s.sent[p])
        s.sent[p] = False


class Copied(Post):
    """The new value of another step reads what a delivery sets."""

    copy = Relation(Process)

    @action
    def look(s, p: Process) -> None:
        s.require(s.sent[p])
        s.copy[p] = s.got[p]


class Clearing(Post):
    """A delivery takes the letter away: it clears a bit."""

    @action
    def deliver(s, p: Process) -> None:
        s.require(s.sent[p])
        s.got[p] = True
        s.sent[p] = False


class Computing(Post):
    """What a delivery sets depends on the state."""

    seal = Flag()

    @action
    def break_seal(s) -> None:
        s.seal = True

    @action
    def deliver(s, p: Process) -> None:
        s.require(s.sent[p])
        s.got[p] = s.seal


class Unread(Post):
    """A delivery makes false what is looked for, "the letter has come and was not delivered"."""

    @safety
    def read_at_once(s) -> Formula:
        return forall(Process, lambda p: s.got[p] | ~s.sent[p])


class Undelivered(Post):
    """A delivery can only bring about what is looked for."""

    @safety
    def never_read(s) -> Formula:
        return forall(Process, lambda p: ~s.got[p])


class Apart(Jealous):
    """The delivery and the step that it would disable are never enabled together."""

    @action
    def note(s, p: Process) -> None:
        s.require(~s.got[p], ~s.sent[p], ~s.noted[p])
        s.noted[p] = True


class Elders(Spec):
    """Processes that rise one by one, whoever has the least name first, or in any order.

    Args:
        observed: where the order of names is looked at: `nowhere`, in the `guard`, or only among
            the members of a house (`houses`).
    """

    up = Relation(Name)
    house = Relation(Name, Name, immutable=True)

    def __init__(self, observed: str = "nowhere") -> None:
        self.observed = observed

    @init
    def start(s) -> None: ...

    @action
    def rise(s, n: Name) -> None:
        s.require(~s.up[n])
        if s.observed == "guard":
            s.require(forall(Name, lambda m: implies(m < n, s.up[m])))
        if s.observed == "houses":
            s.require(forall(Name, lambda m: implies((m < n) & s.house[m, n], s.up[m])))
        s.up[n] = True


class Begun(Post):
    """One process has sent its letter already."""

    first = Constant(Process, immutable=True)

    @init
    def start(s) -> None:
        s.sent[:] = lambda p: p == s.first


class BegunByAny(Post):
    """One process has sent its letter already, whichever."""

    @init
    def start(s, q: Process) -> None:  # type: ignore[override]
        s.sent[:] = lambda p: p == q


class Singled(Post):
    """A property names one process."""

    first = Constant(Process, immutable=True)

    @safety
    def stays_home(s) -> Formula:
        return ~s.got[s.first]


class Leader(Spec):
    """One of the processes takes the lead; two clauses differ by the order of names alone."""

    leads = Relation(Name)

    @init
    def start(s) -> None: ...

    @action
    def take(s, n: Name) -> None:
        s.require(~exists(Name, lambda m: s.leads[m]))
        s.leads[n] = True

    @safety
    def alone(s) -> Formula:
        def only(n: Any) -> Formula:
            return forall(Name, lambda m: implies(s.leads[m], m == n))

        def first(n: Any) -> Formula:
            return ~exists(Name, lambda m: m < n)

        def last(n: Any) -> Formula:
            return ~exists(Name, lambda m: n < m)

        return all_of(
            forall(Name, lambda n: implies(s.leads[n] & first(n), only(n))),
            forall(Name, lambda n: implies(s.leads[n] & last(n), only(n))),
        )


def post(spec: Spec, processes: int = 2, **given: Any) -> Finite:
    return Finite(stage(spec), Scope({"Process": processes}, given))


def named(spec: Spec, names: int = 2, **given: Any) -> Finite:
    return Finite(stage(spec), Scope({"Name": names}, given))
