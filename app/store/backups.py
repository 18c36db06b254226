"""How is a database that is a file kept for a bad day, and how does it come back?

Kept:
* a copy is of one moment, also while an instance writes (SQLite: "SQLite Backup API");
* nobody but the owner may read it, from its first byte on;
* what was checked is what is kept: a copy that cannot be used is taken away again, or was never put in place;
* the database of another install is not put in place, unless somebody says so;
* a database that somebody has open is not replaced, and while it is replaced nobody can open it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from alembic.util.exc import CommandError
from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import SQLAlchemyError

from app.store import audit, itself, switches
from app.store.database import Database, WrongSchema
from app.store.schema import cases
from app.store.schema_sign_in import sessions, sign_ins

WAITS = 2.0  # seconds for somebody else's lock
BY = "the command restore"


class NotCopied(Exception):
    """Nothing was copied, or what was copied cannot be used. The message says why, and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A copy that was looked through: `migration` is its own, `head` the latest hash of its audit."""

    file: Path
    size: int
    migration: str
    rows: int
    head: str


async def back_up(database: Path, into: Path) -> Copy:
    """Copy a database, in use or not, into a file that is not there yet. Raises NotCopied."""
    with closing(_opened(database)) as source:
        _make(into)
        with _kept_if_good(into):
            with closing(sqlite3.connect(into)) as copy:
                _copy(source, copy)
            return await inspected(into, called=into)


async def restore(backup: Path, database: Path, *, aside: Path | None, now: datetime, app: str | None) -> Copy:
    """Put a copy in the place of a database that nobody uses; what was there is kept in `aside`. Raises NotCopied.

    It has to be of the install of this App, as far as that was kept; None: of whichever.

    What was taken back since then would be in force again, so: writes are switched off, nobody is signed in, and nobody
    is let into a case before a coordinator confirmed it.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".greenroom-restore-") as folder:
        prepared = Path(folder) / "prepared.db"
        found = await inspected(_copied(backup, prepared), called=backup)
        theirs = await _prepare(prepared, now)
        if app is not None and theirs not in {None, app}:
            raise NotCopied(
                f"{backup} is of an install whose App is {theirs}, and that of this one is {app}; "
                "--other-app restores it all the same"
            )
        with _alone(database) as old:
            if _holds_anything(old):
                if aside is None:
                    raise NotCopied(f"{database} is not empty; --replace keeps it beside the restored one")
                _keep(old, aside)
            with closing(_opened(prepared)) as source:
                _copy(source, old)
    return found


async def inspected(copy: Path, *, called: Path) -> Copy:
    """Is it whole, of a shape that this version knows, and its audit as it was written? Raises NotCopied.

    `called`: the file that somebody named, of which this may be a copy.

    The audit is read in a copy that is of this version's shape: so it is also known that it can become that.
    """
    with closing(_opened(copy)) as connection:
        if (found := _integrity(connection)) != "ok":
            raise NotCopied(f"{called} is damaged: {found}")
        migration = _migration(connection)
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".greenroom-check-") as folder:
        scratch = _copied(copy, Path(folder) / "scratch.db")
        try:
            database = await Database.open(f"sqlite:///{scratch}", migrate=True)
        except (WrongSchema, CommandError, SQLAlchemyError) as error:
            raise NotCopied(f"{called} is of migration {migration}, which this version cannot use") from error
        try:
            chain = await database.read(audit.inspect)
        finally:
            await database.close()
    if chain.broken is not None:
        raise NotCopied(f"the audit in {called} is not as it was written, from row {chain.broken} on")
    return Copy(file=called, size=_size(copy), migration=migration, rows=chain.rows, head=chain.head)


@contextmanager
def _kept_if_good(file: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        file.unlink()
        raise


def _size(file: Path) -> int:
    return file.stat().st_size


def _opened(file: Path) -> sqlite3.Connection:
    if not file.is_file():
        raise NotCopied(f"there is no database at {file}")
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=WAITS)


def _make(file: Path) -> None:
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise NotCopied(f"{file} is there already; name a file that is not") from None


def _copied(source: Path, into: Path) -> Path:
    _make(into)
    with closing(_opened(source)) as one, closing(sqlite3.connect(into)) as other:
        _copy(one, other)
    return into


def _copy(source: sqlite3.Connection, into: sqlite3.Connection) -> None:
    try:
        source.backup(into)
        into.execute("PRAGMA journal_mode=DELETE")  # all of it in one file
    except sqlite3.Error as error:
        raise NotCopied(f"not copied: {error}") from error


def _integrity(connection: sqlite3.Connection) -> str:
    try:
        if broken := connection.execute("PRAGMA foreign_key_check").fetchone():
            return f"a row of {broken[0]} names one that is not there"
        return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def _migration(connection: sqlite3.Connection) -> str:
    try:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.OperationalError, TypeError):
        raise NotCopied("that is no database of Greenroom's") from None


async def _prepare(file: Path, now: datetime) -> str | None:
    """Let it trust nobody. Gives whose it is, if that was kept."""
    database = await Database.open(f"sqlite:///{file}", migrate=True)
    try:
        await database.write(partial(_distrust, now=now))
        return await database.read(itself.app_of)
    finally:
        await database.close()


def _distrust(conn: Connection, now: datetime) -> None:
    switches.switch_writes(conn, is_on=False, by=BY, at=now)
    for table in (sessions, sign_ins):
        conn.execute(delete(table))
    conn.execute(update(cases).where(cases.c.state == "open").values(unconfirmed_since=now))


@contextmanager
def _alone(database: Path) -> Iterator[sqlite3.Connection]:
    """The only connection to it. Whoever has it open, with write-ahead logging, holds a lock on it all the time."""
    if not database.exists():
        _make(database)
    with closing(_opened(database)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise NotCopied(f"somebody uses {database}; stop every instance first ({error})") from error
        except sqlite3.DatabaseError as error:
            raise NotCopied(f"{database} is no database any more; move it away and restore again ({error})") from error
        yield connection


def _keep(old: sqlite3.Connection, aside: Path) -> None:
    _make(aside)
    with closing(sqlite3.connect(aside)) as copy:
        _copy(old, copy)


def _holds_anything(connection: sqlite3.Connection) -> bool:
    ours = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    tables = [row[0] for row in connection.execute(ours)]
    return any(
        connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()  # noqa: S608 - a name that SQLite told
        for table in tables
        if table != "alembic_version"
    )
