"""The connection to GitHub, on which the app is watched, and on which it can die."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import httpx
import jwt

from tests.clock import FakeClock
from tests.fake_github import FakeGitHub


class Line(httpx.AsyncBaseTransport):
    """Passes everything on. Remembers what was sent while GitHub had asked for silence."""

    def __init__(self, github: FakeGitHub, inner: httpx.AsyncBaseTransport, clock: FakeClock) -> None:
        self._github, self._inner, self._clock = github, inner, clock
        self._closed: dict[str, datetime] = {}
        self._lives: int | None = None
        self._with_effect = False
        self.dead = asyncio.Event()
        self.inside_a_ban: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        who, now = self._who(request), self._clock.now()
        if now < self._closed.get(who, now):
            self.inside_a_ban.append(f"{request.method} {request.url.path}")
        if self._lives is not None and self.dead.is_set():
            raise httpx.ConnectError("the dead send nothing", request=request)
        if self._lives is not None:
            self._lives -= 1
            if self._lives < 0:
                await self._die(request)
        response = await self._inner.handle_async_request(request)
        if (wait := _asked_to_wait(response, self._clock.now())) is not None:
            self._closed[who] = max(self._closed.get(who, now), self._clock.now() + wait)
        return response

    def die_after(self, requests: int, *, with_effect: bool) -> None:
        """The process is killed when it sends the next one; that one may still take effect."""
        self._lives, self._with_effect = requests, with_effect
        self.dead.clear()

    def revive(self) -> None:
        """Another process is there. It knows nothing of what the last one was told."""
        self._lives = None
        self._closed.clear()

    async def _die(self, request: httpx.Request) -> None:
        if self._with_effect:
            await self._inner.handle_async_request(request)
        self.dead.set()
        await asyncio.Event().wait()

    def _who(self, request: httpx.Request) -> str:
        """Limits are an installation's own, or an App's."""
        credential = request.headers.get("authorization", "").partition(" ")[2]
        if token := self._github.world.tokens.get(credential):
            return f"installation {token.installation.id}"
        claims = jwt.decode(credential, options={"verify_signature": False}) if credential.count(".") == 2 else {}
        return f"App {claims.get('iss')}"


def _asked_to_wait(response: httpx.Response, now: datetime) -> timedelta | None:
    if response.status_code not in {403, 429}:
        return None
    if "retry-after" in response.headers:
        return timedelta(seconds=int(response.headers["retry-after"]))
    if response.headers.get("x-ratelimit-remaining") == "0":
        return datetime.fromtimestamp(int(response.headers["x-ratelimit-reset"]), tz=now.tzinfo) - now
    return None
