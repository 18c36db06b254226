"""What becomes of the data that somebody has when a new version is installed?"""

from __future__ import annotations

import asyncio

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, create_engine, func, select, text

from app.store import migrate as migrations
from app.store.database import Database
from app.store.engines import prepare_for_tables
from tests.filled import ROWS, fill

ALEMBICS = frozenset({"alembic_version"})
OLDER = ["0001", "0002", "0003", "0004", "0005"]


def as_it_was(url: str, revision: str) -> dict[str, int]:
    """A database as that version left it, with rows in every table."""
    engine = create_engine(url)
    with engine.begin() as conn:
        prepare_for_tables(conn)
        config = migrations._config()
        config.attributes["connection"] = conn
        command.upgrade(config, revision)
    with engine.begin() as conn:
        tables = MetaData()
        tables.reflect(conn)
        counts = fill(conn, tables, but=ALEMBICS)
    engine.dispose()
    return counts


def rows(conn: Connection, tables: dict[str, int]) -> dict[str, int]:
    return {name: conn.execute(select(func.count()).select_from(text(name))).scalar_one() for name in tables}


def test_every_older_version_is_tried() -> None:
    """Who adds a migration adds the version before it to the list."""
    known = [each.revision for each in ScriptDirectory.from_config(migrations._config()).walk_revisions()]
    assert sorted(known)[:-1] == OLDER


@pytest.mark.parametrize("revision", OLDER)
async def test_an_upgrade_keeps_every_row(url: str, revision: str) -> None:
    """People skip versions. Whatever they had, each row is still there, and the shape is today's."""
    before = await asyncio.to_thread(as_it_was, url, revision)

    database = await Database.open(url, migrate=True)
    after = await database.read(lambda conn: rows(conn, before))
    is_current = await database.read(migrations.is_current)
    await database.close()

    assert after == before
    assert is_current


async def test_what_was_sent_of_notices_that_are_gone_does_not_count_for_others(url: str) -> None:
    """They were forgotten while their numbers could come again: the page that got one would have gone to nobody."""
    await asyncio.to_thread(as_it_was, url, "0005")
    engine = create_engine(url)
    with engine.begin() as conn:
        for kind, number in (("notice", ROWS), ("notice", ROWS + 1), ("digest", ROWS), ("digest", ROWS + 1)):
            row = {"kind": kind, "number": number, "at": "2026-12-01 09:00:00"}
            conn.execute(text("INSERT INTO sendings VALUES ('ops', :kind, :number, 1, :at, :at)"), row)
    engine.dispose()

    database = await Database.open(url, migrate=True)
    query = text("SELECT kind, number FROM sendings WHERE channel = 'ops' ORDER BY kind")
    left = await database.read(lambda conn: [tuple(row) for row in conn.execute(query)])
    await database.close()

    assert left == [("digest", ROWS), ("notice", ROWS)]


async def test_of_several_that_migrate_at_once_one_does_it(url: str) -> None:
    """Containers start together, and each may have been told to migrate first."""
    before = await asyncio.to_thread(as_it_was, url, "0002")

    databases = await asyncio.gather(*(Database.open(url, migrate=True) for _ in range(4)))

    assert [await each.read(lambda conn: rows(conn, before)) for each in databases] == [before] * 4
    for each in databases:
        await each.close()


def test_migrations_only_go_forward() -> None:
    """Going back would lose what the new shape holds; a backup is what one goes back to."""
    scripts = ScriptDirectory.from_config(migrations._config())
    assert [each.revision for each in scripts.walk_revisions() if hasattr(each.module, "downgrade")] == []
