"""Where is an App installed by now? Asked each time its page is opened, so that who comes back from GitHub sees it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import httpx

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known
from app.github.client import Client, Unauthenticated
from app.github.credentials import AppCredentials, UnusableKey
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.registration import NotInstalled, Registration
from app.setup.converting import Registered

SECONDS = 5.0  # somebody waits in front of a browser, and a page without it is of use, too

Where: TypeAlias = Callable[[Registered], Awaitable[Fact[tuple[Installation, ...]]]]


async def installed(
    app: Registered, *, api_url: str, clock: Clock, transport: httpx.AsyncBaseTransport | None = None
) -> Fact[tuple[Installation, ...]]:
    """One request, as the App itself."""
    try:
        async with asyncio.timeout(SECONDS), _reading(api_url, clock, transport) as client:
            signers = [AppCredentials(str(app.app_id), app.private_key)]
            found = await Registration(name=app.slug, signers=signers, client=client, clock=clock).installations()
    except Unauthenticated:
        return CannotTell("GitHub does not accept its key")
    except UnusableKey:
        return CannotTell("its key cannot be read")
    except (RetryLater, NotInstalled, TimeoutError):
        return CannotTell("GitHub does not answer at this moment")
    return Known(value=found, observed_at=clock.now())


def _reading(api_url: str, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> Client:
    return Client(base_url=api_url, clock=clock, why_not_write=_never, transport=transport, total_seconds=SECONDS)


async def _never() -> str:
    return "a set-up writes nothing to GitHub"
