"""The alternating bit protocol over two channels that keep the order but lose messages.

K. A. Bartlett, R. A. Scantlebury and P. T. Wilkinson, "A note on reliable full-duplex transmission
over half-duplex links", CACM 12(5), 1969. The atomic steps are those of
`SpecifyingSystems/TLC/AlternatingBit.tla` in tlaplus/Examples (Lamport, "Specifying Systems",
chapter 14), the channels are bounded as its model `MCAlternatingBit.cfg` bounds them.

TLC's eight initial states differ in the bit and in what was sent and received before. Ours are
reached by a first step that chooses them, which makes one state and one step of depth more. TLC
generates 1,392 states: its initial ones (as many as ours has first steps), our other steps, and 188
by sending into a full channel, which its constraint discards and ours cannot.

Every message sent arrives if receiving is strongly fair. Weak fairness is not enough: the channel
may lose each message before it is received.
"""

from __future__ import annotations

from model.lang import (
    Constant,
    Element,
    Enumeration,
    Fairness,
    Flag,
    Formula,
    Relation,
    Sort,
    Spec,
    action,
    define,
    exists,
    forall,
    implies,
    init,
    ite,
    leads_to,
    least,
    safety,
    step,
)
from model.scope import Scope
from tests.classics import Golden


class Bit(Enumeration):
    zero = Element()
    one = Element()


class Data(Sort): ...


class Slot(Sort, ordered=True):
    """A place in a channel; the head is in the least. What is behind the last one is empty."""


