"""Is this delivery really from GitHub?"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

SHORTEST = 32  # bytes: as long as the SHA-256 that it keys

# Found in documentation, examples and half-finished set-ups; whoever uses them has no secret.
SAMPLES = (
    "change-me",
    "changeme",
    "development",
    "example",
    "github-webhook-secret",
    "it's a secret to everybody",
    "placeholder",
    "replace",
    "your-webhook",
    "your_webhook",
)


class InvalidSecret(ValueError):
    """A webhook secret that would let strangers in. The message says what would be right, and not the secret."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class WebhookSecrets:
    """The secret that GitHub signs with, and the one before it while it is being replaced, until a moment (UTC).

    Raises InvalidSecret.
    """

    current: str
    previous: str | None = None
    previous_until: datetime | None = None

    def __post_init__(self) -> None:
        _check(self.current, "the webhook secret")
        if self.previous is not None:
            _check(self.previous, "the previous webhook secret")

    def __repr__(self) -> str:
        return "WebhookSecrets(hidden)"

    def at(self, now: datetime) -> WebhookSecrets:
        """Those that are accepted then."""
        if self.previous is None or self.previous_until is None or now < self.previous_until:
            return self
        return replace(self, previous=None)


def signed_with(
    body: bytes | bytearray,
    signature: bytes | None,
    secrets: WebhookSecrets,
) -> Literal["current", "previous"] | None:
    """Which secret signed the raw body? None means: it is not from GitHub.

    `signature` is the value of `X-Hub-Signature-256` (GitHub: "Validating webhook deliveries").
    """
    if signature is None:
        return None
    if hmac.compare_digest(signature, sign(body, secrets.current)):
        return "current"
    if secrets.previous is not None and hmac.compare_digest(signature, sign(body, secrets.previous)):
        return "previous"
    return None


def sign(body: bytes | bytearray, secret: str) -> bytes:
    """The signature that GitHub would send."""
    return b"sha256=" + hmac.digest(secret.encode(), body, "sha256").hex().encode()


def _check(secret: str, name: str) -> None:
    if len(secret.strip().encode()) < SHORTEST:
        raise InvalidSecret(f"{name} is missing or shorter than {SHORTEST} bytes; make one with: openssl rand -hex 32")
    if any(sample in secret.lower() for sample in SAMPLES) or len(set(secret)) < SHORTEST // 4:
        raise InvalidSecret(f"{name} is a sample, or easily guessed; make one with: openssl rand -hex 32")
