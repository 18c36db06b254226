"""Who makes a repository of a name, and what is said of a name afterwards?"""

from __future__ import annotations

from functools import partial

from app.domain.ids import RepoName
from app.domain.records import Notice
from app.sandbox import people
from app.store import findings, notices
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

PVR = "private-reporting"
BOTH = ["wheel", "rust:uv"]


def made_anew(github: FakeGitHub, name: str) -> FakeRepo:
    """Somebody makes a repository of a name that was used before, or of a new one."""
    parsed = RepoName.parse(name)
    owner = github.world.users[min(github.world.organization(parsed.owner).owners)]
    people.create_repository(github.world, parsed, by=owner)
    return github.repo(name)


async def swept(bot: Bot) -> None:
    """It is time for a sweep, which nobody asked for."""
    bot.clock.advance(minutes=11)
    await bot.settle()


async def moved(bot: Bot) -> list[Notice]:
    """What people are told of names."""
    return [each for each in await bot.parts.database.read(notices.open_notices) if each.kind == "moved"]


async def standings(bot: Bot, repo: str) -> set[str]:
    """How what has that name stands with all policies."""
    found = await bot.parts.database.read(partial(findings.standings, repo=RepoName.parse(repo)))
    return {each.state for each in found}
