"""Starts the ordering process of a group, unless somebody else has or is about to.

The lock is taken here and inherited by the program (`sequencer.py`), which listens when it has
ended, and goes on in the background in a process that is nobody's child: it outlives the member
that started it, takes no part in its terminal, and leaves it no zombie.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from impl.service import TransportError
from impl.transports.local.rendezvous import Rendezvous
from impl.transports.local.settings import Settings

_MODULE = "impl.transports.local.sequencer"
_ROOT = Path(__file__).parents[3]  # where `impl` is found, installed or not
_LOG_EXCERPT_BYTES = 2000


@dataclass(frozen=True)
class Launch:
    """How to start an ordering process."""

    settings: Settings

    async def start(self, rendezvous: Rendezvous) -> None:
        """Starts it if nobody has the lock; then it listens, when this returns.

        Raises:
            TransportError: it did not start; the text has what it said.
        """
        lock = rendezvous.try_lock()
        if lock is None:
            return
        try:
            program = self._started(rendezvous, lock)
        finally:
            os.close(lock)  # the program has it now
        try:
            # In a thread, which waits for the program even if this is cancelled.
            code = await asyncio.get_running_loop().run_in_executor(None, program.wait)
        except asyncio.CancelledError:
            program.kill()  # it is not left half started; if it just has, it is no more needed
            raise
        if code != 0:
            raise TransportError(
                f"the ordering process of {rendezvous.folder} did not start (exit code {code}); "
                f"{rendezvous.log} ends with:\n{_end_of(rendezvous.log)}"
            )

    def _started(self, rendezvous: Rendezvous, lock: int) -> subprocess.Popen[bytes]:
        if not sys.executable:
            raise TransportError(
                "this Python does not know its own program (sys.executable), which the ordering "
                "process is started with: set it"
            )
        settings = msgspec.json.encode(self.settings).decode()
        command = [sys.executable, "-m", _MODULE, str(rendezvous.folder), str(lock), settings]
        log = rendezvous.open_log()
        try:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=_ROOT,
                pass_fds=(lock,),
                start_new_session=True,
            )
        except OSError as error:
            raise TransportError(
                f"the ordering process cannot be started ({sys.executable}: {error.strerror})"
            ) from None
        finally:
            os.close(log)


def _end_of(log: Path) -> str:
    try:
        return log.read_bytes()[-_LOG_EXCERPT_BYTES:].decode(errors="replace").strip()
    except OSError as error:
        return f"(it cannot be read: {error.strerror})"
