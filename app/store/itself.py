"""Whose is this database, and is it still the one in which things happen?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from app.store.database import Database
from app.store.putting import put
from app.store.schema_running import held_secrets, itself

_APP, _MOVED = "app", "moved"


class MovedAway(Exception):
    """Everything was copied into another database, in which it goes on. The message says what to do."""


async def take(database: Database, app: str) -> None:
    """From now on this App works with it. Raises MovedAway."""
    await refuse_moved(database)
    if await database.read(app_of) != app:
        await database.write(lambda conn: _say(conn, _APP, app))


async def refuse_moved(database: Database) -> None:
    """Raises MovedAway: two that go on from one past would each do what the other does not know."""
    if (at := await database.read(moved_at)) is not None:
        raise MovedAway(
            f"at {at:%Y-%m-%d %H:%M} UTC everything in {database.place} was copied into another database, and it goes "
            "on there: let GREENROOM_DATABASE_URL name that one. To go on with this one after all, without what "
            "happened since, stop every instance of the other and type: greenroom migrate --back"
        )


def app_of(conn: Connection) -> str | None:
    """Which App worked with it last, by its id? None: that was not kept yet."""
    return _said(conn, _APP)


def moved_at(conn: Connection) -> datetime | None:
    """When it was copied into another one, in which it goes on."""
    said = _said(conn, _MOVED)
    return datetime.fromisoformat(said) if said else None


def note_moved(conn: Connection, now: datetime) -> None:
    _say(conn, _MOVED, now.isoformat())


def come_back(conn: Connection) -> None:
    """It goes on here after all."""
    conn.execute(delete(itself).where(itself.c.what == _MOVED))


def heard_of_instances(conn: Connection) -> datetime | None:
    """When one that did not end in good order said something last."""
    at: datetime | None = conn.execute(select(func.max(held_secrets.c.at))).scalar()
    return at


def _said(conn: Connection, what: str) -> str | None:
    value: str | None = conn.execute(select(itself.c.value).where(itself.c.what == what)).scalar()
    return value


def _say(conn: Connection, what: str, value: str) -> None:
    put(conn, itself, {"what": what, "value": value})
