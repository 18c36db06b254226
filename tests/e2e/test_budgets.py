"""How much does Greenroom ask of GitHub while all is well? What it may use is shared with everybody's other tools."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import pairwise
from typing import TypeAlias

import httpx
import pytest
import yaml

from app import planning
from app.domain.ids import RepoName
from app.sandbox.registering import WATCHER
from app.sandbox.state.traffic import Exchange
from app.sweeping.pacing import POLLED
from tests.clock import FakeClock
from tests.e2e.logged import LOG
from tests.e2e.many import MINUTE, ORG, many, may_list_organizations, most_in, most_points_in_a_minute, only_pypa
from tests.e2e.policy_edits import everybody_takes_reports
from tests.fake_github import FakeGitHub
from tests.harness import Bot

Declare: TypeAlias = Callable[[Bot], Awaitable[int]]

LATENCY = 0.05  # seconds; on this clock one answer after another, so what is asked at once counts as if it were not
SHIPPED = 2  # requests of a poll: policy enforces the switches of pip and get-pip


class Late(httpx.AsyncBaseTransport):
    """The connection to a GitHub that takes its time."""

    def __init__(self, inner: httpx.AsyncBaseTransport, clock: FakeClock) -> None:
        self._inner, self._clock = inner, clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._clock.sleep(LATENCY)
        return await self._inner.handle_async_request(request)


@pytest.fixture
def late(github: FakeGitHub, clock: FakeClock) -> None:
    """Ask for it before `bot`, which connects to it."""
    github.transport = Late(github.transport, clock)


async def as_shipped(_: Bot) -> int:
    """Only pip's maintainers declared who takes their reports. Says how many requests a poll takes."""
    return SHIPPED


async def observing(bot: Bot) -> None:
    """As shipped: no mirrors are kept, so they need not be found again at first."""
    content = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    content["coordination"]["mode"] = "observe"
    bot.policy.write_text(yaml.safe_dump(content), encoding="utf-8")
    await bot.restart()


async def everybody(bot: Bot) -> int:
    """The same where each repository of PyPA has somebody who takes its reports, so that each switch is looked at."""
    installed = {each.full_name for each in bot.github.world.repositories.values() if each.owner.login == ORG}
    content = yaml.safe_load(bot.policy.read_text(encoding="utf-8"))
    content["tools"] = {
        name: tool for name, tool in content["tools"].items() if installed.issuperset(tool["repositories"])
    }
    named = {repo for tool in content["tools"].values() for repo in tool["repositories"]}
    content["tools"] |= {repo.split("/")[1]: {"repositories": [repo]} for repo in sorted(installed - named)}
    everybody_takes_reports(content)
    bot.policy.write_text(yaml.safe_dump(content), encoding="utf-8")
    await bot.restart()
    rules = bot.parts.policy.current().file
    assert all(rules.report_owner_of(RepoName.parse(repo), bot.clock.now()) for repo in installed)
    return POLLED


def _of_sweeps(github: FakeGitHub) -> list[Exchange]:
    return [each for each in github.requests if each.path != LOG]


declared = pytest.mark.parametrize("declare", [as_shipped, everybody])


@pytest.mark.slow
@declared
async def test_sixty_repositories_cost_140_requests_at_first_and_130_from_then_on(
    github: FakeGitHub, bot: Bot, declare: Declare
) -> None:
    """Two for each, its switch and its list, and few besides: tokens and lists of repositories are kept.

    Of sweeps alone. Two things come on top and are not counted: one poll of the switches that policy enforces for each
    of the two sweeps (polls go by their own clock), and GitHub's log of deliveries, which is read every five minutes
    however many repositories there are.
    """
    only_pypa(github, 59)  # and the coordination repository
    polled = await declare(bot)

    await observing(bot)
    await bot.settle()
    cold = len(_of_sweeps(github)) - polled
    bot.clock.advance(minutes=10)
    await bot.sweep()
    await bot.settle()

    assert cold <= 140
    assert len(_of_sweeps(github)) - cold - 2 * polled <= 130


@pytest.mark.slow
@declared
async def test_sixty_repositories_cost_70_requests_where_the_organization_lists_them(
    github: FakeGitHub, bot: Bot, declare: Declare
) -> None:
    """Their switches have no list, their advisories have.

    Of the sweep of that organization alone: one poll of the switches that policy enforces, GitHub's log of deliveries,
    and what the coordination repository costs are not counted.
    """
    only_pypa(github, 60)
    polled = await declare(bot)
    may_list_organizations(github)
    await bot.settle()
    before = len(_of_sweeps(github))

    bot.clock.advance(minutes=10)
    await bot.sweep()
    await bot.settle()

    of_pypa = [
        each for each in _of_sweeps(github)[before:] if "packaging-security" not in f"{each.path} {each.account}"
    ]
    assert len(of_pypa) - polled <= 70
    assert [each.path for each in of_pypa if each.path.endswith(f"{ORG}/security-advisories")] == [
        f"/orgs/{ORG}/security-advisories"
    ] * 2


