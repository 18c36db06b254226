"""Who hears the beats of an instance, and what beats?"""

from __future__ import annotations

import httpx

from app.health.heartbeat import Heartbeat
from tests.harness import Bot


class Listener:
    """Who hears beats."""

    def __init__(self) -> None:
        self.beats: list[str] = []
        self.status = 200

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.beats.append(f"{request.method} {request.url} {request.content!r}")
        return httpx.Response(self.status)


def heart_of(bot: Bot, listener: Listener) -> Heartbeat:
    return Heartbeat(
        "https://beats.example/secret-1",
        vitals=bot.parts.vitals,
        database=bot.parts.database,
        clock=bot.clock,
        policies=bot.parts.policy.current,
        transport=httpx.MockTransport(listener),
    )
