from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.records import Notice
from app.store import schema
from app.store.database import Database
from app.store.notices import close, close_all, open_notices, tell
from tests.clock import START

BLIND = Notice(kind="cannot-see", about="pypa/pip", severity="warning", text="pypa/pip cannot be seen", since=START)
LATER = START + timedelta(hours=1)


async def tell_all(database: Database, *told: Notice) -> None:
    for notice in told:
        await database.write(lambda conn, notice=notice: tell(conn, notice))  # type: ignore[misc]


async def rows(database: Database) -> int:
    return len(await database.read(lambda conn: conn.execute(select(schema.notices)).all()))


async def test_nothing_to_tell_is_an_empty_outbox(database: Database) -> None:
    """Closing what was never open changes nothing."""
    await database.write(lambda conn: close(conn, "cannot-see", "pypa/pip", START))

    assert await database.read(open_notices) == ()
    assert await rows(database) == 0


async def test_one_notice_for_one_thing_however_often_it_is_seen(database: Database) -> None:
    """A notice each time would be spam; it keeps the time of the first, and says what is so now."""
    again = replace(BLIND, text="it still cannot be seen", since=LATER)

    await tell_all(database, BLIND, again)

    assert await database.read(open_notices) == (replace(again, since=START),)
    assert await rows(database) == 1


async def test_another_kind_or_another_thing_is_another_notice(database: Database) -> None:
    """Two things that are wrong are two things to do; names of repositories are the same in any case."""
    others = (replace(BLIND, kind="blocked"), replace(BLIND, about="pypa/build"))

    await tell_all(database, BLIND, *others, replace(BLIND, about="PyPA/Pip"))

    assert await database.read(open_notices) == (BLIND, *others)


async def test_what_is_over_and_comes_back_is_told_again(database: Database) -> None:
    """A second outage is news, and the first one stays in the book."""
    await tell_all(database, BLIND)
    await database.write(lambda conn: close(conn, "cannot-see", "pypa/pip", LATER))
    assert await database.read(open_notices) == ()

    await tell_all(database, replace(BLIND, since=LATER))

    assert [each.since for each in await database.read(open_notices)] == [LATER]
    assert await rows(database) == 2


async def test_a_thing_that_is_done_with_takes_all_its_notices_along(database: Database) -> None:
    """A case that is closed waits for nobody."""
    case = replace(BLIND, about="case/1")
    await tell_all(database, BLIND, case, replace(case, kind="people-must"))

    await database.write(lambda conn: close_all(conn, "case/1", LATER))

    assert await database.read(open_notices) == (BLIND,)


async def test_the_database_itself_holds_one_open_notice_of_a_kind_about_a_thing(database: Database) -> None:
    """Two processes that look at the same moment cannot both open one."""
    await tell_all(database, BLIND)
    second = {"at": START, "kind": "cannot-see", "about": "pypa/pip", "severity": "warning", "text": "twice"}

    with pytest.raises(IntegrityError):
        await database.write(lambda conn: conn.execute(schema.notices.insert().values(second)))
