"""What does somebody see and do who looks at the sandbox from outside, past the app?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from app.clock import Clock

T = TypeVar("T")
Json = dict[str, Any]

LOOK_EVERY = 0.1  # seconds
PATIENCE = 90.0  # seconds; what GitHub allows in a minute may be used up, as the demo hurries


class NotAsExpected(Exception):
    """The world did not become what the story says. The message says what was seen instead."""


class Outside:
    """People's verbs, and the world as it is. The app knows nothing of this door."""

    def __init__(self, url: str, http: httpx.AsyncClient, clock: Clock) -> None:
        self._url, self._http, self._clock = url, http, clock

    async def do(self, verb: str, **arguments: Any) -> Json:
        """Something happens in the world."""
        answer = await self._http.post(f"{self._url}/_sandbox/{verb}", json=arguments)
        if answer.is_error:
            raise NotAsExpected(f"the sandbox refused {verb}: {answer.text}")
        done: Json = answer.json()
        return done

    async def world(self) -> Json:
        """Everything as it stands."""
        seen: Json = (await self._http.get(f"{self._url}/_sandbox/world")).json()
        return seen

    async def requests(self) -> list[Json]:
        """What GitHub was asked so far."""
        seen: list[Json] = (await self._http.get(f"{self._url}/_sandbox/requests")).json()
        return seen

    async def repository(self, name: str) -> Json:
        return next(each for each in (await self.world())["repositories"] if each["full_name"] == name)

    async def advisory(self, repository: str, ghsa: str) -> Json:
        found = (await self.repository(repository))["advisories"]
        return next(each for each in found if each["ghsa_id"] == ghsa)

    async def mirrors(self) -> list[Json]:
        mirrors: list[Json] = (await self.repository("packaging-security/cases"))["advisories"]
        return mirrors

    async def until(self, what: str, is_so: Callable[[], Any], seconds: float = PATIENCE) -> Any:
        """Look until it is so. Raises NotAsExpected with what was waited for."""
        end = self._clock.now().timestamp() + seconds
        while self._clock.now().timestamp() < end:
            if seen := await is_so():
                return seen
            await self._clock.sleep(LOOK_EVERY)
        raise NotAsExpected(f"waited {seconds:.0f} s in vain until {what}")
