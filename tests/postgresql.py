"""Where does a test find a PostgreSQL? In a cluster of this process, which is gone when it is."""

from __future__ import annotations

import atexit
import itertools
import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
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
_GUARD = """
"$1" start --silent --pgdata="$0/data" --log="$0/server.log" --options="$2" --wait --timeout=60 >&2 && echo ready
read _
"$1" stop --silent --pgdata="$0/data" --mode=fast --wait >&2
rm -rf "$0"
"""
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
    serve = shlex.join(["-k", str(folder), *options])
    # pg_ctl says when the server takes connections. In a session of its own the shell hears no Ctrl-C, and the server
    # stops when its end of the pipe is closed, however this process ends; nothing of it stays in memory.
    guard = ["/bin/sh", "-c", _GUARD, str(folder), str(binaries / "pg_ctl"), serve]
    server = subprocess.Popen(  # noqa: S603 - ours
        guard, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder, start_new_session=True, **as_owner
    )
    try:
        if server.stdout is None or not server.stdout.readline():
            raise NotInstalled("PostgreSQL's server did not start")
        yield Cluster(URL.create("postgresql", owner.pw_name, database="postgres", query={"host": str(folder)}))
    finally:
        server.communicate()
        shutil.rmtree(folder, ignore_errors=True)


def _owner() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    with suppress(KeyError):
        return pwd.getpwnam("postgres")
    return pwd.getpwnam("nobody")
