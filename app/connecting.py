"""What is an instance connected to: its database, GitHub as each of its Apps, and GitHub's sign-in?"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import httpx

from app import prints
from app.clock import Clock
from app.github.client import Client
from app.github.contents import Contents
from app.github.reader import Reader
from app.github.registration import Registration
from app.github.roles import OneForBoth
from app.github.sign_in import SignIn
from app.holding import Holding
from app.lanes import Lanes
from app.prints import Kind
from app.settings import Settings
from app.store import itself, switches
from app.store.database import Database
from webhooks.signature import WebhookSecrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """Ways to GitHub."""

    watcher: Registration
    hand: Registration
    client: Client
    reader: Reader
    contents: Contents


async def opened(settings: Settings, stack: AsyncExitStack, *, begins: bool) -> Database:
    """`begins`: a file is made, or brought to this version's shape. Raises NoDatabase, WrongSchema and MovedAway."""
    migrates = begins and settings.database_url.startswith("sqlite")
    database = await Database.open(settings.database_url, migrate=migrates, begin=begins)
    stack.push_async_callback(database.close)
    await itself.take(database, settings.app_id)
    return database


async def client(
    settings: Settings,
    database: Database,
    clock: Clock,
    transport: httpx.AsyncBaseTransport | None,
    stack: AsyncExitStack,
) -> Client:
    why_not_write, lanes = partial(database.read, switches.why_off), Lanes(database, clock)
    stack.push_async_callback(lanes.tell_all)
    client = Client(
        base_url=settings.github_url,
        clock=clock,
        transport=transport,
        why_not_write=why_not_write,
        neighbours=lanes.of,
    )
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
        previous_until=settings.webhook_secret_previous_until,
    )


def registrations(settings: Settings, client: Client, clock: Clock) -> tuple[Registration, Registration]:
    """The Watcher and the Hand. Where both are the same App, or there is no Hand, it is the same twice: see `roles`."""
    kind = OneForBoth if settings.is_one_app else Registration
    watcher = kind(name="Greenroom", signers=prints.app_keys(settings), client=client, clock=clock)
    if not (signers := prints.hand_keys(settings)):
        return watcher, watcher
    return watcher, Registration(name="Greenroom Hand", signers=signers, client=client, clock=clock)


def holding(
    settings: Settings, watcher: Registration, hand: Registration, database: Database, clock: Clock, *, instance: str
) -> Holding:
    apps: dict[Kind, Registration] = {"app-key": watcher}
    if hand is not watcher:
        apps["hand-key"] = hand
    known = prints.of_settings(settings)
    return Holding(instance=instance, prints=known, apps=apps, database=database, clock=clock)


def instance(machine: str) -> str:
    """This process among those that share the work. Asked late: a process may be forked after this was imported."""
    return f"{machine}:{os.getpid()}"
