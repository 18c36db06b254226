"""How does an App sign what it asks, and which keys can it not sign with?"""

from __future__ import annotations

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from jwt.types import Options

from app.github.credentials import AppCredentials, UnusableKey, app_jwt
from tests.clock import START, FakeClock


def _key(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


UNTIMED: Options = {"verify_exp": False, "verify_iat": False}  # the fake clock is not the wall clock


async def test_the_token_is_dated_back_and_short(private_key: str, clock: FakeClock) -> None:
    """GitHub refuses an `iat` ahead of its clock and more than ten minutes of life."""
    token = await app_jwt(AppCredentials("123", private_key), clock)

    claims = jwt.decode(token, _key(private_key).public_key(), algorithms=["RS256"], options=UNTIMED)
    now = int(START.timestamp())
    assert claims == {"iat": now - 60, "exp": now + 540, "iss": "123"}


async def test_the_key_may_live_elsewhere(private_key: str, clock: FakeClock) -> None:
    """A key management service signs bytes and gives no key away."""
    key = _key(private_key)

    class Service:
        app_id = "123"

        async def sign(self, message: bytes) -> bytes:
            return key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    token = await app_jwt(Service(), clock)
    assert jwt.decode(token, key.public_key(), algorithms=["RS256"], options=UNTIMED)["iss"] == "123"


def test_credentials_do_not_show_the_key(private_key: str) -> None:
    """They end in tracebacks and logs of settings."""
    shown = repr(AppCredentials("123", private_key))
    assert "123" in shown
    assert "PRIVATE" not in shown


ELLIPTIC = ec.generate_private_key(ec.SECP256R1()).private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
)


@pytest.mark.parametrize("pem", ["", "canary", "-----BEGIN RSA PRIVATE KEY-----\ncanary\n", ELLIPTIC.decode()])
def test_an_unusable_key_is_refused_at_once(pem: str) -> None:
    """Better at the start than at the first request, and without quoting it."""
    with pytest.raises(UnusableKey) as caught:
        AppCredentials("123", pem)
    assert "canary" not in str(caught.value)


def test_a_public_key_is_not_enough(private_key: str) -> None:
    """The two files look alike."""
    pem = (
        _key(private_key)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    with pytest.raises(UnusableKey):
        AppCredentials("123", pem.decode())
