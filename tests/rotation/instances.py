"""How do several instances with different secrets share one database, as while secrets are rotated?"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from app.main import MACHINE, Greenroom, assemble
from app.prints import Kind
from app.rotating.drill import Drill
from app.rotating.looking import look
from tests.harness import Bot
from tests.webhooks.deliveries import headers
from webhooks.endpoint import PATH
from webhooks.signature import sign


@asynccontextmanager
async def command(bot: Bot, *, machine: str = MACHINE, **secrets: Any) -> AsyncIterator[Greenroom]:
    """A command that somebody types beside the instances, with these settings."""
    before, bot.secrets = bot.secrets, bot.secrets | secrets
    settings, bot.secrets = bot.settings(), before
    async with assemble(settings, clock=bot.clock, transport=bot.github.transport, machine=machine) as greenroom:
        yield greenroom


@asynccontextmanager
async def instance(bot: Bot, name: str = "one", **secrets: Any) -> AsyncIterator[Greenroom]:
    """One more instance, on a machine of that name, which was told other secrets than the first."""
    async with command(bot, machine=name, **secrets) as greenroom:
        await greenroom.holding.look()
        yield greenroom
        await greenroom.holding.end()


async def stands(bot: Bot, kind: Kind, **secrets: Any) -> Drill:
    """What the command says of that kind with these settings."""
    async with command(bot, **secrets) as greenroom:
        return await look(greenroom, kind)


def waits_for(drill: Drill) -> str:
    """The step that is next, empty where nothing is."""
    return next((each.name for each in drill.steps if each.state in {"next", "cannot tell"}), "")


def client(greenroom: Greenroom) -> httpx.AsyncClient:
    """As GitHub reaches it."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(greenroom.web), base_url="https://greenroom.example")


async def deliver(to: httpx.AsyncClient, number: int, secret: str) -> int:
    """A delivery of its own, signed with that secret. Gives the status of the answer."""
    body = json.dumps(
        {
            "action": "reported",
            "number": number,
            "repository": {"id": 1446474, "full_name": "pypa/pip", "private": False},
            "repository_advisory": {"ghsa_id": "GHSA-2222-3333-4444", "state": "triage"},
        }
    ).encode()
    signature = sign(body, secret).decode()
    sent = headers(body, guid=f"delivery-{number}", changes={"x-hub-signature-256": signature})
    return (await to.post(PATH, content=body, headers=sent)).status_code
