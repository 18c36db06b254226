"""How do we prove to GitHub that we are the App?"""

from __future__ import annotations

import base64
import functools
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import InvalidKeyError

from app.clock import Clock

# GitHub: "Generating a JSON Web Token (JWT) for a GitHub App": iat 60 seconds in the past against clock drift,
# exp no more than 10 minutes ahead. We stay a minute below, since a clock that runs fast would pass it.
BACKDATED = timedelta(seconds=60)
LIFETIME = timedelta(minutes=9)

_RS256 = RSAAlgorithm(RSAAlgorithm.SHA256)


class UnusableKey(ValueError):
    """The private key of the App cannot be read. The message never holds any of it."""


class Signer(Protocol):
    """Signs for one App. A key management service can stand behind it, so the key need not be here."""

    @property
    def app_id(self) -> str:
        """The App's id (or client id), as GitHub wants it in `iss`."""
        ...

    async def sign(self, message: bytes) -> bytes:
        """The RS256 signature (RSA PKCS#1 v1.5 with SHA-256) of these bytes."""
        ...


@dataclass(frozen=True, slots=True)
class AppCredentials:
    """An App id and its PEM private key, and the signer made of them. Raises UnusableKey."""

    app_id: str
    private_key: str = field(repr=False)
    _key: RSAPrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", _load(self.private_key))

    @property
    def public_key(self) -> RSAPublicKey:
        """The half by which GitHub knows it."""
        return self._key.public_key()

    async def sign(self, message: bytes) -> bytes:
        return _RS256.sign(message, self._key)


async def app_jwt(signer: Signer, clock: Clock) -> str:
    """A JSON Web Token by which the App speaks for itself for some minutes."""
    now = clock.now()
    claims = {
        "iat": int((now - BACKDATED).timestamp()),
        "exp": int((now + LIFETIME).timestamp()),
        "iss": signer.app_id,
    }
    message = b".".join((_segment({"typ": "JWT", "alg": "RS256"}), _segment(claims)))
    return b".".join((message, _base64(await signer.sign(message)))).decode()


# Reading a key checks that its numbers are primes, which takes longer than dozens of signatures.
@functools.lru_cache(maxsize=4)
def _load(pem: str) -> RSAPrivateKey:
    try:
        key = _RS256.prepare_key(pem.strip() + "\n")
    except (InvalidKeyError, ValueError, TypeError):
        key = None
    if isinstance(key, RSAPrivateKey):
        return key
    raise UnusableKey("the private key is not an unencrypted RSA key in PEM form; paste the .pem file GitHub gave you")


def _segment(value: dict[str, Any]) -> bytes:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _base64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")
