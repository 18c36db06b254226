"""How does a case come to its issue, and how does its repository come to be public at the worst moment?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

REPO = "packaging-security/private-cases"
ISSUES = f"/repos/{REPO}/issues"


async def accepted(github: FakeGitHub, bot: Bot) -> Any:
    """The coordinators approved everything, and then there is an advisory of wheel that concerns uv."""
    await bot.approve_everything()
    await bot.settle()
    return github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])


async def mirrored(github: FakeGitHub, bot: Bot) -> tuple[Any, FakeIssue]:
    """Such an advisory, and its issue, which is not the first one if there are others."""
    advisory = await accepted(github, bot)
    await bot.sweep()
    await bot.settle()
    [mirror] = github.coordination.mirrors
    assert isinstance(mirror, FakeIssue)
    return advisory, mirror


def goes_public(github: FakeGitHub) -> Callable[[Any], Awaitable[None]]:
    """What an owner of the coordination repository does while a request of ours is on its way."""

    async def act(request: Any) -> None:
        del request
        github.coordination.make_public()

    return act


def writes(github: FakeGitHub) -> list[str]:
    """Everything that was written, in order."""
    return [f"{write.method} {write.path}" for write in github.writes]
