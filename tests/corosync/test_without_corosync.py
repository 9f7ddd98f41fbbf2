"""What the transport says where there is no Corosync, and before it is open."""

from __future__ import annotations

import asyncio

import pytest

from impl.service import Transport, TransportError
from impl.transports.corosync import CorosyncTransport, library
from impl.transports.corosync.library import Answer, Process
from impl.transports.corosync.transport import address_of


@pytest.mark.parametrize("name", ["", "x" * 128, "ü" * 64, "a\0b"])
def test_a_name_that_corosync_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="1 to 127 bytes"):
        CorosyncTransport(name)


def test_where_the_library_is_missing_opening_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(library, "LIBRARY", "libcpg-that-is-nowhere.so.4")
    library._library.cache_clear()
    with pytest.raises(TransportError, match="libcpg4"):
        asyncio.run(CorosyncTransport("group").open())


def test_a_transport_that_is_not_open_neither_sends_nor_receives_but_may_be_closed() -> None:
    async def use(transport: Transport) -> None:
        with pytest.raises(TransportError, match="not open"):
            await transport.send([b"x"])
        with pytest.raises(TransportError, match="not open"):
            await transport.receive()
        await transport.close()

    asyncio.run(use(CorosyncTransport("x" * 127)))


def test_addresses_are_ordered_as_nodes_and_processes_are() -> None:
    processes = [Process(2, 10), Process(10, 2), Process(2, 9), Process(2**32 - 1, 1)]
    assert sorted(map(address_of, processes)) == [address_of(each) for each in sorted(processes)]


def test_an_answer_that_is_not_known_is_still_an_answer() -> None:
    assert Answer(4711) is Answer.OTHER
    assert "start it" in Answer.LIBRARY.explained
