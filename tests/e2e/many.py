"""How does a world with many repositories come about, and how much was asked in it?"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta

from app.sandbox.state.traffic import Exchange
from tests.fake_github import FakeGitHub
from tests.harness import Bot

ORG = "pypa"
COORDINATION = "packaging-security"
LIST = f"/orgs/{ORG}/security-advisories"
MINUTE = timedelta(minutes=1)


def only_pypa(github: FakeGitHub, repositories: int) -> None:
    """So many repositories in one organization, and the Watcher in no other one but that of the coordination."""
    for each in list(github.world.installations.values()):
        if each.app.slug == github.watcher.slug and each.account.login not in {ORG, COORDINATION}:
            github.installation(each.app.slug, each.account.login).uninstall()
    many(github, repositories)


def many(github: FakeGitHub, repositories: int) -> None:
    """PyPA grows to so many repositories."""
    org = github.world.organization(ORG)
    present = sum(each.owner is org for each in github.world.repositories.values())
    for number in range(repositories - present):
        github.world.add_repository(org, f"project-{number}").private_reporting = True


def may_list_organizations(github: FakeGitHub) -> None:
    """The Watcher may write advisories in PyPA, as where one registration both watches and writes."""
    github.installation(github.watcher.slug, ORG).grant("repository_advisories", "write")


def own_lists(github: FakeGitHub, since: int = 0) -> list[str]:
    """The repositories of PyPA that were asked for their advisories by themselves."""
    lists = [each for each in github.requests[since:] if each.path.endswith("/security-advisories")]
    paths = [each.path for each in lists if "state=published" not in each.query]  # no list of an organization has those
    return [path.split("/")[3] for path in paths if path.startswith(f"/repos/{ORG}/")]


async def sweep_later(bot: Bot) -> int:
    """A sweep, ten minutes later. Says how many requests there were before."""
    before = len(bot.github.requests)
    bot.clock.advance(minutes=10)
    await bot.sweep()
    await bot.settle()
    return before


def most_points_in_a_minute(requests: Iterable[Exchange]) -> int:
    """Of the busiest installation. GitHub: "Rate limits for the REST API": one for a read, five for anything else."""
    sent: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for each in requests:
        points = 1 if each.method in {"GET", "HEAD"} else 5
        sent.setdefault((each.who, each.account), []).append((each.at, points))
    return max(_most(amounts, MINUTE) for amounts in sent.values())


def most_in(length: timedelta, requests: Iterable[Exchange]) -> int:
    """How many of these fell into the busiest stretch of time of that length."""
    return _most([(each.at, 1) for each in requests], length)


def _most(amounts: list[tuple[datetime, int]], length: timedelta) -> int:
    most = total = 0
    within: deque[tuple[datetime, int]] = deque()
    for at, amount in amounts:
        while within and within[0][0] <= at - length:
            total -= within.popleft()[1]
        within.append((at, amount))
        total += amount
        most = max(most, total)
    return most
