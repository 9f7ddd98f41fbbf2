"""What a member counts while it runs."""

from __future__ import annotations

import time
from collections.abc import Sequence

from impl.core import Acknowledgment, Configuration, Data, Member, Result, Update, View
from impl.service import Packet


class Metrics:
    """Counts of one member. Times are in seconds, from the first word of a request to its end."""

    def __init__(self) -> None:
        self.requests = 0
        self.completed = 0
        self.rounds = 0
        self.transmissions = 0
        self.transmitted_bytes = 0
        self.acknowledgments = 0
        self.updates = 0
        self.sent_packets = 0
        self.sent_bytes = 0
        self.received_packets = 0
        self.received_bytes = 0
        self.malformed = 0
        self.complete_s_last = 0.0
        self.complete_s_max = 0.0
        self.complete_s_total = 0.0
        self._since: float | None = None

    def configured(self, configuration: Configuration) -> None:
        """A membership has come; one with new members is the first word of a request."""
        if configuration.joined and self._since is None:
            self._since = time.monotonic()

    def sent(self, packet: Sequence[bytes | memoryview]) -> None:
        """A packet goes out."""
        self.sent_packets += 1
        self.sent_bytes += sum(map(len, packet))

    def received(self, packet: Packet) -> None:
        """A packet has come."""
        self.received_packets += 1
        self.received_bytes += len(packet.content)

    def observe(
        self,
        event: str,
        subject: View | Data[bytes] | Acknowledgment | Result[bytes] | Update | None,
    ) -> None:
        """A step has been taken."""
        match subject:
            case View():
                self.requests += subject.starts_request
                self.rounds += self._since is not None
            case Data() if event == "transmit":
                self.transmissions += 1
                self.transmitted_bytes += len(subject.content)
            case Acknowledgment() if event == "acknowledge":
                self.acknowledgments += 1
            case Update():
                self.updates += 1
            case Result():
                self.completed += 1
                self._complete()
            case _:
                pass

    def _complete(self) -> None:
        if self._since is not None:
            taken = time.monotonic() - self._since
            self.complete_s_last = taken
            self.complete_s_max = max(self.complete_s_max, taken)
            self.complete_s_total += taken
            self._since = None

    def of(self, member: Member[bytes], stale: int) -> dict[str, float]:
        """All counts by name.

        Args:
            member: which adds what it has dropped.
            stale: messages dropped before they came to it.
        """
        counts = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        return {**counts, "stale": member.stale + stale, "duplicates": member.duplicates}
