"""How is a database that is a file kept for a bad day, and how does it come back?

Kept, beside what `copies.py` keeps:
* a copy is of one moment, also while an instance writes (SQLite: "SQLite Backup API");
* the database of another install is not put in place, unless somebody says so;
* a database that somebody has open is not replaced, and while it is replaced nobody can open it.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy.engine import URL

from app.store.begun import refuse_no_file
from app.store.copies import Copy, NotCopied, becomes, copy, distrust, inspected, new_file, opened, prepared
from app.store.database import Database, WrongSchema


async def back_up(database: Path, into: Path) -> Copy:
    """Copy a database, in use or not, into a file that is not there yet. Raises NotCopied and NoDatabase."""
    refuse_no_file(_url(database))
    with closing(opened(database)) as source, becomes(into) as made:
        with closing(sqlite3.connect(made)) as there:
            copy(source, there)
        return await inspected(made, called=into)


async def restore(backup: Path, database: Path, *, aside: Path | None, now: datetime, app: str | None) -> Copy:
    """Put a copy in the place of a database that nobody uses; what was there is kept in `aside`. Raises NotCopied.

    It has to be of the install of this App, as far as that was kept; None: of whichever.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=database.parent, prefix=".greenroom-restore-") as folder:
        ready = Path(folder) / "prepared.db"
        found = await prepared(backup, ready, now=now, app=app)
        with _alone(database) as old:
            if _holds_anything(old):
                if aside is None:
                    raise NotCopied(f"{database} is not empty; --replace keeps it beside the restored one")
                _keep(old, aside)
            with closing(opened(ready)) as source:
                copy(source, old)
    return found


async def come_back(database: Path, *, now: datetime) -> None:
    """Somebody put a copy of its file in place by hand: nothing in it is trusted. Raises NotCopied and NoDatabase."""
    refuse_no_file(_url(database))
    with _alone(database):
        pass  # nobody has it open
    try:
        there = await Database.open(f"sqlite:///{database}", migrate=False)
    except WrongSchema as error:
        raise NotCopied(str(error)) from error
    try:
        await there.write(partial(distrust, now=now))
    finally:
        await there.close()


@contextmanager
def _alone(database: Path) -> Iterator[sqlite3.Connection]:
    """The only connection to it. Whoever has it open, with write-ahead logging, holds a lock on it all the time."""
    if not database.exists():
        new_file(database)
    with closing(opened(database)) as connection:
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


def _url(database: Path) -> URL:
    return URL.create("sqlite", database=str(database))


def _keep(old: sqlite3.Connection, aside: Path) -> None:
    with becomes(aside) as made, closing(sqlite3.connect(made)) as there:
        copy(old, there)


def _holds_anything(connection: sqlite3.Connection) -> bool:
    ours = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    tables = [row[0] for row in connection.execute(ours)]
    return any(
        connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()  # noqa: S608 - a name that SQLite told
        for table in tables
        if table != "alembic_version"
    )
