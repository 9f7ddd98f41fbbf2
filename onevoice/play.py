"""The play that `onevoice demo` gives: its scenes, and what must be true after each."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

from impl.service import TransportError
from impl.transports.local import Rehearsal
from onevoice.cast import Actor, Cast
from onevoice.exits import Exit, Stop
from onevoice.report.stage import Stage
from onevoice.report.terminal import Terminal

GROUP = "demo"
LIMIT_S = 60.0


def play(terminal: Terminal) -> int:
    """Gives the play.

    Returns:
        The exit code.

    Raises:
        Stop: processes could not be started, or hang.
    """
    with tempfile.TemporaryDirectory(prefix="onevoice-") as folder:
        try:
            return asyncio.run(_play(Stage(terminal, ["a1", "a2", "a3", "b1", "b2"]), Path(folder)))
        except TimeoutError:
            raise Stop(
                Exit.UNAVAILABLE, f"the members did not come to rest in {LIMIT_S:g} s"
            ) from None
        except TransportError as error:
            raise Stop(Exit.UNAVAILABLE, str(error)) from None


async def _play(stage: Stage, folder: Path) -> int:
    async with asyncio.timeout(LIMIT_S), Cast(GROUP, folder, stage.hear) as cast:
        await _everyone_joins(stage, cast)
        first = await _merge(
            stage,
            cast,
            "Two parts were separated. They merge; a1 is killed when it is about to speak",
            die="speaking",
            expected={"a1", "a2", "b1"},
        )
        second = await _merge(
            stage,
            cast,
            "Again; a2 is killed when its data is out",
            die="spoken",
            expected={"a2", "b1"},
        )
        stage.silent()
        contents = [await actor.ask("show") for actor in cast.alive]
    same = all(content == contents[0] for content in contents)
    return stage.end(contents[0], same, all_as_expected=first and second)


async def _everyone_joins(stage: Stage, cast: Cast) -> None:
    stage.scene("a1 has written something; the others join. Only a1 has data, so only a1 speaks")
    first = await cast.enter("a1")
    await first.ask("put colour red")
    for name in ("a2", "a3", "b1", "b2"):
        await cast.enter(name)
    await cast.settled(cast.alive)


async def _merge(stage: Stage, cast: Cast, title: str, *, die: str, expected: set[str]) -> bool:
    """Separates the parts, has both write, and brings them together while a leader dies.

    Returns:
        Whether those spoke, or tried to, that are expected.
    """
    stage.silent()
    rehearsal = Rehearsal(GROUP, directory=cast.folder)
    parts = _parts(cast.alive)
    await rehearsal.split([[actor.address for actor in part] for part in parts])
    for part in parts:
        await part[0].ask(f"put {part[0].name} was-here")
    victim = parts[0][0]
    await victim.ask(f"die {die}")
    stage.scene(title)
    before = len(stage.spoken)
    await rehearsal.heal()
    await victim.killed()
    await cast.settled(cast.alive)
    return set(stage.spoken[before:]) == expected and len(stage.spoken) - before == len(expected)


def _parts(actors: Sequence[Actor]) -> list[list[Actor]]:
    """The a's and the b's, in order."""
    by_name = sorted(actors, key=lambda actor: actor.name)
    return [[actor for actor in by_name if actor.name[0] == letter] for letter in "ab"]
