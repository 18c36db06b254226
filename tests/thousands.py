"""Which world has thousands of repositories, and how fresh is what the app knows of it, seen from GitHub's side?

The sandbox has the case, and the organizations beside it are so quiet that only how often and when they are asked is of
interest. Ages are those of answers that these gave, whatever the app wrote down; a newcomer's begin when it comes.
"""

from __future__ import annotations

import logging
import math
from bisect import bisect_right
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import structlog
import yaml

from app.domain.ids import RepoName
from app.domain.tiers import CASES, NAMED, REST, SWITCHES, Tier
from app.store import findings, last_looks
from tests.beside import Beside
from tests.clock import FakeClock
from tests.e2e.many import only_pypa
from tests.fake_github import FakeGitHub
from tests.harness import Bot, running
from tests.quiet_github import QuietGitHub

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEP = 15  # seconds
EVERY = 5 * MINUTE  # ages are taken
NAMES = ("many/tool-00007", "many/tool-04799", "some/tool-00001", "tiny/tool-00001")
ACCOUNTS = {"many": (4_800, 12_500), "some": (1_150, 12_500), "tiny": (50, 6_500)}  # repositories, limit for so many
TOLD = (0.5, 0.95, 0.99, 1.0)


class Thousands:
    """6,000 repositories in three organizations beside the sandbox, and the app that looks at them."""

    def __init__(self, bot: Bot, quiet: Mapping[str, QuietGitHub], beside: Beside) -> None:
        self.bot, self.quiet, self.beside, self.began = bot, quiet, beside, bot.clock.now()
        self.of_cases: list[timedelta] = []  # ages of looks at open cases, by what the app wrote down
        self._taken = self.began

    @property
    def now(self) -> datetime:
        return self.bot.clock.now()

    @property
    def lived(self) -> timedelta:
        return self.now - self.began

    async def until(self, length: timedelta) -> None:
        """Let time pass to that long after it began, and do what becomes due."""
        while self.lived < length:
            await self.step()

    async def step(self) -> None:
        await self.bot.later(seconds=STEP)
        if self.now - self._taken >= EVERY:
            self._taken = self.now
            looks = await self.bot.parts.database.read(last_looks.open_cases)
            self.of_cases += [self.now - at for at in looks.values()]

    async def until_found_wrong(self, repo: str) -> timedelta:
        """How long until it is known that a switch is not as it should be?"""
        since = self.now
        while await self._state(repo) != "finding" and self.now - since < 5 * MINUTE:
            await self.step()
        return self.now - since

    async def _state(self, repo: str) -> str:
        found = await self.bot.parts.database.read(lambda conn: findings.standings(conn, RepoName.parse(repo)))
        return next((each.state for each in found if each.policy == "private-reporting"), "")

    def ages(self, *, without: str = "") -> dict[Tier, tuple[timedelta, ...]]:
        """Of each tier: p50, p95, p99, and the oldest, of all that was taken. `without` leaves an account out."""
        moments = [self.began + number * EVERY for number in range(1, self.lived // EVERY + 1)]
        found: dict[Tier, Counter[timedelta]] = {
            tier: self._counted(tier, moments, without) for tier in (SWITCHES, NAMED, REST)
        }
        found[CASES] = Counter(self.of_cases)
        return {tier: tuple(quantile(found[tier], share) for share in TOLD) for tier in found if found[tier]}

    def at(self, tier: Tier, moment: datetime) -> timedelta:
        """How old were 19 of 20 at that moment?"""
        return quantile(self._counted(tier, [moment], ""), 0.95)

    def _counted(self, tier: Tier, moments: Iterable[datetime], without: str) -> Counter[timedelta]:
        counts: Counter[timedelta] = Counter()
        for times in self._looks(tier, without):
            counts.update(moment - times[place - 1] for moment in moments if (place := bisect_right(times, moment)))
        return counts

    def _looks(self, tier: Tier, without: str) -> Iterator[list[datetime]]:
        """When each thing in a tier was looked at; what was there from the beginning is as old as that."""
        for account, github in self.quiet.items():
            if account == without:
                continue
            seen = github.switch_reads if tier == SWITCHES else github.looks
            for name in github.ids:
                if (name in NAMES) is not (tier == REST):
                    yield [github.met.get(name, self.began), *seen[name]]

    def shares(self, account: str) -> list[float]:
        """Of GitHub's hourly limit, what was used in each hour."""
        github = self.quiet[account]
        used = Counter((at - self.began) // HOUR for at in github.asked_at)
        return [used[hour] / github.limit for hour in range(math.ceil(self.lived / HOUR))]

    def most(self, account: str, length: timedelta) -> int:
        """The most requests in any stretch of that length."""
        asked, most, first = self.quiet[account].asked_at, 0, 0
        for last, at in enumerate(asked):
            while asked[first] <= at - length:
                first += 1
            most = max(most, last - first + 1)
        return most


def quantile(counts: Counter[timedelta], share: float) -> timedelta:
    """The least age that this share of what was counted does not exceed."""
    needed, reached = math.ceil(share * counts.total()), 0
    for age in sorted(counts):
        reached += counts[age]
        if reached >= needed:
            return age
    raise ValueError("nothing was counted")


@asynccontextmanager
async def thousands(clock: FakeClock, folder: Path) -> AsyncIterator[Thousands]:
    """The whole app in that world, with a yes to everything, and nothing in its log: a day has 100,000s of lines."""
    github = FakeGitHub(clock=clock, world="few", checks_shapes=False)
    only_pypa(github, 0)
    quiet = {
        account: QuietGitHub(clock, account=account, repositories=many, limit=limit, number=9_000 + place)
        for place, (account, (many, limit)) in enumerate(ACCOUNTS.items())
    }
    beside = github.transport = Beside(github, *quiet.values())
    with _silence():
        async with running(github, clock, folder) as bot:
            _name_some(bot)
            await bot.restart()
            await bot.approve_everything()
            yield Thousands(bot, quiet, beside)


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


@contextmanager
def _silence() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)
