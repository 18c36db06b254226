"""How is something written so that it is on disk before we say so?

Kept:
* a write that returned survives `kill -9` and loss of power; one that raised left nothing behind;
* writes take effect, and are answered, in the order in which they were asked for;
* a write that fails takes none of its neighbours along;
* several processes may use one database: they take turns.
Not kept: a write whose caller was cancelled may still happen.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError

from app.domain.delivery import NotDurable
from app.store import engines
from app.store.begun import refuse_no_file, refuse_nothing
from app.store.calls import Calls
from app.store.migrate import is_current, is_newer, migrate

T = TypeVar("T")

GROUP = 64  # writes that share one fsync


NEWER = (
    "the database was migrated by a newer version of Greenroom, which this one would damage; "
    "install that version again, or put back a backup from before"
)
OLDER = "the database belongs to an older version of Greenroom; stop every instance, then run: greenroom migrate"


class Away(ConnectionError):
    """Nobody answers, or somebody else keeps it: it may be well again by itself."""


class WrongSchema(Exception):
    """The database has another shape than this version expects. The message says what to do."""


@dataclass(frozen=True, slots=True)
class _Write(Generic[T]):
    work: Callable[[Connection], T]
    alone: bool
    answer: asyncio.Future[T]


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


class Database:
    """One database. A single thread writes, another reads; callers wait on the event loop."""

    def __init__(self, writer: Connection, reader: Engine) -> None:
        self._writer, self._reader = writer, reader
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Write[Any] | None] = SimpleQueue()
        self._closed = False
        self.calls = Calls(writer.engine.url)
        self._thread = threading.Thread(target=self._write_until_closed, name="store-writer", daemon=True)
        self._readers = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store-reader")
        self._thread.start()

    @classmethod
    async def open(cls, url: str, *, migrate: bool, begin: bool = True) -> Database:
        """Open the database, brought to this version's shape if asked to. Raises WrongSchema and NoDatabase.

        `begin`: where it may be migrated, also where there is none yet.
        """
        return cls(*await asyncio.to_thread(_open, make_url(url), migrates=migrate, begins=migrate and begin))

    @property
    def place(self) -> str:
        """Where it is, without credentials: a relative path depends on where the process was started."""
        return engines.place(self._writer.engine.url)

    async def write(self, work: Callable[[Connection], T], *, alone: bool = True) -> T:
        """Run `work` in a transaction; when this returns it is on disk. Raises NotDurable, or what `work` raised.

        `alone`: nobody else writes meanwhile. What never waits for a row that somebody else holds needs no turn.
        """
        if self._closed:
            raise NotDurable("the database is closed")
        answer: asyncio.Future[T] = self._loop.create_future()
        self._queue.put(_Write(work, alone, answer))
        return await answer

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work`, which only reads, on one consistent view."""
        return await self._loop.run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        """Finish what was asked for, then let go of the files."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._readers.shutdown)
        self._writer.close()
        self._writer.engine.dispose()
        self._reader.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        try:
            return self._read_once(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._read_once(work)  # the server was started anew; whatever only reads may be asked again

    def _read_once(self, work: Callable[[Connection], T]) -> T:
        with self._reader.begin() as connection:
            return work(connection)

    def _write_until_closed(self) -> None:
        while group := _next_group(self._queue):
            writes = [write for write in group if write]
            outcomes = _commit(self._writer, writes)
            self._loop.call_soon_threadsafe(_answer, writes, outcomes)
            if len(writes) < len(group):
                return


def _next_group(queue: SimpleQueue[_Write[Any] | None]) -> list[_Write[Any] | None]:
    """Wait for a write, then take whatever else waits. None comes last: it asks to stop."""
    group = [queue.get()]
    while group[-1] and len(group) < GROUP:
        try:
            group.append(queue.get_nowait())
        except Empty:
            break
    return group


def _commit(connection: Connection, writes: list[_Write[Any]]) -> list[Any]:
    """Do all writes in one transaction; a failed one is undone alone. Where the commit fails, nothing was written."""
    try:
        with connection.begin():
            if any(write.alone for write in writes):
                engines.take_turn(connection)
            if len(writes) == 1:  # undone with its transaction: no savepoint is needed, which would cost a fifth
                return [writes[0].work(connection)]
            return [_attempt(connection, write) for write in writes]
    except Exception as error:  # noqa: BLE001 - whatever it was, its callers wait for an answer
        if len(writes) == 1 and not isinstance(error, _UNWRITTEN):
            return [_Failed(error)]
        connection.invalidate()  # the next group gets a new one, whatever became of this
        return [_Failed(_not_durable(error))] * len(writes)


def _attempt(connection: Connection, write: _Write[Any]) -> Any:
    connection.exec_driver_sql("SAVEPOINT one")
    try:
        result = write.work(connection)
    except Exception as error:  # noqa: BLE001 - it belongs to whoever asked for this write
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT one")
        result = _Failed(_not_durable(error) if isinstance(error, _UNWRITTEN) else error)
    connection.exec_driver_sql("RELEASE SAVEPOINT one")
    return result


# Disk full, locked for too long, read-only, connection lost: the database's trouble, not the caller's.
_UNWRITTEN = (OperationalError, InterfaceError, InternalError)


def _not_durable(error: BaseException) -> NotDurable:
    failure = NotDurable(f"not written: {type(error).__name__}")
    failure.__cause__ = error
    return failure


def _answer(writes: list[_Write[Any]], outcomes: list[Any]) -> None:
    for write, outcome in zip(writes, outcomes, strict=True):
        if write.answer.done():  # its caller was cancelled
            continue
        if isinstance(outcome, _Failed):
            write.answer.set_exception(outcome.error)
        else:
            write.answer.set_result(outcome)


def _open(url: URL, *, migrates: bool, begins: bool) -> tuple[Connection, Engine]:
    """Raises Away, and ConnectionError where people must mend what is there."""
    if not begins:
        refuse_no_file(url)
    writer = engines.engine_of(url, writes=True)
    try:
        _shape(writer, migrates=migrates, begins=begins)
        return writer.connect(), engines.engine_of(url, writes=False)
    except DatabaseError as error:
        writer.dispose()
        # What a server says may hold a password; SQLite says what is wrong with its file.
        why = "does not let us in" if engines.is_shared(url) else f"cannot be used: {error.orig}"
        kind = Away if isinstance(error, OperationalError) else ConnectionError
        raise kind(f"the database {engines.place(url)} {why}") from error
    except BaseException:
        writer.dispose()
        raise


def _shape(engine: Engine, *, migrates: bool, begins: bool) -> None:
    with engines.alone(engine) as connection:
        if not begins:
            refuse_nothing(connection)
        if is_newer(connection):
            raise WrongSchema(NEWER)
        if migrates and not is_current(connection):
            engines.prepare_for_tables(connection)
            migrate(connection)
        if not is_current(connection):
            raise WrongSchema(OLDER)
