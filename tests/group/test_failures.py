"""Callbacks that fail, are slow or ask for what would never end; services that are lost."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from impl.group import Group, GroupError
from impl.service import TransportError
from impl.transports.simulated.transport import SimulatedService
from tests.group.applications import Words, run, together, until


class Failing(Words):
    """Fails when it is called for something."""

    def __init__(self, at: str, *words: str) -> None:
        super().__init__(*words)
        self.at = at

    def _fail(self, call: str) -> None:
        if call == self.at:
            raise RuntimeError(f"{call} has failed")

    def has_data(self) -> bool:
        self._fail("has_data")
        return super().has_data()

    def snapshot(self) -> bytes:
        self._fail("snapshot")
        return super().snapshot()

    def merge(self, result):
        self._fail("merge")
        return super().merge(result)

    def accept(self, sender, content):
        self._fail("accept")
        return super().accept(sender, content)

    def view_changed(self, view) -> None:
        self._fail("view_changed")


@pytest.mark.parametrize("at", ["has_data", "snapshot", "merge", "view_changed"])
def test_a_callback_that_raises_while_joining_is_the_reason_why_it_fails(at: str) -> None:
    async def scene() -> None:
        service = SimulatedService()
        with pytest.raises(GroupError, match=f"{at} has failed") as raised:
            async with Group(Failing(at, "word"), service.transport(), name="a"):
                pytest.fail("it has joined")
        assert isinstance(raised.value.__cause__, RuntimeError)
        async with Group(Words(), service.transport(), name="b") as after:
            assert after.view is not None
            assert [member.name for member in after.view.members] == ["b"]

    run(scene())


def test_a_callback_that_raises_later_ends_the_member_and_nobody_else() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            with pytest.raises(GroupError, match="accept has failed"):  # noqa: PT012
                async with Group(
                    Failing("accept"), members.service.transport(), name="c"
                ) as failing:
                    await members.groups["a"].send(b"word")
                    with pytest.raises(GroupError, match="accept has failed"):
                        await failing.ended()
                    raise GroupError("accept has failed, and the block knows")
            await members.settled("ab", in_view_of=2)
            await members.groups["b"].send(b"another")

    run(scene())


def test_a_listener_that_raises_ends_the_member() -> None:
    def listen(event) -> None:
        raise RuntimeError("the listener has failed")

    async def scene() -> None:
        transport = SimulatedService().transport()
        with pytest.raises(GroupError, match="the listener has failed"):
            async with Group(Words(), transport, on_event=listen):
                pytest.fail("it has joined")

    run(scene())


def test_a_callback_that_is_cancelled_ends_the_member_instead_of_stopping_it_for_ever() -> None:
    class Cancelled(Words):
        async def merge(self, result) -> None:
            waiting = asyncio.get_running_loop().create_future()
            waiting.cancel()
            await waiting

    async def scene() -> None:
        with pytest.raises(GroupError):
            async with Group(Cancelled("x"), SimulatedService().transport(), name="a"):
                pytest.fail("it has joined")

    run(scene())


@pytest.mark.parametrize("callback", ["merge", "accept"])
def test_a_callback_that_awaits_send_is_told_that_it_would_never_end(callback: str) -> None:
    told: list[GroupError] = []

    class Sending(Words):
        group: Group

        async def _send(self) -> None:
            try:
                await self.group.send(b"from a callback")
            except GroupError as error:
                told.append(error)

        def merge(self, result):
            super().merge(result)
            return self._send() if callback == "merge" else None

        def accept(self, sender, content):
            super().accept(sender, content)
            return self._send() if callback == "accept" else None

    async def scene() -> None:
        application = Sending()
        application.group = Group(application, SimulatedService().transport(), name="a")
        async with application.group as group:
            await group.send(b"word")
            assert application.accepted == ["word"]
        assert len(told) == 1
        assert "callback" in str(told[0])

    run(scene())


def test_a_callback_may_have_a_task_of_its_own_send() -> None:
    class Answering(Words):
        group: Group
        tasks: list[asyncio.Task[None]]

        def accept(self, sender, content):
            super().accept(sender, content)
            if content == b"question":
                self.tasks = [asyncio.create_task(self.group.send(b"answer"))]

    async def scene() -> None:
        application = Answering()
        application.group = Group(application, SimulatedService().transport(), name="a")
        async with application.group as group:
            await group.send(b"question")
            await asyncio.gather(*application.tasks)
            assert application.accepted == ["question", "answer"]

    run(scene())


def test_nothing_else_comes_while_a_slow_merge_is_running() -> None:
    class Slow(Words):
        gate: asyncio.Event

        async def merge(self, result) -> None:
            super().merge(result)
            await self.gate.wait()
            self.calls.append("merged")

    async def scene() -> None:
        async with together("a") as members:
            slow = Slow()
            slow.gate = asyncio.Event()
            group = Group(slow, members.service.transport(), name="b")
            joining = asyncio.create_task(members.stack.enter_async_context(group))
            await until(lambda: "merge" in slow.calls)
            await members.groups["a"].send(b"word")
            for _ in range(100):
                await asyncio.sleep(0)
            assert slow.calls == ["view_changed", "merge"]
            assert not joining.done()
            slow.gate.set()
            await joining
            await until(lambda: slow.accepted == ["word"])
            assert slow.calls == ["view_changed", "merge", "merged", "accept"]

    run(scene())


# -- lost services ------------------------------------------------------------------------------


def test_a_lost_service_ends_everybody_who_waits() -> None:
    async def scene() -> None:
        async with together("a", "b") as members:
            with pytest.raises(GroupError):  # noqa: PT012
                async with Group(Words(), members.service.transport(), name="c") as lost:
                    waiting = [asyncio.create_task(lost.send(b"x")) for _ in range(3)]
                    waiting.append(asyncio.create_task(lost.ended()))
                    await asyncio.sleep(0)
                    members.service.crash(lost.address)
                    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
                    assert all(isinstance(outcome, GroupError) for outcome in outcomes)
                    assert all("crashed" in str(outcome) for outcome in outcomes)
                    await lost.send(b"afterwards")
            await members.settled("ab", in_view_of=2)

    run(scene())


def test_a_block_that_has_not_heard_of_the_loss_hears_of_it_at_its_end() -> None:
    async def scene() -> None:
        service = SimulatedService()
        with pytest.raises(GroupError, match="crashed") as raised:  # noqa: PT012
            async with Group(Words(), service.transport(), name="a") as group:
                service.crash(group.address)
                await until(group._over.is_set)
        assert isinstance(raised.value.__cause__, TransportError)

    run(scene())


def test_a_block_that_has_heard_of_the_loss_ends_quietly() -> None:
    async def scene() -> None:
        service = SimulatedService()
        async with Group(Words(), service.transport(), name="a") as group:
            service.crash(group.address)
            with pytest.raises(GroupError):
                await group.ended()

    run(scene())


def test_an_error_of_the_block_is_not_replaced() -> None:
    async def scene() -> None:
        service = SimulatedService()
        with pytest.raises(ZeroDivisionError):  # noqa: PT012
            async with Group(Words(), service.transport(), name="a") as group:
                service.crash(group.address)
                await until(group._over.is_set)
                raise ZeroDivisionError

    run(scene())


def test_after_the_end_of_the_block_nothing_can_be_sent() -> None:
    async def scene() -> None:
        async with Group(Words(), SimulatedService().transport()) as group:
            pass
        with pytest.raises(GroupError, match="left"):
            await group.send(b"late")
        with pytest.raises(GroupError, match="left"):
            await group.ended()

    run(scene())


def test_before_the_block_sending_is_refused_and_nothing_has_been_counted() -> None:
    async def scene() -> None:
        group = Group(Words(), SimulatedService().transport())
        with pytest.raises(GroupError):
            await group.send(b"early")
        assert not any(group.metrics.values())
        assert group.view is None

    run(scene())


def test_a_service_that_cannot_be_joined_says_why() -> None:
    async def scene() -> None:
        transport = SimulatedService().transport()

        async def refuses() -> None:
            raise TransportError("refused: ask somebody")

        transport.open = refuses  # type: ignore[method-assign]
        with pytest.raises(GroupError, match="refused: ask somebody"):
            async with Group(Words(), transport):
                pytest.fail("it has joined")

    run(scene())


def test_a_member_leaves_though_it_is_cancelled_while_it_leaves(tmp_path: Path) -> None:
    class Lingering(Words):
        lingers = False
        gate: asyncio.Event

        async def _linger(self) -> None:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                self.lingers = True
                await self.gate.wait()

        def accept(self, sender, content):
            return self._linger()

    async def scene() -> None:
        async with together("a") as members:
            application = Lingering()
            application.gate = asyncio.Event()

            async def block() -> None:
                async with Group(application, members.service.transport(), name="b") as group:
                    await group.send(b"word")

            task = asyncio.create_task(block())
            await until(lambda: members.words["a"].accepted == ["word"])
            for _ in range(10):
                await asyncio.sleep(0)
            task.cancel()
            await until(lambda: application.lingers)
            task.cancel()  # by somebody who cannot wait
            with pytest.raises(asyncio.CancelledError):
                await task
            await members.settled("a", in_view_of=1)
            application.gate.set()

    run(scene())
