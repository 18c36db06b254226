"""Is everything as fresh as it is meant to be over thousands of repositories, whatever happens meanwhile?

Two hours of the whole app with its own budgets and database, on its own clock; looks follow one another. The sandbox
has the case, and the organizations beside it are so quiet that only how often and when they are asked is of interest. A
day of these would take the app long: that is told of the plan alone (`tests/test_a_day_of_6000.py`).
"""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
import yaml
from sqlalchemy import Connection

from app.domain.ids import RepoName
from app.domain.tiers import CASES, NAMED, REST, SWITCHES, TIERS, Tier
from app.store import findings, freshness, last_looks
from tests.beside import Beside
from tests.clock import FakeClock
from tests.e2e.many import only_pypa
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running
from tests.quiet_github import QuietGitHub

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEP = 15  # seconds
SHARE = 0.15
NAMES = ("many/tool-00007", "many/tool-04799", "some/tool-00001", "tiny/tool-00001")
WRONG, NEWCOMER = NAMES[0], "many/newcomer"


class Hours:
    """A world of thousands, and how old last looks were in it, taken every five minutes."""

    def __init__(self, bot: Bot, quiet: Mapping[str, QuietGitHub]) -> None:
        self.bot, self.quiet, self.began = bot, quiet, bot.clock.now()
        self.ages: dict[Tier, list[timedelta]] = defaultdict(list)  # without those whom GitHub bans
        self._taken = self.began

    @property
    def now(self) -> datetime:
        return self.bot.clock.now()

    async def until(self, length: timedelta) -> None:
        """Let time pass to that long after it began, and do what becomes due."""
        while self.now < self.began + length:
            await self.step()

    async def step(self) -> None:
        await self.bot.later(seconds=STEP)
        if self.now - self._taken >= 5 * MINUTE:
            self._taken = self.now
            await self.bot.parts.database.read(self._take)

    def _take(self, conn: Connection) -> None:
        named = {RepoName.parse(name) for name in NAMES if not name.startswith("some/")}
        whole = {name: at for name, at in last_looks.repositories(conn).items() if name.owner != "some"}
        self.ages[SWITCHES] += [self.now - at for at in last_looks.switches(conn, named).values()]
        self.ages[CASES] += [self.now - at for at in last_looks.open_cases(conn).values()]
        self.ages[NAMED] += [self.now - at for name, at in whole.items() if name in named]
        self.ages[REST] += [self.now - at for name, at in whole.items() if name not in named]

    async def until_found_wrong(self, repo: str) -> timedelta:
        """How long until it is known that a switch is not as it should be?"""
        since = self.now
        while await self._state(repo) != "finding" and self.now - since < 5 * MINUTE:
            await self.step()
        return self.now - since

    async def _state(self, repo: str) -> str:
        found = await self.bot.parts.database.read(lambda conn: findings.standings(conn, RepoName.parse(repo)))
        return next((each.state for each in found if each.policy == "private-reporting"), "")

    def told(self) -> dict[Tier, tuple[timedelta, ...]]:
        """p50, p95, p99, and the oldest."""
        found = {}
        for tier in TIERS:
            if ages := sorted(self.ages[tier]):
                at = [ages[max(0, math.ceil(share * len(ages)) - 1)] for share in (0.5, 0.95, 0.99, 1.0)]
                found[tier] = tuple(at)
        return found


def _name_some(bot: Bot) -> None:
    """Policy says of four of the thousands who takes their reports, so their switches are to be on."""
    content = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    for number, repo in enumerate(NAMES):
        content["tools"][f"quiet-{number}"] = {
            "repositories": [repo],
            "report_owner": [{"from": "2024-01-01", "owner": "maintainers"}],
            "users": [*content["tools"]["pip"]["users"]],
        }
    bot.policy.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


@pytest.fixture
def _silence() -> Iterator[None]:
    """Hours have tens of thousands of lines."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
async def hours(clock: FakeClock, tmp_path: Path, _silence: None) -> AsyncIterator[Hours]:
    github = FakeGitHub(clock=clock, world="few", checks_shapes=False)
    only_pypa(github, 0)
    of = {
        "many": (4_800, 12_500),
        "some": (1_150, 12_500),
        "tiny": (50, 6_500),
    }  # repositories, GitHub's limit for so many
    quiet = {
        account: QuietGitHub(clock, account=account, repositories=many, limit=limit, number=9_000 + place)
        for place, (account, (many, limit)) in enumerate(of.items())
    }
    github.transport = Beside(github, *quiet.values())
    async with running(github, clock, tmp_path) as bot:
        _name_some(bot)
        await bot.restart()
        await bot.approve_everything()
        yield Hours(bot, quiet)


def _most(github: QuietGitHub, length: timedelta) -> int:
    """The most requests in any stretch of that length."""
    most = first = 0
    for last, at in enumerate(github.asked_at):
        while github.asked_at[first] <= at - length:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.slow
async def test_thousands_are_as_fresh_as_they_are_meant_to_be_whatever_happens(
    hours: Hours, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case and an edit, a flip, a restart, a newcomer, and an organization that GitHub bans for forty minutes."""
    bot, many, some = hours.bot, hours.quiet["many"], hours.quiet["some"]
    await hours.until(10 * MINUTE)
    case = bot.github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await hours.until(25 * MINUTE)
    case.edit(summary="Path traversal in wheels")
    await hours.until(28 * MINUTE)
    [mirror] = bot.github.coordination.open_mirrors
    assert "Path traversal in wheels" in mirror.text

    many.off.add(WRONG)
    assert await hours.until_found_wrong(WRONG) <= MINUTE
    many.off.clear()

    seen = dict(many.lists)
    await bot.restart()
    some.ban(40 * MINUTE)
    await hours.until(45 * MINUTE)
    again = [name for name, times in many.lists.items() if times > seen.get(name, 0) > 0 and name not in NAMES]
    assert again == []  # the round goes on where it was

    many.ids[NEWCOMER] = 1
    await hours.until(60 * MINUTE)
    assert many.lists[NEWCOMER] == 1
    await hours.until(2 * HOUR)

    told = hours.told()
    with capsys.disabled():
        for tier, ages in told.items():
            print(f"\n{tier.name:9} p50 {ages[0]} p95 {ages[1]} p99 {ages[2]} oldest {ages[3]}", end="")  # noqa: T201
        for github in hours.quiet.values():
            per_minute, per_hour = _most(github, MINUTE), _most(github, HOUR) / github.limit
            print(f"\n{github.account:5} most in a minute {per_minute}, in an hour {per_hour:.1%}", end="")  # noqa: T201
    for tier, (_, p95, p99, _) in told.items():
        assert p95 <= tier.target
        assert p99 <= tier.target
    for github in hours.quiet.values():
        assert _most(github, MINUTE) <= 300
        assert (
            len(github.asked_at) <= SHARE * github.limit * 4
        )  # two hours, and what a start and a restart take as saved up
    assert some.inside_ban <= 5  # what was under way
    found = {
        each.tier: each for each in await bot.parts.database.read(lambda conn: freshness.freshness(conn, hours.now))
    }
    assert [tier.name for tier, each in found.items() if each.is_short] == []
    named = found[NAMED].now
    assert named is not None
    assert named.oldest <= NAMED.target  # those who were banned, too
