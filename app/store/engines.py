"""What differs between SQLite and PostgreSQL? The only file that knows which of them it is.

Kept on both:
* transactions that write take turns, whichever instance they belong to, so each sees all that the ones before it did;
* whoever only reads has one consistent view, and keeps nobody from writing;
* an instance that stops in the middle of a transaction keeps the others waiting for seconds, not for ever.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from app.clock import Clock
from app.store.prepared import Prepared

Insert: TypeAlias = sqlite.Insert | postgresql.Insert

PRAGMAS = (
    "busy_timeout=5000",  # first: switching to WAL may have to wait for another process
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=400",  # pages; more makes the slowest commits slower
    "foreign_keys=ON",
)
# Whoever has it open with a write-ahead log holds a lock on it all the time, so this ends it only where nobody does.
ALONE = ("busy_timeout=2000", "locking_mode=EXCLUSIVE", "journal_mode=DELETE", "synchronous=FULL", "foreign_keys=ON")
# Seconds. Whoever is stopped in the middle of a transaction loses it before the others give up waiting.
_STOPPED, _WAITS = 4, 8
_SERVER_SETTINGS = {
    "lock_timeout": f"{_WAITS}s",
    "statement_timeout": "60s",  # nothing that an instance asks takes so long, but bringing tables to another shape
    "timezone": "UTC",
    "synchronous_commit": "on",  # what was answered is on disk, whatever the server's default
}
_NETWORK: dict[str, Any] = {  # a host that is gone is noticed within half a minute
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds; keepalives say nothing while something sent is not confirmed
    "application_name": "greenroom",
}


def insert(dialect: str, table: Table) -> Insert:
    """An INSERT that can say what happens if the row is there already (`on_conflict_do_…`)."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def listed(dialect: str, *names: str) -> Select[Any]:
    """The parameter `rows`, a JSON list of lists of strings, as rows with these columns."""
    if dialect == "sqlite":
        row = func.json_each(bindparam("rows")).table_valued("value").c.value
        columns: list[ColumnElement[Any]] = [func.json_extract(row, f"$[{place}]") for place in range(len(names))]
    else:
        row = func.json_array_elements(cast(bindparam("rows"), JSON)).table_valued("value").c.value
        columns = [row.op("->>")(place) for place in range(len(names))]
    # Without a WHERE, SQLite takes the ON of an ON CONFLICT for the one of a join (SQLite: "UPSERT").
    return select(*(column.label(name) for name, column in zip(names, columns, strict=True))).where(true())


def place(url: URL) -> str:
    """Where it is, without credentials: a relative path depends on where the process was started."""
    return str(Path(url.database or "").absolute()) if _is_file(url) else url.render_as_string(hide_password=True)


def file_of(url: URL) -> Path | None:
    """The file that it is; None where it is a server's."""
    return Path(url.database or "").absolute() if _is_file(url) else None


def is_shared(url: URL) -> bool:
    """Is it one that several machines may use? Then nobody changes its shape by merely starting."""
    return not _is_file(url)


def is_there(url: URL) -> bool:
    """Is there a file of that name? Of a server nothing is known before it was asked."""
    return not _is_file(url) or Path(url.database or "").is_file()


def last_number(connection: Connection, column: Column[Any]) -> int:
    """The last number that a column gave by itself, also where its row is gone. 0: none."""
    there = connection.execute(select(func.max(column))).scalar() or 0
    if connection.dialect.name == "postgresql":
        given = connection.execute(select(func.pg_sequence_last_value(cast(_sequence(column), REGCLASS)))).scalar()
        return max(there, given or 0)
    given = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), _named(column)).scalar()
    return max(there, given or 0)


def count_on(connection: Connection, numbers: Mapping[Column[Any], int]) -> None:
    """Rows that were given their numbers: those that come next go on after these, whether or not they are there."""
    for column, last in numbers.items():
        if last and connection.dialect.name == "postgresql":
            sequence = _sequence(column)
            connection.execute(select(func.setval(sequence, last)).where(sequence.is_not(None)))
        elif last and column.table.dialect_options["sqlite"]["autoincrement"]:
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), _named(column))
            values = _named(column) | {"last": last}
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), values)


def _sequence(column: Column[Any]) -> ColumnElement[Any]:
    return func.pg_get_serial_sequence(column.table.name, column.name)


def _named(column: Column[Any]) -> dict[str, Any]:
    return {"table": column.table.name}


def take_turn(connection: Connection) -> None:
    """From here on this transaction writes alone. SQLite's begin so."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('greenroom write'))")


def ahead(connection: Connection, now: datetime, clock: Clock) -> timedelta:
    """How far is that, by a machine's clock, ahead of the clock by which all go who share this database?

    A file is shared on one machine, and goes by its clock. A server has a clock of its own.
    """
    if connection.dialect.name != "postgresql":
        return timedelta(0)
    common = clock.common()
    if common is None:
        asked = connection.exec_driver_sql("SELECT timezone('UTC', clock_timestamp())")
        common = asked.scalar_one().replace(tzinfo=UTC)
    return now - common


def take_time(connection: Connection) -> None:
    """From here on what is asked in this transaction may take long."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))


