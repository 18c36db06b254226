"""How do webhooks leave the sandbox? As GitHub sends them: signed, once, and waiting ten seconds at most."""

from __future__ import annotations

import asyncio

import httpx

from app.sandbox.state.attempts import Outcome
from app.sandbox.state.traffic import Delivery
from app.sandbox.state.world import World

_PATIENCE = 10.0  # seconds (GitHub: "Best practices for using webhooks")


class Hookshot:
    """Sends what the world has queued, in the background. GitHub does not try again, and neither do we."""

    def __init__(self, world: World, url: str, client: httpx.AsyncClient) -> None:
        self._world = world
        self._url = url
        self._client = client
        self._running: set[asyncio.Task[None]] = set()

    def flush(self) -> None:
        """Start sending everything that is queued, or lose it while webhooks are dropped."""
        queued, self._world.deliveries[:] = list(self._world.deliveries), []
        for delivery in [] if self._world.webhooks_dropped else queued:
            task = asyncio.create_task(self._send(delivery))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _send(self, delivery: Delivery) -> None:
        """A failed delivery is lost, as on GitHub, whose log says so."""
        outcome: Outcome
        try:
            answer = await self._client.post(
                self._url, content=delivery.body, headers=delivery.headers, timeout=_PATIENCE
            )
        except httpx.TimeoutException:
            outcome = "timeout"
        except httpx.HTTPError:
            outcome = "no connection"
        else:
            outcome = answer.status_code
        self._world.attempts.add(delivery, outcome, self._world.now())

    async def finish(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._running)
