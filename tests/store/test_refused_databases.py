"""Which databases are refused, and what is left of them then?"""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from app.store.begun import NoDatabase
from app.store.database import Database, WrongSchema
from tests.places import Place
from tests.which_database import about_files


async def test_a_database_of_another_version_is_refused(url: str, database: Database) -> None:
    """Without the tables every write would fail; it is better to say at the start what to run."""
    await database.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '0001'")).close())

    with pytest.raises(WrongSchema, match="greenroom migrate"):
        await Database.open(url, migrate=False)


@pytest.mark.parametrize("migrates", [False, True])
async def test_whoever_does_not_begin_an_install_makes_no_database(place: Place, *, migrates: bool) -> None:
    """It is told what is missing, and where, and nothing is there afterwards: neither a file nor a table."""
    place.make_bare()

    with pytest.raises(NoDatabase, match="of `greenroom serve`") as refused:
        await Database.open(place.url, migrate=migrates, begin=False)

    assert (make_url(place.url).database or "") in str(refused.value)
    assert not place.exists()


@pytest.mark.parametrize("content", [b"", b"of another program"])
@about_files
async def test_a_file_without_our_tables_is_no_database_of_ours(url: str, content: bytes) -> None:
    """An empty one may be left of a start that failed; one of another program is not given our tables."""
    with closing(sqlite3.connect(file := make_url(url).database or "")) as theirs:
        if content:
            theirs.execute("CREATE TABLE theirs (it)")

    with pytest.raises(NoDatabase, match="nothing of Greenroom's is in the database"):
        await Database.open(url, migrate=True, begin=False)

    with closing(sqlite3.connect(file)) as there:
        tables = [name for (name,) in there.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert tables == (["theirs"] if content else [])


@pytest.mark.parametrize("migrates", [False, True])
async def test_a_database_of_a_newer_version_is_refused_whatever_is_asked(
    url: str, database: Database, *, migrates: bool
) -> None:
    """Whoever goes back to an older version is told so, and not to migrate, which would not help."""
    await database.write(lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'")).close())

    with pytest.raises(WrongSchema, match="newer version of Greenroom"):
        await Database.open(url, migrate=migrates)

    await database.write(lambda conn: conn.execute(text("SELECT guid FROM deliveries")).close())


async def test_a_database_in_memory_is_refused() -> None:
    """Reader and writer would each have their own."""
    with pytest.raises(ValueError, match="sqlite:///PATH"):
        await Database.open("sqlite://", migrate=True)
