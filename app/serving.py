"""How does one instance run: the web server and the worker, side by side until somebody stops it?"""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import structlog
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from app.clock import SystemClock
from app.dashboard.site import site
from app.holding import Holding
from app.logs import place_of
from app.main import Greenroom, assemble
from app.ports import listen
from app.settings import Settings
from app.web import Web

log = structlog.get_logger()

# Seconds after which the thread that reads requests lets the one that writes them down have its turn; Python's own
# 5 ms are longer than a whole group of deliveries takes.
SWITCH = 0.0005


def served(greenroom: Greenroom) -> ASGIApp:
    """Everything that an instance answers: deliveries, how it is, and the pages."""
    return _Served(web=greenroom.web, pages=site(greenroom))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    web: Web
    pages: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = scope["type"] == "http" and scope["path"] not in self.web.paths
        await (self.pages if is_page else self.web)(scope, receive, send)


class _Server(uvicorn.Server):
    """Says that this instance ends before uvicorn has the signal, which it got, end the process."""

    def __init__(self, holding: Holding, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._holding = holding

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        with suppress(Exception):  # the database may be what ends it; others wait an hour then
            await self._holding.end()


async def serve(settings: Settings, on_start: Callable[[str], None]) -> int:
    """Listen for deliveries and work on what is due. Gives the exit code. Raises CannotListen and what `assemble` does.

    The port is taken before any work: whoever cannot have it touches nothing that others share.
    """
    with listen(settings.port, host=settings.host, instead="with GREENROOM_PORT") as listener:
        return await _serve(settings, listener, on_start)


async def _serve(settings: Settings, listener: socket.socket, on_start: Callable[[str], None]) -> int:
    async with assemble(settings, clock=SystemClock(), begins=True) as greenroom:
        await greenroom.holding.begin()
        await greenroom.notifier.begin()
        await greenroom.worker.begin()
        server = _Server(
            greenroom.holding,
            uvicorn.Config(
                served(greenroom),
                log_config=None,
                access_log=False,  # its lines hold addresses of people
                server_header=False,
                proxy_headers=False,  # nobody asks where a request came from
                ws="none",
            ),
        )
        working = asyncio.create_task(greenroom.worker.run())
        beside = [asyncio.create_task(greenroom.notifier.run()), asyncio.create_task(greenroom.vitals.run())]
        beside.append(asyncio.create_task(greenroom.holding.run()))
        if greenroom.heartbeat:
            beside.append(asyncio.create_task(greenroom.heartbeat.run()))
        # A worker that dies takes the process along: it is better restarted than silent.
        working.add_done_callback(partial(_stop, server))
        gc.collect()
        sys.setswitchinterval(SWITCH)
        gc.freeze()  # what start-up made is never garbage; looking through it again costs deliveries 40 ms
        url = f"http://{settings.host}:{listener.getsockname()[1]}"
        log.info("listening", url=url, database=greenroom.database.place)
        on_start(url)
        code = await _until_stopped(server, listener, working)
        await _ended(working, *beside)
    return code


async def _until_stopped(server: uvicorn.Server, listener: socket.socket, working: asyncio.Task[None]) -> int:
    """What ends a process stands in its log like everything else; a traceback would repeat what the exception says."""
    try:
        await server.serve(sockets=[listener])
        if working.done() and not working.cancelled():
            working.result()
    except Exception as error:  # noqa: BLE001 - whatever it is, its words may hold anything
        cause = _first_of(error)
        log.critical("crashed", error=type(cause).__name__, at=place_of(cause))
        return 1
    return 0


def _first_of(error: Exception) -> Exception:
    """What the worker died of, which comes in a group."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


async def _ended(*tasks: asyncio.Task[None]) -> None:
    """All of them are over while there is still a database. What one of them dies of now ends nothing that goes on."""
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):  # after uvicorn, asyncio hears of the same Ctrl+C
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)


def _stop(server: uvicorn.Server, worked: asyncio.Task[None]) -> None:  # noqa: ARG001 asyncio's signature
    server.should_exit = True
