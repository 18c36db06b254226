from __future__ import annotations

import asyncio
import stat
import subprocess
import sys
import threading
from datetime import UTC
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InternalError, OperationalError

from app.domain.delivery import Delivery, NotDurable
from app.domain.ids import CaseKey, parse_key
from app.store.database import Database
from app.store.inbox import receive
from app.store.schema import deliveries
from app.store.work import mark
from tests.clock import START
from tests.places import Place
from tests.unfinished import unfinished
from tests.which_database import about_files, about_servers

CUT_OFF = "SELECT pg_terminate_backend(pg_backend_pid())"
CUT_OTHERS_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
WRITER = str(Path(__file__).with_name("writer.py"))


def cases(conn: Connection) -> list[str]:
    return unfinished(conn, START)


async def add(database: Database, number: int) -> None:
    await database.write(lambda conn: mark(conn, [CaseKey(number)], due=START))


def fail(conn: Connection) -> None:
    mark(conn, [CaseKey(666)], due=START)
    raise LookupError("as it must")


async def test_a_failing_write_takes_no_neighbour_along(database: Database) -> None:
    """Deliveries share a commit. One that fails is undone alone, and only its own caller hears of it."""
    outcomes = await asyncio.gather(
        add(database, 1),
        database.write(fail),
        add(database, 2),
        return_exceptions=True,
    )

    assert [type(outcome) for outcome in outcomes] == [type(None), LookupError, type(None)]
    assert await database.read(cases) == ["case/1", "case/2"]


async def test_many_writes_share_a_commit(database: Database) -> None:
    """A disk can sync some thousand times a second. A burst must not need one sync per delivery."""
    blocked, release = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def occupy(_: Connection) -> int:
        loop.call_soon_threadsafe(blocked.set)
        release.wait(10)
        return 0

    transactions: list[int] = []
    first = asyncio.ensure_future(database.write(occupy))
    await blocked.wait()
    writes = [asyncio.ensure_future(database.write(lambda conn: transactions.append(id(conn)))) for _ in range(60)]
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(first, *writes)

    assert len(transactions) == 60
    assert len(set(transactions)) == 1


async def test_writes_are_answered_in_the_order_they_were_asked_for(database: Database) -> None:
    """Who was told first was first on disk, so later writes may build on earlier ones."""
    answered: list[int] = []

    async def ask(number: int) -> None:
        await add(database, number)
        answered.append(number)

    await asyncio.gather(*(ask(number) for number in range(200)))

    assert answered == list(range(200))


async def test_a_failing_commit_is_heard_by_everybody_in_it(database: Database) -> None:
    """Nothing that is not on disk may be acknowledged. Here a deferred check fails at the very end."""

    def break_commit(conn: Connection) -> None:
        if conn.dialect.name == "sqlite":
            conn.execute(text("PRAGMA defer_foreign_keys=ON"))
            conn.execute(text("INSERT INTO participants (case_number, tool, why) VALUES (404, 'pip', 'no such case')"))
        else:
            conn.execute(text("CREATE TEMP TABLE one (number INTEGER UNIQUE DEFERRABLE INITIALLY DEFERRED)"))
            conn.execute(text("INSERT INTO one VALUES (1), (1)"))

    outcomes = await asyncio.gather(
        add(database, 1), database.write(break_commit), add(database, 2), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes] == [NotDurable] * 3
    assert await database.read(cases) == []
    await add(database, 3)
    assert await database.read(cases) == ["case/3"]


async def test_closing_finishes_what_was_asked_for(url: str) -> None:
    """A restart loses no write whose caller still waits."""
    database = await Database.open(url, migrate=True)
    writes = [asyncio.ensure_future(add(database, number)) for number in range(1, 100)]
    await asyncio.sleep(0)

    await database.close()

    assert "store-writer" not in {thread.name for thread in threading.enumerate()}
    await asyncio.gather(*writes)
    with pytest.raises(NotDurable):
        await add(database, 100)
    database = await Database.open(url, migrate=False)
    assert len(await database.read(cases)) == 99
    await database.close()


async def test_trouble_of_the_database_is_not_durable(database: Database) -> None:
    """Locked, full or broken: whoever asked is told to try again, and need not know what a database is."""
    with pytest.raises(NotDurable):
        await database.write(_broken)

    await add(database, 1)
    assert await database.read(cases) == ["case/1"]


