"""The command `onevoice`: finds the command asked for, and turns every end into an exit code.

The commands' modules are imported when they are needed, and they import the model when they run,
so that `onevoice --help` answers at once. No error of the user's or of a file's shows a traceback;
for a defect of this program ONEVOICE_DEBUG=1 shows it.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import click

from onevoice.exits import Exit, Stop

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "check": "Search all states of the protocol at a scope, and judge its properties.",
    "bounded": "Prove safety at a scope by SAT solvers, or find a violation.",
    "prove": "Prove the protocol for any number of members, views, requests and failures.",
    "ask": "Say whether a formula is an invariant: at a scope, and at every size.",
    "explore": "Walk through the protocol in a browser, choosing each step.",
    "simulate": "Walk at random where a scope has too many states to search them all.",
    "variants": "Show which property each departure from the protocol breaks.",
    "gate": "Check everything that must hold before a change is accepted.",
    "report": "Write what is known as one HTML file: verdicts, tables, traces to step through.",
    "demo": "Show a group at work: who speaks for whom when parts merge and leaders die.",
    "run": "Run a member of a group that shares a dictionary.",
    "conform": "Drive the implementation through every transition of the specification.",
    "soak": "Run the implementation under random faults, and judge what it did.",
    "validate": "Say whether logs of members are a behaviour of the specification.",
    "show": "Print a trace file step by step.",
    "replay": "Take the steps of a trace file again, and judge its property again.",
    "shrink": "Make a counterexample smaller: fewer steps, fewer members, the same violation.",
    "generate": "Write traces that cover the state graph, walk it, or reach a predicate.",
    "graph": "Write the state graph of a small scope, to be drawn or analysed.",
    "export": "Write the protocol at a scope in the language of another checker.",
    "completion": "Print what makes a shell complete commands, options and their values.",
}


class Commands(click.Group):
    """Loads a command's module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"onevoice.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from onevoice.options import nearest

        is_unknown = args and args[0] not in COMMANDS and not args[0].startswith("-")
        if is_unknown and not ctx.resilient_parsing:  # a shell that completes is told nothing
            ctx.fail(f"no command {args[0]!r}{nearest(args[0], list(COMMANDS))}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[Any]]:
        """The commands that begin so, none of which is imported for it, and options."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        named = ((name, text) for name, text in COMMANDS.items() if name.startswith(incomplete))
        return [CompletionItem(name, help=text) for name, text in named]

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise Stop(Exit.INTERRUPTED, "Interrupted.") from None
        except BrokenPipeError:
            raise Stop(Exit.CLOSED_PIPE, "") from None


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`onevoice COMMAND --help` lists the options of a command. Exit codes: 0 all holds; "
    "11 deadlock, 12 safety, 13 liveness is violated, 10 several; 14 a trace differs from the "
    "spec; 15 nothing was really checked; 2 wrong usage; 75 a limit was reached; 130 interrupted.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, param, given: _print_version(ctx) if given else None,
    help="Print the version.",
)
def cli() -> None:
    """Check a protocol in which every subgroup of a cluster speaks with one voice."""


def _print_version(ctx: click.Context) -> None:
    from onevoice.invocation import version

    click.echo(f"onevoice {version() or 'from its sources'}")
    ctx.exit()


def run(args: list[str] | None = None) -> int:
    """Runs a command line.

    Args:
        args: the words after the program's name; None for those it was called with.

    Returns:
        The exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know few signs
    try:
        code = cli.main(args, prog_name="onevoice", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except BrokenPipeError:
        return _ended(Exit.CLOSED_PIPE, "")
    except (KeyboardInterrupt, click.Abort):
        return _ended(Exit.INTERRUPTED, "Interrupted.")
    except click.UsageError as error:
        return _ended(Exit.USAGE, _usage(error))
    except click.ClickException as error:
        return _ended(Exit.USAGE, error.format_message())
    except Stop as stop:
        return _ended(stop.code, stop.line)
    except Exception as error:
        if os.environ.get("ONEVOICE_DEBUG"):
            raise
        return _ended(*_explained(error))


def main() -> None:
    """The entry point of the program."""
    code = run()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is said is said, while Python ends
    if code in (Exit.INTERRUPTED, Exit.CLOSED_PIPE):
        # Nobody waits for threads that still search, or reads what is not written yet; and Python
        # would end with another code if the interrupt had met it in `exec`.
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def _ended(code: Exit, line: str) -> int:
    if line:
        click.echo(f"onevoice: {line}", err=True)
    return code


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx is not None else "onevoice"
    message = " ".join(error.format_message().split()).rstrip(".")
    return f"{message[:1].lower()}{message[1:]} (see `{path} --help`)"


def _explained(error: Exception) -> tuple[Exit, str]:
    """The exit code and the line for an error of the model, of a file, or of this program."""
    from model.lang import ScopeError, SpecError
    from traces.errors import TraceError

    text = " ".join(str(error).split())
    match error:
        case ScopeError() | SpecError() | TraceError():
            return Exit.USAGE, text
        case MemoryError():
            return Exit.LIMIT, "out of memory: lower --max-memory or take a smaller scope"
        case _:
            return Exit.DEFECT, (
                f"a defect of onevoice: {type(error).__name__}: {text}. Please report it with "
                "the command; ONEVOICE_DEBUG=1 shows where it is."
            )
