"""Which sessions still need an old encryption key, and how are they encrypted anew?

While this goes on every session can be read: each row is replaced by one that means the same, if it is still as it was.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Connection, select, update

from app.prints import of_secret, ring
from app.store.schema_sign_in import sessions

BATCH = 500
UNREADABLE = "none of these"


def needs(conn: Connection, keys: str) -> Mapping[str, int]:
    """How many sessions were encrypted with each key but the first, by its print."""
    tokens = conn.execute(select(sessions.c.token)).scalars()
    held = [(of_secret(key), Fernet(key)) for key in ring(keys)]
    found = Counter(_key_of(token, held) for token in tokens)
    del found[held[0][0]]
    return found


def renew(conn: Connection, keys: str, after: str = "") -> str | None:
    """Encrypt a batch anew with the first key. Gives where the next batch begins, None where this was the last."""
    front, ciphers = Fernet(ring(keys)[0]), MultiFernet([Fernet(key) for key in ring(keys)])
    asked = select(sessions.c.id, sessions.c.token).where(sessions.c.id > after).order_by(sessions.c.id).limit(BATCH)
    rows = conn.execute(asked).all()
    for row in rows:
        if not _is_of(front, row.token) and (anew := _anew(ciphers, row.token)) is not None:
            same = (sessions.c.id == row.id, sessions.c.token == row.token)
            conn.execute(update(sessions).where(*same).values(token=anew))
    return rows[-1].id if len(rows) == BATCH else None


def _key_of(token: str, held: list[tuple[str, Fernet]]) -> str:
    return next((name for name, key in held if _is_of(key, token)), UNREADABLE)


def _is_of(key: Fernet, token: str) -> bool:
    try:
        key.decrypt(token)
    except InvalidToken:
        return False
    return True


def _anew(ciphers: MultiFernet, token: str) -> str | None:
    """None where its key is gone: nobody can use that session any more, and it ends within eight hours."""
    try:
        return ciphers.rotate(token.encode()).decode()
    except InvalidToken:
        return None
