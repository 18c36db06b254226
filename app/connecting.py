"""What is an instance connected to: its database, GitHub as each of its Apps, and GitHub's sign-in?"""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

import httpx

from app.clock import Clock
from app.github.client import Client
from app.github.credentials import AppCredentials
from app.github.registration import Registration
from app.github.sign_in import SignIn
from app.settings import Settings
from app.store import switches
from app.store.database import Database
from webhooks.signature import WebhookSecrets


async def opened(settings: Settings, stack: AsyncExitStack) -> Database:
    database = await Database.open(settings.database_url, migrate=settings.database_url.startswith("sqlite"))
    stack.push_async_callback(database.close)
    return database


async def client(
    settings: Settings,
    database: Database,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None,
    stack: AsyncExitStack,
) -> Client:
    why_not_write = partial(database.read, switches.why_off)
    client = Client(base_url=settings.github_url, clock=clock, transport=transport, why_not_write=why_not_write)
    return await stack.enter_async_context(client)


async def sign_in(
    settings: Settings, clock: Clock, transport: httpx.AsyncBaseTransport | None, stack: AsyncExitStack
) -> SignIn | None:
    """It is the Watcher's: its registration only reads, so nobody's stolen session writes anything."""
    if settings.client_id is None or settings.client_secret is None:  # all or none, see Settings
        return None
    sign_in = SignIn(
        web_url=settings.github_web_url,
        api_url=settings.github_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret.get_secret_value(),
        clock=clock,
        transport=transport,
    )
    return await stack.enter_async_context(sign_in)


def webhook_secrets(settings: Settings) -> WebhookSecrets:
    previous = settings.webhook_secret_previous
    return WebhookSecrets(
        current=settings.webhook_secret.get_secret_value(),
        previous=previous.get_secret_value() if previous else None,
    )


def registrations(settings: Settings, client: Client, clock: Clock) -> tuple[Registration, Registration]:
    """The Watcher and the Hand. A small install uses one registration for both."""
    keys = [settings.private_key, *([settings.private_key_next] if settings.private_key_next else [])]
    signers = [AppCredentials(settings.app_id, key.get_secret_value()) for key in keys]
    watcher = Registration(name="Greenroom", signers=signers, client=client, clock=clock)
    if settings.hand_app_id is None or settings.hand_private_key is None:  # both or none, see Settings
        return watcher, watcher
    signer = AppCredentials(settings.hand_app_id, settings.hand_private_key.get_secret_value())
    return watcher, Registration(name="Greenroom Hand", signers=[signer], client=client, clock=clock)
