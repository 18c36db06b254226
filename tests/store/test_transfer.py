from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, func, insert, select, text

from app.domain.ids import parse_key
from app.domain.records import Notice
from app.store import audit, notices, schema
from app.store.columns import metadata
from app.store.database import Database
from app.store.itself import MovedAway, refuse_moved
from app.store.schema import deliveries
from app.store.schema_cases import case_events
from app.store.transfer import CannotCopy, transfer
from tests.clock import START
from tests.filled import ROWS, fill
from tests.places import InFile, Place
from tests.which_database import about_servers

PIP = parse_key("pypa/pip")


@pytest.fixture
async def source(tmp_path: Path) -> str:
    """A file in which there is something in every table."""
    folder = tmp_path / "before"
    folder.mkdir()
    place = InFile(folder)
    place.make()
    database = await Database.open(place.url, migrate=False)
    await database.write(partial(fill, metadata=metadata, but=frozenset({"audit"})))
    for number in range(ROWS):
        await database.write(partial(wrote, number=number))
    await database.close()
    return place.url


def wrote(conn: Connection, number: int) -> None:
    about = audit.intend(conn, at=START, key=PIP, kind="open-mirror", scope="mirrors", fingerprint=str(number))
    audit.conclude(conn, about, "done", at=START)


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


