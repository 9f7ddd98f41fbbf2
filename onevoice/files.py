"""Files that commands write: none over another unasked where the user names them."""

from __future__ import annotations

import tempfile
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


def write_at_once(path: Path, content: bytes) -> None:
    """Writes a file that programs share: whoever reads it finds all of it, or what was before.

    Args:
        path: the file; its folder is made if there is none.
        content: what goes into it.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    with open(number, "wb") as file:  # noqa: PTH123 a number is no path
        file.write(content)
    Path(name).replace(path)


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
