"""What becomes of the data that somebody has when a new version is installed?"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, column, create_engine, select, table, text

from app.store import advisories, audit, cases, repositories, schema
from app.store import migrate as migrations
from app.store.database import Database
from app.store.engines import prepare_for_tables
from tests.fake_github import FakeGitHub
from tests.filled import ROWS, fill
from tests.harness import Bot

Columns: TypeAlias = Mapping[str, tuple[str, ...]]
Kept: TypeAlias = Mapping[str, list[str]]  # by table, each row
ALEMBICS = frozenset({"alembic_version"})
RENAMED = {("cases", "mirror_ghsa"): "mirror"}  # what a column is called by now
LIVED = ("cases", "case_links", "participants", "baselines", "audit", "advisories", "standings", "repositories")
OLDER = ["0001", "0002", "0003", "0004", "0005", "0006", "0007"]


def as_it_was(url: str, revision: str) -> Kept:
    """A database as that version left it, with rows in every table."""
    with shaped(url, revision) as conn:
        tables = MetaData()
        tables.reflect(conn)
        fill(conn, tables, but=ALEMBICS)
        return kept(conn, columns(conn))


def as_lived(source: str, url: str, revision: str) -> Kept:
    """What somebody has who ran that version: of a story that was played today, what it would have kept."""
    story = create_engine(source)
    with story.connect() as live, shaped(url, revision) as conn:
        old, new = MetaData(), MetaData()
        old.reflect(conn)
        new.reflect(live)
        for was in old.sorted_tables:
            if was.name not in ALEMBICS | {"audit"}:
                now = new.tables[was.name]
                asked = [now.c[RENAMED.get((was.name, each), each)].label(each) for each in was.c.keys()]  # noqa: SIM118
                for row in live.execute(select(*asked).order_by(*now.primary_key)).mappings().all():
                    conn.execute(was.insert().values(**row))
        chained(live, conn, set(old.tables["audit"].c.keys()))
        found = kept(conn, columns(conn))
    story.dispose()
    return found


def chained(live: Connection, conn: Connection, known: set[str]) -> None:
    """The audit as that version would have written it: what it did not know is in no hash of it."""
    for row in live.execute(select(schema.audit).order_by(schema.audit.c.id)):
        audit._append(conn, **{name: value for name, value in audit._columns(row).items() if name in known})


@contextmanager
def shaped(url: str, revision: str) -> Iterator[Connection]:
    engine = create_engine(url)
    with engine.begin() as conn:
        prepare_for_tables(conn)
        config = migrations._config()
        config.attributes["connection"] = conn
        command.upgrade(config, revision)
    with engine.begin() as conn:
        yield conn
    engine.dispose()


def columns(conn: Connection) -> Columns:
    tables = MetaData()
    tables.reflect(conn)
    return {name: tuple(each.c.keys()) for name, each in tables.tables.items() if name not in ALEMBICS}


def kept(conn: Connection, asked: Columns) -> Kept:
    """Each row of these tables, whatever their columns are called by now."""
    here = columns(conn)
    found = {}
    for name, asked_of in asked.items():
        called = [one if one in here[name] else RENAMED[name, one] for one in asked_of]
        names: list[Any] = [column(each) for each in called]
        query = select(*names).select_from(table(name))
        found[name] = sorted(repr(tuple(row)) for row in conn.execute(query))
    return found


def test_every_older_version_is_tried() -> None:
    """Who adds a migration adds the version before it to the list."""
    known = [each.revision for each in ScriptDirectory.from_config(migrations._config()).walk_revisions()]
    assert sorted(known)[:-1] == OLDER


@pytest.mark.parametrize("revision", OLDER)
async def test_an_upgrade_keeps_every_value_of_every_row(url: str, revision: str) -> None:
    """People skip versions. Whatever they had is still there as it was, and the shape is today's."""
    before = await asyncio.to_thread(as_it_was, url, revision)
    asked = await asyncio.to_thread(_columns_at, url)

    database = await Database.open(url, migrate=True)
    after = await database.read(lambda conn: kept(conn, asked))
    is_current = await database.read(migrations.is_current)
    await database.close()

    assert after == before
    assert is_current


@pytest.mark.parametrize("revision", OLDER)
async def test_an_upgrade_keeps_what_was_lived_through(github: FakeGitHub, bot: Bot, url: str, revision: str) -> None:
    """Real states, links and a chain of hashes: a change of those that only real values meet is seen, too."""
    await bot.approve_everything()
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])
    github.repo("pypa/pip").report("Entry points escape from their scheme")
    await bot.sweep()
    await bot.settle()
    lived = await bot.parts.database.read(_read_back)
    before = await asyncio.to_thread(as_lived, bot.place.url, url, revision)
    asked = await asyncio.to_thread(_columns_at, url)

    database = await Database.open(url, migrate=True)
    after = await database.read(lambda conn: kept(conn, asked))
    reread = await database.read(_read_back)
    await database.close()

    assert after == before
    assert {name for name in LIVED if not before[name]} == set()
    assert reread == lived


def _read_back(conn: Connection) -> object:
    """Through the app's own functions, as a whole chain and a case say most."""
    chain = audit.inspect(conn)
    assert (chain.broken, chain.rows > 0) == (None, True)
    numbers = [each.number for each in cases.open_cases(conn)]
    assert numbers == [1]
    known = [(each.repo, each.ghsa, each.state, each.candidate) for each in advisories.open_advisories(conn)]
    return chain.rows, numbers, [cases.case(conn, 1).links], cases.baselines(conn, 1), known, repositories.present(conn)


def _columns_at(url: str) -> Columns:
    engine = create_engine(url)
    with engine.connect() as conn:
        found = columns(conn)
    engine.dispose()
    return found


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
    asked = await asyncio.to_thread(_columns_at, url)

    databases = await asyncio.gather(*(Database.open(url, migrate=True) for _ in range(4)))

    assert [await each.read(lambda conn: kept(conn, asked)) for each in databases] == [before] * 4
    for each in databases:
        await each.close()


def test_migrations_only_go_forward() -> None:
    """Going back would lose what the new shape holds; a backup is what one goes back to."""
    scripts = ScriptDirectory.from_config(migrations._config())
    assert [each.revision for each in scripts.walk_revisions() if hasattr(each.module, "downgrade")] == []
