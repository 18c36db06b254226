from __future__ import annotations

import hashlib
import hmac

import pytest

from webhooks.signature import InvalidSecret, WebhookSecrets, sign, signed_with

OLD, NEW = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "zyxwvutsrqponmlkjihgfedcba987654"


def test_githubs_own_example_is_signed_alike() -> None:
    """The vector in GitHub's "Validating webhook deliveries"."""
    signature = sign(b"Hello, World!", "It's a Secret to Everybody")

    assert signature == b"sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (sign(b"body", NEW), "current"),
        (sign(b"body", OLD), "previous"),
        (sign(b"body", "somebody else's secret of any length"), None),
        (sign(b"other body", NEW), None),
        (sign(b"body", NEW)[:-1], None),
        (sign(b"body", NEW) + b"0", None),
        (sign(b"body", NEW).upper(), None),
        (sign(b"body", NEW).removeprefix(b"sha256="), None),
        (b"sha1=" + hmac.new(NEW.encode(), b"body", hashlib.sha1).hexdigest().encode(), None),
        ("sha256=ü".encode(), None),
        (b"sha256=", None),
        (b"", None),
        (None, None),
    ],
)
def test_which_secret_signed(signature: bytes | None, expected: str | None) -> None:
    """Two secrets live while one is replaced, and use of the old one can be seen."""
    assert signed_with(b"body", signature, WebhookSecrets(current=NEW, previous=OLD)) == expected


def test_without_a_previous_secret_the_old_one_is_refused() -> None:
    """A rotation ends."""
    assert signed_with(b"body", sign(b"body", OLD), WebhookSecrets(current=NEW)) is None


@pytest.mark.parametrize(
    "secret",
    [
        "",
        " ",
        " " * 40,
        "letmein",
        OLD[:31],
        "x" * 64,
        "It's a Secret to Everybody. It's a Secret",
        "change-me-" * 5,
        "01" * 20,
    ],
)
def test_start_is_refused_without_a_real_secret(secret: str) -> None:
    """With an absent, blank, short or sample secret anybody could sign. The message says what to do."""
    for current, previous in ((secret, None), (NEW, secret)):
        with pytest.raises(InvalidSecret, match="openssl rand -hex 32") as refusal:
            WebhookSecrets(current=current, previous=previous)
        assert not secret.strip() or secret not in str(refusal.value)


def test_secrets_are_not_shown() -> None:
    """A settings object ends up in a traceback sooner or later."""
    assert repr(WebhookSecrets(current=NEW, previous=OLD)) == "WebhookSecrets(hidden)"
