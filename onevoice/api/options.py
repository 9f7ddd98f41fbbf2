"""Keywords as the command line would take them: the same values, defaults and sentences.

A call's keywords are written as the options of a command, which reads them. So there is one place
where values are checked and names suggested, and what a command refuses is refused here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from typing import Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import Name

_KIB = 1024


def read(command: click.Command, *arguments: str, **keywords: object) -> dict[str, Any]:
    """The values of all of a command's options.

    Args:
        command: whose options they are.
        arguments: what the command needs besides options.
        keywords: by the option's name, as in `max_states=5` for `--max-states 5`. None is left
            out, True is an option without a value, False is none; a sequence gives an option
            several times.

    Returns:
        The values by the names of the command's parameters.

    Raises:
        ValueError: the command refuses one of them.
    """
    words = [word for name, value in keywords.items() for word in _words(name, value)]
    with as_python():
        return dict(command.make_context(command.name, [*words, *arguments]).params)


def memory(size: int | str | None) -> str | None:
    """A size as `--max-memory` takes it: bytes in whole KiB, or a text such as `4G` as it is."""
    return f"{-(-size // _KIB)}K" if isinstance(size, int) else size


def chosen(what: str, given: str | Sequence[str], names: list[str]) -> tuple[str, ...]:
    """Names out of a list that no command knows.

    Args:
        what: what the names are of.
        given: one name, or several.
        names: that there are.

    Raises:
        ValueError: one of them is not there; the nearest one is said.
    """
    kind = Name(what, lambda: names)
    with as_python():
        return tuple(kind.convert(name, None, None) for name in several(given))


def several(given: str | Sequence[str]) -> tuple[str, ...]:
    """One text or several as several."""
    return (given,) if isinstance(given, str) else tuple(given)


@contextmanager
def as_python() -> Iterator[None]:
    """Has what ends a command be what a caller in Python expects.

    Raises:
        ValueError: a value is wrong, or does not go together with another.
        KeyboardInterrupt: it was interrupted.
        MemoryError: it ran out of memory.
        ConnectionError: the processes that it needs cannot be had.
        RuntimeError: a defect of this program.
    """
    try:
        yield
    except click.UsageError as error:
        raise ValueError(_sentence(error)) from None
    except Stop as stop:
        raise _exception(stop) from None


def _words(name: str, value: object) -> Iterator[str]:
    option = f"--{name.replace('_', '-')}"
    match value:
        case None | False:
            return
        case True:
            yield option
        case list() | tuple():
            for each in value:
                yield from _words(name, each)
        case Enum():
            yield f"{option}={value.value}"
        case _:
            yield f"{option}={value}"


def _sentence(error: click.UsageError) -> str:
    """What is wrong, after the name of the keyword, if it is one value that is."""
    if isinstance(error, click.BadParameter) and error.param is not None:
        keyword = error.param.opts[0].removeprefix("--").replace("-", "_")
        return f"{keyword}: {error.message}"
    return error.format_message()


def _exception(stop: Stop) -> BaseException:
    match stop.code:
        case Exit.INTERRUPTED:
            return KeyboardInterrupt(stop.line)
        case Exit.LIMIT:
            return MemoryError(stop.line)
        case Exit.USAGE:
            return ValueError(stop.line)
        case Exit.UNAVAILABLE:
            return ConnectionError(stop.line)
        case _:
            return RuntimeError(stop.line)
