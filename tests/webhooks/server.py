"""A real server with the real inbox and nothing else, as a process: `server.py DATABASE_URL SOCKET`."""

from __future__ import annotations

import asyncio
import socket
import sys

import uvicorn
from starlette.applications import Starlette

from app.clock import SystemClock
from app.store.database import Database
from app.store.inbox import StoredInbox
from tests.webhooks.deliveries import SECRETS
from webhooks.endpoint import endpoint


async def main(url: str, descriptor: int) -> None:
    database = await Database.open(url, migrate=True)
    inbox = StoredInbox(database, SystemClock())
    app = Starlette(
        routes=[endpoint(inbox, SECRETS, now=SystemClock().now, concerns=lambda _: True, on_signature=lambda _: None)]
    )
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_config=None))
    await server.serve(sockets=[socket.socket(fileno=descriptor)])
    await database.close()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
