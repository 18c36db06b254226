"""Who hears at once that somebody waits for work?"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sqlalchemy.engine import URL

from app.store import engines

AGAIN = 1.0  # seconds until the server is asked anew that cut us off


class Calls:
    """What other instances announce, where the database can pass it on.

    Kept: whoever took the next call before they looked for work hears of what was marked while they looked. Not kept:
    what is announced while the server is away is heard by nobody, so everybody looks now and then by themselves.
    """

    def __init__(self, url: URL) -> None:
        self._url = url
        self._next = asyncio.Event()
        self.hears = False  # just now

    def next(self) -> asyncio.Event:
        """It is set when somebody calls the next time."""
        return self._next

    async def listen(self) -> None:
        """Hear calls until cancelled, or for ever nothing where nobody passes them on."""
        while engines.is_shared(self._url):
            with suppress(ConnectionError):
                async for _ in engines.announcements(self._url):
                    self.hears = True
                    self._ring()
            self.hears = False
            await asyncio.sleep(AGAIN)

    def _ring(self) -> None:
        self._next.set()
        self._next = asyncio.Event()
