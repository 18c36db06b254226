from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from app.domain.ids import parse_key
from app.store import audit, cases, itself, server_backups, sessions, switches
from app.store.backups import back_up, come_back, restore
from app.store.begun import NoDatabase
from app.store.copies import NotCopied
from app.store.database import Database
from app.store.sessions import SignIn
from tests.clock import START

PIP = parse_key("pypa/pip#private-reporting")
APP = "4711"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database of this test is."""
    return tmp_path / "greenroom.db"


def _announce(conn: Connection, fingerprint: str = "f1") -> int:
    return audit.intend(conn, at=START, key=PIP, kind="set-private-reporting", scope="off", fingerprint=fingerprint)


async def _with(file: Path, *fingerprints: str) -> None:
    database = await Database.open(f"sqlite:///{file}", migrate=True)
    for each in fingerprints:
        await database.write(partial(_announce, fingerprint=each))
    await database.close()


def _fingerprints(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT fingerprint FROM audit ORDER BY id") if row[0]]


def _mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


async def test_a_database_in_use_is_copied_as_it_is_at_one_moment(file: Path, tmp_path: Path) -> None:
    """Nobody stops an instance for a backup; what was committed before is in it, what was not is not."""
    database = await Database.open(f"sqlite:///{file}", migrate=True)
    await database.write(_announce)

    copy = await back_up(file, tmp_path / "backup.db")

    await database.write(partial(_announce, fingerprint="f2"))
    await database.close()
    assert (copy.rows, _fingerprints(copy.file), _fingerprints(file)) == (1, ["f1"], ["f1", "f2"])


async def test_a_backup_is_one_file_that_only_its_owner_reads(file: Path, tmp_path: Path) -> None:
    """People copy one file elsewhere; one that needs a second beside it would be half a backup."""
    await _with(file, "f1")
    folder = tmp_path / "backups"
    folder.mkdir()

    copy = await back_up(file, folder / "backup.db")

    assert [each.name for each in folder.iterdir()] == ["backup.db"]
    assert copy.file.read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log (SQLite: "Database File Format", 1.3)
    assert _mode(copy.file) == 0o600


async def test_a_backup_overwrites_nothing(file: Path, tmp_path: Path) -> None:
    """Yesterday's may be the only good one."""
    await _with(file, "f1")
    there = tmp_path / "backup.db"
    there.write_text("yesterday's")

    with pytest.raises(NotCopied, match="is there already"):
        await back_up(file, there)

    assert there.read_text() == "yesterday's"


async def test_a_backup_whose_audit_was_altered_is_none(file: Path, tmp_path: Path) -> None:
    """It is noticed on the day of the backup and not on that of the restore; nothing is left that looks like one."""
    await _with(file, "f1", "f2")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE audit SET fingerprint = 'other' WHERE id = 1")

    with pytest.raises(NotCopied, match="from row 1 on"):
        await back_up(file, tmp_path / "backup.db")

    assert not (tmp_path / "backup.db").exists()


@pytest.mark.parametrize("at", [0, 50_000])
async def test_a_damaged_backup_is_not_restored(file: Path, tmp_path: Path, at: int) -> None:
    """A disk lost some of it; what is there stays as it is."""
    await _with(file, *map(str, range(400)))
    copy = await back_up(file, tmp_path / "backup.db")
    with copy.file.open("r+b") as damaged:
        damaged.seek(at)
        damaged.write(b"\xff" * 8192)

    with pytest.raises(NotCopied):
        await restore(copy.file, file, aside=tmp_path / "aside.db", now=START, app=APP)

    assert len(_fingerprints(file)) == 400
    assert not (tmp_path / "aside.db").exists()


