"""A server's database is kept in a file, and comes back from it."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from app.domain.ids import parse_key
from app.store import audit, backups, cases, itself, sessions, switches
from app.store.columns import metadata
from app.store.copies import NotCopied
from app.store.database import Database
from app.store.schema_cases import case_events
from app.store.schema_running import held_secrets
from app.store.server_backups import back_up, come_back, restore
from app.store.sessions import SignIn
from tests.clock import START
from tests.filled import fill
from tests.which_database import about_servers

pytestmark = about_servers
PIP = parse_key("pypa/pip#private-reporting")
APP = "4711"


def announce(conn: Connection, fingerprint: str = "f1") -> int:
    return audit.intend(conn, at=START, key=PIP, kind="set-private-reporting", scope="off", fingerprint=fingerprint)


async def everything(url: str) -> dict[str, list[str]]:
    database = await Database.open(url, migrate=False)
    try:
        return await database.read(
            lambda conn: {
                table.name: sorted(map(repr, conn.execute(select(table)))) for table in metadata.sorted_tables
            }
        )
    finally:
        await database.close()


async def fingerprints(url: str) -> list[str]:
    database = await Database.open(url, migrate=False)
    try:
        rows = select(metadata.tables["audit"].c.fingerprint).order_by(metadata.tables["audit"].c.id)
        return [each for each in await database.read(lambda conn: conn.execute(rows).scalars().all()) if each]
    finally:
        await database.close()


def trusted(found: dict[str, list[str]]) -> dict[str, list[str]]:
    """But for what nobody is to trust after a backup."""
    return {
        name: rows for name, rows in found.items() if name not in {"audit", "cases", "sessions", "sign_ins", "switches"}
    }


@pytest.fixture
async def filled(database: Database, url: str) -> str:
    """A database in which there is something in every table, and that nobody has open."""
    await database.write(partial(fill, metadata=metadata, but=frozenset({"audit", "held_secrets"})))
    for each in ("f1", "f2", "f3"):
        await database.write(partial(announce, fingerprint=each))
    await database.close()
    return url


async def test_everything_is_in_the_copy_which_only_its_owner_reads(filled: str, tmp_path: Path) -> None:
    """One file, of the shape of any other, whose audit is the same to the last hash."""
    folder = tmp_path / "backups"
    folder.mkdir()

    copy = await back_up(filled, folder / "backup.db")

    assert [each.name for each in folder.iterdir()] == ["backup.db"]
    assert copy.file.stat().st_mode & 0o777 == 0o600
    assert copy.file.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log (SQLite: "Database File Format", 1.3)
    assert await everything(f"sqlite:///{copy.file}") == await everything(filled)
    assert copy.rows == 3


async def test_a_copy_is_of_one_moment_also_while_instances_write(database: Database, url: str, tmp_path: Path) -> None:
    """What was committed before is in it and what comes later is not, and nobody waits."""
    await database.write(partial(announce, fingerprint="before"))
    done, wrote = asyncio.Event(), 0

    async def write() -> None:
        nonlocal wrote
        while not done.is_set():
            await database.write(partial(announce, fingerprint=f"during {wrote}"))
            wrote += 1

    writing = asyncio.create_task(write())
    copies = [await back_up(url, tmp_path / f"{number}.db") for number in range(3)]
    done.set()
    await writing

    kept = [await fingerprints(f"sqlite:///{copy.file}") for copy in copies]
    assert wrote > len(kept[-1]) > len(kept[0]) >= 1
    for each in kept:
        assert each == ["before", *(f"during {number}" for number in range(len(each) - 1))]


async def test_a_copy_overwrites_nothing_and_one_that_breaks_is_not_left(filled: str, tmp_path: Path) -> None:
    """Yesterday's may be the only good one; half of one looks like one."""
    there = tmp_path / "backup.db"
    there.write_text("yesterday's")
    with pytest.raises(NotCopied, match="is there already"):
        await back_up(filled, there)
    assert there.read_text() == "yesterday's"

    database = await Database.open(filled, migrate=False)
    await database.write(lambda conn: conn.exec_driver_sql("UPDATE audit SET fingerprint = 'other' WHERE id = 1"))
    await database.close()
    with pytest.raises(NotCopied, match="from row 1 on"):
        await back_up(filled, tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


async def test_what_is_lost_comes_back_and_trusts_nobody(database: Database, url: str, tmp_path: Path) -> None:
    """Writes are off, nobody is signed in, and each open case waits for a coordinator, as from any backup."""
    await database.write(partial(cases.open_case, number=1, links=(), participants=(), now=START))
    this = SignIn(state="state", browser="browser", back="/", expires_at=START.replace(year=2100))
    await database.write(lambda conn: sessions.begin(conn, this, START))
    copy = await back_up(url, tmp_path / "backup.db")
    await database.write(partial(announce, fingerprint="later"))
    await database.close()

    await restore(copy.file, url, aside=tmp_path / "aside.db", now=START, app=APP)

    database = await Database.open(url, migrate=False)
    assert "the command restore switched writes off" in (await database.read(switches.why_off) or "")
    assert (await database.read(partial(cases.case, number=1))).unconfirmed_since == START
    assert await database.write(lambda conn: sessions.take(conn, "state", START)) is None
    assert (await database.read(audit.inspect)).broken is None
    await database.close()
    assert await fingerprints(url) == []
    assert await fingerprints(f"sqlite:///{tmp_path / 'aside.db'}") == ["later"]
    assert (tmp_path / "aside.db").stat().st_mode & 0o777 == 0o600


async def test_every_row_comes_back_and_ids_go_on_after_those_that_were(filled: str, tmp_path: Path) -> None:
    """Else the first event after a bad night would fail."""
    copy = await back_up(filled, tmp_path / "backup.db")
    before = await everything(filled)

    await restore(copy.file, filled, aside=tmp_path / "aside.db", now=START, app=None)

    assert trusted(await everything(filled)) == trusted(before)
    database = await Database.open(filled, migrate=False)
    event = {"case_number": 1, "at": START, "what": "linked", "detail": ""}
    added = insert(case_events).values(event).returning(case_events.c.id)
    assert await database.write(lambda conn: conn.execute(added).scalar_one()) == 4
    await database.write(partial(announce, fingerprint="f4"))
    chain = await database.read(audit.inspect)
    await database.close()
    assert chain.broken is None


async def test_a_copy_of_a_server_becomes_a_file_and_a_file_becomes_a_server(filled: str, tmp_path: Path) -> None:
    """Either may stand in for the other in a bad night."""
    copy = await back_up(filled, tmp_path / "backup.db")
    file = tmp_path / "greenroom.db"

    await backups.restore(copy.file, file, aside=None, now=START, app=None)
    of_file = await backups.back_up(file, tmp_path / "of-file.db")
    await restore(of_file.file, filled, aside=tmp_path / "aside.db", now=START, app=None)

    assert trusted(await everything(filled)) == trusted(await everything(f"sqlite:///{file}"))


@pytest.mark.parametrize("at", ["truncated", "newer", "no database", "another app"])
async def test_what_cannot_be_used_changes_nothing(filled: str, tmp_path: Path, at: str) -> None:
    """A disk lost some of it, a newer version wrote it, somebody named the wrong file, or another install's."""
    database = await Database.open(filled, migrate=False)
    await itself.take(database, "815")
    await database.close()
    copy = await back_up(filled, tmp_path / "backup.db")
    before = await everything(filled)
    if at == "truncated":
        with copy.file.open("r+b") as file:
            file.truncate(copy.size // 2)
    elif at == "newer":
        with closing(sqlite3.connect(copy.file)) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
    elif at == "no database":
        copy.file.write_text("something else")

    with pytest.raises(NotCopied):
        await restore(copy.file, filled, aside=tmp_path / "aside.db", now=START, app=APP)

    assert await everything(filled) == before
    assert not (tmp_path / "aside.db").exists()


async def test_what_is_there_is_replaced_only_where_it_is_kept(filled: str, tmp_path: Path) -> None:
    """Whoever restores in a hurry may need what was there."""
    copy = await back_up(filled, tmp_path / "backup.db")
    before = await everything(filled)

    with pytest.raises(NotCopied, match="not empty"):
        await restore(copy.file, filled, aside=None, now=START, app=None)

    assert await everything(filled) == before


async def test_a_database_without_tables_takes_a_copy(url: str, database: Database, tmp_path: Path) -> None:
    """The server is a new one."""
    await database.write(announce)
    copy = await back_up(url, tmp_path / "backup.db")
    await database.write(metadata.drop_all)
    await database.write(lambda conn: conn.exec_driver_sql("DROP TABLE alembic_version"))
    await database.close()

    await restore(copy.file, url, aside=None, now=START, app=APP)

    assert await fingerprints(url) == ["f1"]


async def test_a_database_that_somebody_has_open_is_not_replaced(database: Database, url: str, tmp_path: Path) -> None:
    """It would go on writing what it believes into another past. One that was killed is waited for, for minutes."""
    await database.write(announce)
    copy = await back_up(url, tmp_path / "backup.db")

    for asked in (partial(restore, copy.file, aside=tmp_path / "aside.db", app=APP), come_back):
        with pytest.raises(NotCopied, match="stop every instance"):
            await asked(url=url, now=START)
    held = {"instance": "killed", "kind": "webhook", "prints": "", "at": START}
    await database.write(lambda conn: conn.execute(insert(held_secrets).values(held)))
    await database.close()
    with pytest.raises(NotCopied, match="of one that was killed wait five minutes"):
        await restore(copy.file, url, aside=tmp_path / "aside.db", now=START, app=APP)

    assert not (tmp_path / "aside.db").exists()
    await restore(copy.file, url, aside=tmp_path / "aside.db", now=START.replace(hour=23), app=APP)


async def test_one_that_breaks_in_the_middle_leaves_what_was_there(filled: str, tmp_path: Path) -> None:
    """A text in it is one that PostgreSQL cannot keep. All of it arrives, or nothing."""
    copy = await back_up(filled, tmp_path / "backup.db")
    before = await everything(filled)
    with closing(sqlite3.connect(copy.file)) as connection, connection:
        connection.execute("UPDATE work SET last_error_kind = 'a' || char(0) WHERE lease_owner = 'lease_owner 3'")

    with pytest.raises(NotCopied, match="has a NUL"):
        await restore(copy.file, filled, aside=tmp_path / "aside.db", now=START, app=None)

    assert await everything(filled) == before


async def test_what_a_server_s_own_tools_put_back_is_trusted_as_little(database: Database, url: str) -> None:
    """Nobody has to type statements by heart."""
    await database.write(partial(cases.open_case, number=1, links=(), participants=(), now=START))
    await database.close()

    await come_back(url, now=START)

    database = await Database.open(url, migrate=False)
    assert "the command restore switched writes off" in (await database.read(switches.why_off) or "")
    assert (await database.read(partial(cases.case, number=1))).unconfirmed_since == START
    await database.close()
