"""With which of an App's private keys is a request signed?

Kept: while GitHub accepts one of them, no request fails for a key that it does not accept. So a key may be added before
GitHub knows it, and taken away at GitHub before it is taken away here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from app.clock import Clock
from app.github.client import Unauthenticated
from app.github.credentials import Signer, app_jwt

T = TypeVar("T")
REFUSED_FOR = timedelta(minutes=10)  # a key that GitHub did not accept is tried after the others for so long


class SigningKeys:
    """The keys of one App, in the order in which they are tried.

    `accepted` is when GitHub last accepted something that each had signed, by its place among them.
    """

    def __init__(self, signers: Iterable[Signer], clock: Clock) -> None:
        self._signers, self._clock = tuple(signers), clock
        self.accepted: dict[int, datetime] = {}
        self._refused: dict[int, datetime] = {}

    async def signed(self, work: Callable[[str], Awaitable[T]]) -> T:
        """Do some work with a JSON Web Token, by the first key that GitHub accepts. Raises Unauthenticated."""
        *others, last = sorted(range(len(self._signers)), key=self._was_refused)
        for place in others:
            try:
                return await self._by(place, work)
            except Unauthenticated:
                self._refused[place] = self._clock.now()
        return await self._by(last, work)

    def _was_refused(self, place: int) -> bool:
        """Lately: each request that GitHub refuses is one more, and GitHub counts them."""
        at = self._refused.get(place)
        return at is not None and self._clock.now() - at < REFUSED_FOR

    async def _by(self, place: int, work: Callable[[str], Awaitable[T]]) -> T:
        done = await work(await app_jwt(self._signers[place], self._clock))
        self.accepted[place] = self._clock.now()
        return done
