"""Is the copy of a database whole, and what has to be done to one before it may take the place of another?

A copy is a file of SQLite, whichever database it was made of. Kept:
* nobody but the owner may read it, from its first byte on;
* what was checked is what is kept: a copy that cannot be used is taken away again, or was never put in place;
* a copy has its name once it is whole: whoever is killed before leaves a hidden folder that nobody takes for one;
* what comes back trusts nobody: what was taken back since then would be in force again, so writes are switched off,
  nobody is signed in, and nobody is let into a case before a coordinator confirmed it;
* cases that were opened since come back from their mirrors, which are asked anew.
"""

from __future__ import annotations

import os
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

from app.store import audit, itself, moments, switches
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


async def inspected(copy: Path, *, called: Path) -> Copy:
    """Is it whole, of a shape that this version knows, and its audit as it was written? Raises NotCopied.

    `called`: the file that somebody named, of which this may be a copy.

    The audit is read in a copy that is of this version's shape: so it is also known that it can become that.
    """
    with closing(opened(copy)) as connection:
        if (found := _integrity(connection)) != "ok":
            raise NotCopied(f"{called} is damaged: {found}")
        migration = _migration(connection)
    with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".greenroom-check-") as folder:
        scratch = copied(copy, Path(folder) / "scratch.db")
        try:
            chain = await _chain(scratch)
        except (WrongSchema, CommandError, SQLAlchemyError, ConnectionError) as error:
            raise NotCopied(f"{called} says it is of migration {migration}, and this version cannot use it") from error
    if chain.broken is not None:
        raise NotCopied(f"the audit in {called} is not as it was written, from row {chain.broken} on")
    return Copy(file=called, size=_size(copy), migration=migration, rows=chain.rows, head=chain.head)


async def _chain(file: Path) -> audit.Chain:
    database = await Database.open(f"sqlite:///{file}", migrate=True)
    try:
        return await database.read(audit.inspect)
    finally:
        await database.close()


async def prepared(backup: Path, into: Path, *, now: datetime, app: str | None) -> Copy:
    """A copy of a backup that trusts nobody. Raises NotCopied.

    It has to be of the install of this App, as far as that was kept; None: of whichever.
    """
    found = await inspected(copied(backup, into), called=backup)
    theirs = await _prepare(into, now)
    if app is not None and theirs not in {None, app}:
        raise NotCopied(
            f"{backup} is of an install whose App is {theirs}, and that of this one is {app}; "
            "--other-app restores it all the same"
        )
    return found


def distrust(conn: Connection, now: datetime) -> None:
    """What is known here is as old as a backup."""
    switches.switch_writes(conn, is_on=False, by=BY, at=now)
    for table in (sessions, sign_ins):
        conn.execute(delete(table))
    conn.execute(update(cases).where(cases.c.state == "open").values(unconfirmed_since=now))
    moments.forget(conn, moments.CASES_REBUILT)


def new_file(file: Path) -> None:
    """An empty one that only its owner reads. Raises NotCopied."""
    try:
        file.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        raise _is_there(file) from None


@contextmanager
def becomes(file: Path) -> Iterator[Path]:
    """An empty one that only its owner reads, and that gets this name if all goes well. Raises NotCopied."""
    if os.path.lexists(file):
        raise _is_there(file)
    with tempfile.TemporaryDirectory(dir=file.parent, prefix=".greenroom-backup-") as folder:
        new_file(made := Path(folder) / file.name)
        yield made
        if os.path.lexists(file):
            raise _is_there(file)
        made.rename(file)


def _is_there(file: Path) -> NotCopied:
    return NotCopied(f"{file} is there already; name a file that is not")


def opened(file: Path) -> sqlite3.Connection:
    """Raises NotCopied."""
    if not file.is_file():
        raise NotCopied(f"there is no database at {file}")
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=WAITS)


def copied(source: Path, into: Path) -> Path:
    new_file(into)
    with closing(opened(source)) as one, closing(sqlite3.connect(into)) as other:
        copy(one, other)
    return into


def copy(source: sqlite3.Connection, into: sqlite3.Connection) -> None:
    """All of it, in one file. Raises NotCopied."""
    try:
        source.backup(into)
        in_one_file(into)
    except sqlite3.Error as error:
        raise NotCopied(f"not copied: {error}") from error


def in_one_file(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode=DELETE")


def _size(file: Path) -> int:
    return file.stat().st_size


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
        await database.write(partial(distrust, now=now))
        return await database.read(itself.app_of)
    finally:
        await database.close()
