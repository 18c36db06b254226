"""Does a write see all that the ones before it did, whatever view the server shows a transaction by default?"""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from app.store.database import Database
from tests.places import Place, by_hand
from tests.which_database import about_servers

WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
MOMENT = text("SELECT pg_sleep(0.01)")
ADD = text("INSERT INTO repositories (id, name, observed_at) VALUES (7, 'pypa/pip', '2026-12-01T09:00:00Z')")


@about_servers
@pytest.mark.parametrize("default", ["repeatable read", "serializable"])
async def test_whoever_waited_for_its_turn_sees_what_was_written_meanwhile(place: Place, default: str) -> None:
    """Administrators set such a default for other programs; with it two instances could take up one thing."""
    place.make()
    name = make_url(place.url).database
    with by_hand(place) as connection:
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_isolation = '{default}'"))
    one, two = [await Database.open(place.url, migrate=False) for _ in range(2)]
    try:
        adding = asyncio.create_task(one.write(_added_once_somebody_waits))
        await one.read(_until_somebody_has_the_turn)
        seen = await two.write(lambda conn: conn.execute(text("SELECT name FROM repositories")).scalars().all())
        await adding
    finally:
        await one.close()
        await two.close()

    assert seen == ["pypa/pip"]


def _until_somebody_has_the_turn(conn: Connection) -> None:
    held = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
    while not conn.execute(held).scalar_one():
        conn.execute(MOMENT)


def _added_once_somebody_waits(conn: Connection) -> None:
    while not conn.execute(WAITING).scalar_one():
        conn.execute(MOMENT)
    conn.execute(ADD)
