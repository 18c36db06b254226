"""How does anybody's client reach the sandbox? On a port of the loopback interface."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import httpx
import uvicorn
from cryptography.fernet import Fernet
from starlette.types import Receive, Scope, Send

from app.clock import SystemClock
from app.ports import LOOPBACK, listen
from app.sandbox.hookshot import Hookshot
from app.sandbox.registering import HAND, WATCHER, unregister
from app.sandbox.server.application import Sandbox
from app.sandbox.server.faults import Dropped
from app.sandbox.state.world import World
from app.sandbox.worlds import build_world


async def serve(
    *,
    port: int,
    webhook_url: str | None,
    world: str,
    latency_ms: int,
    on_ready: Callable[[dict[str, Any]], None],
    has_apps: bool = True,
) -> None:
    """Serve until cancelled or told to stop. Port 0 takes a free one; `on_ready` gets the ready line.

    `world` is `pypa`, `empty` or the path of a world file; without `has_apps` nobody registered our Apps there yet.
    Raises InvalidWorld, and CannotListen where the port is taken.
    """
    built = build_world(world, clock=SystemClock())
    for app in [] if has_apps else list(built.registrations.values()):
        unregister(built, app)
    listener = listen(port, instead="with --port")
    built.api_url = built.web_url = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    with listener:
        await _serve(built, listener, webhook_url=webhook_url, latency_ms=latency_ms, on_ready=on_ready)


async def _serve(
    world: World,
    listener: socket.socket,
    *,
    webhook_url: str | None,
    latency_ms: int,
    on_ready: Callable[[dict[str, Any]], None],
) -> None:
    async with httpx.AsyncClient() as client:
        hookshot = Hookshot(world, webhook_url, client) if webhook_url else None
        await _run(OnAPort(Sandbox(world), hookshot, latency_ms), listener, lambda: on_ready(ready_line(world)))
        if hookshot:
            await hookshot.finish()


def ready_line(world: World) -> dict[str, Any]:
    """Where the sandbox is, and the settings that point a Greenroom at it."""
    addresses = {"GREENROOM_GITHUB_URL": world.api_url, "GREENROOM_GITHUB_WEB_URL": world.web_url}
    return {
        "url": world.api_url,
        "env": addresses | (_credentials(world) if world.registrations else {}),
        "installations": [
            {"id": each.id, "account": each.account.login, "app": each.app.slug}
            for each in world.installations.values()
        ],
    }


def _credentials(world: World) -> dict[str, Any]:
    watcher, hand = world.app(WATCHER), world.app(HAND)
    return {
        "GREENROOM_APP_ID": str(watcher.id),
        "GREENROOM_CLIENT_ID": watcher.client_id,
        "GREENROOM_CLIENT_SECRET": watcher.client_secret,
        "GREENROOM_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "GREENROOM_PRIVATE_KEY": watcher.private_key,
        "GREENROOM_HAND_APP_ID": str(hand.id),
        "GREENROOM_HAND_PRIVATE_KEY": hand.private_key,
        "GREENROOM_WEBHOOK_SECRET": watcher.webhook_secret,
    }


class OnAPort:
    """The sandbox behind a real connection: late if asked, broken where a fault says so, and with webhooks."""

    def __init__(self, sandbox: Sandbox, hookshot: Hookshot | None, latency_ms: int) -> None:
        self._sandbox = sandbox
        self._hookshot = hookshot
        self._latency = latency_ms / 1000

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._latency and not scope["path"].startswith("/_sandbox"):
            await asyncio.sleep(self._latency)
        try:
            await self._sandbox(scope, receive, send)
        except Dropped as dropped:
            await _drop(dropped, receive, send)
        finally:
            if self._hookshot:
                self._hookshot.flush()


async def _drop(dropped: Dropped, receive: Receive, send: Send) -> None:
    if dropped.how == "timeout":
        while (await receive())["type"] != "http.disconnect":
            continue
        return
    # An answer that ends before its length makes the server close the connection.
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1024")]})


async def _run(app: OnAPort, listener: socket.socket, announce: Callable[[], None]) -> None:
    # Nothing of uvicorn's is logged, and the date is the world's.
    config = uvicorn.Config(app, log_config=None, log_level=60, access_log=False, lifespan="off", date_header=False)
    server = _Announcing(config, announce)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = server.force_exit = True  # nobody waits for answers that never come
        await serving


class _Announcing(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()
