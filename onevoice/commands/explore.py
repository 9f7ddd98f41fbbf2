"""`onevoice explore`: a behaviour chosen step by step, in a browser."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onevoice.exits import Exit, Stop
from onevoice.options import read_run, scope_options
from onevoice.trace_files import TraceFile, read_trace_file

if TYPE_CHECKING:
    import socket

    from traces.run import Run

_ANYWHERE = ("", "0.0.0.0", "::", "*")


@click.command("explore")
@click.argument("trace", required=False, type=TraceFile())
@scope_options(groups="2+1")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="Serve at this address of this machine. Whoever reaches it and has the URL can "
              "use the explorer; nothing is encrypted.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), default=0, metavar="PORT",
              help="By default any that is free.")  # fmt: skip
@click.option("--open/--no-open", "opens", default=True, show_default=True,
              help="Open the page in a browser.")  # fmt: skip
@click.option("--plain", is_flag=True, help="No colours.")
def command(
    trace: Path | None,
    variant: str | None,
    host: str,
    port: int,
    opens: bool,
    plain: bool,
    **given: Any,
) -> int:
    """Walk through the protocol in a browser: choose a step, see what it changes.

    The page shows the steps that can be taken, and of the others the conjunct that disables them;
    the state by member and view; the truth of every property; and answers why a formula is false,
    how to reach a predicate, and whether a formula is an invariant (`onevoice ask`). A path can be
    compared with the implementation step by step, and logs of members with the specification. Its
    URL is the path: it can be kept, and back and forward work. TRACE is a trace file to begin with.

    It serves this machine only, until it is interrupted, and only to who has the URL: it holds a
    token that is new at each start.

    \b
    Examples:
      onevoice explore --groups 2+1 --variant indicator-on-receipt-only
      onevoice explore traces/corpus/shared-key/AtMostOnce_2+1_f1_same-view_shared-key.itf.json
    """
    from onevoice.explorer.guard import new_token
    from onevoice.explorer.limits import explorable
    from onevoice.explorer.sessions import fragment
    from onevoice.report.terminal import Terminal

    if host in _ANYWHERE:
        raise click.UsageError("--host: name the address by which the browser reaches it")
    if trace is not None:
        run, path = _read(trace)
    else:
        run, path = read_run(given, variant), ""
    explorable(run.finite)
    listening, token = _listen(host, port), new_token()
    name = f"[{host}]" if ":" in host else host
    at = f"{name}:{listening.getsockname()[1]}"
    url = f"http://{at}/{token}/#{fragment(run, path)}"
    terminal = Terminal(plain)
    terminal.exact(f"Explorer: {url}")
    terminal.line("Interrupt it (Ctrl-C) to end.", "dim")
    if opens:
        webbrowser.open(url)
    _serve(listening, at, token)
    return Exit.HOLDS


def _read(trace: Path) -> tuple[Run, str]:
    """The run and the path of a trace file."""
    from onevoice.explorer.session import Session
    from onevoice.explorer.sessions import path_of

    kept = read_trace_file(trace)
    return kept.run, path_of(Session(kept.run, kept.trace.states, kept.trace.steps))


def _listen(host: str, port: int) -> socket.socket:
    import socket

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named, for only if it is known does asyncio send small packets at once.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen()  # so that who asks before there is a server waits for it
    except OSError as error:
        listening.close()
        raise Stop(
            Exit.USAGE,
            f"{host} port {port} cannot be served: {error.strerror}: take another --port or --host",
        ) from None
    return listening


def _serve(listening: socket.socket, at: str, token: str) -> None:
    """Answers until it is interrupted; then whatever it has started ends, too."""
    import signal

    import uvicorn

    from onevoice.explorer.server import Explorer, application
    from onevoice.invocation import program

    app = application(Explorer(f"{program()} explore"), _names(at), token)
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, server_header=False, date_header=False,
        lifespan="off", ws="none", limit_concurrency=64,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    # The server raises the signal once more when it has stopped: by an exception tasks are left as
    # they must be, with their processes; by what SIGTERM does of itself they are not.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    uvicorn.Server(config).run(sockets=[listening])


def _names(at: str) -> set[str]:
    """The names by which an address is reached."""
    host, port = at.rsplit(":", 1)
    return {at, f"localhost:{port}"} if host in ("127.0.0.1", "[::1]") else {at}
