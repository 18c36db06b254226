"""How do the two Apps of `app.yml` come into a world?"""

from __future__ import annotations

import functools
import secrets
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.manifest import manifest
from app.sandbox.state.accounts import Organization
from app.sandbox.state.apps import Registration
from app.sandbox.state.world import World

WATCHER = "greenroom"
HAND = "greenroom-hand"


def new_private_key() -> str:
    """An RSA key as GitHub makes them, in PEM. Takes a tenth of a second."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ).decode()


def register_watcher(world: World, owner: Organization, *, private_key: str) -> Registration:
    """Register the App that watches: its webhook is active."""
    return register(world, WATCHER, manifest(), owner, private_key=private_key, webhook_secret=secrets.token_hex(32))


def register_hand(world: World, owner: Organization, *, private_key: str) -> Registration:
    """Register the App that writes: it has no webhook."""
    return register(world, HAND, manifest()["x-hand"], owner, private_key=private_key, webhook_secret=None)


def register(
    world: World,
    slug: str,
    asked: dict[str, Any],
    owner: Organization,
    *,
    private_key: str,
    webhook_secret: str | None,
    webhook_url: str = "https://greenroom.example/webhooks/github",
) -> Registration:
    """Register an App with the permissions and events that its manifest asks for, and no others."""
    number = world.next_id()
    app = Registration(
        id=number,
        client_id=f"Iv23li{number:014d}",
        slug=slug,
        name=asked["name"],
        description=asked["description"],
        url=asked["url"],
        owner=owner,
        bot=world.add_bot(slug),
        permissions=dict(asked["default_permissions"]),
        events=list(asked["default_events"]),
        public_key=_public_key(private_key),
        private_key=private_key,
        webhook_secret=webhook_secret,
        client_secret=secrets.token_hex(20),
        webhook_url=webhook_url if webhook_secret else None,
        callback_urls=list(asked.get("callback_urls", [])),
        created_at=world.now(),
    )
    world.registrations[app.id] = app
    return app


def unregister(world: World, app: Registration) -> None:
    """Nothing of an App is left: neither its installations nor what was made from its manifest."""
    world.installations = {number: each for number, each in world.installations.items() if each.app is not app}
    world.manifest_codes = {code: each for code, each in world.manifest_codes.items() if each.app is not app}
    del world.registrations[app.id]


@functools.cache
def _public_key(private_key: str) -> str:
    key = serialization.load_pem_private_key(private_key.encode(), password=None)
    public = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, public).decode()
