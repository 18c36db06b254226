"""What does a step of the demo have at hand?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from app.clock import Clock
from app.demo.outside import Outside
from app.demo.processes import Processes
from app.main import Greenroom


@dataclass(slots=True, kw_only=True)
class Stage:
    """The world from outside, the running app, and `desk`: the commands that a coordinator types."""

    outside: Outside
    processes: Processes
    desk: Greenroom
    clock: Clock
    http: httpx.AsyncClient
    url: str
    environment: Mapping[str, str] = field(repr=False)
    report: str = ""  # the advisory that the first three steps are about
    readers: list[tuple[str, str]] = field(default_factory=list)

    async def restart_app(self) -> None:
        """Kill the app in the middle of whatever it does, and start it again."""
        await self.processes.kill("serve")
        await self.processes.start_app(self.environment, self.url, self.http)
