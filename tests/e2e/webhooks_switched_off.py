"""Somebody switches the webhook off, and on again. What do people hear of it?"""

from __future__ import annotations

from app.domain.ids import RepoName
from app.sandbox import people
from app.sandbox.registering import WATCHER
from tests.fake_github import FakeGitHub
from tests.harness import Bot

CASES = "packaging-security/cases"
LOG = "/app/hook/deliveries"


async def told(bot: Bot) -> str | None:
    """What people are told of it."""
    standing = await bot.standing(CASES, "app-covers")
    return standing.message if standing.state == "finding" else None


async def minutes(bot: Bot, many: int) -> None:
    for _ in range(many):
        await bot.later(minutes=1)


def switch(github: FakeGitHub, *, on: bool) -> None:
    people.switch_webhook(github.world.app(WATCHER), on=on)


def deliver_nowhere(github: FakeGitHub) -> None:
    """Nobody takes what GitHub sends. Its log says so."""
    for each in github.world.deliveries:
        if each.installation.app.slug == WATCHER:
            github.delivery_log.failed(each)
    github.world.deliveries.clear()


def archived(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").archive()


def unarchived(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").unarchive()


def made_private(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").make_private()


def renamed(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").rename("wheels")


def made(github: FakeGitHub) -> None:
    owner = github.repo("pypa/wheel").owner
    people.create_repository(github.world, RepoName("pypa", "new"), by=owner)


def published(github: FakeGitHub) -> None:
    github.repo("pypa/wheel").draft("It was a draft").publish()


def suspended(github: FakeGitHub) -> None:
    github.installation(WATCHER, "astral-sh").suspend()


HAPPENS = (archived, made, published, made_private, renamed, suspended)
