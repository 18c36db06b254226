"""Does an instance work with a database whose shape is to be changed? It could not go on with another one."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from app.store import engines, itself
from app.store.migrate import is_current
from app.store.schema_running import held_secrets

SILENT = timedelta(minutes=5)  # an instance says every minute that it is there


class StillUsed(Exception):
    """Its shape was not changed. The message says what to do."""


async def refuse_what_is_worked_with(url: str, now: datetime) -> None:
    """Raises StillUsed, where it has another shape than this version's and an instance was heard of lately."""
    await asyncio.to_thread(_refuse, url, now)


def _refuse(url: str, now: datetime) -> None:
    if not engines.is_there(make_url(url)):
        return
    engine = engines.engine_of(make_url(url), writes=False)
    try:
        with engine.begin() as connection:
            heard = _heard(connection)
    except DatabaseError:
        return  # whoever opens it next says what is wrong, without what a server says
    finally:
        engine.dispose()
    if heard is not None and heard > now - SILENT:
        raise StillUsed(
            "an instance of another version works with the database; stop every instance first. "
            f"One was heard of at {heard:%H:%M:%S} UTC; of one that was killed wait five minutes"
        )


def _heard(connection: Connection) -> datetime | None:
    """None also of a version that did not write it down."""
    if is_current(connection) or not inspect(connection).has_table(held_secrets.name):
        return None
    return itself.heard_of_instances(connection)
