"""What are people told of pull requests that could not be told what follows from them?"""

from __future__ import annotations

import pytest

from app.sandbox import contributing
from app.sandbox.state.repositories import Repository
from app.store.notices import open_notices
from tests.e2e.policy_repository import PATH, REPOSITORY, answers, moved_in, observing, sent, text_of
from tests.e2e.test_policy_pulls import CHECKS, looks
from tests.e2e.told import ever_told
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.fake_pulls import FakePull
from tests.harness import Bot

RUNS = f"/repos/{REPOSITORY}/check-runs"
REFUSED = "POST /repos/{owner}/{repo}/check-runs"


@pytest.fixture
async def policy(github: FakeGitHub, bot: Bot) -> FakeRepo:
    """The repository of the policy file."""
    return await moved_in(github, bot)


@pytest.fixture
def copy(github: FakeGitHub, policy: FakeRepo) -> Repository:
    """A stranger's fork of it."""
    return contributing.fork(github.world, policy.state, "strangers")


async def told(bot: Bot) -> list[tuple[str, str]]:
    """Of which pull requests are people told, and what?"""
    found = await bot.parts.database.read(open_notices)
    return [(each.about, each.text) for each in found if each.kind == "check-missing"]


def name_of(pull: FakePull) -> str:
    return f"{REPOSITORY}/pull/{pull.now.number}"


async def test_a_check_that_cannot_be_posted_is_told_once_and_until_it_is(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """Three times in vain: whoever reviews waits for a check that does not come. A restart tells nothing anew."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    github.fail("POST", RUNS, 422, times=None)
    await looks(bot)
    await looks(bot)
    assert await told(bot) == []

    await bot.later(minutes=2)
    [(about, text)] = await told(bot)
    assert (about, text) == (
        name_of(pull),
        f"{name_of(pull)}: it gets no check since 2026-12-01 09:00 UTC: GitHub answered 422 to {REFUSED}",
    )
    await bot.restart()
    await bot.settle()
    await bot.later(minutes=10)
    assert await told(bot) == [(about, text)]
    assert await ever_told(bot) == 1

    github.clear_faults()
    await bot.later(minutes=5)
    assert len(pull.checks) == 1
    assert await told(bot) == []


@pytest.mark.slow
async def test_what_fails_is_tried_less_and_less_often_and_at_most_every_five_minutes(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """GitHub refuses the same thing for a day, and nobody gains by asking it 2,880 times. Others are not slower."""
    broken = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    github.fail("POST", RUNS, 422, times=None)
    before = len(github.requests)
    for _ in range(60):
        await looks(bot)
    tried = [each for each in github.requests[before:] if (each.method, each.path) == ("POST", RUNS)]
    assert 7 <= len(tried) <= 12
    github.clear_faults()

    other = policy.open_pull({PATH: "version: 2"}, by="coordinator-1")
    await looks(bot)
    assert answers(other) == [("Not valid, 1 mistake", "failure")]

    broken.push({PATH: text_of(policy) + "\n"})
    await looks(bot)
    assert answers(broken) == [("Valid, and nothing changes", "success")]


@pytest.mark.slow
@pytest.mark.parametrize(("only", "how"), [({}, "closed"), ({}, "granted"), ({"checks": "read"}, "granted")])
async def test_a_permission_that_nobody_gave_is_told(
    only: dict[str, str], how: str, bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """Only people can give it. It is over when they do, and when nobody asks for anything any more."""
    granted = github.installation("greenroom-hand", "packaging-security").state.permissions
    had = granted.pop("checks")
    granted.update(only)
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    await bot.later(minutes=1)
    await bot.later(minutes=1)
    await bot.later(minutes=10)
    assert [about for about, _ in await told(bot)] == [name_of(pull)]

    if how == "granted":
        granted["checks"] = had
    else:
        pull.close()
    for _ in range(3):
        await bot.later(minutes=5)

    assert await told(bot) == []
    assert len(pull.checks) == (how == "granted")


@pytest.mark.slow
async def test_that_writes_are_off_is_nothing_to_tell_of_each_pull_request(bot: Bot, policy: FakeRepo) -> None:
    """Whoever switched them off knows; and the answer comes as soon as they are on."""
    bot.writes = "off"
    await bot.restart()
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    for _ in range(70):
        await looks(bot)
    assert await told(bot) == []

    bot.writes = "on"
    await bot.restart()
    await looks(bot)
    assert len(pull.checks) == 1


@pytest.mark.slow
async def test_the_end_of_answers_to_one_commit_is_told_and_over_with_the_next(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """After thirty checks a commit gets no more, and whoever presses the button should know why nothing comes."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    for _ in range(30):
        await looks(bot)
        assert await told(bot) == []
        pull.rerun()
    await looks(bot)

    [(about, text)] = await told(bot)
    assert about == name_of(pull)
    assert "was answered 30 times and gets no further check; push another commit for one" in text
    await bot.restart()
    await bot.later(minutes=5)
    assert await ever_told(bot) == 1
    assert len(pull.checks) == 30

    pull.push({PATH: text_of(policy) + "\n"})
    await looks(bot)
    assert await told(bot) == []
    assert sent(github) == [CHECKS] * 31


@pytest.mark.slow
@pytest.mark.parametrize("first", ["fork", "branch"])
async def test_two_of_one_commit_are_told_the_same_and_once(
    first: str, bot: Bot, github: FakeGitHub, policy: FakeRepo, copy: Repository
) -> None:
    """GitHub shows a check beside both. A stranger's copy takes nothing from those who review the branch."""
    text = observing(text_of(policy))
    if first == "branch":
        branch = policy.open_pull({PATH: text}, by="coordinator-1")
        await looks(bot)
        fork = policy.open_pull({PATH: text}, by="stranger-1", fork=copy).go_to(branch)
    else:
        fork = policy.open_pull({PATH: text}, by="stranger-1", fork=copy)
        await looks(bot)
        branch = policy.open_pull({PATH: text}, by="coordinator-1").go_to(fork)
    for _ in range(20):
        await looks(bot)
    said = len(sent(github))
    await bot.restart()
    await bot.later(minutes=5)

    assert branch.now.head_sha == fork.now.head_sha
    assert answers(branch)[-1] == ("Valid, 3 changes", "success")
    assert said == len(sent(github)) == (1 if first == "branch" else 2)


@pytest.mark.slow
async def test_two_forks_of_one_commit_hear_whether_it_is_valid(
    bot: Bot, github: FakeGitHub, policy: FakeRepo, copy: Repository
) -> None:
    """However many there are: nobody put that commit into the repository itself."""
    text = observing(text_of(policy))
    one = policy.open_pull({PATH: text}, by="stranger-1", fork=copy)
    policy.open_pull({PATH: text}, by="stranger-2", fork=copy).go_to(one)
    for _ in range(5):
        await looks(bot)

    assert answers(one) == [("The policy file is valid", "success")]
    assert sent(github) == [CHECKS]


@pytest.mark.slow
async def test_another_repository_of_the_same_name_hears_nothing(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """The one that was seen first is meant, though the setting holds no id; its file is compared with nobody's."""
    text = text_of(policy)
    policy.delete()
    org = github.world.organization("packaging-security")
    github.world.add_repository(org, "policy", private=True)
    github.installation("greenroom-hand", "packaging-security").add(REPOSITORY)
    other = github.repo(REPOSITORY)
    other.push_files({PATH: text})
    pull = other.open_pull({PATH: observing(text)}, by="stranger-1")

    await looks(bot)
    await bot.restart()
    await bot.later(minutes=5)

    assert pull.checks == []
    assert sent(github) == []
