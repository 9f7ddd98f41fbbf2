"""What a member has to send, in order, and the task that sends it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from impl.core import Acknowledgment, Data
from impl.service import Transport
from impl.wire import Cutter, Message, encode

Part = bytes | memoryview


class Outbox:
    """A queue of messages in front of a transport.

    Args:
        before: called before each message, when a step that it tells of must be on record.
        sent: called with each packet.
    """

    def __init__(self, before: Callable[[], None], sent: Callable[[Sequence[Part]], None]) -> None:
        self._before, self._sent = before, sent
        self._messages: deque[Message] = deque()
        self._filled = asyncio.Event()
        self._is_given_up = False
        """Whether members are new since the message was begun that is being sent."""

    def put(self, message: Message) -> None:
        """Another message is to be sent."""
        self._messages.append(message)
        self._filled.set()

    def give_up(self) -> None:
        """Members are new: data and acknowledgments that wait are of an earlier request.

        Nobody has use for them. Announcements and updates are sent: the session counts on them to
        come back.
        """
        kept = (m for m in self._messages if not isinstance(m, Data | Acknowledgment))
        self._messages = deque(kept)
        self._is_given_up = True

    async def send_all(self, transport: Transport) -> None:
        """Sends what there is and what will be, without end.

        Raises:
            TransportError: the service is lost.
        """
        cutter = Cutter(transport.limit)
        while True:
            while self._messages:
                message = self._messages.popleft()
                self._before()
                self._is_given_up = False
                for packet in cutter.cut(encode(message)):
                    if self._is_given_up and isinstance(message, Data):
                        break
                    self._sent(packet)
                    await transport.send(packet)
            self._filled.clear()
            await self._filled.wait()
