"""How does what is known move from one database to another?

Kept: all of it arrives or nothing does; a database in which there is something is never written to; the one that
is copied from is only read; what arrived is counted, and its audit is inspected, before any of it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Table, func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.store import audit, engines
from app.store.columns import metadata
from app.store.migrate import is_current, migrate

ROWS = 500  # that are carried at once


class CannotCopy(Exception):
    """Nothing was copied. The message says why, and what to do."""


def transfer(source: str, target: str) -> dict[str, int]:
    """Copy everything, and say how many rows each table has. Raises CannotCopy; then the target is as it was."""
    try:
        with _reading(source) as there, _writing(target) as here:
            return _copied(there, here)
    except SQLAlchemyError as error:
        raise CannotCopy(f"nothing was copied: {type(error).__name__}") from error


def _copied(there: Connection, here: Connection) -> dict[str, int]:
    if not is_current(there):
        raise CannotCopy("what is copied belongs to another version of Greenroom; run `greenroom migrate` on it first")
    tables = metadata.sorted_tables
    if taken := [table.name for table in tables if _many(here, table)]:
        raise CannotCopy(f"there is something in it already ({', '.join(taken[:3])}); copy into an empty database")
    counts = {table.name: _carry(table, there, here) for table in tables}
    engines.count_on(here, [column for table in tables if (column := table.autoincrement_column) is not None])
    _verify(there, here, counts)
    return counts


def _carry(table: Table, there: Connection, here: Connection) -> int:
    count = 0
    rows = there.execution_options(yield_per=ROWS).execute(select(table).order_by(*table.primary_key.columns))
    for some in rows.mappings().partitions():
        here.execute(insert(table).inline(), [dict(row) for row in some])
        count += len(some)
    return count


def _verify(there: Connection, here: Connection, counts: dict[str, int]) -> None:
    wrong = [table for table in metadata.sorted_tables if _many(here, table) != counts[table.name]]
    if wrong:
        raise CannotCopy(f"not every row of {wrong[0].name} arrived")
    before, after = audit.inspect(there), audit.inspect(here)
    if before != after:
        raise CannotCopy("the audit that arrived is not the one that was sent")


def _many(conn: Connection, table: Table) -> int:
    count: int = conn.execute(select(func.count()).select_from(table)).scalar_one()
    return count


@contextmanager
def _reading(url: str) -> Iterator[Connection]:
    if not engines.is_there(make_url(url)):
        raise CannotCopy("there is no database to copy from")
    engine = engines.engine_of(make_url(url), writes=False)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _writing(url: str) -> Iterator[Connection]:
    """One transaction, in which the tables are made too."""
    engine = engines.engine_of(make_url(url), writes=True)
    try:
        with engines.alone(engine) as connection:
            engines.take_turn(connection)
            if not is_current(connection):
                engines.prepare_for_tables(connection)
                migrate(connection)
            yield connection
    finally:
        engine.dispose()
