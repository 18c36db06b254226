"""pip keeps private vulnerability reporting off while the PSRT takes its reports."""

from __future__ import annotations

from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def test_nothing_is_written_where_everything_is_as_it_should_be(github: FakeGitHub, bot: Bot) -> None:
    """Start with the case where nothing is to be done: the default world is in order."""
    await bot.approve_everything()

    await bot.settle()

    assert github.writes == []
    assert (await bot.standing("pypa/pip", "private-reporting")).state == "pass"
    assert (await bot.standing("pypa/wheel", "private-reporting")).state == "unmanaged"


async def test_a_flip_is_reverted_within_a_minute_though_github_sends_nothing(github: FakeGitHub, bot: Bot) -> None:
    """A well-meaning maintainer switches it on. GitHub has no webhook for that; the poll notices."""
    await bot.approve("private-reporting: off")
    await bot.settle()
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")

    await bot.later(seconds=31)

    assert not github.repo("pypa/pip").private_reporting


async def test_reports_that_slipped_in_reach_the_psrt(github: FakeGitHub, bot: Bot) -> None:
    """While it was on somebody reported on GitHub. The PSRT's people are added, and nobody is removed."""
    await bot.approve("private-reporting: off")
    await bot.settle()
    pip = github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    report = pip.report("Path traversal", by="reporter-1")

    await bot.deliver(report.reported())
    await bot.settle()

    assert not pip.private_reporting
    assert {"psrt-member-1", "psrt-member-2"} <= set(report.collaborators)
    assert "reporter-1" in report.readers
