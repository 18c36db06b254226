"""Where do browsers find the app? It and the sandbox listen on loopback, in a thread with a loop of its own.

A story changes the world and lets the app work by `run`, in that loop, between two clicks: so nothing happens while
nobody waits for it, and nobody has to sleep.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Self, TypeVar

import uvicorn
from starlette.types import ASGIApp

from app.sandbox.serving import OnAPort
from app.serving import served
from app.settings import Settings
from tests.clock import FakeClock
from tests.fake_github import FakeGitHub
from tests.harness import Bot

T = TypeVar("T")

PATIENCE = 60.0  # seconds that anything may take
_LOOPBACK = "127.0.0.1"


class _Bot(Bot):
    """The app, with addresses at which a browser finds it and GitHub's own pages."""

    here: str
    github_web: str

    def settings(self) -> Settings:
        return super().settings().model_copy(update={"public_url": self.here, "github_web_url": self.github_web})


class Place:
    """A running app, a running GitHub, and a clock that stands still."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.github = FakeGitHub(clock=self.clock, world="few", checks_shapes=False)
        self.bot = _Bot(self.github, self.clock, folder)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._servers: list[tuple[uvicorn.Server, Future[None]]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        here, github = _listener(), _listener()
        self.bot.here, self.bot.github_web = _address(here), _address(github)
        self.github.world.web_url = self.bot.github_web
        self.run(self.bot.start())
        self._serve(served(self.bot.parts), here)
        self._serve(OnAPort(self.github.sandbox, None, 0), github)
        return self

    def __exit__(self, *_: object) -> None:
        for server, _serving in self._servers:
            server.should_exit = server.force_exit = True
        for _server, serving in self._servers:
            serving.result(PATIENCE)
        self.run(self.bot.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    @property
    def here(self) -> str:
        return self.bot.here

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something in the loop of the app, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def settle(self) -> None:
        """Work until nothing is due."""
        self.run(self.bot.settle())

    def sweep(self) -> None:
        """Everything is looked at."""
        self.run(self._sweep())

    async def _sweep(self) -> None:
        await self.bot.sweep()
        await self.bot.settle()

    def _serve(self, app: ASGIApp, listener: socket.socket) -> None:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
        serving = asyncio.run_coroutine_threadsafe(server.serve(sockets=[listener]), self._loop)
        self._servers.append((server, serving))


def _listener() -> socket.socket:
    """It takes connections from now on: whoever comes before the server does waits."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((_LOOPBACK, 0))
    listener.listen()
    return listener


def _address(listener: socket.socket) -> str:
    return f"http://{_LOOPBACK}:{listener.getsockname()[1]}"
