"""What does the loop cost that asks one thing after another, once an hour?

A re-creation of what the bot of the Python Security Response Team does by its requests: its installation, a token, the
repositories by thirties, and for each of them every advisory in every state by hundreds.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from app.clock import SystemClock
from app.github.credentials import AppCredentials, app_jwt


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """One run."""

    requests: int
    seconds: float


async def run(environment: Mapping[str, str]) -> Loop:
    """Look at everything once. Raises httpx.HTTPStatusError where GitHub has enough of it."""
    signer = AppCredentials(environment["GREENROOM_APP_ID"], environment["GREENROOM_PRIVATE_KEY"])
    async with httpx.AsyncClient(base_url=environment["GREENROOM_GITHUB_URL"], timeout=30) as client:
        started = time.perf_counter()
        asking = _Asking(client)
        client.headers["authorization"] = f"Bearer {await app_jwt(signer, SystemClock())}"
        [installation] = [each for each in await asking.all("/app/installations") if each["app_slug"] == "greenroom"]
        token = await asking.post(f"/app/installations/{installation['id']}/access_tokens")
        client.headers["authorization"] = f"Bearer {token['token']}"
        for repository in await asking.all("/installation/repositories"):
            await asking.all(f"/repos/{repository['full_name']}/security-advisories?per_page=100")
        return Loop(requests=asking.count, seconds=time.perf_counter() - started)


class _Asking:
    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.count = 0

    async def post(self, path: str) -> dict[str, str]:
        self.count += 1
        answer = await self._client.post(path)
        told: dict[str, str] = answer.raise_for_status().json()
        return told

    async def all(self, path: str) -> list[dict[str, str]]:
        found = []
        following: str | None = path
        while following:
            self.count += 1
            answer = (await self._client.get(following)).raise_for_status()
            told = answer.json()
            found += told["repositories"] if isinstance(told, dict) else told
            following = answer.links.get("next", {}).get("url")
        return found
