"""How long does it take until every repository was looked at, and how many requests is that?

`greenroom serve` beside the hourly loop, against a sandbox in a process of its own whose every answer takes 50 ms.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx

from benchmarks import hourly_loop, organization
from benchmarks.children import DoesNotStart, child, free_port, wait_until_it_listens
from benchmarks.extent import Extent
from benchmarks.figures import spread, table
from benchmarks.progress import say

LATENCY = 50  # ms
AT_MOST = 900.0  # seconds
HEAD = """### Sweep in real time

Quiet repositories of one organization, every answer {latency} ms late. *cold*: an empty database; *quiet*: the same
database again, nothing changed. *watched*: the lists of advisories are read, as the loop reads them; *declared*: policy
says of each repository who takes its reports, so its switch is read too. Ours asks five things
at once and keeps to its own budget of 300 points a minute (GitHub allows 900); the loop asks one thing after another
and has no budget. Seconds to the last look; medians (least–most).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at everything."""

    seconds: float
    requests: int

    @property
    def a_minute(self) -> float:
        """Requests, on average; a look that is over within a minute used them all in it."""
        return self.requests / max(1.0, self.seconds / 60)


def run(extent: Extent) -> str:
    """The section of the figures. Raises DoesNotStart."""
    looks: dict[tuple[int, str], list[Look]] = {}
    for size in extent.sizes:
        for number in range(extent.rounds if size <= min(extent.sizes) else extent.long_rounds):
            say(f"sweep: {size} repositories, round {number + 1}")
            for kind, look in _round(size, declared=size <= min(extent.sizes)).items():
                looks.setdefault((size, kind), []).append(look)
    rows = [
        (
            str(size),
            kind,
            str(len(rounds)),
            spread((each.seconds for each in rounds), 1),
            spread(each.requests for each in rounds),
            spread(each.a_minute for each in rounds),
        )
        for (size, kind), rounds in looks.items()
    ]
    head = ("repositories", "who", "rounds", "seconds", "requests", "requests a minute")
    return f"{HEAD.format(latency=LATENCY)}\n{table(head, rows)}"


def _round(size: int, *, declared: bool) -> dict[str, Look]:
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as name:
        folder = Path(name)
        organization.write_world(folder / "world.json", size)
        with _sandbox(folder) as environment:
            loop = asyncio.run(hourly_loop.run(environment))
            looks = {
                "hourly loop": Look(seconds=loop.seconds, requests=loop.requests),
                "Greenroom, watched, cold": _look(folder, environment, size, declared=False),
                "Greenroom, watched, quiet": _look(folder, environment, size, declared=False),
            }
            if declared:
                looks["Greenroom, declared, quiet"] = _look(folder, environment, size, declared=True)
            return looks


@contextmanager
def _sandbox(folder: Path) -> Iterator[Mapping[str, str]]:
    """The settings that point a Greenroom at it."""
    port = free_port()
    command = [sys.executable, "-m", "app", "sandbox", "--port", str(port), "--world", str(folder / "world.json")]
    with child([*command, "--latency-ms", str(LATENCY), "--json"], folder / "sandbox", {}) as process:
        wait_until_it_listens("the sandbox", process, port, folder / "sandbox")
        while not (told := (folder / "sandbox" / "log").read_text(encoding="utf-8")).endswith("\n"):
            time.sleep(0.02)  # it listens before it says where
        environment: Mapping[str, str] = json.loads(told)["env"]
        yield environment


def _look(folder: Path, environment: Mapping[str, str], size: int, *, declared: bool) -> Look:
    """Start an app, and wait until it has looked at every repository."""
    organization.write_policy(folder / "policy.yml", size, declared=declared)
    port, database = free_port(), folder / "greenroom.db"
    own = {
        "GREENROOM_DIGEST_KEYS": f"bench:{secrets.token_hex(32)}",
        "GREENROOM_DATABASE_URL": f"sqlite:///{database}",
        "GREENROOM_POLICY": str(folder / "policy.yml"),
        "GREENROOM_PORT": str(port),
    }
    before, since = _requests(environment), datetime.now(UTC)
    with child([sys.executable, "-m", "app", "serve"], folder / "serve", {**environment, **own}) as process:
        wait_until_it_listens("Greenroom", process, port, folder / "serve")
        started = time.perf_counter()
        while _seen(database, since) < size:
            if time.perf_counter() - started > AT_MOST:
                raise DoesNotStart(f"only {_seen(database, since)} of {size} repositories were looked at")
            time.sleep(0.05)
        return Look(seconds=time.perf_counter() - started, requests=_requests(environment) - before)


def _seen(database: Path, since: datetime) -> int:
    """Repositories that were held against each policy since then."""
    query = """
        SELECT count(*) FROM (SELECT repository FROM standings GROUP BY repository HAVING min(observed_at) >= ?)
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        [[count]] = connection.execute(query, [since.replace(tzinfo=None).isoformat(" ")])
        return int(count)


def _requests(environment: Mapping[str, str]) -> int:
    return len(httpx.get(f"{environment['GREENROOM_GITHUB_URL']}/_sandbox/requests", timeout=30).json())
