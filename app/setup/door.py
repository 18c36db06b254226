"""Who may see the wizard? Whoever brings the token of the terminal first, on this machine, and nobody else.

Everybody else is answered as if nothing were here. The Host header is compared, so that no page of the web reaches us
under a name of its own that it let lead to this machine.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.clock import Clock
from app.dashboard.sessions import derived

BEGIN, WIZARD = "/setup/begin", "/setup"
TOKEN_LIVES = timedelta(minutes=15)
SHUT_OUT = (
    "A browser came that was not let in: the address works once, for the browser that opened it first and until that "
    "is closed. If that was you, stop this with Ctrl-C and type the command again, with --hand where Greenroom is "
    "registered already. What is written down stays."
)
_LONGEST = 100  # characters of a value that is looked at
# No `__Host-`: this is http on loopback, where not every browser takes what asks for TLS.
_COOKIE = "greenroom-setup"


class Door:
    """In front of every page. `host` is as browsers send it, with the port."""

    def __init__(self, pages: ASGIApp, *, host: str, clock: Clock, tell: Callable[[str], None]) -> None:
        self._pages, self._host, self._clock = pages, host, clock
        self._token, self._until = secrets.token_urlsafe(32), clock.now() + TOKEN_LIVES
        self._session = ""  # nobody's yet
        self._spent, self._tell = "", tell

    @property
    def address(self) -> str:
        """To be opened once. It is a secret."""
        return f"http://{self._host}{BEGIN}?token={self._token}"

    @property
    def csrf(self) -> str:
        return derived(self._session, "forms")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        answer: ASGIApp = PlainTextResponse("Not Found", 404)
        if request.headers.get("host", "") == self._host:
            if request.url.path == BEGIN and request.method == "GET":
                answer = self._let_in(request.query_params.get("token", ""))
            elif self._is_inside(request):
                answer = self._pages
            elif request.url.path == WIZARD:
                self._say_why()
        await answer(scope, receive, send)

    def _let_in(self, token: str) -> Response:
        """Once. What was used, or is too old, is as what never was."""
        if not self._token or self._clock.now() >= self._until or not _same(token, self._token):
            if self._spent and _same(token, self._spent):
                self._say_why()
            return PlainTextResponse("Not Found", 404)
        self._spent, self._token, self._session = self._token, "", secrets.token_urlsafe(32)
        response = RedirectResponse(WIZARD, 303)
        # Lax, as GitHub leads back here; gone with the browser's window.
        response.set_cookie(_COOKIE, self._session, path="/", httponly=True, samesite="lax")
        return response

    def _say_why(self) -> None:
        """To the terminal alone and once: a browser that was closed has lost what let it in."""
        if self._session:
            self._tell(SHUT_OUT)
            self._tell = lambda words: None  # noqa: ARG005 - whoever comes again and again fills no terminal

    def _is_inside(self, request: Request) -> bool:
        return bool(self._session) and _same(request.cookies.get(_COOKIE, ""), self._session)


def _same(given: str, expected: str) -> bool:
    return len(given) <= _LONGEST and hmac.compare_digest(given.encode(), expected.encode())
