"""How does the wizard run? On this machine's loopback, until it is done, stopped, or an hour old."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import uvicorn

from app.clock import Clock
from app.dashboard.headers import SafeHeaders
from app.ports import LOOPBACK
from app.setup.door import WIZARD, Door
from app.setup.pages import Pages
from app.setup.wizard import GOOD_FOR, Wizard


def address_of(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def doored(
    wizard: Wizard, shipped: Mapping[str, Any], clock: Clock, *, close: Callable[[], None]
) -> tuple[Door, SafeHeaders]:
    """Everything that is answered, and the door in it, which knows the address to begin with."""
    pages = Pages(wizard, shipped=shipped, csrf=lambda: door.csrf, close=close)
    door = Door(pages.site(), host=urlsplit(wizard.places.wizard).netloc, clock=clock, tell=wizard.tell)
    parts = urlsplit(wizard.places.github)
    return door, SafeHeaders(door, sign_in=WIZARD, github=f"{parts.scheme}://{parts.netloc}", tls=False)


async def serve(
    wizard: Wizard,
    listener: socket.socket,
    *,
    shipped: Mapping[str, Any],
    clock: Clock,
    announce: Callable[[str], None],
) -> None:
    """Serve until the wizard is over. `announce` gets the address to open, once."""
    door, answers = doored(wizard, shipped, clock, close=lambda: setattr(server, "should_exit", True))
    config = uvicorn.Config(
        answers,
        log_config=None,
        access_log=False,  # its lines would hold the token, and GitHub's codes
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    ending = asyncio.create_task(_end(server, clock))
    announce(door.address)
    try:
        await server.serve(sockets=[listener])
    finally:
        ending.cancel()
        with suppress(asyncio.CancelledError):
            await ending


async def _end(server: uvicorn.Server, clock: Clock) -> None:
    """Nobody forgets an open door."""
    await clock.sleep(GOOD_FOR.total_seconds())
    server.should_exit = True
