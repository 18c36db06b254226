"""What if thousands of repositories are to be looked at at once, because GitHub told of each?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Connection, select

from app.domain.ids import POLL, PolicyKey, RepoName, RepositoryKey
from app.main import Greenroom
from app.store import work
from app.store.schema import work as work_set
from tests.clock import FakeClock
from tests.e2e.watching_many import watching
from tests.quiet_github import QuietGitHub

MINUTE = timedelta(minutes=1)
NAMED = RepoName("many", "tool-00399")
POLICY = """
version: 1
report_owners: {psrt: {users: ["somebody:1"], takes_reports: github}}
tools: {many: {repositories: [many/tool-00399], report_owner: [{from: 2024-01-01, owner: psrt}]}}
policies: {private-reporting: {mode: enforce}}
"""


class SlowGitHub(QuietGitHub):
    """One that takes its time to answer."""

    def __init__(self, clock: FakeClock, *, seconds: float) -> None:
        super().__init__(clock, account="many", repositories=400, limit=5_000)
        self.seconds = seconds

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.clock.advance(seconds=self.seconds)
        return await super().handle_async_request(request)


_app = partial(watching, policy=POLICY, log_level="warning")


async def _storm(greenroom: Greenroom, github: QuietGitHub) -> None:
    keys = [RepositoryKey(RepoName.parse(name)) for name in github.ids]
    await greenroom.database.write(partial(work.mark, keys=keys, due=greenroom.reconciler.now(), priority=work.PROMPT))


def _dues(conn: Connection) -> dict[str, datetime]:
    theirs = work_set.c.key.startswith("many/")
    return {row.key: row.due_at for row in conn.execute(select(work_set).where(theirs))}


def _failed(conn: Connection) -> int:
    """How many keys wait because looking at them did not work?"""
    return len(conn.execute(select(work_set).where(work_set.c.attempts > 0)).all())


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.05, 0.4], ids=["a quick GitHub", "a slow GitHub"])
async def test_switches_are_read_twice_a_minute_while_all_else_waits(
    clock: FakeClock, folder: Path, seconds: float
) -> None:
    """Where somebody switched private reporting off, it is found within a minute."""
    github = SlowGitHub(clock, seconds=seconds)
    async with _app(github, folder) as greenroom:
        await greenroom.database.write(partial(work.mark, keys=[POLL], due=clock.now()))
        await greenroom.worker.run_due()
        await _storm(greenroom, github)
        until = clock.now() + 5 * MINUTE
        while clock.now() < until:
            await greenroom.worker.run_due()
            clock.advance(seconds=1)

    reads = github.switch_reads[str(NAMED)]
    gaps = [later - earlier for earlier, later in pairwise(reads)]
    assert len(reads) >= 9
    assert max(gaps) <= MINUTE


async def test_what_a_minute_does_not_hold_is_put_off_once_and_comes_back_one_by_one(
    clock: FakeClock, folder: Path, said: Callable[[], str]
) -> None:
    """What came back together would be put off together, each by itself, and again."""
    github = SlowGitHub(clock, seconds=0.01)
    async with _app(github, folder) as greenroom:
        await _storm(greenroom, github)
        said()
        await greenroom.worker.run_due()
        assert said().count("retry_later") <= 1

        assert await greenroom.database.read(_failed) == 0
        dues = await greenroom.database.read(_dues)
        assert 100 < len(dues) < 400
        assert all(sum(at <= each < at + MINUTE for each in dues.values()) <= 150 for at in dues.values())
        for _ in range(60):
            clock.advance(seconds=30)
            await greenroom.worker.run_due()
    assert min(github.lists.values()) == 1
    assert set(dues) <= set(github.lists)
    assert max(github.asked_within(at, MINUTE) for at in github.asked_at) <= 300


async def test_what_is_to_be_mended_does_not_wait_behind_a_storm(clock: FakeClock, folder: Path) -> None:
    """A poll that finds a switch as it must not be asks for one policy of one repository."""
    github = SlowGitHub(clock, seconds=0.4)
    async with _app(github, folder) as greenroom:
        await _storm(greenroom, github)
        asked = PolicyKey(NAMED, "private-reporting")
        await greenroom.database.write(partial(work.mark, keys=[asked], due=clock.now(), priority=work.PROMPT))
        before = clock.now()
        await greenroom.worker.run_due()

    [first, *_] = github.switch_reads[str(NAMED)]
    assert first - before <= timedelta(seconds=20)
