from __future__ import annotations

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from app.store.database import Database
from app.store.prepared import Prepared
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
