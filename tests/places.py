"""Where does a story keep its database: in a file of its folder, or in PostgreSQL?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import psycopg
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.engine import make_url

from tests.empty_database import empty_database
from tests.postgresql import Cluster, cluster_or_skip

Engine = Literal["sqlite", "postgresql"]

_NOTE = "greenroom.db-is-in"  # a file that names the database of a folder, where it is not in the folder

_PATIENT = {"options": "-cidle_in_transaction_session_timeout=60s"}


class Place(Protocol):
    """A database, whether or not it is there already."""

    @property
    def url(self) -> str: ...

    def exists(self) -> bool: ...

    def make(self) -> None:
        """Of the current shape, with nothing in it."""

    def make_bare(self) -> None:
        """Without tables."""

    def lose(self) -> None:
        """Somebody deletes it."""

    def back_up(self, into: Path) -> None:
        """Keep what is in it now, while nobody uses it."""

    def put_back(self, kept: Path) -> None:
        """All that is in it is what was kept there."""

    def elsewhere(self) -> Iterator[bytes]:
        """All that is in it and not in a file of the folder."""

    def content(self) -> bytes:
        """All that is in it, as somebody would find it who got hold of it."""

    def size(self) -> int:
        """Bytes."""

    def tidy(self) -> None:
        """What was deleted is free for what comes. Servers do so by themselves now and then; that of tests does not."""

    def refuse(self, table: str, because: str) -> None:
        """From now on that table takes no row more, and the error says why."""

    def accept(self, table: str) -> None:
        """It does again."""


@dataclass(frozen=True, slots=True)
class InFile:
    """SQLite."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "greenroom.db"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.file}"

    def exists(self) -> bool:
        return self.file.exists()

    def make_bare(self) -> None:
        """SQLite makes a file as soon as it is opened."""

    def make(self) -> None:
        self.file.write_bytes(empty_database())

    def lose(self) -> None:
        for path in self.folder.glob("greenroom.db*"):
            path.unlink()

    def back_up(self, into: Path) -> None:
        for each in self.folder.glob("greenroom.db*"):
            shutil.copy(each, into / each.name)

    def put_back(self, kept: Path) -> None:
        self.lose()
        for each in kept.glob("greenroom.db*"):
            shutil.copy(each, self.folder / each.name)

    def elsewhere(self) -> Iterator[bytes]:
        return iter(())

    def content(self) -> bytes:
        """With what it writes ahead."""
        return b"".join(path.read_bytes() for path in self.folder.glob("greenroom.db*"))

    def size(self) -> int:
        return int(rows(self, "PRAGMA page_count")[0][0] * rows(self, "PRAGMA page_size")[0][0])

    def tidy(self) -> None:
        """SQLite does so at once."""

    def refuse(self, table: str, because: str) -> None:
        change(self, f"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, '{because}'); END")

    def accept(self, table: str) -> None:  # noqa: ARG002 - the other kind needs it
        change(self, "DROP TRIGGER refused")


@dataclass(frozen=True, slots=True)
class InServer:
    """PostgreSQL."""

    url: str

    def exists(self) -> bool:
        try:
            with psycopg.connect(self.url) as connection:
                return bool(connection.execute("SELECT 1 FROM alembic_version").fetchall())
        except psycopg.Error:
            return False

    def make(self) -> None:
        self.lose()
        Cluster.of(self.url).make(self.url)

    def make_bare(self) -> None:
        Cluster.of(self.url).make_bare(self.url)

    def lose(self) -> None:
        Cluster.of(self.url).drop(self.url)

    def back_up(self, into: Path) -> None:
        cluster = Cluster.of(self.url)
        copy = cluster.fresh_url()
        cluster.copy(self.url, copy)
        (into / _NOTE).write_text(copy, encoding="utf-8")

    def put_back(self, kept: Path) -> None:
        self.lose()
        Cluster.of(self.url).copy((kept / _NOTE).read_text(encoding="utf-8"), self.url)

    def elsewhere(self) -> Iterator[bytes]:
        """As a backup of it would hold it."""
        with psycopg.connect(self.url) as connection:
            tables = connection.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
            for (table,) in tables.fetchall():
                rows = connection.execute(f"SELECT each::text FROM {table} each".encode())  # noqa: S608 - its own name
                yield "\n".join(row for (row,) in rows).encode()

    def content(self) -> bytes:
        return b"\n".join(self.elsewhere())

    def tidy(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM")

    def size(self) -> int:
        return int(rows(self, "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'")[0][0])

    def refuse(self, table: str, because: str) -> None:
        refusing = f"BEGIN RAISE EXCEPTION '{because}'; END"
        change(self, f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $${refusing}$$")
        change(self, f"CREATE TRIGGER refused BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")

    def accept(self, table: str) -> None:
        change(self, f"DROP TRIGGER refused ON {table}")
        change(self, "DROP FUNCTION refuse()")


@contextmanager
def by_hand(place: Place) -> Iterator[Connection]:
    """What somebody does with the database's own tools: no code of the app's is between."""
    engine = create_engine(place.url, poolclass=NullPool)
    with engine.begin() as conn:
        yield conn


def rows(place: Place, query: str) -> list[tuple[Any, ...]]:
    with by_hand(place) as conn:
        return [tuple(row) for row in conn.execute(text(query))]


def change(place: Place, statement: str, **values: object) -> None:
    with by_hand(place) as conn:
        conn.execute(text(statement), values)


def place_in(folder: Path) -> Place:
    """Where whatever runs in this folder keeps its database."""
    note = folder / _NOTE
    return InServer(note.read_text(encoding="utf-8")) if note.exists() else InFile(folder)


def keep_in(engine: Engine, folder: Path, *, patient: bool = False) -> Place:
    """From now on whatever runs in this folder keeps its database there, which is not made yet.

    `patient`: the server does not take a transaction for stopped where a busy machine gave its writer no time.
    """
    if engine == "postgresql":
        url = make_url(cluster_or_skip().fresh_url()).update_query_dict(_PATIENT if patient else {})
        (folder / _NOTE).write_text(url.render_as_string(hide_password=False), encoding="utf-8")
    return place_in(folder)
