"""Who is signed in, and who is on the way? Browsers hold the values, we their digests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from app.domain.ids import Person
from app.store.schema_sign_in import sessions, sign_ins

MOST_ON_THE_WAY = 10_000  # strangers may ask as often as they like; beyond these the oldest have to start again


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody was sent to GitHub. `state` and `browser` are digests; `back` is the path they came from."""

    state: str
    browser: str
    back: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """`id` is a digest, `token` is encrypted."""

    id: str
    person: Person
    token: str = field(repr=False)
    started_at: datetime
    expires_at: datetime


def begin(conn: Connection, this: SignIn, now: datetime, *, most: int = MOST_ON_THE_WAY) -> None:
    """Remember who was sent away, and forget who did not come back in time."""
    conn.execute(delete(sign_ins).where(sign_ins.c.expires_at <= now))
    count = conn.execute(select(func.count()).select_from(sign_ins)).scalar_one()
    if count >= most:
        oldest = select(sign_ins.c.state).order_by(sign_ins.c.expires_at).limit(count - most + 1)
        conn.execute(delete(sign_ins).where(sign_ins.c.state.in_(oldest)))
    values = {"state": this.state, "browser": this.browser, "back": this.back, "expires_at": this.expires_at}
    conn.execute(insert(sign_ins).values(values))


def take(conn: Connection, state: str, now: datetime) -> SignIn | None:
    """The sign-in of that state, once: whoever asks again, and whoever is late, gets none."""
    row = conn.execute(delete(sign_ins).where(sign_ins.c.state == state).returning(sign_ins)).one_or_none()
    if row is None or row.expires_at <= now:
        return None
    return SignIn(state=row.state, browser=row.browser, back=row.back, expires_at=row.expires_at)


def start(conn: Connection, this: StoredSession, *, instead_of: str | None) -> None:
    """Somebody is signed in. What their browser had before ends, and so does what is over."""
    conn.execute(delete(sessions).where(sessions.c.expires_at <= this.started_at))
    if instead_of is not None:
        end(conn, instead_of)
    conn.execute(
        insert(sessions).values(
            id=this.id,
            account=this.person.id,
            login=this.person.login,
            token=this.token,
            started_at=this.started_at,
            expires_at=this.expires_at,
        )
    )


def session(conn: Connection, number: str, now: datetime) -> StoredSession | None:
    """The session whose digest that is, None where it is over or never was."""
    found = select(sessions).where(sessions.c.id == number, sessions.c.expires_at > now)
    row = conn.execute(found).one_or_none()
    if row is None:
        return None
    return StoredSession(
        id=row.id,
        person=Person(row.login, row.account),
        token=row.token,
        started_at=row.started_at,
        expires_at=row.expires_at,
    )


def end(conn: Connection, number: str) -> None:
    conn.execute(delete(sessions).where(sessions.c.id == number))


def end_all_of(conn: Connection, account: int) -> None:
    """They told GitHub that the App may not act for them any more."""
    conn.execute(delete(sessions).where(sessions.c.account == account))
