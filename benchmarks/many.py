"""How fresh does the budget keep thousands of repositories?

The app and the sandbox in one process, without sockets, on a clock that jumps to whatever is due next. Looks follow one
another here; in life five run side by side, which the budget, not their number, holds back.
"""

from __future__ import annotations

import asyncio
import resource
import secrets
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import httpx
import structlog
from sqlalchemy import Connection, func, select

from app.main import Greenroom, assemble
from app.sandbox.registering import WATCHER
from app.sandbox.server.application import Sandbox
from app.sandbox.worlds import build_world
from app.settings import load_settings
from app.store import schema, work
from app.store.columns import UtcTime
from benchmarks import organization
from benchmarks.extent import Extent
from benchmarks.figures import table
from benchmarks.progress import say

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
ROUNDS = 2
HEAD = """### {many:,} repositories, simulated

One installation, all quiet, and policy says of each who takes its reports. From an empty database until each was looked
at {rounds} times, with a sweep every ten minutes as in life. The age of a repository is the time since its last look,
taken every ten minutes of the second round.
"""


class JumpingClock:
    """Sleeping moves the time."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def common(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        self._now += timedelta(seconds=max(0.0, seconds))
        await asyncio.sleep(0)

    def jump(self, to: datetime) -> None:
        self._now = max(self._now, to)


@dataclass(slots=True)
class Log:
    """What was asked when, and the hourly limit that GitHub told last."""

    asked: list[datetime] = field(default_factory=list)
    looks: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    limit: int = 0

    def rounds(self) -> int:
        """How often each repository was looked at, at least."""
        return min(map(len, self.looks.values()))

    def end_of(self, number: int) -> datetime:
        """When the last repository had its look of this round."""
        return max(times[number - 1] for times in self.looks.values())

    def ages(self, at: datetime) -> list[timedelta]:
        """Of each repository, at that moment."""
        return [at - max(time for time in times if time <= at) for times in self.looks.values()]


class Wire(httpx.AsyncBaseTransport):
    """Between the app and the sandbox; takes note of every request."""

    def __init__(self, sandbox: Sandbox, clock: JumpingClock, log: Log) -> None:
        self._inner = httpx.ASGITransport(app=sandbox)
        self._clock, self._log = clock, log

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        if request.url.path.startswith("/app"):  # the App's own limit, not the installation's
            return response
        now = self._clock.now()
        self._log.asked.append(now)
        self._log.limit = int(response.headers.get("x-ratelimit-limit", self._log.limit))
        if request.url.path.endswith("/security-advisories"):
            self._log.looks[request.url.path].append(now)
        return response


def run(extent: Extent) -> str:
    """The section of the figures."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    started = time.perf_counter()
    log = asyncio.run(_simulate(extent.many))
    rows = (*_figures(log), ("real time", f"{time.perf_counter() - started:.0f} s"), ("memory, peak", _peak()))
    head = HEAD.format(many=extent.many, rounds=ROUNDS)
    return f"{head}\n{table(('figure', 'value'), rows)}"


async def _simulate(many: int) -> Log:
    clock, log = JumpingClock(), Log()
    async with _running(many, clock, log) as greenroom:
        told = START
        while len(log.looks) < many or log.rounds() < ROUNDS:
            await greenroom.worker.run_due()
            clock.jump(await greenroom.database.read(_next_due))
            if clock.now() - told > timedelta(hours=1):
                told = clock.now()
                say(f"scale: {(told - START) / timedelta(hours=1):.0f} h, {sum(map(len, log.looks.values()))} looks")
    return log


@asynccontextmanager
async def _running(many: int, clock: JumpingClock, log: Log) -> AsyncIterator[Greenroom]:
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as name:
        folder = Path(name)
        organization.write_world(folder / "world.json", many)
        organization.write_policy(folder / "policy.yml", many, declared=True)
        world = build_world(str(folder / "world.json"), clock=clock)
        watcher = world.app(WATCHER)
        settings = load_settings(
            _env_file=None,
            github_url=world.api_url,
            app_id=str(watcher.id),
            private_key=watcher.private_key,
            webhook_secret=watcher.webhook_secret,
            digest_keys=f"bench:{secrets.token_hex(32)}",
            database_url=f"sqlite:///{folder}/greenroom.db",
            policy=folder / "policy.yml",
        )
        async with assemble(settings, clock=clock, transport=Wire(Sandbox(world), clock, log)) as greenroom:
            await greenroom.database.write(partial(work.start_timers, now=clock.now()))
            yield greenroom


def _next_due(conn: Connection) -> datetime:
    due: datetime = conn.execute(select(func.min(schema.work.c.due_at, type_=UtcTime))).scalar_one()
    return due


def _figures(log: Log) -> Iterable[tuple[str, str]]:
    first, second = log.end_of(1), log.end_of(2)
    hours = Counter((at - START) // timedelta(hours=1) for at in log.asked if at <= second)
    # The first hour may use what was saved up; a steady state begins after it.
    steady = [count for hour, count in hours.items() if 0 < hour < max(hours)] or list(hours.values())
    ages = [age for at in _every_ten_minutes(first, second) for age in log.ages(at)]
    return (
        ("first round of all", _hours(first - START)),
        ("second round", _hours(second - first)),
        ("requests, both rounds", f"{len(log.asked):,}"),
        ("hourly limit that GitHub names", f"{log.limit:,}"),
        ("requests in the first hour", f"{hours[0]:,} ({hours[0] / log.limit:.1%} of the limit)"),
        ("requests an hour after that, median", f"{median(steady):,.0f} ({median(steady) / log.limit:.1%})"),
        ("requests an hour after that, most", f"{max(steady):,} ({max(steady) / log.limit:.1%})"),
        ("points in any minute, most", f"{_most_in_a_minute(log.asked)} (budget 300, GitHub allows 900)"),
        ("age of a last look, median", _hours(sorted(ages)[len(ages) // 2])),
        ("age of a last look, most", _hours(max(ages))),
    )


def _every_ten_minutes(first: datetime, last: datetime) -> Iterable[datetime]:
    while first <= last:
        yield first
        first += timedelta(minutes=10)


def _most_in_a_minute(asked: list[datetime]) -> int:
    window: deque[datetime] = deque()
    most = 0
    for at in asked:
        window.append(at)
        while window[0] <= at - timedelta(minutes=1):
            window.popleft()
        most = max(most, len(window))
    return most


def _hours(span: timedelta) -> str:
    return f"{span / timedelta(hours=1):.2f} h"


def _peak() -> str:
    mebibytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{mebibytes:.0f} MiB (the sandbox with all of them, and the notes about every request, included)"
