"""How much of a request do we hold in memory, and for how long?

Strangers can send anything, and only a whole body can be checked. So a body has a limit, only a few may be large at the
same time, and all of it has to come within the time that GitHub itself waits for an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]

LIMIT = 4 * 1024 * 1024  # bytes; an installation of 6,000 repositories passes 1 MiB
SMALL = 64 * 1024  # bytes; nearly all deliveries
LARGE_AT_ONCE = 6
SECONDS = 10.0  # GitHub: "Best practices for using webhooks", respond within 10 seconds


class TooLarge(Exception):
    """More than LIMIT. What is left of it is not read."""


class TooSlow(Exception):
    """Not all here after SECONDS."""


class Disconnected(Exception):
    """The client went away; there is nobody to answer."""


class Bodies:
    """Reads bodies of requests, a few large ones at a time."""

    def __init__(self) -> None:
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)

    @asynccontextmanager
    async def read(self, receive: Receive, announced: int | None) -> AsyncIterator[bytearray]:
        """The whole body, to be forgotten afterwards. Raises TooLarge, TooSlow or Disconnected."""
        if announced is not None and announced > LIMIT:
            raise TooLarge
        deadline = asyncio.get_running_loop().time() + SECONDS
        body = bytearray()
        if await _fill(body, receive, SMALL, deadline):
            yield _within_limit(body)
            return
        async with self._slot(deadline):
            if not await _fill(body, receive, LIMIT, deadline):
                raise TooLarge
            yield _within_limit(body)

    @asynccontextmanager
    async def _slot(self, deadline: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(deadline):
                await self._large.acquire()
        except TimeoutError as error:
            raise TooSlow from error
        try:
            yield
        finally:
            self._large.release()


async def _fill(body: bytearray, receive: Receive, limit: int, deadline: float) -> bool:
    """Read to the end (True), or until there is more than `limit` (False)."""
    try:
        async with asyncio.timeout_at(deadline):
            while len(body) <= limit:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Disconnected
                body += message.get("body", b"")
                if not message.get("more_body", False):
                    return True
    except TimeoutError as error:
        raise TooSlow from error
    return False


def _within_limit(body: bytearray) -> bytearray:
    if len(body) > LIMIT:
        raise TooLarge
    return body
