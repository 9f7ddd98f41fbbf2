"""What chance would take too long to come to: scripts for the simulated network, a rule each."""

from __future__ import annotations

from benchmarks.adequacy.told import Told
from impl.core import Address


def stale_epoch() -> Told:
    """A member comes to an earlier epoch than it had, and by that to the same one twice.

    What x announced to z counts when they meet again (`impl.core.session`), but says the epoch of
    that time, and by then x was in a view with y, whose epoch is far ahead. So the views of x and y
    have the same members and epochs twice, and so have the rounds that x is left alone in. All of
    them must have names of their own. What x sent in the first of them, of a request that is over
    and of a later epoch, comes in the view with z, and must have no effect there.
    """
    world = Told(sending_view=False, total_order=True)
    y, w = world.start("y", ["y"]), world.start("w", ["w"])
    world.form([y])
    world.run()
    for _ in range(2):  # y goes ahead
        world.form([y, w])
        world.run()
        world.form([y])
        world.run()
    x, z = world.start("x", ["x"]), world.start("z", ["z"])
    world.form([x])
    world.run()
    _enter(world, x, y)
    _enter(world, x, z)
    _enter(world, x, y)  # what both announced at first still counts
    world.place(x)
    world.place(y)
    _receive(world, x)
    _enter_of(world, [y, w], [y], cut=0.0)  # y does not hear of x, and stays what it was
    _enter_of(world, [x], [x])
    _enter(world, x, z)
    for _ in range(2):
        world.place(x)  # to z, and then what was sent to y
    world.place(z)
    _receive(world, x)
    world.form([x, y])
    world.run()
    for address in (x, y, z, w):
        world.form([address])
    world.run()
    return world


def parts_with_others() -> Told:
    """Two that completed together leave each other, each with a third one, and meet again.

    One of them has accepted an update in between, and neither completed anything with the third: so
    they hold different data, of the same exchange, and are two subgroups.
    """
    world = Told(sending_view=False, total_order=True)
    a, b, c = world.start("a", ["a"]), world.start("b", ["b"]), world.start("c", ["c"])
    world.form([a, b])
    world.run()
    _enter_of(world, [b, c], [b, c], cut=0.0)
    world.place(b)
    world.place(c)
    _receive(world, b)  # so it has a view with c
    world.update(a, "u")
    world.place(a)
    _receive(world, a)
    _enter_of(world, [a, c], [a], cut=0.0)
    world.form([a, b])
    world.run()
    world.form([c])
    world.run()
    return world


def _enter(world: Told, *members: Address) -> None:
    _enter_of(world, list(members), list(members))


def _enter_of(
    world: Told, members: list[Address], entering: list[Address], *, cut: float = 1.0
) -> None:
    """Forms a configuration, which some of its members enter."""
    world.form(members, cut=cut)
    for address in entering:
        _receive(world, address)
        world.enter(address)


def _receive(world: Told, address: Address) -> None:
    process = world.network.processes[address]
    while process.received < process.limit:
        world.deliver(address)


SCENES = (stale_epoch, parts_with_others)
