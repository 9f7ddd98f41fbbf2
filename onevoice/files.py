"""Texts that a command writes into files that the user names: none over another unasked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from onevoice.exits import Exit, Stop


def refuse_existing(paths: Iterable[Path], force: bool) -> None:
    """Stops the program if a file is already there, before any work is done for it.

    Args:
        paths: the files that are to be written.
        force: the user wants them overwritten.

    Raises:
        Stop: one of them exists.
    """
    for path in paths:
        if not force and (path.exists() or path.is_symlink()):
            raise Stop(Exit.USAGE, f"{path} exists already: --force overwrites it")


def write_texts(texts: Mapping[Path, str], force: bool) -> None:
    """Writes files, in UTF-8.

    Args:
        texts: what goes into which file; the folders must be there.
        force: overwrite what is already there.

    Raises:
        Stop: a file exists already, or cannot be written.
    """
    refuse_existing(texts, force)
    for path, text in texts.items():
        try:
            # "x" refuses a file that has come since.
            with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise Stop(Exit.USAGE, f"{path} cannot be written: {error.strerror}") from None