def alternating_bit(receiving: Fairness = "strong", sending: Fairness = "weak") -> Spec:
    """The alternating bit protocol.

    Args:
        receiving: the fairness of receiving messages and acknowledgments.
        sending: the fairness of sending them again.
    """

    class AlternatingBit(Spec):
        blank = Constant(Data, immutable=True)
        begun = Flag()
        send_bit = Constant(Bit)
        acked_bit = Constant(Bit)
        receive_bit = Constant(Bit)
        sent = Constant(Data)
        received = Constant(Data)
        messages = Relation(Slot, Bit, Data)
        acks = Relation(Slot, Bit)

        @define
        def follows(s, i: Slot, j: Slot) -> Formula:
            return (i < j) & ~exists(Slot, lambda k: (i < k) & (k < j))

        @define
        def message_at(s, i: Slot) -> Formula:
            return exists(Bit, Data, lambda b, d: s.messages[i, b, d])

        @define
        def ack_at(s, i: Slot) -> Formula:
            return exists(Bit, lambda b: s.acks[i, b])

        @define
        def free_for_message(s, i: Slot) -> Formula:
            """i is the first empty place for a message."""
            return ~s.message_at(i) & forall(Slot, lambda j: implies(j < i, s.message_at(j)))

        @define
        def free_for_ack(s, i: Slot) -> Formula:
            """i is the first empty place for an acknowledgment."""
            return ~s.ack_at(i) & forall(Slot, lambda j: implies(j < i, s.ack_at(j)))

        def add_message(s, bit: Bit, data: Data) -> None:
            s.require(exists(Slot, lambda i: ~s.message_at(i)))
            s.messages[:, :, :] = lambda i, b, d: (
                s.messages[i, b, d] | (s.free_for_message(i) & (b == bit) & (d == data))
            )

        def add_ack(s, bit: Bit) -> None:
            s.require(exists(Slot, lambda i: ~s.ack_at(i)))
            s.acks[:, :] = lambda i, b: s.acks[i, b] | (s.free_for_ack(i) & (b == bit))

        def remove_message(s, k: Slot) -> None:
            s.messages[:, :, :] = lambda i, b, d: ite(
                i < k,
                s.messages[i, b, d],
                exists(Slot, lambda j: s.follows(i, j) & s.messages[j, b, d]),
            )

        def remove_ack(s, k: Slot) -> None:
            s.acks[:, :] = lambda i, b: ite(
                i < k, s.acks[i, b], exists(Slot, lambda j: s.follows(i, j) & s.acks[j, b])
            )

        @init
        def start(s) -> None:
            s.send_bit = Bit.zero
            s.acked_bit = Bit.zero
            s.receive_bit = Bit.zero
            s.sent = s.blank
            s.received = s.blank

        @action
        def begin(s, bit: Bit, sent: Data, received: Data) -> None:
            s.require(~s.begun)
            s.begun = True
            s.send_bit = bit
            s.acked_bit = bit
            s.receive_bit = bit
            s.sent = sent
            s.received = received

        @action
        def send_new(s, d: Data) -> None:
            s.require(s.begun, s.acked_bit == s.send_bit)
            new = ite(s.send_bit == Bit.zero, Bit.one, Bit.zero)
            s.send_bit = new
            s.sent = d
            s.add_message(new, d)

        @action(fair=sending)
        def send_again(s) -> None:
            s.require(s.begun, s.acked_bit != s.send_bit)
            s.add_message(s.send_bit, s.sent)

        @action(fair=receiving)
        def receive(s, i: Slot, b: Bit, d: Data) -> None:
            s.require(least(i), s.messages[i, b, d])
            s.receive_bit = b
            s.received = d
            s.remove_message(i)

        @action(fair=sending)
        def send_ack(s) -> None:
            s.require(s.begun)
            s.add_ack(s.receive_bit)

        @action(fair=receiving)
        def receive_ack(s, i: Slot, b: Bit) -> None:
            s.require(least(i), s.acks[i, b])
            s.acked_bit = b
            s.remove_ack(i)

        @action
        def lose_message(s, i: Slot) -> None:
            s.require(s.message_at(i))
            s.remove_message(i)

        @action
        def lose_ack(s, i: Slot) -> None:
            s.require(s.ack_at(i))
            s.remove_ack(i)

        @safety
        def in_order(s) -> Formula:
            """No hole in a channel, and no two messages in one place."""
            return forall(
                Slot, Slot, lambda i, j: implies((i < j) & s.message_at(j), s.message_at(i))
            ) & forall(
                Slot,
                Bit,
                Data,
                lambda i, b, d: implies(
                    s.messages[i, b, d],
                    ~exists(Bit, Data, lambda c, e: s.messages[i, c, e] & ((b != c) | (d != e))),
                ),
            )

        @step
        def received_as_sent(s, after: AlternatingBit) -> Formula:
            """What is received changes only to what was sent, and only once for each sending.

            It is what `ABCorrectness.tla`, which the protocol implements, allows.
            """
            unchanged = (after.receive_bit == s.receive_bit) & (after.received == s.received)
            fresh = (s.receive_bit != s.send_bit) & (after.receive_bit == s.send_bit)
            return implies(s.begun, unchanged | (fresh & (after.received == s.sent)))

        @leads_to
        def arrives(s, d: Data) -> tuple[Formula, Formula]:
            """What is sent and not acknowledged is received."""
            return (s.sent == d) & (s.send_bit != s.acked_bit), s.received == d

        @leads_to
        def acknowledged(s) -> tuple[Formula, Formula]:
            """What is sent is acknowledged, so that the next can be sent."""
            return s.send_bit != s.acked_bit, s.send_bit == s.acked_bit

    return AlternatingBit()


def scope(data: int, capacity: int) -> Scope:
    return Scope({"Data": data, "Slot": capacity}, {"blank": 0})


GOLDEN = (
    Golden(
        alternating_bit(),
        scope(2, 2),
        states=240,
        besides=1,
        transitions=1_392 - 188,
        depth=9 + 1,
        source="tlaplus/Examples SpecifyingSystems/TLC/MCAlternatingBit.cfg: 240 distinct, 1,392 "
        "generated, depth 10; the docstring says what ours has besides",
    ),
)
