"""What campaigns of `make chaos` found, each as the shortest story of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.answers import recover
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def test_a_token_that_is_refused_right_after_a_start_is_no_accident(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """A new process looks up where everything is, and needs a token for that too. Without one it cannot tell."""
    await bot.approve_everything()
    await bot.settle()
    report = github.repo("pypa/pip").report("A report that slipped in")

    github.fail("POST", "/app/installations/*/access_tokens", 422, times=None)
    await bot.restart()
    await bot.deliver(report.reported())
    await bot.settle()

    assert '"failed"' not in said()
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "cannot tell"
    recover(github)
    await bot.later(minutes=30)
    assert len(report.collaborators) == 2
