"""What does a browser hold of its session, and what do we? A random value there, here its digest.

Whoever reads the database can neither be anybody (digests), nor read as anybody (tokens are encrypted to one session,
with a key that is kept elsewhere), nor send a form in anybody's name (what proves a form follows from the cookie).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from functools import partial

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from starlette.requests import Request
from starlette.responses import Response

from app.clock import Clock
from app.domain.ids import Person
from app.github.sign_in import UserToken
from app.store import sessions
from app.store.database import Database
from app.store.sessions import StoredSession

# `__Host-`: no other host, and nobody without TLS, can set it (RFC 6265bis, "Cookie Name Prefixes").
SESSION = "__Host-greenroom"
BROWSER = "__Host-greenroom-browser"  # of whoever is not signed in yet
_LONGEST = 100  # characters of a value that is looked at


def new_value() -> str:
    return secrets.token_urlsafe(32)


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def derived(value: str, purpose: str) -> str:
    """A secret that follows from another, and from which that one does not follow."""
    code = hmac.new(value.encode(), purpose.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(code).rstrip(b"=").decode()


def held(request: Request, cookie: str) -> str:
    """What the browser holds under that name, empty where it is nothing that we gave."""
    value = request.cookies.get(cookie, "")
    return value if 0 < len(value) <= _LONGEST and value.isascii() else ""


def give(response: Response, cookie: str, value: str, *, seconds: int) -> None:
    response.set_cookie(cookie, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def take_back(response: Response, cookie: str) -> None:
    response.delete_cookie(cookie, path="/", secure=True, httponly=True, samesite="lax")


class Sessions:
    """`keys` are Fernet's, with commas, newest first: an old one may go eight hours after a new one came."""

    def __init__(self, database: Database, clock: Clock, *, keys: str) -> None:
        self._database, self._clock = database, clock
        self._cipher = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])

    async def start(self, person: Person, token: UserToken, *, instead_of: str) -> str:
        """Somebody is signed in: a new value for their browser, whatever it held before."""
        value, now = new_value(), self._clock.now()
        number = digest(value)
        session = StoredSession(
            id=number,
            person=person,
            token=self._encrypted(number, token.value),
            started_at=now,
            expires_at=token.expires_at,
        )
        former = digest(instead_of) if instead_of else None
        await self._database.write(partial(sessions.start, this=session, instead_of=former))
        return value

    async def of(self, value: str) -> tuple[StoredSession, str] | None:
        """The session that belongs to this value, and the person's token. None where there is none any more."""
        found = await self._database.read(partial(sessions.session, number=digest(value), now=self._clock.now()))
        if found is None:
            return None
        token = self._decrypted(found)
        return (found, token) if token else None

    async def end(self, number: str) -> None:
        await self._database.write(partial(sessions.end, number=number))

    def _encrypted(self, number: str, token: str) -> str:
        return self._cipher.encrypt(json.dumps([number, token]).encode()).decode()

    def _decrypted(self, session: StoredSession) -> str:
        """Empty where its key is gone, or where it was made for another session."""
        try:
            number, token = json.loads(self._cipher.decrypt(session.token))
        except (InvalidToken, ValueError):
            return ""
        return str(token) if number == session.id else ""
