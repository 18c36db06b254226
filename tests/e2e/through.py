"""What if something happens to a request on its way to GitHub, or right after it?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from fnmatch import fnmatchcase
from inspect import isawaitable
from typing import Any

import httpx

from tests.fake_github import FakeGitHub
from tests.harness import Bot


class Through(httpx.AsyncBaseTransport):
    """The connection to GitHub, where something happens to requests of one kind. `count` of them were made.

    `path` may hold `*`. Make it before the app starts, or restart the app.
    """

    def __init__(self, github: FakeGitHub, method: str, path: str) -> None:
        self._inner = github.transport
        self._method, self._path = method, path
        self.count = 0
        self.instead: Callable[[httpx.Request], Awaitable[None]] | None = None
        self.afterwards: Callable[[], Any] | None = None
        github.transport = self

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != self._method or not fnmatchcase(request.url.path, self._path):
            return await self._inner.handle_async_request(request)
        self.count += 1
        if self.instead:
            await self.instead(request)
        response = await self._inner.handle_async_request(request)
        if self.afterwards and isawaitable(happens := self.afterwards()):
            await happens
        return response

    async def arrive(self, request: httpx.Request) -> None:
        """A request that was under way for long takes effect."""
        assert (await self._inner.handle_async_request(request)).is_success


async def late_then_refused(github: FakeGitHub, bot: Bot, about: bytes) -> list[httpx.Request]:
    """Of the changes of mirrors that say this, the first gets no answer and the second is refused. Gives those made."""
    path = f"{github.mirrors_path}/*"
    line, made = Through(github, "PATCH", path), list[httpx.Request]()
    await bot.restart()
    await bot.settle()

    async def instead(request: httpx.Request) -> None:
        if about not in request.content:
            return
        made.append(request)
        if len(made) == 1:
            raise httpx.ReadTimeout("late", request=request)
        if len(made) == 2:
            github.fail("PATCH", path, 422)

    line.instead = instead
    return made
