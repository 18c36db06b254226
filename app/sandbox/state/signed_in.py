"""What has a person given to an App: a code for one exchange, and a token with which it reads as they do?"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.sandbox.state.accounts import User
from app.sandbox.state.apps import Registration

CODE_LIVES = timedelta(minutes=10)  # GitHub: "Generating a user access token for a GitHub App"
TOKEN_LIVES = timedelta(hours=8)
REFRESHED_FOR = timedelta(days=184)  # "six months"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """Good once. `challenge` is that of PKCE, empty where none was sent."""

    app: Registration
    person: User
    redirect_uri: str
    challenge: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserToken:
    """It reads what both the App and the person may read."""

    app: Registration
    person: User
    expires_at: datetime


def text_of(prefix: str, app: Registration, person: User, number: int) -> str:
    """As GitHub spells them: `ghu_` for a token, `ghr_` for what refreshes it."""
    digits = hashlib.sha512(f"{prefix} {person.id} {number} {app.private_key}".encode()).hexdigest()
    return f"{prefix}_{digits[:36]}"