def is_open_elsewhere(connection: Connection) -> bool:
    """Has somebody else of us this server's database open, also two seconds later? Of a file its locks tell."""
    if connection.dialect.name != "postgresql":
        return False
    others = "datname = current_database() AND pid <> pg_backend_pid() AND application_name = :name"
    asked = text(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")  # noqa: S608 - nothing comes from outside
    for _ in range(20):  # whoever closed it a moment ago is still being sent away
        if not connection.execute(asked, {"name": _NETWORK["application_name"]}).scalar_one():
            return False
        connection.execute(select(func.pg_sleep(0.1), func.pg_stat_clear_snapshot()))
    return True


def announce(connection: Connection) -> None:
    """Tell every instance, once this transaction is committed, that there is work. On SQLite they look often."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("NOTIFY greenroom_work")


async def announcements(url: URL) -> AsyncIterator[None]:
    """Once when it begins to hear, then at each. Raises ConnectionError."""
    from psycopg import AsyncConnection, Error  # noqa: PLC0415 - SQLite needs no driver for PostgreSQL

    where = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        async with await AsyncConnection.connect(where, autocommit=True, **_NETWORK) as connection:
            await connection.execute("LISTEN greenroom_work")
            yield
            async for _ in connection.notifies():
                yield
    except Error as error:
        raise ConnectionError("the database is away") from error


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction during which nobody else migrates. SQLite's writers are alone anyway."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))  # it may take long
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('greenroom migrate'))"))
        yield connection


def prepare_for_tables(connection: Connection) -> None:
    """What has to be there before the first table."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS citext"))  # the type of names


def engine_of(url: URL, *, writes: bool, alone: bool = False) -> Engine:
    """One connection, to write or to read; `alone` to a file that nobody else has open, else `is_in_use`."""
    if alone and _is_file(url):
        return _of_file(url, begin="BEGIN EXCLUSIVE", pragmas=ALONE)
    if not _is_file(url):
        return _of_server(url, writes=writes)
    # IMMEDIATE: a transaction that turns to writing only later fails if another process wrote meanwhile.
    if writes:
        return _of_file(url, begin="BEGIN IMMEDIATE", pragmas=PRAGMAS)
    return _of_file(url, begin="BEGIN", pragmas=(*PRAGMAS, "query_only=ON"))


def is_in_use(error: DBAPIError) -> bool:
    """Is that what comes of asking for a file that somebody else has open?"""
    return getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY


def _is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _of_server(url: URL, *, writes: bool) -> Engine:
    writing = {"idle_in_transaction_session_timeout": f"{_STOPPED}s"}
    options = _SERVER_SETTINGS | (writing if writes else {})
    theirs = url.normalized_query.get("options", ())  # last: what somebody wrote into the URL is what they want
    settings = " ".join([*(f"-c {name}={value}" for name, value in options.items()), *theirs])
    # Named, whatever the server's default: a view from before the turn would not show what the ones before wrote.
    reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        execution_options={"isolation_level": "READ COMMITTED"} if writes else reading,
        connect_args=_NETWORK | {"options": settings},
    )


def _of_file(url: URL, *, begin: str, pragmas: tuple[str, ...]) -> Engine:
    _make_private(url.database)
    engine = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
        paramstyle="named",  # what `Prepared` passes, and what PostgreSQL's driver takes too
        connect_args={"check_same_thread": False},
    )
    # SQLAlchemy begins transactions, not sqlite3 (SQLAlchemy: "Enabling Non-Legacy SQLite Transactional Modes").
    beginning = Prepared(text(begin), engine.dialect)
    event.listen(engine, "connect", partial(_prepare, pragmas=pragmas))
    event.listen(engine, "begin", partial(beginning.rows, values={}))
    return engine


def _make_private(path: str | None) -> None:
    """Nobody but the owner may read it. SQLite gives its -wal and -shm the mode of the database file.

    A file that exists is never opened here: closing it would drop the locks that SQLite holds on it in this process,
    and others would corrupt it (SQLite: "How To Corrupt An SQLite Database File", 2.2).
    """
    if not path or path == ":memory:":
        raise ValueError("two connections cannot share a database in memory; write sqlite:///PATH")
    with suppress(FileExistsError):
        Path(path).touch(mode=0o600, exist_ok=False)
    for file in (path, f"{path}-wal", f"{path}-shm"):
        with suppress(FileNotFoundError):
            Path(file).chmod(0o600)


def _prepare(connection: sqlite3.Connection, record: object, *, pragmas: tuple[str, ...]) -> None:
    del record
    connection.isolation_level = None
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
