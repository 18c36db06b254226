"""How does what is known move from one database to another?

Kept: all of it arrives or nothing does; a database in which there is something is never written to; nobody uses the
one that is copied from meanwhile, nor afterwards by mistake: once everything arrived, that is noted in it, and nothing
else; what arrived is counted, and its audit is inspected, before any of it counts.
Not kept: a server's database that an instance uses which said nothing for five minutes is copied all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, func, insert, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, OperationalError, SQLAlchemyError

from app.store import audit, engines, itself
from app.store.columns import metadata
from app.store.database import NEWER
from app.store.migrate import is_current, is_newer, migrate

ROWS = 500  # that are carried at once
SILENT = timedelta(minutes=5)  # an instance says every minute that it is there
IN_USE = "somebody uses the database that is copied from; stop every instance first, else what it does next is lost"


class CannotCopy(Exception):
    """Nothing was copied. The message says why, and what to do."""


def transfer(
    source: str, target: str, *, now: datetime, tell: Callable[[int, int], None] = lambda *_: None
) -> dict[str, int]:
    """Copy everything, and say how many rows each table has. Raises CannotCopy; then both are as they were.

    `tell` hears how many rows were carried, of how many. However this is stopped, it can be begun again.
    """
    try:
        with _held(source) as there:
            refuse_what_is_used(there, now)
            with _writing(target) as here:
                counts = _copied(there, here, tell)
            itself.note_moved(there, now)  # after what arrived is there to stay: in between either could go on
            return counts
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
    if taken := tables_with_rows(here):
        raise CannotCopy(
            f"there is something in the database of GREENROOM_DATABASE_URL already ({', '.join(taken[:3])}), "
            "and nothing is written over; copy into an empty database"
        )
    if (moved := itself.moved_at(there)) is not None:
        raise CannotCopy(
            f"what is copied was copied into another database at {moved:%Y-%m-%d %H:%M} UTC, and went on there"
        )
    return carry(there, here, tell)


def tables_with_rows(conn: Connection) -> list[str]:
    """In which tables is there something?"""
    return [table.name for table in metadata.sorted_tables if _many(conn, table)]


def carry(there: Connection, here: Connection, tell: Callable[[int, int], None] = lambda *_: None) -> dict[str, int]:
    """Copy every row between two transactions, into empty tables of the same shape, and count. Raises CannotCopy."""
    tables = metadata.sorted_tables
    known, counts = sum(_many(there, table) for table in tables), dict.fromkeys((each.name for each in tables), 0)
    for table in tables:
        for some in _carried(table, there, here):
            counts[table.name] += some
            tell(sum(counts.values()), known)
    numbered = [column for table in tables if (column := table.autoincrement_column) is not None]
    engines.count_on(here, {column: engines.last_number(there, column) for column in numbered})
    _verify(there, here, counts)
    return counts


def _carried(table: Table, there: Connection, here: Connection) -> Iterator[int]:
    before = 0
    rows = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS)
    for some in there.execute(rows).mappings().partitions():
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


def refuse_what_is_used(there: Connection, now: datetime) -> None:
    """Of a server nothing else tells. Whoever has a file that is somebody's had no way in. Raises CannotCopy."""
    if not engines.is_shared(there.engine.url) or not is_current(there):
        return
    heard = itself.heard_of_instances(there)
    if heard is not None and heard > now - SILENT:
        raise CannotCopy(
            f"{IN_USE}. One was heard of at {heard:%H:%M:%S} UTC; of one that was killed wait five minutes"
        )


@contextmanager
def _held(url: str) -> Iterator[Connection]:
    """One transaction, during which nobody else writes."""
    if not engines.is_there(make_url(url)):
        raise CannotCopy("there is no database to copy from")
    engine = engines.engine_of(make_url(url), writes=True, alone=True)
    try:
        with ExitStack() as stack:
            yield _taken(engine, stack)
    finally:
        engine.dispose()


def _taken(engine: Engine, stack: ExitStack) -> Connection:
    try:
        connection = stack.enter_context(engines.alone(engine))
        engines.take_turn(connection)
    except OperationalError as error:
        if engines.is_in_use(error):
            raise CannotCopy(IN_USE) from error
        raise
    return connection


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