@pytest.mark.slow
async def test_no_minute_of_a_large_sweep_has_more_than_300_points(github: FakeGitHub, bot: Bot) -> None:
    """GitHub allows 900, and somebody else's tools may use the same installation's limits one day."""
    many(github, 200)

    await bot.settle()
    for _ in range(30):
        await bot.later(seconds=30)

    looked_at = {each.path for each in github.requests if each.path.endswith("/security-advisories")}
    assert len([path for path in looked_at if "/repos/pypa/" in path]) == 200
    assert 100 < most_points_in_a_minute(github.requests) <= 300


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.usefixtures("late")
@declared
async def test_sweeps_of_sixty_repositories_take_less_than_a_minute(
    github: FakeGitHub, bot: Bot, declare: Declare
) -> None:
    """All of twenty and more in a row, with polls between them, each answer being late."""
    only_pypa(github, 60)
    await declare(bot)
    await bot.settle()
    for _ in range(22 * 60):
        await bot.later(seconds=10)

    began = [each.at for each in github.requests if each.path == "/app/installations" and each.who == WATCHER]
    lists = [each for each in github.requests if re.fullmatch(rf"/repos/{ORG}/[^/]+/security-advisories", each.path)]
    assert len(began) > 20
    for begin, end in pairwise(began):
        looked_at = {each.path: each.at - begin for each in lists if begin <= each.at < end}
        assert len(looked_at) == 60
        assert max(looked_at.values()) <= MINUTE


@pytest.mark.slow
@pytest.mark.once
@pytest.mark.parametrize("declare", [as_shipped, everybody])
async def test_six_hours_of_routine_stay_within_their_share_of_the_limit(
    github: FakeGitHub, bot: Bot, declare: Declare
) -> None:
    """Six hours of looking every ten minutes and polling every thirty seconds, at sixty repositories."""
    only_pypa(github, 59)
    await declare(bot)
    await bot.settle()
    start = len(github.requests)

    for _ in range(6 * 120):
        await bot.later(seconds=30)

    of_pypa = [each for each in github.requests[start:] if each.account == ORG]
    limit = 5000 + 50 * (59 - 20)
    assert len(of_pypa) / 6 <= 0.15 * limit
    assert most_in(timedelta(hours=1), of_pypa) <= 0.15 * limit
    lists = [each for each in of_pypa if each.path == "/repos/pypa/project-0/security-advisories"]
    assert len(lists) >= 6 * 6 - 1  # and it did look, every time


@pytest.mark.slow
async def test_a_flood_of_cases_is_opened_over_minutes(github: FakeGitHub, bot: Bot) -> None:
    """At most 20 in any minute, though a coordinator wants all: GitHub limits what is created, and people read it."""
    await bot.approve_everything()
    await bot.settle()
    for number in range(30):
        github.repo("pypa/wheel").draft(f"Escape {number}", affects=["pip", "uv"])
    await bot.sweep()
    await bot.settle()
    assert github.writes == []

    plan = await bot.plan()
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1", wide=True)
    for _ in range(30):
        await bot.later(seconds=30)

    created = [each for each in github.writes if each.method == "POST"]
    assert len(github.coordination.mirrors) == len(created) == 30
    assert most_in(MINUTE, created) <= 20
    assert most_points_in_a_minute(github.requests) <= 300


@pytest.mark.slow
async def test_an_account_whose_minute_is_used_up_holds_up_nobody_else(github: FakeGitHub, bot: Bot) -> None:
    """All hands would be waiting for its turn, and a report elsewhere would lie there meanwhile."""
    many(github, 120)
    await bot.settle()
    bot.clock.advance(minutes=10)
    for number in range(110):
        report = github.repo(f"pypa/project-{number}").report("Escape", affects=["wheel"])
        assert await bot.deliver(report.reported()) == 202
    report = github.repo("python-poetry/poetry").report("Escape", affects=["poetry", "uv"])
    assert await bot.deliver(report.reported()) == 202
    started = bot.clock.now()

    await bot.settle()

    asked = [each for each in github.requests if each.at >= started]
    [first, *_] = [each.at for each in asked if each.account == "python-poetry"]
    assert first - started < timedelta(seconds=5)
    for _ in range(10):
        await bot.later(minutes=1)
    assert most_points_in_a_minute(github.requests) <= 300


async def test_writes_are_a_second_apart(github: FakeGitHub, bot: Bot) -> None:
    """GitHub: "Best practices for using the REST API"."""
    await bot.approve_everything()
    await bot.settle()
    for number in range(3):
        github.repo("pypa/wheel").draft(f"Escape {number}", affects=["pip", "uv"])

    await bot.sweep()
    await bot.settle()

    times = [each.at for each in github.writes if each.account == "packaging-security"]
    assert len(times) >= 6
    assert min(after - before for before, after in pairwise(times)) >= timedelta(seconds=1)