async def test_the_file_that_was_named_is_named(file: Path, tmp_path: Path) -> None:
    """What is looked through is a copy that is gone by then; people look for what they typed."""
    await _with(file, "f1", "f2")
    copy = await back_up(file, tmp_path / "backup.db")

    restored = await restore(copy.file, tmp_path / "new.db", aside=None, now=START, app=APP)
    with closing(sqlite3.connect(copy.file)) as connection, connection:
        connection.execute("UPDATE audit SET fingerprint = 'other' WHERE id = 1")
    with pytest.raises(NotCopied, match=re.escape(f"the audit in {copy.file} is not as it was written")):
        await restore(copy.file, file, aside=None, now=START, app=APP)

    assert restored.file == copy.file


async def test_a_backup_of_another_install_is_refused_before_anything_is_replaced(file: Path, tmp_path: Path) -> None:
    """Its cases, its approvals and its audit are others'; on one machine both may lie in one folder of backups."""
    await _with(file, "f1")
    theirs = await Database.open(f"sqlite:///{tmp_path}/theirs.db", migrate=True)
    await itself.take(theirs, "815")
    await theirs.write(partial(_announce, fingerprint="theirs"))
    await theirs.close()
    copy = await back_up(tmp_path / "theirs.db", tmp_path / "backup.db")

    with pytest.raises(NotCopied, match=r"of an install whose App is 815.*that of this one is 4711"):
        await restore(copy.file, file, aside=tmp_path / "aside.db", now=START, app=APP)
    assert (_fingerprints(file), (tmp_path / "aside.db").exists()) == (["f1"], False)

    await restore(copy.file, file, aside=tmp_path / "aside.db", now=START, app=None)
    assert _fingerprints(file) == ["theirs"]


async def test_something_else_is_no_backup(file: Path, tmp_path: Path) -> None:
    """Somebody named the wrong file, or one that is not there."""
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as connection, connection:
        connection.execute("CREATE TABLE alembic (a)")

    for backup in (other, tmp_path / "none.db"):
        with pytest.raises(NotCopied, match=r"no database"):
            await restore(backup, file, aside=None, now=START, app=APP)

    assert not (tmp_path / "none.db").exists()


