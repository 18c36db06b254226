"""How is a secret named without telling it?

By a print: the same secret has the same, and no secret follows from it. That of an App's key is the fingerprint that
GitHub shows beside it (GitHub: "Managing private keys for GitHub Apps").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal, TypeAlias

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.github.credentials import AppCredentials
from app.settings import Settings

Kind: TypeAlias = Literal["webhook-secret", "app-key", "hand-key", "encryption-key", "digest-key"]
_LENGTH = 12


def of_secret(secret: str) -> str:
    """Secrets have 32 random bytes at least, so nobody finds them by trying."""
    return hmac.digest(secret.strip().encode(), b"greenroom: the print of a secret", "sha256").hex()[:_LENGTH]


def of_app_key(key: AppCredentials) -> str:
    """`SHA256:…` of the public half, as GitHub shows it."""
    der = key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"SHA256:{base64.b64encode(hashlib.sha256(der).digest()).decode()}"


def of_digest_key(key: str) -> str:
    """Its id, and which key that is: the same id may have been given twice."""
    name, _, value = key.strip().partition(":")
    return f"{name}/{of_secret(value.lower())}"


def of_settings(settings: Settings) -> Mapping[Kind, tuple[str, ...]]:
    """What these settings hold of each kind, the one that is used first, first. Raises UnusableKey."""
    found: dict[Kind, tuple[str, ...]] = {
        "webhook-secret": tuple(of_secret(each) for each in webhook_secrets(settings)),
        "app-key": tuple(map(of_app_key, app_keys(settings))),
        "digest-key": tuple(map(of_digest_key, ring(settings.digest_keys.get_secret_value()))),
    }
    if hand := hand_keys(settings):
        found["hand-key"] = tuple(map(of_app_key, hand))
    if settings.encryption_keys is not None:
        found["encryption-key"] = tuple(map(of_secret, ring(settings.encryption_keys.get_secret_value())))
    return found


def webhook_secrets(settings: Settings) -> tuple[str, ...]:
    both = (settings.webhook_secret, settings.webhook_secret_previous)
    return tuple(each.get_secret_value() for each in both if each is not None)


def app_keys(settings: Settings) -> tuple[AppCredentials, ...]:
    """The Watcher's. The next one signs as soon as it is there, and the other one where GitHub does not take it."""
    both = (settings.private_key_next, settings.private_key)
    return tuple(AppCredentials(settings.app_id, each.get_secret_value()) for each in both if each is not None)


def hand_keys(settings: Settings) -> tuple[AppCredentials, ...]:
    """The Hand's, none where it has no registration of its own."""
    if settings.is_one_app:
        return ()
    both = (settings.hand_private_key_next, settings.hand_private_key)
    app_id = settings.hand_app_id or ""
    return tuple(AppCredentials(app_id, each.get_secret_value()) for each in both if each is not None)


def ring(keys: str) -> tuple[str, ...]:
    """The keys that stand in one setting, with commas, newest first."""
    return tuple(key.strip() for key in keys.split(",") if key.strip())
