"""The private repository in which the policy file lies, and what Apps said of its pull requests."""

from __future__ import annotations

from app.sandbox.state.traffic import Delivery
from app.store.notices import open_notices
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.fake_pulls import FakePull
from tests.harness import Bot

REPOSITORY = "packaging-security/policy"
PATH = "greenroom.yml"
SOURCE = f"{REPOSITORY}:{PATH}"
HEAD = f"/repos/{REPOSITORY}/commits"


async def moved_in(github: FakeGitHub, bot: Bot) -> FakeRepo:
    """The coordinators keep the bot's policy file in a repository from now on, and installed the Hand there."""
    world, org = github.world, github.world.organization("packaging-security")
    world.add_repository(org, "policy", private=True)
    github.installation("greenroom-hand", "packaging-security").add(REPOSITORY)
    repo = github.repo(REPOSITORY)
    repo.push_files({PATH: bot.policy.read_text(encoding="utf-8")})
    bot.policy_in = f"{REPOSITORY}:{PATH}"
    await bot.restart()
    await bot.settle()
    return repo


def text_of(repo: FakeRepo) -> str:
    """The policy file on the default branch."""
    return repo.state.files[PATH].content.decode()


def answers(pull: FakePull) -> list[tuple[str, str | None]]:
    """What Apps said of the head of a pull request: the title and the conclusion of each run."""
    return [(str(run.output["title"]), run.conclusion) for run in pull.checks]


def sent(github: FakeGitHub) -> list[str]:
    """Everything that was sent and changed something."""
    return [f"{write.method} {write.path}" for write in github.writes]


def told_last(github: FakeGitHub, event: str) -> Delivery:
    """The newest delivery of that event."""
    return next(each for each in reversed(github.deliveries) if each.event == event)


async def told(bot: Bot) -> list[tuple[str, str]]:
    """What people are told of the policy file: how urgent, and in which words."""
    found = await bot.parts.database.read(open_notices)
    return [(each.severity, each.text) for each in found if each.about == SOURCE]


async def half_an_hour(bot: Bot) -> None:
    for _ in range(31):
        await bot.later(minutes=1)


def observing(text: str) -> str:
    return text.replace("mode: enforce", "mode: observe")
