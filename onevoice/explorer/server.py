"""The explorer's server: a page, and its questions as JSON.

The expression graph is shared by all that is staged, so one request at a time looks at the model; a
question to `ask` has its own process. Errors are JSON with a sentence: 400 for what was asked
wrongly, 403 for who may not ask, 413 for too much, 503 for too long or too many at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from importlib.resources import files
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from model.lang import FormulaError, ScopeError, SpecError
from model.protocol import Delivery, Variant
from model.search import EngineDisagreement
from onevoice.diagram.mermaid import mermaid
from onevoice.diagram.svg import stylesheet
from onevoice.explorer import answers, asking, validating
from onevoice.explorer.beside import implementation_data
from onevoice.explorer.guard import Guard
from onevoice.explorer.limits import LOGS_MAX, TRACE_MAX, Refused
from onevoice.explorer.onward import onward
from onevoice.explorer.session import Session
from onevoice.explorer.sessions import Sessions, path_of
from traces.counterexample import trace_from_text
from traces.errors import TraceError
from traces.run import Run

T = TypeVar("T")

BODY_MAX = 1 << 16  # bytes of a question
WAITING_MAX = 4  # requests that look at the model or wait for it
PAGE = {
    "/": ("index.html", "text/html"),
    "/explorer.js": ("explorer.js", "text/javascript"),
    "/drawing.js": ("drawing.js", "text/javascript"),
    "/beside.js": ("beside.js", "text/javascript"),
    "/explorer.css": ("explorer.css", "text/css"),
}


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question of the page: what is run, along which path, and what else it needs.

    Attributes:
        text: a formula.
        members: of the implementation; empty for those that follow what is run.
    """

    groups: str = "2+1"
    failures: int = 1
    requests: int = 0
    views: int = 0
    delivery: Delivery = Delivery.SAME_VIEW
    total_order: bool = False
    variant: Variant | None = None
    path: str = ""
    text: str = ""
    members: str = ""

    @property
    def run(self) -> Run:
        """What is run."""
        return Run(
            "".join(self.groups.split()), self.failures, self.requests, self.views, self.delivery,
            self.total_order, self.variant,
        )  # fmt: skip


class Explorer:
    """Answers the page's questions.

    Args:
        started_by: the command line, for trace files that are saved.
    """

    def __init__(self, started_by: str) -> None:
        self.started_by = started_by
        self._sessions = Sessions()
        self._model, self._asking = anyio.CapacityLimiter(1), anyio.CapacityLimiter(1)
        self._validating = anyio.CapacityLimiter(1)

    # -- questions ------------------------------------------------------------------------------

    async def choices(self, request: Request) -> Response:
        """What can be chosen to be run."""
        return JSONResponse(answers.choices())

    async def state(self, request: Request) -> Response:
        """Where a path ends: steps, state, properties."""
        return await self._along(request, lambda session, text: answers.whole(session))

    async def disabled(self, request: Request) -> Response:
        """The steps that cannot be taken there, with reasons."""
        return await self._along(request, lambda session, text: answers.disabled_data(session))

    async def explain(self, request: Request) -> Response:
        """Whether a formula is true there, and why not."""
        return await self._along(
            request,
            lambda session, text: answers.explained_data(session, session.explain(text)),
        )

    async def until(self, request: Request) -> Response:
        """The shortest way on to a predicate."""
        return await self._along(
            request,
            lambda session, text: answers.onward_data(session, onward(session, text)),
        )

    async def save(self, request: Request) -> Response:
        """The path as a trace file."""

        def saved(session: Session, text: str) -> dict[str, Any]:
            name, content = session.saved(f"{self.started_by} {session.run.options}")
            return {"name": name, "text": content}

        return await self._along(request, saved)

    async def draw(self, request: Request) -> Response:
        """The path as a drawing, in a file of its own."""

        def drawn(session: Session, text: str) -> dict[str, Any]:
            name = f"explored_{session.run.name}_{len(session.steps)}.svg"
            return {"name": name, "text": answers.drawing(session, alone=True)}

        return await self._along(request, drawn)

    async def mermaid(self, request: Request) -> Response:
        """The path as the text of a Mermaid diagram."""

        def written(session: Session, text: str) -> dict[str, Any]:
            name = f"explored_{session.run.name}_{len(session.steps)}.mmd"
            return {"name": name, "text": mermaid(answers.diagram(session))}

        return await self._along(request, written)

    async def compare(self, request: Request) -> Response:
        """The path, and what members of the implementation do when it is forced upon them."""
        asked = _question(await _body(request, BODY_MAX))
        members = asked.members or answers.members_for(asked.variant)
        if members not in answers.members_names():
            raise Refused(f"there are no members {members[:60]!r}: choose some of the list")

        def compared() -> dict[str, Any]:
            session = self._sessions.at(asked.run, asked.path)
            return {"path": path_of(session), **implementation_data(session, members)}

        return JSONResponse(await self._looked_at(compared))

    async def logs(self, request: Request) -> Response:
        """Logs of members, held against the specification."""
        opened = _decoded(await _body(request, LOGS_MAX + BODY_MAX), validating.Opened)
        if self._validating.borrowed_tokens:
            raise HTTPException(503, "One set of logs at a time: the last is not validated yet.")
        async with self._validating:
            return JSONResponse(await validating.validated(opened))

    async def load(self, request: Request) -> Response:
        """The path of a trace file."""
        text = (await _body(request, TRACE_MAX)).decode(errors="replace")

        def loaded() -> dict[str, Any]:
            kept = trace_from_text(text)
            path = path_of(Session(kept.run, kept.trace.states, kept.trace.steps))
            return answers.place(self._sessions.at(kept.run, path))

        return JSONResponse(await self._looked_at(loaded))

    async def ask(self, request: Request) -> Response:
        """What `onevoice ask` says of a candidate."""
        asked = _question(await _body(request, BODY_MAX))
        if self._asking.borrowed_tokens:
            raise HTTPException(503, "One question at a time: the last one is not answered yet.")
        async with self._asking:
            await self._looked_at(lambda: asking.read(asked.run, asked.text))
            said = await asking.ask(asked.run, asked.text)
        return JSONResponse(await self._looked_at(lambda: answers.asked_data(asked.run, said)))

    async def _along(
        self, request: Request, answer: Callable[[Session, str], dict[str, Any]]
    ) -> Response:
        asked = _question(await _body(request, BODY_MAX))

        def answered() -> dict[str, Any]:
            return answer(self._sessions.at(asked.run, asked.path), asked.text)

        return JSONResponse(await self._looked_at(answered))

    async def _looked_at(self, work: Callable[[], T]) -> T:
        """What a function that looks at the model returns, one at a time."""
        if self._model.statistics().tasks_waiting >= WAITING_MAX:
            raise HTTPException(503, "Too many questions at once: wait for the answers.")
        return await anyio.to_thread.run_sync(work, limiter=self._model)


