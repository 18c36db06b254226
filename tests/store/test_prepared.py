from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, Select, select, text
from sqlalchemy.exc import IntegrityError

from app.store.database import Database
from app.store.prepared import Prepared, Question, listed_as
from app.store.schema import deliveries
from tests.clock import START

ROW = {"guid": "one", "event": "repository_advisory", "action": None, "received_at": START}


def prepared(conn: Connection) -> Prepared:
    return Prepared(deliveries.insert().returning(deliveries.c.guid), conn.dialect, columns=ROW)


async def test_a_row_is_kept_as_everybody_elses_statements_keep_it(database: Database) -> None:
    """Both kinds of statement compare each other's times, which SQLite compares as text."""

    def write(conn: Connection) -> None:
        conn.execute(deliveries.insert(), ROW | {"guid": "theirs"})
        assert prepared(conn).rows(conn, ROW) == [("one",)]

    await database.write(write)

    as_text = text("SELECT DISTINCT event, action, received_at FROM deliveries")
    assert len(await database.read(lambda conn: conn.execute(as_text).all())) == 1


@pytest.mark.parametrize("many", [False, True])
async def test_its_errors_are_everybody_elses_and_repeat_no_value(database: Database, *, many: bool) -> None:
    """Callers know one kind of error, whoever ran the statement. An error may be logged; values may not."""

    def twice(conn: Connection) -> None:
        statement = Prepared(deliveries.insert(), conn.dialect, columns=ROW)
        statement.each(conn, [ROW])
        if many:
            statement.each(conn, [ROW])
        else:
            statement.rows(conn, ROW)

    with pytest.raises(IntegrityError) as raised:
        await database.write(twice)

    assert "repository_advisory" not in str(raised.value)


@Question
def of_guids(guids: int) -> Select[Any]:
    return select(deliveries).where(deliveries.c.guid.in_(listed_as("guids", guids))).order_by(deliveries.c.guid)


@pytest.mark.parametrize("asked", [[], ["one"], ["one", "two"], ["two", "three", "one"]])
async def test_a_question_is_answered_as_sqlalchemy_answers_it(database: Database, asked: list[str]) -> None:
    """Whoever reads a row cannot tell who asked: it has the same names and the same kinds of values.

    A list may have any length, none included.
    """
    rows = [ROW | {"guid": "one"}, ROW | {"guid": "two", "action": "reported"}]
    await database.write(lambda conn: conn.execute(deliveries.insert(), rows))
    theirs = select(deliveries).where(deliveries.c.guid.in_(asked)).order_by(deliveries.c.guid)

    expected = await database.read(lambda conn: [row._asdict() for row in conn.execute(theirs)])
    answered = await database.read(lambda conn: [row._asdict() for row in of_guids(conn, guids=asked)])

    assert answered == expected
    assert len(answered) == len({*asked} & {"one", "two"})
    assert all(row["received_at"] == START for row in answered)


async def test_a_question_is_made_once_however_many_databases_are_opened(url: str, database: Database) -> None:
    """Making it takes longer than running it; one that is kept for each database would never be let go of."""
    made: list[int] = []

    @Question
    def everything() -> Select[Any]:
        made.append(1)
        return select(deliveries)

    other = await Database.open(url, migrate=True)
    for each in (database, database, other):
        await each.read(everything)
        await each.write(everything)
    await other.close()

    assert len(made) == 1
