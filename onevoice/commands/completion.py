"""`onevoice completion`: what a shell must be told to complete our commands."""

from __future__ import annotations

import click

from onevoice.options import OneOf

_VARIABLE = "_ONEVOICE_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")


@click.command("completion")
@click.argument("shell", type=OneOf(_SHELLS))
@click.option(
    "--plain", is_flag=True, expose_value=False, help="No colours; here there are none anyway."
)
def command(shell: str) -> int:
    """Print what makes SHELL complete commands, options and their values with the Tab key.

    Values are the names of variants, properties and members, and trace files. The script asks this
    program for them, so that it needs not be renewed with it. It works for the command `onevoice`
    where that is on the PATH; start a new shell after it was added.

    \b
    Examples:
      onevoice completion bash >> ~/.bashrc
      onevoice completion zsh >> ~/.zshrc
      onevoice completion fish > ~/.config/fish/completions/onevoice.fish

    Exit code: 0 it is printed.
    """
    from click.shell_completion import get_completion_class

    program = click.get_current_context().find_root().command
    completion = get_completion_class(shell)
    assert completion is not None, "it is one of click's"
    click.echo(completion(program, {}, "onevoice", _VARIABLE).source(), nl=False)
    return 0