def application(explorer: Explorer, hosts: Collection[str], token: str) -> ASGIApp:
    """The page and its questions, behind the guard.

    Args:
        explorer: who answers.
        hosts: the names and ports by which it may be reached.
        token: what every path begins with.
    """
    questions: list[Callable[[Request], Awaitable[Response]]] = [
        explorer.state, explorer.disabled, explorer.explain, explorer.until, explorer.save,
        explorer.draw, explorer.mermaid, explorer.load, explorer.ask, explorer.compare,
        explorer.logs,
    ]  # fmt: skip
    routes = [Route(path, _file(*entry)) for path, entry in PAGE.items()]
    routes.append(Route("/diagram.css", _style))
    routes.append(Route("/api/choices", explorer.choices))
    routes += [Route(f"/api/{q.__name__}", q, methods=["POST"]) for q in questions]
    known = (
        FormulaError, ScopeError, SpecError, TraceError, TimeoutError, Refused,
        HTTPException, EngineDisagreement, Exception,
    )  # fmt: skip
    inner = Starlette(routes=routes, exception_handlers=dict.fromkeys(known, _told))
    return Guard(inner, hosts, token)


def _told(request: Request, error: Exception) -> Response:
    """An error as JSON, with a sentence."""
    said: dict[str, Any] = {"error": " ".join(str(error).split())}
    match error:
        case HTTPException():
            said["error"] = error.detail
            return JSONResponse(said, error.status_code)
        case FormulaError():
            said["caret"] = error.caret
            return JSONResponse(said, 400)
        case ScopeError() | SpecError() | TraceError() | Refused():
            return JSONResponse(said, 400)
        case TimeoutError():
            return JSONResponse(said, 503)
        case MemoryError():
            return JSONResponse({"error": "out of memory: take a smaller scope"}, 503)
        case _:
            said["error"] = f"a defect of onevoice: {type(error).__name__}: {said['error']}"
            return JSONResponse(said, 500)


async def _body(request: Request, most: int) -> bytes:
    """The body of a request, as far as it may be long."""
    length = request.headers.get("content-length", "0")
    found = bytearray()
    if not length.isdecimal() or int(length[:20]) <= most:
        async for piece in request.stream():
            found += piece
            if len(found) > most:
                break
        else:
            return bytes(found)
    raise HTTPException(413, f"What was sent has more than the {most:,} bytes that are read.")


def _question(body: bytes) -> Asked:
    return _decoded(body, Asked)


def _decoded(body: bytes, kind: type[T]) -> T:
    """What was sent, as what it must be."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise HTTPException(400, f"This is no question of the page: {error}.") from None


def _file(name: str, kind: str) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that sends a file of the page."""

    async def send(request: Request) -> Response:
        content = files("onevoice.explorer").joinpath("page", name).read_bytes()
        return Response(content, media_type=kind)

    return send


async def _style(request: Request) -> Response:
    """The style of diagrams."""
    return Response(stylesheet(), media_type="text/css")
