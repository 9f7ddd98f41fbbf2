"""Who may ask: this browser, at this address, with the token, and with requests of a bounded size.

A page of somebody else in the same browser can send requests to any address, but it cannot read the
token, does not have our origin, and with a name of its own for our address (DNS rebinding) not our
host either. Every request is held against all of that, before anything of it is read:

- `Host` is the address that is served; anything else is refused.
- `Origin`, which browsers send with every POST, is that address; a POST without one is refused.
- The path begins with the token, a new one at each start, compared in constant time.

Every answer forbids scripts, styles and connections but ours, and to be shown in a frame
(Content Security Policy, level 3, 2024).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_BYTES = 24
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(TOKEN_BYTES)


class Guard:
    """Lets through what may ask, with the token taken off its path.

    Args:
        app: what answers.
        hosts: the names and ports by which the server may be reached, as in `127.0.0.1:8080`.
        token: what the path begins with.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], token: str) -> None:
        self.app, self.hosts, self.token = app, frozenset(hosts), token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # nothing else is spoken here; the server closes the connection

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        problem = self._problem(scope)
        if problem is not None:
            await JSONResponse({"error": problem}, 403)(scope, receive, sealed)
            return
        path = scope["path"][1 + len(self.token) :]
        inner = {**scope, "path": path or "/", "raw_path": (path or "/").encode()}
        await self.app(inner, receive, sealed)

    def _problem(self, scope: Scope) -> str | None:
        """Why a request is refused; None if it is not."""
        headers = Headers(scope=scope)
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return "This address is not served here: open the URL that `onevoice explore` printed."
        allowed = [f"http://{hosts[0]}"]
        if origins != allowed and (origins or scope["method"] not in ("GET", "HEAD")):
            return "Another page may not ask: only the explorer's own."
        given = scope["path"].removeprefix("/").split("/", 1)
        if not secrets.compare_digest(given[0].encode(), self.token.encode()):
            return "The token is missing or wrong: open the URL that `onevoice explore` printed."
        return None
