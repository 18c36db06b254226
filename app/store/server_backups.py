"""How is a server's database kept in a file for a bad day, and how does it come back?

The file is the same that `backups.py` makes of a file, so either may be put in the place of either. Kept, beside what
`copies.py` keeps:
* a copy is of one moment, also while instances write, and keeps none of them waiting;
* every row of it is counted, and its audit compared;
* what is put back arrives as a whole or not at all, and nobody can begin to work with it before;
* a database that an instance uses is not replaced, and what was in it is kept beside.
Not kept: whoever uses it by another tool is not noticed.
"""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.store import engines
from app.store.begun import refuse_nothing
from app.store.columns import metadata
from app.store.copies import Copy, NotCopied, becomes, distrust, in_one_file, inspected, opened, prepared
from app.store.database import NEWER, OLDER
from app.store.migrate import is_current, is_newer, migrate
from app.store.transfer import CannotCopy, carry, refuse_what_is_used, tables_with_rows


async def back_up(url: str, into: Path) -> Copy:
    """Copy a database, in use or not, into a file that is not there yet. Raises NotCopied and NoDatabase."""
    with becomes(into) as made:
        await asyncio.to_thread(_read_into, url, made)
        return await inspected(made, called=into)


async def restore(backup: Path, url: str, *, aside: Path | None, now: datetime, app: str | None) -> Copy:
    """Put a copy in the place of a database that nobody uses; what was there is kept in `aside`. Raises NotCopied.

    It has to be of the install of this App, as far as that was kept; None: of whichever.
    """
    opened(backup).close()
    # Beside the backup, where there was room for it; the usual place may be in memory, and small.
    with tempfile.TemporaryDirectory(dir=backup.parent, prefix=".greenroom-restore-") as folder:
        ready = Path(folder) / "prepared.db"
        found = await prepared(backup, ready, now=now, app=app)
        await asyncio.to_thread(_put_in_place, ready, url, aside, now)
    return found


async def come_back(url: str, *, now: datetime) -> None:
    """What its own tools put back is as old as a copy, and nothing in it is trusted. Raises NotCopied, NoDatabase."""
    await asyncio.to_thread(_come_back, url, now)


def _read_into(url: str, into: Path) -> None:
    with _errors(), _beginning(url, writes=False) as there:
        engines.take_time(there)
        _refuse_another_shape(there)
        _fill(there, into)


def _fill(there: Connection, into: Path) -> None:
    """A file that is there, of all that is there."""
    with _beginning(f"sqlite:///{into}", writes=True) as here:
        migrate(here)
        carry(there, here)
    with closing(sqlite3.connect(into)) as connection:
        in_one_file(connection)


def _put_in_place(ready: Path, url: str, aside: Path | None, now: datetime) -> None:
    with _alone(url, now) as here:
        if not is_current(here):
            engines.prepare_for_tables(here)
            migrate(here)
        if tables_with_rows(here):
            if aside is None:
                raise NotCopied("the database is not empty; --replace keeps what is in it in a file")
            with becomes(aside) as made:
                _fill(here, made)
        for table in reversed(metadata.sorted_tables):
            here.execute(delete(table))
        with _beginning(f"sqlite:///{ready}", writes=False) as there:
            carry(there, here)


def _come_back(url: str, now: datetime) -> None:
    with _alone(url, now) as here:
        _refuse_another_shape(here)
        distrust(here, now)


def _refuse_another_shape(conn: Connection) -> None:
    refuse_nothing(conn)
    if is_newer(conn):
        raise NotCopied(NEWER)
    if not is_current(conn):
        raise NotCopied(OLDER)


@contextmanager
def _alone(url: str, now: datetime) -> Iterator[Connection]:
    """One transaction, during which no instance begins."""
    with _errors():
        engine = engines.engine_of(make_url(url), writes=True)
        try:
            with engines.alone(engine) as here:
                engines.take_turn(here)
                if is_newer(here):
                    raise NotCopied(NEWER)
                if engines.is_open_elsewhere(here):
                    raise NotCopied("somebody uses the database; stop every instance first")
                refuse_what_is_used(here, now)
                yield here
        finally:
            engine.dispose()


@contextmanager
def _beginning(url: str, *, writes: bool) -> Iterator[Connection]:
    engine = engines.engine_of(make_url(url), writes=writes)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except CannotCopy as error:
        raise NotCopied(str(error)) from error
    except SQLAlchemyError as error:  # what a server says may hold a password, and a row what is under embargo
        raise NotCopied(f"not copied: {type(error).__name__}; is the database there, and is there room?") from None
