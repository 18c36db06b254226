"""What instances on one PostgreSQL tell each other, and how long one keeps the others waiting."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from app.domain.delivery import NotDurable
from app.domain.ids import CaseKey
from app.store.database import Database
from app.store.work import PROMPT, ROUTINE, claim, mark
from tests.clock import START
from tests.unfinished import unfinished
from tests.which_database import about_servers

CUT_LISTENERS_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"

pytestmark = about_servers


@pytest.fixture
async def other(url: str, database: Database) -> AsyncIterator[Database]:
    """Another instance on the same database."""
    del database
    other = await Database.open(url, migrate=False)
    yield other
    await other.close()


@asynccontextmanager
async def hearing(database: Database) -> AsyncIterator[None]:
    begins = database.calls.next()
    listening = asyncio.create_task(database.calls.listen())
    async with asyncio.timeout(10):
        await begins.wait()
    yield
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening


async def ask(database: Database, number: int, priority: int = PROMPT) -> None:
    await database.write(lambda conn: mark(conn, [CaseKey(number)], due=START, priority=priority))


async def test_an_instance_hears_at_once_what_somebody_waits_for_at_another(
    database: Database, other: Database
) -> None:
    """A delivery comes in here, and whoever is free there takes it up without looking every moment."""
    async with hearing(other):
        call = other.calls.next()
        await ask(database, 1)

        async with asyncio.timeout(10):
            await call.wait()

        assert await other.read(lambda conn: unfinished(conn, START)) == ["case/1"]  # it is there when it is heard of


async def test_routine_work_calls_nobody(database: Database, other: Database) -> None:
    """A sweep marks thousands of keys that are looked at in turn; calling everybody each time would only cost."""
    async with hearing(other):
        routine = other.calls.next()
        await ask(database, 1, ROUTINE)
        assert not routine.is_set()
        await ask(database, 2)
        async with asyncio.timeout(10):
            await routine.wait()

        assert await other.read(lambda conn: unfinished(conn, START)) == ["case/1", "case/2"]


async def test_calls_are_heard_again_after_the_server_was_away(database: Database, other: Database) -> None:
    """Servers are started anew. Until then everybody looks by themselves, as on SQLite."""
    async with hearing(other):
        again = other.calls.next()
        await database.write(lambda conn: conn.execute(text(CUT_LISTENERS_OFF)).all())
        async with asyncio.timeout(20):
            await again.wait()
        call = other.calls.next()
        await ask(database, 1)
        async with asyncio.timeout(10):
            await call.wait()

    assert other.calls.next() is not call


async def test_work_is_taken_up_while_another_instance_writes(database: Database, other: Database) -> None:
    """Each takes what nobody else holds (SKIP LOCKED), so one that writes for long keeps nobody from working."""
    for number in (1, 2):
        await ask(database, number)
    until = START + timedelta(seconds=5)
    inside, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def writes_for_long(conn: Connection) -> str:
        taken = claim(conn, owner="here", now=START, until=until)
        loop.call_soon_threadsafe(inside.set)
        go_on.wait(3)
        return str(taken.key) if taken else ""

    here = asyncio.ensure_future(database.write(writes_for_long))
    await inside.wait()
    there = await other.write(lambda conn: claim(conn, owner="there", now=START, until=until), alone=False)
    was_done = here.done()
    go_on.set()

    assert there is not None
    assert {await here, str(there.key)} == {"case/1", "case/2"}
    assert not was_done


async def test_an_instance_that_stops_in_the_middle_of_writing_lets_the_others_write(
    database: Database, other: Database
) -> None:
    """A paused machine must not stop everybody's intake. What it had begun is undone, and it hears so."""
    inside, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def is_paused(conn: Connection) -> None:
        mark(conn, [CaseKey(1)], due=START)
        loop.call_soon_threadsafe(inside.set)
        go_on.wait(30)
        mark(conn, [CaseKey(2)], due=START)

    paused = asyncio.ensure_future(database.write(is_paused))
    await inside.wait()
    async with asyncio.timeout(8):
        await ask(other, 3)
    go_on.set()

    with pytest.raises(NotDurable):
        await paused
    await ask(database, 4)
    assert await other.read(lambda conn: unfinished(conn, START)) == ["case/3", "case/4"]
