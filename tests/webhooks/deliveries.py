"""How does GitHub deliver a webhook? Signed, with its headers, to an app in this process."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx
from starlette.applications import Starlette

from app.domain.delivery import Delivery
from app.domain.ids import Key
from tests.clock import FakeClock
from webhooks.endpoint import PATH, endpoint
from webhooks.inbox import Inbox
from webhooks.signature import WebhookSecrets, sign

SECRET = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c"
SECRETS = WebhookSecrets(current=SECRET)
GUID = "72d3162e-cc78-11e3-81ab-4c9367dc0958"
REPORTED = json.dumps(
    {
        "action": "reported",
        "repository": {"id": 1446474, "full_name": "pypa/pip", "private": False},
        "repository_advisory": {"ghsa_id": "GHSA-2222-3333-4444", "summary": "under embargo", "state": "triage"},
    },
).encode()


class Remembering:
    """An inbox in memory."""

    def __init__(self) -> None:
        self.taken: dict[str, tuple[Delivery, frozenset[Key]]] = {}

    async def receive(self, delivery: Delivery, keys: frozenset[Key]) -> bool:
        is_new = delivery.guid not in self.taken
        self.taken.setdefault(delivery.guid, (delivery, keys))
        return is_new


def app(inbox: Inbox, secrets: WebhookSecrets = SECRETS) -> httpx.AsyncClient:
    """A client of an app that has only this endpoint."""
    route = endpoint(inbox, secrets, now=FakeClock().now, concerns=lambda _: True, on_signature=lambda _: None)
    transport = httpx.ASGITransport(Starlette(routes=[route]))
    return httpx.AsyncClient(transport=transport, base_url="https://greenroom.example")


NO_CHANGES: Mapping[str, str | None] = {}


def headers(
    body: bytes,
    *,
    event: str = "repository_advisory",
    guid: str = GUID,
    changes: Mapping[str, str | None] = NO_CHANGES,
) -> dict[str, str]:
    """GitHub's headers for a body; `changes` replaces some, None leaves one out."""
    usual = {
        "content-type": "application/json",
        "user-agent": "GitHub-Hookshot/044aadd",
        "x-github-delivery": guid,
        "x-github-event": event,
        "x-github-hook-id": "292430182",
        "x-hub-signature-256": sign(body, SECRET).decode(),
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


async def deliver(
    client: httpx.AsyncClient,
    body: bytes | Mapping[str, Any] = REPORTED,
    *,
    event: str = "repository_advisory",
    guid: str = GUID,
    changes: Mapping[str, str | None] = NO_CHANGES,
) -> httpx.Response:
    """Deliver as GitHub does."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post(PATH, content=raw, headers=headers(raw, event=event, guid=guid, changes=changes))
