"""A folder for groups, of which nothing is left after the test."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.local import group


@pytest.fixture
def directory() -> Iterator[Path]:
    # Not `tmp_path`: the path of a Unix socket has to be short.
    made = Path(tempfile.mkdtemp(prefix="ov-", dir="/tmp"))
    yield made
    for lock in made.glob("*/lock"):
        name = lock.parent.name
        if group.is_there(made, name) and lock.read_text():
            with suppress(ProcessLookupError):
                os.kill(group.ordering_process(made, name), signal.SIGKILL)
    shutil.rmtree(made)