async def test_a_backup_of_a_newer_version_is_not_restored(file: Path, tmp_path: Path) -> None:
    """This version would not know what its tables mean."""
    await _with(file, "f1")
    copy = await back_up(file, tmp_path / "backup.db")
    with closing(sqlite3.connect(copy.file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(NotCopied, match="of migration 9999"):
        await restore(copy.file, tmp_path / "new.db", aside=None, now=START, app=APP)


@pytest.mark.parametrize(
    "damage", ["DROP TABLE audit", "UPDATE alembic_version SET version_num = '0001'", "DELETE FROM alembic_version"]
)
async def test_a_backup_that_lacks_what_it_says_it_has_is_not_restored(file: Path, tmp_path: Path, damage: str) -> None:
    """SQLite finds nothing wrong with it, and whoever restores it is told so in a sentence."""
    await _with(file, "f1")
    copy = await back_up(file, tmp_path / "backup.db")
    with closing(sqlite3.connect(copy.file)) as connection, connection:
        connection.execute(damage)

    with pytest.raises(NotCopied):
        await restore(copy.file, tmp_path / "new.db", aside=None, now=START, app=APP)

    assert not (tmp_path / "new.db").exists()


async def test_a_database_that_was_lost_comes_back(file: Path, tmp_path: Path) -> None:
    """Its file is gone, or there is one in which nothing was written yet."""
    await _with(file, "f1")
    copy = await back_up(file, tmp_path / "backup.db")
    fresh = tmp_path / "fresh.db"
    await _with(fresh)

    for place in (tmp_path / "new" / "greenroom.db", fresh):
        await restore(copy.file, place, aside=None, now=START, app=APP)
        assert _fingerprints(place) == ["f1"]
        assert _mode(place) == 0o600
        assert [each.name for each in place.parent.glob(".greenroom-*")] == []


async def test_what_is_there_is_replaced_only_where_it_is_kept(file: Path, tmp_path: Path) -> None:
    """Whoever restores in a hurry may need what was there."""
    await _with(file, "f1")
    copy = await back_up(file, tmp_path / "backup.db")
    await _with(file, "f2")

    with pytest.raises(NotCopied, match="not empty"):
        await restore(copy.file, file, aside=None, now=START, app=APP)
    assert _fingerprints(file) == ["f1", "f2"]

    aside = tmp_path / "aside.db"
    await restore(copy.file, file, aside=aside, now=START, app=APP)
    assert (_fingerprints(file), _fingerprints(aside), _mode(aside)) == (["f1"], ["f1", "f2"], 0o600)


async def test_a_database_that_an_instance_uses_is_not_replaced(file: Path, tmp_path: Path) -> None:
    """It would go on writing what it believes into another past; also while it does nothing at the moment."""
    await _with(file, "f1")
    copy = await back_up(file, tmp_path / "backup.db")
    program = (
        "import asyncio, sys; from app.store.database import Database\n"
        f"async def run():\n await Database.open('sqlite:///{file}', migrate=True); print('open', flush=True)\n"
        " sys.stdin.read()\n"
        "asyncio.run(run())"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as instance:  # noqa: S603, ASYNC220 - our own
        try:
            assert instance.stdout is not None
            assert instance.stdout.readline() == b"open\n"
            with pytest.raises(NotCopied, match="stop every instance"):
                await restore(copy.file, file, aside=tmp_path / "aside.db", now=START, app=APP)
        finally:
            instance.kill()

    await restore(copy.file, file, aside=tmp_path / "aside.db", now=START, app=APP)


async def test_a_restored_database_trusts_nobody_before_people_looked(file: Path, tmp_path: Path) -> None:
    """What was taken back since the backup would be in force again: sessions, a stop of writes, who left a case."""
    database = await Database.open(f"sqlite:///{file}", migrate=True)
    await database.write(partial(cases.open_case, number=1, links=(), participants=(), now=START))
    this = SignIn(state="state", browser="browser", back="/", expires_at=START.replace(year=2100))
    await database.write(lambda conn: sessions.begin(conn, this, START))
    await database.close()
    copy = await back_up(file, tmp_path / "backup.db")

    await restore(copy.file, file, aside=tmp_path / "aside.db", now=START, app=APP)

    database = await Database.open(f"sqlite:///{file}", migrate=True)
    assert "the command restore switched writes off" in (await database.read(switches.why_off) or "")
    assert (await database.read(partial(cases.case, number=1))).unconfirmed_since == START
    assert await database.write(lambda conn: sessions.take(conn, "state", START)) is None
    assert (await database.read(audit.inspect)).broken is None
    await database.close()


async def test_a_server_that_is_not_there_is_no_traceback_and_shows_no_password(tmp_path: Path) -> None:
    """What its driver says may hold one."""
    url = "postgresql+psycopg://greenroom:canary@127.0.0.1:1/greenroom"

    with pytest.raises(NotCopied) as told:
        await server_backups.back_up(url, tmp_path / "backup.db")

    assert "canary" not in str(told.value)
    assert not (tmp_path / "backup.db").exists()


async def test_a_file_that_somebody_put_in_place_by_hand_is_trusted_as_little(file: Path, tmp_path: Path) -> None:
    """A copy of a disk, from which the machine was made anew."""
    database = await Database.open(f"sqlite:///{file}", migrate=True)
    await database.write(partial(cases.open_case, number=1, links=(), participants=(), now=START))
    await database.close()

    await come_back(file, now=START)

    database = await Database.open(f"sqlite:///{file}", migrate=True)
    assert "the command restore switched writes off" in (await database.read(switches.why_off) or "")
    assert (await database.read(partial(cases.case, number=1))).unconfirmed_since == START
    await database.close()
    with pytest.raises(NoDatabase, match="there is no database"):
        await come_back(tmp_path / "none.db", now=START)
