"""A trace forced upon real processes, over *local*.

Each member is a process (`process`) with a log. A schedule (`impl.transports.local.Schedule`) has
the ordering process do what the trace says: when a configuration is formed, which message is placed
next, and what each member is given, one by one; and members are killed where the trace crashes
them. So every step of the environment is forced, deliveries to single members included. The
members' own steps are not: they are what is compared. What each member has in its log, event by
event, and how many messages it has sent, must be what the trace says, and nothing else.

*local* delivers in one order and in the same view. A trace of other services is forced if it can be
one of such a service too; else it is refused, with the step.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import assert_never

from impl.service import TransportError
from impl.transports.local import Schedule, Settings
from impl.transports.local.rendezvous import Rendezvous
from model.interp import Interpreter
from model.protocol import Delivery
from model.scope import Step
from model.search.result import Trace
from traces.forced.actor import Actor
from traces.forced.director import Director
from traces.forced.events import EVENTS, Event, Expected, Logged, in_words
from traces.forced.knowledge import Known, Words
from traces.forced.members import SHIPPED
from traces.forced.moves import CLOSING, Crash, Deliver, Enter, Form, Move, Place, worded
from traces.forced.path import path_graph, unrolled
from traces.forced.result import Difference, Forced, Taken, Unforceable
from traces.forced.simulated import forceable, is_rest
from traces.run import Run

LIMIT_S = 10.0
GROUP = "trace"
_ENDED_S = 5.0
_FOLDERS = "/tmp"  # not where temporary files are by default: a Unix socket's path has to be short


def local_service(run: Run) -> Director:
    """What *local* can do, at the beginning of a trace."""
    return Director(Words(run.finite), sending_view=False, total_order=True)


def in_the_same_view(run: Run, trace: Trace) -> tuple[Run, Trace]:
    """A trace as one of a service that delivers in the same view, which promises less.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it.
    """
    if run.delivery is Delivery.SAME_VIEW:
        return run, trace
    weaker = replace(run, delivery=Delivery.SAME_VIEW)
    interpreter = Interpreter(weaker.finite)
    actions = {action.name: action for action in weaker.staged.actions}
    steps = tuple(Step(actions[step.action.name], step.args) for step in trace.steps)
    for state, step in zip(trace.states, steps, strict=False):
        assert interpreter.enabled(state, step)  # whoever promises less does all of it, and more
    closing = trace.closing and Step(actions[trace.closing.action.name], trace.closing.args)
    return weaker, Trace(trace.states, steps, trace.loop, closing)


def on_local(run: Run, trace: Trace, members: str = SHIPPED, *, limit_s: float = LIMIT_S) -> Forced:
    """Forces a trace upon processes.

    Args:
        run: the specification's scope and switches.
        trace: a behaviour of it. The own steps that are due at its end are taken, too.
        members: the name of their rules: see `members.maker`.
        limit_s: the time that a process may take for what it was given.

    Raises:
        Unforceable: processes with *local* cannot be made to follow it. Nothing was started.
        ScopeError: the scope has too many members.
        TransportError: the ordering process cannot be started, or is gone.
    """
    weaker, trace = in_the_same_view(run, unrolled(trace))
    try:
        whole = forceable(weaker, trace, local_service(weaker))
    except Unforceable as error:
        if weaker == run:
            raise
        why = f"{error.problem} (and *local* tells nobody to be silent when a view closes)"
        raise Unforceable(why, advice=error.advice) from None
    return asyncio.run(_forced(weaker, whole, members, limit_s))


async def _forced(run: Run, trace: Trace, members: str, limit_s: float) -> Forced:
    with tempfile.TemporaryDirectory(prefix="ov-", dir=_FOLDERS) as folder:
        rendezvous = Rendezvous.of_group(GROUP, Path(folder))
        settings = Settings(linger_s=0.1)
        try:
            async with Schedule(
                GROUP, directory=Path(folder), settings=settings, limit_s=limit_s + LIMIT_S
            ) as schedule:
                return await _OnLocal(run, trace, schedule, Path(folder), limit_s).run(members)
        finally:
            await _ended(rendezvous)


async def _ended(rendezvous: Rendezvous) -> None:
    """Waits until there is no ordering process any more; kills one that does not end."""
    with suppress(TimeoutError, TransportError):
        async with asyncio.timeout(_ENDED_S):
            while (lock := rendezvous.try_lock()) is None:
                await asyncio.sleep(0.02)
            os.close(lock)
            return
    with suppress(OSError, ValueError):
        os.kill(int((rendezvous.folder / "lock").read_text()), signal.SIGKILL)


class _OnLocal:
    """A trace on its way through processes."""

    def __init__(
        self, run: Run, trace: Trace, schedule: Schedule, folder: Path, limit_s: float
    ) -> None:
        self._run, self._trace, self._schedule = run, trace, schedule
        self._folder, self._limit_s = folder, limit_s
        self._words = Words(run.finite)
        self._known = Known(run, path_graph(run.finite, trace))
        self._expected = Expected(self._known, self._words)
        self._logged = Logged(self._words)
        self._director = local_service(run)
        self._actors: list[Actor] = []
        self._ahead: list[deque[Event]] = [deque() for _ in self._words.members]
        """By member: the events of the trace that its log does not have yet."""
        self._requests = [""] * len(self._ahead)
        """By member: the request that it is in, as its log names it."""
        self._touched: set[int] = set()
        self._killed: set[int] = set()
        self._step = self._compared = 0

    async def run(self, members: str) -> Forced:
        """Starts the processes, takes all steps, and ends the processes."""
        taken: list[Taken] = []
        try:
            difference = await self._start(members) or await self._begin()
            for number, step in enumerate(self._trace.steps, 1):
                if difference is not None:
                    break
                moves: list[Move] = []
                difference = await self._take(step, number, moves)
                done = tuple(worded(move, self._words) for move in moves)
                taken.append(Taken(self._run.finite.describe(step), done))
            if difference is None:
                difference = await self._end()
        finally:
            await asyncio.gather(*(actor.ended() for actor in self._actors))
        return Forced(len(self._trace), tuple(taken), self._compared, difference)

    async def _start(self, members: str) -> Difference | None:
        given, words = self._run.finite.scope.given, self._words
        for m, name in enumerate(words.members):
            data = [words.data[d] for x, d in sorted(given["brings"]) if x == m]
            first = min(x for x, y in given["origin"] if y == m)
            options = ["--group", GROUP, "--directory", str(self._folder), "--members", members]
            options += ["--subgroup", words.members[first], "--words", *data] if data else []
            self._actors.append(await Actor.started(name, self._folder, options))
        for m, actor in enumerate(self._actors):
            why = await actor.connected(self._schedule, self._limit_s)
            if why:
                return self._differs(m, "whether it is connected", why, "yes")
        return None

    # -- steps --------------------------------------------------------------------------------

    async def _begin(self) -> Difference | None:
        for move in (*self._director.begin(self._known.formed(0, 0)), *self._director.rest()):
            difference = await self._one(move)
            if difference is not None:
                return difference
        return None

    async def _take(self, step: Step, number: int, moves: list[Move]) -> Difference | None:
        """Takes a step; the moves that were made for it are added to those given."""
        self._step = number
        action, args = step.action.name, step.args
        formed = self._known.formed(args[1], number) if action in CLOSING else None
        found = self._expected.of(action, args, number)
        if found is not None:
            m, event = found
            self._ahead[m].append(event)
            self._touched.add(m)
        if action in ("transmit", "acknowledge"):
            self._actors[args[0]].sent += 1
        difference = await self._all(self._director.moves(action, args, formed), moves)
        if difference is None and is_rest(self._trace, number):
            difference = await self._settled() or await self._all(self._director.rest(), moves)
        return difference

    async def _all(self, moves: Iterable[Move], made: list[Move]) -> Difference | None:
        for move in moves:
            made.append(move)
            difference = await self._one(move)
            if difference is not None:
                return difference
        return None

    async def _one(self, move: Move) -> Difference | None:
        try:
            return await self._made(move)
        except TransportError:
            for m, actor in enumerate(self._actors):
                if m not in self._killed and self._is_gone(actor):
                    return self._differs(m, "whether it is up", await actor.end(), "yes")
            raise

    async def _made(self, move: Move) -> Difference | None:
        schedule, actors = self._schedule, self._actors
        match move:
            case Form(_, members, _):
                await schedule.form([actors[m].address for m in members])
            case Enter(m, view):
                actors[m].sent += self._director.is_request(view)
                await self._give(m)
            case Deliver(m, _, _):
                await self._give(m)
            case Place(message):
                actor = actors[message.sender]
                actor.placed += 1
                difference = await self._has_sent(message.sender, actor.placed)
                if difference is not None:
                    return difference
                await schedule.place(actor.address)
            case Crash(m):
                self._touched.discard(m)
                self._killed.add(m)
                await actors[m].killed()
                await schedule.until(partial(self._is_gone, actors[m]))
            case _:
                assert_never(move)
        return None

    async def _give(self, m: int) -> None:
        self._actors[m].given += 1
        self._touched.add(m)
        await self._schedule.give(self._actors[m].address)

    # -- comparing ----------------------------------------------------------------------------

    async def _settled(self) -> Difference | None:
        """Those to whom something has happened have done what the trace says, no more or less."""
        for m in sorted(self._touched):
            actor = self._actors[m]
            why = await actor.dealt_with(self._limit_s)
            difference = self._compare(m)
            if difference is None and why:
                difference = self._differs(m, "whether it deals with what it is given", why, "yes")
            if difference is None and self._ahead[m]:
                event = in_words(self._ahead[m][0])
                difference = self._differs(m, "what it does next", "nothing", event)
            if difference is None:
                difference = await self._has_sent(m, actor.sent, exactly=True)
            if difference is not None:
                return difference
        self._touched.clear()
        return None

    def _compare(self, m: int) -> Difference | None:
        """The new events in a member's log."""
        ahead = self._ahead[m]
        for line in self._actors[m].new_events():
            if line["event"] not in EVENTS:
                continue
            if line["event"] == "install":
                self._requests[m] = line["request"]
            elif line["event"] == "deliver" and line["request"] != self._requests[m]:
                continue  # of an earlier request
            expected = ahead.popleft() if ahead else None
            if expected is not None:
                self._logged.learn(line, expected)
            found = self._logged.of(line)
            self._compared += 1
            if found != expected:
                return self._different(m, found, expected)
        return None

    def _different(self, m: int, found: Event, expected: Event | None) -> Difference:
        if expected is None or found["event"] != expected["event"]:
            return self._differs(m, "what it does next", in_words(found), in_words(expected))
        fields = [name for name in {**expected, **found} if found.get(name) != expected.get(name)]
        one, other = (each.get(fields[0], "nothing") for each in (found, expected))
        return self._differs(m, f"{fields[0]} of {found['event']}", one, other)

    async def _has_sent(self, m: int, count: int, *, exactly: bool = False) -> Difference | None:
        """Waits until a member has sent so many messages."""
        waiting, address = self._schedule, self._actors[m].address
        with suppress(TimeoutError):
            async with asyncio.timeout(self._limit_s):
                await waiting.until(lambda: waiting.waiting[address].sent >= count)
        sent = waiting.waiting[address].sent
        if sent < count or (exactly and sent > count):
            said = f"{sent} in {self._limit_s:g} s" if sent < count else str(sent)
            return self._differs(m, "how many messages it has sent", said, str(count))
        return None

    async def _end(self) -> Difference | None:
        """Members leave; what they have done besides shows now."""
        alive = [m for m in range(len(self._actors)) if m not in self._killed]
        await asyncio.gather(*(self._actors[m].ended() for m in alive))
        for m in alive:
            actor = self._actors[m]
            await self._schedule.until(partial(self._is_gone, actor))
            difference = self._compare(m) or await self._has_sent(m, actor.sent, exactly=True)
            if difference is not None:
                return difference
        return None

    def _is_gone(self, actor: Actor) -> bool:
        return self._schedule.waiting[actor.address].is_gone

    def _differs(
        self, m: int, variable: str, implementation: str, specification: str
    ) -> Difference:
        name = self._words.members[m]
        return Difference(self._step, name, variable, implementation, specification)
