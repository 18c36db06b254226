"""How does what is known move from one database to another?

Kept: all of it arrives or nothing does; a database in which there is something is never written to; the one that
is copied from is only read; what arrived is counted, and its audit is inspected, before any of it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError

from app.store import audit, engines
from app.store.columns import metadata
from app.store.database import NEWER
from app.store.migrate import is_current, is_newer, migrate

ROWS = 500  # that are carried at once


class CannotCopy(Exception):
    """Nothing was copied. The message says why, and what to do."""


def transfer(source: str, target: str, tell: Callable[[int, int], None] = lambda *_: None) -> dict[str, int]:
    """Copy everything, and say how many rows each table has. Raises CannotCopy; then the target is as it was.

    `tell` hears how many rows were carried, of how many. However this is stopped, it can be begun again.
    """
    try:
        with _reading(source) as there, _writing(target) as here:
            return _copied(there, here, tell)
    except OperationalError as error:
        raise CannotCopy(
            "nothing was copied: one of the two databases cannot be used, or was gone in between; see to both"
        ) from error
    except SQLAlchemyError as error:
        raise CannotCopy(f"nothing was copied: {type(error).__name__}") from error


def _copied(there: Connection, here: Connection, tell: Callable[[int, int], None]) -> dict[str, int]:
    if is_newer(there):
        raise CannotCopy("what is copied was written by a newer version of Greenroom; copy it with that version")
    if not is_current(there):
        raise CannotCopy(
            "what is copied belongs to an older version of Greenroom; with GREENROOM_DATABASE_URL set to it, "
            "run `greenroom migrate` first"
        )
    tables = metadata.sorted_tables
    if taken := [table.name for table in tables if _many(here, table)]:
        raise CannotCopy(
            f"there is something in the database of GREENROOM_DATABASE_URL already ({', '.join(taken[:3])}), "
            "and nothing is written over; copy into an empty database"
        )
    known, counts = sum(_many(there, table) for table in tables), dict.fromkeys((each.name for each in tables), 0)
    for table in tables:
        for some in _carried(table, there, here):
            counts[table.name] += some
            tell(sum(counts.values()), known)
    engines.count_on(here, [column for table in tables if (column := table.autoincrement_column) is not None])
    _verify(there, here, counts)
    return counts


def _carried(table: Table, there: Connection, here: Connection) -> Iterator[int]:
    before = 0
    rows = there.execution_options(yield_per=ROWS).execute(select(table).order_by(*table.primary_key.columns))
    for some in rows.mappings().partitions():
        try:
            here.execute(insert(table).inline(), [dict(row) for row in some])
        except DataError as error:
            raise CannotCopy(_place(table, some, before)) from error
        before += len(some)
        yield len(some)


def _place(table: Table, some: Sequence[RowMapping], before: int) -> str:
    """Where is what cannot be kept? Keys may be ids under embargo, so the row is named by its number."""
    numbered = enumerate(some, before + 1)
    nul = [(number, name) for number, row in numbered for name, value in row.items() if _has_nul(value)]
    if not nul:
        return f"nothing was copied: something in rows {before + 1} to {before + len(some)} of {table.name} is too much"
    number, column = nul[0]
    before_it = f"substr({column}, 1, instr({column}, char(0)) - 1)"  # SQLite's replace() finds no char(0)
    return (
        f"nothing was copied: a text in the column {column} of {table.name}, in row {number} by its key, has a NUL, "
        f"which PostgreSQL keeps nowhere; keep what is before it (in SQLite: {before_it}), and begin again"
    )


def _has_nul(value: Any) -> bool:
    return isinstance(value, str) and "\0" in value


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
            if is_newer(connection):
                raise CannotCopy(NEWER)
            if not is_current(connection):
                engines.prepare_for_tables(connection)
                migrate(connection)
            yield connection
    finally:
        engine.dispose()
