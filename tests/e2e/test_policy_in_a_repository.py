"""The policy file lies in a private repository. What its default branch says is in force, and nothing else ever is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.main import Greenroom
from tests.e2e.policy_repository import HEAD, PATH, observing, text_of
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

ACCEPTED = 202


async def test_a_reviewed_change_is_in_force_within_a_minute(github: FakeGitHub, bot: Bot, policy: FakeRepo) -> None:
    """Merged is decided: with its commit as the policy's, so that everybody can look it up."""
    assert bot.parts.policy.current().file.mode_of("private-reporting") == "enforce"

    commit = policy.push_files({PATH: observing(text_of(policy))})
    await bot.later(seconds=31)

    assert bot.parts.policy.current().commit == commit
    assert bot.parts.policy.current().file.mode_of("private-reporting") == "observe"
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=11)
    assert github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_it_enforces_as_a_local_file_does(github: FakeGitHub, bot: Bot, policy: FakeRepo) -> None:
    """Where the rules come from makes no difference."""
    assert text_of(policy)
    github.repo("pypa/pip").enable_private_reporting()

    await bot.later(minutes=1)

    assert not github.repo("pypa/pip").private_reporting


@pytest.mark.slow
async def test_another_file_of_the_repository_is_no_news(bot: Bot, policy: FakeRepo) -> None:
    """The same text keeps its commit, or each typo in a README would begin everything anew."""
    commit = bot.parts.policy.current().commit

    policy.push_files({"README.md": "Our policy."})
    await bot.later(minutes=2)

    assert bot.parts.policy.current().commit == commit


async def test_another_branch_is_never_in_force(bot: Bot, policy: FakeRepo) -> None:
    """Whoever may push there has not been reviewed."""
    commit = bot.parts.policy.current().commit

    policy.push_files({PATH: observing(text_of(policy))}, branch="try")
    await bot.later(minutes=2)

    assert bot.parts.policy.current().commit == commit
    assert bot.parts.policy.current().file.mode_of("private-reporting") == "enforce"


@pytest.mark.slow
async def test_a_quiet_file_costs_two_questions_a_poll(github: FakeGitHub, bot: Bot, policy: FakeRepo) -> None:
    """Its repository and its head; content is asked for where the head moved."""
    before = len(github.requests)
    for _ in range(20):
        await bot.later(seconds=30)

    asked = [each.path for each in github.requests[before:] if each.path.startswith(f"/repos/{policy.state.full_name}")]
    assert 38 <= len([path for path in asked if "pulls" not in path]) <= 42
    assert not [path for path in asked if "contents" in path]


async def test_every_instance_follows_what_one_of_them_read(
    github: FakeGitHub, bot: Bot, policy: FakeRepo, other: Greenroom
) -> None:
    """One of them polls; the others would learn of it from nobody else."""
    commit = policy.push_files({PATH: observing(text_of(policy))})
    await bot.later(seconds=31)
    before = len(github.requests)

    bot.clock.advance(seconds=6)
    await other.policy.refresh()

    assert other.policy.current().commit == bot.parts.policy.current().commit == commit
    assert len(github.requests) == before


@pytest.mark.slow
async def test_nothing_that_it_says_is_logged(bot: Bot, policy: FakeRepo, said: Callable[[], str]) -> None:
    """It names people, and what is excused for which reason."""
    said()
    text = (
        text_of(policy) + "exemptions: [{policy: private-reporting, repository: pypa/pip, reason: zebra, until: x}]\n"
    )

    policy.push_files({PATH: text})
    await bot.later(minutes=1)

    words = said()
    assert "policy.invalid" in words
    assert "zebra" not in words
    assert "psrt-member-1:" not in words


@pytest.mark.slow
async def test_where_one_registration_is_both_a_push_is_followed_at_once(
    github: FakeGitHub, bot: Bot, policy: FakeRepo
) -> None:
    """GitHub tells of pushes those who may read the files. It says when to look, and no more."""
    watcher = github.world.app("greenroom")
    watcher.events.append("push")
    github.installation("greenroom", "packaging-security").grant("contents", "read")
    await bot.later(seconds=6)
    asked = len(github.requests)

    commit = policy.push_files({PATH: observing(text_of(policy))})
    [push] = [each for each in github.deliveries if each.event == "push"]
    assert await bot.deliver(push) == ACCEPTED
    await bot.settle()

    assert bot.parts.policy.current().commit == commit
    for _ in range(50):  # somebody pushes all the time
        github.deliveries.clear()
        policy.push_files({"README.md": "again"})
        await bot.deliver(github.deliveries[0])
        await bot.settle()
    heads = [each for each in github.requests[asked:] if each.path == HEAD]
    assert len(heads) == 1