def change(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as conn:
        conn.execute(text(statement))
    engine.dispose()


def is_empty(url: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as conn:
        has_tables = engine.dialect.has_table(conn, "deliveries")
        many = conn.execute(select(func.count()).select_from(deliveries)).scalar_one() if has_tables else 0
    engine.dispose()
    return many == 0


async def test_everything_arrives_and_the_chain_holds(source: str, url: str) -> None:
    """Whoever outgrows one machine takes history along: findings keep their numbers, the audit its hashes."""
    before = await everything(source)

    counts = transfer(source, url, now=START)

    assert await everything(url) == before
    assert counts == {table.name: 2 * ROWS if table.name == "audit" else ROWS for table in metadata.sorted_tables}


async def test_what_comes_next_gets_ids_of_its_own(source: str, url: str) -> None:
    """PostgreSQL would begin to count at one, and the first event after the move would fail."""
    transfer(source, url, now=START)
    database = await Database.open(url, migrate=False)
    event = {"case_number": 1, "at": START, "what": "linked", "detail": ""}
    added = insert(case_events).values(event).returning(case_events.c.id)

    number = await database.write(lambda conn: conn.execute(added).scalar_one())
    await database.write(partial(wrote, number=99))
    chain = await database.read(audit.inspect)
    await database.close()

    assert number == ROWS + 1
    assert (chain.broken, chain.rows) == (None, 2 * ROWS + 2)


@pytest.mark.usefixtures("database")
async def test_nothing_is_copied_over_what_is_there(source: str, url: str, place: Place) -> None:
    """Two histories cannot become one. Whoever mistypes a name loses nothing."""
    transfer(source, url, now=START)
    before = await everything(url)

    with pytest.raises(CannotCopy, match="copy into an empty database"):
        transfer(source, url, now=START)

    assert await everything(url) == before
    assert place.exists()


async def test_a_copy_that_breaks_in_the_middle_leaves_nothing(source: str, url: str) -> None:
    """A row was put in by hand, of a case that there is not. Whoever mends it starts with an empty database again."""
    before = await everything(source)
    change(source, "INSERT INTO case_links (case_number, repository, ghsa) VALUES (404, 'pypa/pip', 'none')")

    with pytest.raises(CannotCopy, match="nothing was copied: IntegrityError"):
        transfer(source, url, now=START)

    assert is_empty(url)
    change(source, "DELETE FROM case_links WHERE case_number = 404")
    assert await everything(source) == before
    transfer(source, url, now=START)
    assert await everything(url) == before


@about_servers
async def test_what_postgresql_cannot_keep_is_said_and_nothing_is_copied(source: str, url: str) -> None:
    """SQLite keeps a NUL in a text, PostgreSQL keeps none. Where it is is said, and nothing of the row itself."""
    change(source, "UPDATE proposals SET value = 'canary' || char(0) || 'b' WHERE id = 2")

    with pytest.raises(CannotCopy, match="in the column value of proposals, in row 2 by its key, has a NUL") as refused:
        transfer(source, url, now=START)

    assert "canary" not in str(refused.value)
    assert "substr(value, 1, instr(value, char(0)) - 1)" in str(refused.value)
    assert is_empty(url)
    change(source, "UPDATE proposals SET value = substr(value, 1, instr(value, char(0)) - 1) WHERE id = 2")
    before = await everything(source)
    transfer(source, url, now=START)
    assert await everything(url) == before


async def test_whoever_waits_is_told_how_far_it_is(source: str, url: str) -> None:
    """A copy of years takes minutes."""
    told: list[tuple[int, int]] = []

    counts = transfer(source, url, now=START, tell=lambda done, known: told.append((done, known)))

    assert told[-1] == (sum(counts.values()), sum(counts.values()))
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert len(told) == len([many for many in counts.values() if many])


STOPS = """\
import sys
from datetime import UTC, datetime
from app.store.transfer import transfer
def tell(done, known):
    if done > known // 2:
        print("half", flush=True)
        sys.stdin.read()
transfer(sys.argv[1], sys.argv[2], now=datetime.now(UTC), tell=tell)
"""


@pytest.mark.slow
async def test_a_copy_that_was_killed_in_the_middle_can_be_begun_again(source: str, url: str) -> None:
    """Kill -9 at half of it, or a machine that goes away: the target is empty, whatever had arrived."""
    command = [sys.executable, "-c", STOPS, source, url]
    with subprocess.Popen(  # noqa: S603, ASYNC220 - ours
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as copying:
        assert copying.stdout is not None
        assert await asyncio.to_thread(copying.stdout.readline) == "half\n"
        copying.kill()

    assert is_empty(url)
    before = await everything(source)
    transfer(source, url, now=START)
    assert await everything(url) == before


async def test_what_a_newer_version_wrote_is_not_copied_by_an_older_one(source: str, url: str) -> None:
    """It does not know what else there is, and would leave it behind."""
    change(source, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(CannotCopy, match="newer version"):
        transfer(source, url, now=START)

    assert is_empty(url)


def test_a_database_that_is_not_there_is_not_made(url: str, tmp_path: Path) -> None:
    """A mistyped path is no empty history."""
    with pytest.raises(CannotCopy, match="no database to copy from"):
        transfer(f"sqlite:///{tmp_path}/mistyped.db", url, now=START)

    assert not (tmp_path / "mistyped.db").exists()


async def test_numbers_whose_rows_are_gone_do_not_come_back(source: str, url: str) -> None:
    """The last page was forgotten with its term; what got its number would count as sent."""
    change(source, "DELETE FROM notices WHERE id = 3")
    transfer(source, url, now=START)
    database = await Database.open(url, migrate=False)
    page = Notice(kind="page", about="packaging-security/cases", severity="page", text="", since=START)

    await database.write(partial(notices.tell, notice=page))
    last = await database.read(lambda conn: conn.execute(select(func.max(schema.notices.c.id))).scalar())
    await database.close()

    assert last == ROWS + 1


async def test_what_an_instance_uses_is_not_copied(source: str, url: str) -> None:
    """The next delivery would be answered with 202 and stand only in what nobody reads any more."""
    instance = await Database.open(source, migrate=False)

    with pytest.raises(CannotCopy, match="stop every instance first"):
        transfer(source, url, now=START)

    assert is_empty(url)
    await instance.close()
    transfer(source, url, now=START)
    assert not is_empty(url)


@about_servers
async def test_a_servers_database_of_which_an_instance_is_heard_is_not_copied(
    source: str, url: str, tmp_path: Path
) -> None:
    """Instances say each minute that they are there, and when they end."""
    transfer(source, url, now=START)
    heard = START + timedelta(days=ROWS)  # the last that there is in the source
    back = InFile(tmp_path / "back")
    back.file.parent.mkdir()

    with pytest.raises(CannotCopy, match="One was heard of at 09:00:00 UTC"):
        transfer(url, back.url, now=heard + timedelta(minutes=4))

    counts = transfer(url, back.url, now=heard + timedelta(minutes=6))
    assert counts["held_secrets"] == ROWS


async def test_what_was_copied_says_so_and_is_copied_no_second_time(source: str, url: str, tmp_path: Path) -> None:
    """Two databases that go on from one past would each do what the other does not know."""
    transfer(source, url, now=START)
    was, here = await Database.open(source, migrate=False), await Database.open(url, migrate=False)

    with pytest.raises(MovedAway, match=r"at 2026-12-01 09:00 UTC everything in .* was copied into another database"):
        await refuse_moved(was)
    await refuse_moved(here)
    await was.close()
    await here.close()
    with pytest.raises(CannotCopy, match="went on there"):
        transfer(source, f"sqlite:///{tmp_path}/third.db", now=START)
