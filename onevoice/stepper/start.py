"""Whether there is a terminal to step on, and the start of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from onevoice.stepper.story import Story

_DUMB = ("", "dumb", "unknown")


def obstacle() -> str:
    """Why nothing can be stepped through here, in a few words; empty if it can."""
    from onevoice.diagram.glyphs import UNICODE, glyphs_for

    # Textual draws on standard error, so that one counts, too.
    streams = {"input": sys.stdin, "output": sys.stdout, "error": sys.stderr}
    for name, stream in streams.items():
        if stream is None or not stream.isatty():
            return f"standard {name} is none"
    if os.environ.get("TERM", "") in _DUMB:
        return "this terminal cannot be drawn on (TERM)"
    if glyphs_for(sys.stdout.encoding) is not UNICODE:
        return f"this terminal has no box-drawing characters ({sys.stdout.encoding})"
    return ""


def refuse_unless_possible() -> None:
    """For whoever asks to step.

    Raises:
        click.UsageError: it cannot be done here.
    """
    if why := obstacle():
        raise click.UsageError(f"--interactive needs a terminal, and {why}: leave it out to print")


def step_through(story: Story, *, full: bool = False) -> None:
    """Shows a story, until the user leaves it.

    Args:
        story: what is told.
        full: begin with the states in full.
    """
    from onevoice.stepper.app import Stepper

    Stepper(story, full=full).run()
