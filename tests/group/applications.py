"""Applications for groups in tests, and how their coroutines run: in one loop, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

from impl.core import MemberId, Result, View
from impl.group import Application, Group
from impl.transports.simulated.transport import SimulatedService

T = TypeVar("T")
SECONDS_MAX = 10


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs a test's coroutine; one that hangs fails."""

    async def bounded() -> T:
        async with asyncio.timeout(SECONDS_MAX):
            return await work

    return asyncio.run(bounded())


async def until(condition: Callable[[], bool]) -> None:
    """Lets everybody else go on until something is so."""
    while not condition():
        await asyncio.sleep(0)


class Words(Application):
    """A set of words; notes what it is told."""

    def __init__(self, *words: str) -> None:
        self.words = set(words)
        self.results: list[Result[bytes]] = []
        self.accepted: list[str] = []
        self.views: list[View] = []
        self.calls: list[str] = []
        self.snapshots = 0

    def has_data(self) -> bool:
        return bool(self.words)

    def snapshot(self) -> bytes:
        self.snapshots += 1
        return " ".join(sorted(self.words)).encode()

    def merge(self, result: Result[bytes]) -> Any:
        self.calls.append("merge")
        self.results.append(result)
        for content in result.data.values():
            self.words.update(content.decode().split())
        return None

    def accept(self, sender: MemberId, content: bytes) -> Any:
        self.calls.append("accept")
        self.accepted.append(content.decode())
        self.words.add(content.decode())
        return None

    def view_changed(self, view: View) -> None:
        self.calls.append("view_changed")
        self.views.append(view)


class Together:
    """Members of one group over a simulated service, by name."""

    def __init__(self, service: SimulatedService) -> None:
        self.service = service
        self.stack = AsyncExitStack()
        self.groups: dict[str, Group] = {}
        self.words: dict[str, Words] = {}

    async def join(self, name: str, *words: str, **options: Any) -> Group:
        application = self.words[name] = Words(*words)
        group = Group(application, self.service.transport(), name=name, **options)
        self.groups[name] = await self.stack.enter_async_context(group)
        return group

    def split(self, *parts: str) -> None:
        """Separates members: each part is a word of their names."""
        self.service.split([[self.groups[name].address for name in part] for part in parts])

    async def settled(self, names: str, *, in_view_of: int) -> None:
        """Waits until these are in views of so many members, and have completed."""

        def done(group: Group) -> bool:
            assert not group._over.is_set(), group._failure
            view, member = group.view, group._member
            return view is not None and len(view.members) == in_view_of and member.completed

        await until(lambda: all(done(self.groups[name]) for name in names))


@asynccontextmanager
async def together(
    *names: str, seed: int = 0, limit: int = 1 << 16, holds: bool = True
) -> AsyncIterator[Together]:
    """Members that have joined one after the other, each with a word of its own."""
    members = Together(SimulatedService(seed, limit=limit))
    async with members.stack:
        for name in names:
            await members.join(name, *([f"of-{name}"] if holds else []))
        await members.settled("".join(names), in_view_of=len(names))
        yield members
