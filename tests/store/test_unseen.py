from __future__ import annotations

from datetime import timedelta

from app.domain.ids import Key, parse_key
from app.domain.records import Unseen
from app.store.database import Database
from app.store.unseen import could_not_tell, could_tell, unseen
from tests.clock import START

PIP, REPORTING, PIPX = parse_key("pypa/pip"), parse_key("pypa/pip#private-reporting"), parse_key("pypa/pipx")
LATER = START + timedelta(minutes=10)


async def blind(database: Database, key: Key, *minutes: int) -> None:
    for passed in minutes:
        now = START + timedelta(minutes=passed)
        await database.write(lambda conn, now=now: could_not_tell(conn, key, now))  # type: ignore[misc]


async def told(database: Database, key: Key) -> tuple[Unseen, ...]:
    return await database.read(lambda conn: unseen(conn, key))


async def test_what_was_always_seen_has_no_row(database: Database) -> None:
    """Nothing to tell."""
    await database.write(lambda conn: could_tell(conn, PIP))

    assert await told(database, PIP) == ()


async def test_looks_in_a_row_are_counted_from_the_first(database: Database) -> None:
    """People want to know how long we have been blind, not when we last tried."""
    await blind(database, PIP, 0, 10, 20)

    assert await told(database, PIP) == (Unseen(since=START, looks=3),)
    assert await told(database, PIPX) == ()


async def test_a_look_that_could_tell_begins_the_count_anew(database: Database) -> None:
    """Only looks in a row count: one bad answer a day is no blindness."""
    await blind(database, PIP, 0, 5)
    await database.write(lambda conn: could_tell(conn, PIP))
    await blind(database, PIP, 10)

    assert await told(database, PIP) == (Unseen(since=LATER, looks=1),)


async def test_a_repository_counts_its_policies_and_a_whole_look_ends_them(database: Database) -> None:
    """One policy that can be told says nothing of the others; a look at the repository holds all of them against it."""
    await blind(database, PIP, 0)
    await blind(database, REPORTING, 10)
    await blind(database, PIPX, 0)
    await database.write(lambda conn: could_tell(conn, REPORTING))
    assert await told(database, REPORTING) == (Unseen(since=START, looks=1),)
    await blind(database, REPORTING, 10)
    assert len(await told(database, PIP)) == 2

    await database.write(lambda conn: could_tell(conn, PIP))

    assert await told(database, PIP) == ()
    assert len(await told(database, PIPX)) == 1
