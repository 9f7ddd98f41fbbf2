"""The exchange as somebody would write it by hand in Python, for a checker that takes functions.

One request under sending-view delivery, groups without joiners, the protocol that is shipped: the
same steps as the spec's, written for speed as one does in Python, in bits of integers. A message
or a member in a view is the bit `view * members + member`.

A state is a tuple of
    views: the members of each view that was formed, as bits; the last one is open
    settled: views before which the exchange was completed
    data, acks: messages sent, by sender and view
    placed_data, placed_acks: those of them that the service has taken out of their queues
    got_data, got_acks: for each member, those delivered to it
    crashed, indicator: members
    installed: for each member, how many views it has installed
    completed: for each member, the views in which it completed the request
    holds: for each member, the groups whose data it has, as bits
    held: members that have been told of the request, and so noted what they hold
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

State = tuple[
    tuple[int, ...], int, int, int, int, int, tuple[int, ...], tuple[int, ...], int, int,
    tuple[int, ...], tuple[int, ...], tuple[int, ...], int,
]  # fmt: skip
Next = tuple[str, State]


def put(values: tuple[int, ...], index: int, value: int) -> tuple[int, ...]:
    """The tuple with one value replaced."""
    return (*values[:index], value, *values[index + 1 :])


class ByHand:
    """The exchange among groups of such sizes.

    Args:
        sizes: the members of each subgroup.
        failures: crashes at most.
    """

    def __init__(self, sizes: tuple[int, ...], failures: int) -> None:
        self.members, self.failures = sum(sizes), failures
        self.views = 1 + min(failures, self.members - 1)
        self.group_of = [group for group, size in enumerate(sizes) for _ in range(size)]
        self.peers = [
            sum(1 << x for x in range(self.members) if self.group_of[x] == group)
            for group in self.group_of
        ]
        everyone = (1 << self.members) - 1
        nobody = (0,) * self.members
        own = tuple(1 << group for group in self.group_of)
        self.initial: State = (
            (everyone,), 0, 0, 0, 0, 0, nobody, nobody, 0, everyone, nobody, nobody, own, 0,
        )  # fmt: skip

    def steps(self, state: State) -> list[Next]:
        """Every step that is enabled, with where it leads."""
        return [*self._of_members(state), *self._of_messages(state), *self._of_views(state)]

    def _of_members(self, state: State) -> Iterator[Next]:
        """A member transmits, acknowledges, completes."""
        (views, settled, data, acks, placed_data, placed_acks, got_data, got_acks,
         crashed, indicator, installed, completed, holds, held) = state  # fmt: skip
        n, open_view = self.members, len(views) - 1
        for m in range(n):
            if crashed >> m & 1 or not installed[m] or completed[m]:
                continue
            v = installed[m] - 1
            bit, inside = 1 << (v * n + m), views[v]
            if v == open_view:
                leads = not inside & self.peers[m] & ((1 << m) - 1)
                speaks = leads and not data & bit and not indicator >> m & 1
                if speaks:
                    yield f"transmit {m} {v}", (
                        views, settled, data | bit, acks, placed_data, placed_acks, got_data,
                        got_acks, crashed, indicator | 1 << m, installed, completed, holds, held,
                    )  # fmt: skip
                elif not acks & bit:
                    yield f"acknowledge {m} {v}", (
                        views, settled, data, acks | bit, placed_data, placed_acks, got_data,
                        got_acks, crashed, indicator, installed, completed, holds, held,
                    )  # fmt: skip
            if not inside & ~(got_acks[m] >> v * n):
                has, got = holds[m], got_data[m]
                for p in range(n * len(views)):
                    if got >> p & 1:
                        has |= 1 << self.group_of[p % n]
                yield f"complete {m} {v}", (
                    views, settled, data, acks, placed_data, placed_acks, got_data, got_acks,
                    crashed, indicator, installed, put(completed, m, 1 << v), put(holds, m, has),
                    held,
                )  # fmt: skip

    def _of_messages(self, state: State) -> Iterator[Next]:
        """The service takes a message from its queue, or delivers it."""
        (views, settled, data, acks, placed_data, placed_acks, got_data, got_acks,
         crashed, indicator, installed, completed, holds, held) = state  # fmt: skip
        n, w = self.members, len(views) - 1
        for p in range(n):
            bit = 1 << (w * n + p)
            if not views[w] >> p & 1:
                continue
            waits = ((1 << n * (w + 1)) - 1) & sum(1 << (u * n + p) for u in range(w + 1))
            waiting_data = data & ~placed_data & waits
            waiting_acks = acks & ~placed_acks & waits
            earlier = bit - 1  # in the queue of p, what is of an earlier view
            if waiting_data & bit and not (waiting_data | waiting_acks) & earlier:
                yield f"order data {p} {w}", (
                    views, settled, data, acks, placed_data | bit, placed_acks, got_data,
                    got_acks, crashed, indicator, installed, completed, holds, held,
                )  # fmt: skip
            if waiting_acks & bit and not waiting_data & (bit | earlier) | waiting_acks & earlier:
                yield f"order ack {p} {w}", (
                    views, settled, data, acks, placed_data, placed_acks | bit, got_data,
                    got_acks, crashed, indicator, installed, completed, holds, held,
                )  # fmt: skip
        for q in range(n):
            if crashed >> q & 1 or not installed[q]:
                continue
            v = installed[q] - 1
            for p in range(n):
                bit = 1 << (v * n + p)
                data_left = placed_data & bit and not got_data[q] & bit
                if data_left:
                    mine = self.peers[q] >> p & 1
                    yield f"deliver {q} data {p} {v}", (
                        views, settled, data, acks, placed_data, placed_acks,
                        put(got_data, q, got_data[q] | bit), got_acks, crashed,
                        indicator | mine << q, installed, completed, holds, held,
                    )  # fmt: skip
                elif placed_acks & bit and not got_acks[q] & bit:
                    yield f"deliver {q} ack {p} {v}", (
                        views, settled, data, acks, placed_data, placed_acks, got_data,
                        put(got_acks, q, got_acks[q] | bit), crashed, indicator, installed,
                        completed, holds, held,
                    )  # fmt: skip

    def _of_views(self, state: State) -> Iterator[Next]:
        """A member installs a view or crashes; a view without the crashed is formed."""
        (views, settled, data, acks, placed_data, placed_acks, got_data, got_acks,
         crashed, indicator, installed, completed, holds, held) = state  # fmt: skip
        n, u = self.members, len(views) - 1
        all_of = (1 << n) - 1
        for m in range(n):
            v = installed[m]
            if crashed >> m & 1 or v > u or not views[v] >> m & 1:
                continue
            if v:
                row = all_of << (v - 1) * n
                if placed_data & row & ~got_data[m] or placed_acks & row & ~got_acks[m]:
                    continue
                if not completed[m] and not views[v - 1] & ~(got_acks[m] >> (v - 1) * n):
                    continue
            yield f"install {m} {v}", (
                views, settled, data, acks, placed_data, placed_acks, got_data, got_acks, crashed,
                indicator if v else indicator & ~(1 << m), put(installed, m, v + 1), completed,
                holds, held if v else held | 1 << m,
            )  # fmt: skip
        if crashed.bit_count() < self.failures:
            for m in range(n):
                if views[u] >> m & 1 and not crashed >> m & 1:
                    yield f"crash {m}", (
                        views, settled, data, acks, placed_data, placed_acks, put(got_data, m, 0),
                        put(got_acks, m, 0), crashed | 1 << m, indicator & ~(1 << m),
                        put(installed, m, 0), completed, holds, held,
                    )  # fmt: skip
        stay = views[u] & ~crashed
        flushed = not ((data & ~placed_data) | (acks & ~placed_acks)) >> u * n & stay
        if views[u] & crashed and stay and flushed and u + 1 < self.views:
            over = settled >> u & 1 or not views[u] & ~(placed_acks >> u * n)
            yield f"exclude {u}", (
                (*views, stay), settled | (1 << u + 1 if over else 0), data, acks, placed_data,
                placed_acks, got_data, got_acks, crashed, indicator, installed, completed, holds,
                held,
            )  # fmt: skip

    # -- properties ---------------------------------------------------------------------------

    @property
    def properties(self) -> dict[str, Callable[[State], bool]]:
        """Some of the spec's properties, under its names."""
        return {"AtMostOnce": self._at_most_once, "SameData": self._same_data}

    def _at_most_once(self, state: State) -> bool:
        for got in state[6]:
            spoken = 0
            while got:
                low = got & -got
                group = 1 << self.group_of[(low.bit_length() - 1) % self.members]
                if spoken & group:
                    return False
                spoken, got = spoken | group, got ^ low
        return True

    def _same_data(self, state: State) -> bool:
        held_by: dict[int, int] = {}
        for completed, has in zip(state[11], state[12], strict=True):
            if completed and held_by.setdefault(completed, has) != has:
                return False
        return True

    def may_rest(self, state: State) -> bool:
        """Every live member of the open view has completed the request."""
        members = (m for m in range(self.members) if state[0][-1] & ~state[8] >> m & 1)
        return all(state[11][m] for m in members)