@about_servers
async def test_whoever_reads_does_not_notice_that_the_server_was_started_anew(database: Database) -> None:
    """Pages are read hours after the connection was used last. What only reads may be asked a second time."""
    await add(database, 1)
    assert await database.read(cases) == ["case/1"]
    await database.write(lambda conn: conn.execute(text(CUT_OTHERS_OFF)).all())

    assert await database.read(cases) == ["case/1"]


@about_servers
async def test_what_the_url_says_of_a_session_goes_before_what_is_ours(database: Database, place: Place) -> None:
    """Somebody whose tables are in a schema of their own says so there. All else stays as it is."""
    url = make_url(place.url).update_query_dict({"options": "-csearch_path=theirs,public -clock_timeout=3s"})
    other = await Database.open(url.render_as_string(hide_password=False), migrate=False)
    names = ("search_path", "lock_timeout", "statement_timeout")

    for each, said in ((other, ["theirs,public", "3s", "1min"]), (database, ['"$user", public', "8s", "1min"])):
        assert await each.read(partial(_settings, names=names)) == said
        assert await each.write(partial(_settings, names=names)) == said
    await other.close()


def _settings(conn: Connection, names: tuple[str, ...]) -> list[str]:
    return [conn.execute(text(f"SHOW {name}")).scalar_one() for name in names]


async def test_reading_cannot_write(database: Database) -> None:
    """A write on the reader's connection would not be durable, and would block the writer."""
    with pytest.raises((OperationalError, InternalError), match=r"read-?only"):
        await database.read(lambda conn: mark(conn, [CaseKey(1)], due=START))


@about_files
async def test_only_the_owner_can_read_the_files(tmp_path: Path, url: str) -> None:
    """Ids of unpublished advisories are in there. An older file with a wider mode is narrowed."""
    file = tmp_path / "greenroom.db"
    file.touch(mode=0o644)
    file.chmod(0o644)
    database = await Database.open(url, migrate=True)
    await add(database, 1)

    modes = _modes(tmp_path)
    await database.close()

    assert modes == {"greenroom.db": 0o600, "greenroom.db-shm": 0o600, "greenroom.db-wal": 0o600}


async def test_times_come_back_as_utc(database: Database) -> None:
    """A naive time would be taken for local time by whoever compares it."""
    delivery = Delivery(guid="1", event="repository", action=None)
    await database.write(lambda conn: receive(conn, [(delivery, frozenset({parse_key("pypa/pip")}))], START))

    seen = await database.read(lambda conn: conn.execute(select(deliveries.c.received_at)).scalar_one())

    assert (seen, seen.tzinfo) == (START, UTC)


@pytest.mark.slow
async def test_processes_take_turns_on_one_file(url: str, database: Database) -> None:
    """`greenroom sweep` runs beside `greenroom serve`. Neither may fail because the other is writing."""
    others = [await asyncio.to_thread(_writer, url, 100) for _ in range(2)]
    for number in range(1000, 1100):
        await add(database, number)
    for other in others:
        await asyncio.to_thread(other.communicate, timeout=60)

    assert [other.returncode for other in others] == [0, 0]
    assert len(await database.read(cases)) == 300


@pytest.mark.slow
async def test_kill_minus_nine_loses_nothing_that_was_acknowledged(url: str) -> None:
    """What was answered with 202 is on disk, whenever the process dies."""
    acknowledged: list[str] = []
    for lines in (50, 87, 124, 161, 198):
        process = await asyncio.to_thread(_writer, url, 100_000)
        assert process.stdout is not None
        acknowledged += [await asyncio.to_thread(process.stdout.readline) for _ in range(lines)]
        process.kill()
        acknowledged += (await asyncio.to_thread(process.communicate))[0].splitlines(keepends=True)

    database = await Database.open(url, migrate=False)
    kept = set(await database.read(cases))
    await database.close()

    durable = {line.strip() for line in acknowledged if line.endswith("\n")}  # a last line may be cut off
    assert len(durable) > 600
    assert durable <= kept


def _broken(conn: Connection) -> None:
    """A table is gone, or the server cuts us off."""
    conn.execute(text("SELECT * FROM no_such_table" if conn.dialect.name == "sqlite" else CUT_OFF))


def _modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def _writer(url: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, WRITER, url, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own script
