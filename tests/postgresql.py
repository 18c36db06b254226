"""Where does a test find a PostgreSQL? In a cluster of this process, which is gone when it is."""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from app.store.engines import prepare_for_tables
from app.store.migrate import migrate

_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql*/bin")
_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux keeps this in memory; elsewhere the usual place has to do
# What is written need not outlive the machine: none of these stories is about the disk.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "track_counts": "off",
    "update_process_title": "off",
    "jit": "off",
}
_TEMPLATE = "as_migrated"
_NUMBERS = itertools.count(1)
_HAS_STRATEGIES = 150_000


class NotInstalled(Exception):
    """There is no PostgreSQL on this machine."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where databases are made and dropped."""

    url: URL  # of the database that is always there

    @classmethod
    def of(cls, url: str) -> Cluster:
        """The one in which that database is, or would be."""
        return cls(make_url(url).set(database="postgres").difference_update_query(["options"]))

    def fresh_url(self) -> str:
        """Of a database that is not there yet."""
        return self._named(f"story_{os.getpid()}_{next(_NUMBERS)}")

    def make(self, url: str) -> None:
        """A database of the current shape in which there is nothing yet."""
        self._run(f"CREATE DATABASE {make_url(url).database} TEMPLATE {self._template()}{_quickly(self)}")

    def make_bare(self, url: str) -> None:
        """A database without tables."""
        self._run(f"CREATE DATABASE {make_url(url).database} TEMPLATE template0")

    def copy(self, url: str, to: str) -> None:
        """A database that is like another one, to which nobody may be connected."""
        self._run(f"CREATE DATABASE {make_url(to).database} TEMPLATE {make_url(url).database}")

    def drop(self, url: str) -> None:
        """Whoever is still connected is cut off."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._named("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _named(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    def _template(self) -> str:
        return _migrated(self, _TEMPLATE)


@cache
def _migrated(cluster: Cluster, name: str) -> str:
    """Making the tables takes longer than many a story, so each process makes them once."""
    url = cluster._named(name)
    cluster.make_bare(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        prepare_for_tables(connection)
        migrate(connection)
    engine.dispose()
    return name


@cache
def _quickly(cluster: Cluster) -> str:
    """Where nothing waits for a disk, files are copied in less than half the time of what is written ahead of pages."""
    with psycopg.connect(cluster._named("postgres")) as connection:
        return " STRATEGY FILE_COPY" if connection.info.server_version >= _HAS_STRATEGIES else ""


@cache
def cluster() -> Cluster:
    """The cluster of this process. Raises NotInstalled."""
    running = _running(_binaries())
    atexit.register(running.__exit__, None, None, None)
    return running.__enter__()


def cluster_or_skip() -> Cluster:
    """Where everything has to be tested, a machine without PostgreSQL is a failure."""
    try:
        return cluster()
    except NotInstalled as error:
        if os.environ.get("GREENROOM_CI") == "1":
            pytest.fail(str(error))
        pytest.skip(str(error))


def _binaries() -> Path:
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    there = [each for place in _PLACES for each in sorted(Path("/").glob(place)) if (each / "initdb").exists()]
    if not there:
        raise NotInstalled("PostgreSQL's server is not installed, so nothing is known about it; install `postgresql`")
    return there[-1]


@contextmanager
def _running(binaries: Path) -> Iterator[Cluster]:
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="greenroom-pg-", dir=_MEMORY if _MEMORY.is_dir() else None))
    if owner.pw_uid != os.getuid():
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        folder.chmod(0o755)
    data = folder / "data"
    as_owner: dict[str, Any] = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    if os.getuid() != 0:
        as_owner = {}
    make = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        owner.pw_name,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(list(map(str, make)), check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_owner)  # noqa: S603 - ours
    options = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    serve = [binaries / "postgres", "-D", data, "-k", folder, *options]
    # However this process ends, its end of the pipe is closed, the server stops, and nothing of it stays in memory.
    guard = ["/bin/sh", "-c", '"$@" & read _; kill -INT $!; wait $!; rm -rf "$0"', str(folder), *map(str, serve)]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(guard, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd=folder, **as_owner)  # noqa: S603 - ours
    try:
        where = URL.create("postgresql", owner.pw_name, database="postgres", query={"host": str(folder)})
        _await(where)
        yield Cluster(where)
    finally:
        server.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _await(url: URL) -> None:
    for _ in range(600):
        with suppress(psycopg.OperationalError), psycopg.connect(url.render_as_string()):
            return
        time.sleep(0.05)
    raise NotInstalled("PostgreSQL's server did not start")


def _owner() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")
