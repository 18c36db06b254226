"""Real processes on loopback: `greenroom sandbox` and `greenroom serve`, which a story may kill."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from app.domain.actions import MIRROR_SCOPES
from app.domain.mirrors import Store
from app.domain.records import Approval
from app.reconcile.gates import RULES_VERSION
from app.sandbox.registering import new_private_key
from app.store import approvals
from app.store.database import Database
from policies.config import commit_of
from tests.webhooks.deliveries import SECRET

WITHIN = 60.0  # seconds
DIGEST_KEYS = f"test:{'5a' * 32}"


@contextmanager
def process(
    folder: Path, command: str, *arguments: str, environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """A command of ours, with nothing of this environment's settings. Killed at the end if it still runs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GREENROOM_")}
    with (folder / f"{command}.log").open("ab") as log:
        started = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "app", command, *arguments],
            env=clean | dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if command == "sandbox" else log,
            stderr=log,
        )
    try:
        yield started
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGKILL)
        started.wait(20)
        if started.stdout:
            started.stdout.close()


def alone(github: str, database_url: str, port: int) -> dict[str, str]:
    """Settings of an instance whose GitHub answers nothing, so its App need not be known there."""
    return {
        "GREENROOM_GITHUB_URL": github,
        "GREENROOM_APP_ID": "1",
        "GREENROOM_PRIVATE_KEY": new_private_key(),
        "GREENROOM_WEBHOOK_SECRET": SECRET,
        "GREENROOM_DIGEST_KEYS": DIGEST_KEYS,
        "GREENROOM_DATABASE_URL": database_url,
        "GREENROOM_PORT": str(port),
    }


async def approve_mirrors(url: str, policy: str, *, cases: int, store: Store = "advisory") -> None:
    """A coordinator says yes to mirrors in that store, before the app first starts, under this policy file.

    It is a wide yes to the first so many cases: they become due at once, and more than three would be asked about.
    """
    approval = Approval(
        scope=MIRROR_SCOPES[store],
        plan_id="seen-by-a-coordinator",
        policy_commit=commit_of(policy),
        rules_version=RULES_VERSION,
        approved_by="coordinator-1",
        approved_at=datetime.now(UTC),
        wide=frozenset(f"case/{number}" for number in range(1, cases + 1)),
    )
    database = await Database.open(url, migrate=True)
    try:
        await database.write(partial(approvals.approve, approval=approval))
    finally:
        await database.close()


async def until(what: str, is_so: Callable[[], Any], seconds: float = WITHIN) -> None:
    """Look until it is so."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        if await is_so():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited {seconds:.0f} s in vain until {what}")


async def answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.TransportError:
        return False
