"""How much of a request do we hold in memory, and for how long?

Strangers can send anything, and only a whole body can be checked. So a body has a limit, only a few may be large at the
same time, and all of it has to come within the time that GitHub itself waits for an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
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
        self._deadlines = _Deadlines()

    async def read(self, receive: Receive, announced: int | None) -> bytearray:
        """The whole body. Forget it before awaiting anything else, since the next large one may come from now on.

        Raises TooLarge, TooSlow or Disconnected.
        """
        if announced is not None and announced > LIMIT:
            raise TooLarge
        body, patience = bytearray(), asyncio.timeout(None)
        self._deadlines.add(patience)
        try:
            async with patience:
                if not await _fill(body, receive, SMALL):
                    async with self._large:
                        await _fill(body, receive, LIMIT)
        except TimeoutError as error:
            raise TooSlow from error
        finally:
            self._deadlines.discard(patience)
        if len(body) > LIMIT:
            raise TooLarge
        return body


class _Deadlines:
    """Ends whatever takes SECONDS, by one timer for all. One for each would cost a tenth of taking a delivery."""

    def __init__(self) -> None:
        self._ends: dict[asyncio.Timeout, float] = {}  # the earliest first
        self._is_watched = False

    def add(self, patience: asyncio.Timeout) -> None:
        self._ends[patience] = asyncio.get_running_loop().time() + SECONDS
        if not self._is_watched:
            self._watch()

    def discard(self, patience: asyncio.Timeout) -> None:
        self._ends.pop(patience, None)

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for patience in [patience for patience, end in self._ends.items() if end <= now]:
            del self._ends[patience]
            patience.reschedule(now)
        self._is_watched = bool(self._ends)
        if self._is_watched:
            loop.call_at(next(iter(self._ends.values())), self._watch)


async def _fill(body: bytearray, receive: Receive, limit: int) -> bool:
    """Read to the end (True), or until there is more than `limit` (False)."""
    while len(body) <= limit:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return True
    return False
