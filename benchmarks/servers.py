"""Who takes deliveries, and how is each of them started?"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.sandbox.registering import new_private_key
from benchmarks.children import DoesNotStart, child, free_port, wait_until_it_listens
from webhooks.endpoint import PATH

HERE = Path(__file__).parent
ROOT = HERE.parent
PROBOT = HERE / "peers" / "probot"
PEERS_PYTHON = ROOT / ".venv-bench" / "bin" / "python"
# Servers have one core and the load another, or the scheduler decides who wins.
SERVERS, LOAD = max(os.sched_getaffinity(0)), min(os.sched_getaffinity(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A process that takes deliveries; `status` is its answer to those that it likes."""

    name: str
    port: int
    path: str
    status: int
    process: subprocess.Popen[bytes] = field(repr=False)
    stored: Callable[[], int | None]  # deliveries on disk; None where nothing is kept

    def memory(self) -> int:
        """Bytes in memory now."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of server is started in a folder of its own, on a port."""

    name: str
    command: Callable[[int], list[str]]
    environment: Callable[[int, Path, str], Mapping[str, str]]
    path: str
    status: int
    needs: str = "Python"
    keeps: bool = False

    @contextmanager
    def running(self, folder: Path, secret: str) -> Iterator[Server]:
        """A server that listens. Raises DoesNotStart."""
        if shutil.which(self.command(0)[0]) is None:
            raise DoesNotStart(f"{self.name} needs {self.needs}, which is not there")
        port = free_port()
        environment = self.environment(port, folder, secret)
        with child(self.command(port), folder, environment, core=SERVERS) as process:
            wait_until_it_listens(self.name, process, port, folder)
            yield Server(
                name=self.name,
                port=port,
                path=self.path,
                status=self.status,
                process=process,
                stored=lambda: _deliveries(folder / "greenroom.db") if self.keeps else None,
            )


def _deliveries(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        [[count]] = connection.execute("SELECT count(*) FROM deliveries")
        return int(count)


def _greenroom(port: int, folder: Path, secret: str) -> dict[str, str]:
    return {
        # Nobody listens there, as in a long outage: looks fail and are tried again, which costs more than waiting.
        "GREENROOM_GITHUB_URL": "http://127.0.0.1:1",
        "GREENROOM_APP_ID": "1",
        "GREENROOM_PRIVATE_KEY": _KEY,
        "GREENROOM_WEBHOOK_SECRET": secret,
        "GREENROOM_DIGEST_KEYS": f"bench:{secrets.token_hex(32)}",
        "GREENROOM_DATABASE_URL": f"sqlite:///{folder}/greenroom.db",
        "GREENROOM_PORT": str(port),
    }


def _probot(port: int, _folder: Path, secret: str) -> dict[str, str]:
    return {
        "NODE_ENV": "production",
        "APP_ID": "1",
        "PRIVATE_KEY": _KEY,
        "WEBHOOK_SECRET": secret,
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }


_KEY = new_private_key()

OURS = Kind(
    name="Greenroom",
    command=lambda _: [sys.executable, "-m", "app", "serve"],
    environment=_greenroom,
    path=PATH,
    status=202,
    keeps=True,
)
THEIRS = Kind(
    name="Probot",
    command=lambda _: [
        "node",
        str(PROBOT / "node_modules" / "probot" / "bin" / "probot.js"),
        "run",
        str(PROBOT / "app.js"),
    ],
    environment=_probot,
    path="/api/github/webhooks",
    status=200,
    needs="Node 20",
)
GIDGETHUB = Kind(
    name="gidgethub + aiohttp",
    command=lambda port: [str(PEERS_PYTHON), str(HERE / "peers" / "gidgethub_app.py"), str(port)],
    environment=lambda *given: {"WEBHOOK_SECRET": given[2]},
    path="/webhooks",
    status=202,
    needs="the environment that make bench installs",
)
RESPONDER = Kind(
    name="(the load's own ceiling)",
    command=lambda port: [sys.executable, str(HERE / "peers" / "responder.py"), str(port)],
    environment=lambda *_: {},
    path="/",
    status=202,
)
