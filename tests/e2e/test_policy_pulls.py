"""What is a pull request told that changes the policy file?"""

from __future__ import annotations

import pytest

from tests.e2e.policy_repository import PATH, REPOSITORY, answers, moved_in, sent, text_of
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

CHECKS = f"POST /repos/{REPOSITORY}/check-runs"


@pytest.fixture
async def policy(github: FakeGitHub, bot: Bot) -> FakeRepo:
    """The repository of the policy file. Nothing is written while nobody asks for a change of it."""
    repo = await moved_in(github, bot)
    assert sent(github) == []
    return repo


async def looks(bot: Bot) -> None:
    """The time passes until the next look at pull requests."""
    await bot.later(seconds=31)


def observing(text: str) -> str:
    return text.replace("mode: enforce", "mode: observe")


async def test_a_pull_request_hears_what_changes(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """Whoever reviews it should not have to compare two files by eye."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")

    await looks(bot)

    [run] = pull.checks
    assert (run.name, run.conclusion) == ("Greenroom policy", "success")
    assert run.output["title"] == "Valid, 3 changes"
    assert "- The policy `private-reporting` goes from `enforce` to `observe`" in run.output["summary"]
    assert sent(github) == [CHECKS]


async def test_it_hears_it_once(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """A check that is posted at each look would bury what people say."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    for _ in range(20):
        await looks(bot)

    await bot.restart()
    await bot.later(minutes=10)

    assert len(pull.checks) == 1
    assert sent(github) == [CHECKS]


async def test_mistakes_stand_beside_their_lines(bot: Bot, policy: FakeRepo) -> None:
    """Where they are is what the author has to know."""
    broken = text_of(policy).replace("takes_reports: email", "takes_reprots: email")
    pull = policy.open_pull({PATH: broken}, by="coordinator-1")

    await looks(bot)

    [run] = pull.checks
    line = broken[: broken.index("takes_reprots")].count("\n") + 1
    assert (run.conclusion, run.output["title"]) == ("failure", "Not valid, 2 mistakes")
    found = {(each["path"], each["start_line"], each["message"]) for each in run.output["annotations"]}
    key = "report_owners.psrt.takes_reprots"
    assert (PATH, line, f'{key}: there is no such key; did you mean "takes_reports"?') in found


async def test_a_new_commit_is_answered_anew(bot: Bot, policy: FakeRepo) -> None:
    """The mistake was mended: what was said of the commit before counts no more."""
    pull = policy.open_pull({PATH: "version: 2\n"}, by="coordinator-1")
    await looks(bot)
    assert answers(pull) == [("Not valid, 1 mistake", "failure")]

    pull.push({PATH: text_of(policy) + "\n"})
    await looks(bot)

    assert answers(pull) == [("Valid, and nothing changes", "success")]


async def test_what_changes_on_the_default_branch_changes_the_answer(bot: Bot, policy: FakeRepo) -> None:
    """It says what merging would change, and that is less once somebody else merged the same."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    await looks(bot)

    policy.push_files({PATH: observing(text_of(policy))})
    await looks(bot)

    assert [title for title, _ in answers(pull)] == ["Valid, 3 changes", "Valid, and nothing changes"]


@pytest.mark.parametrize("everything", [False, True])
async def test_re_run_says_the_same_again_and_does_nothing_else(
    everything: bool,  # noqa: FBT001 pytest's
    bot: Bot,
    github: FakeGitHub,
    policy: FakeRepo,
) -> None:
    """Whoever may press the button may not have anything done by it. The Hand hears nothing, so it is noticed."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    await looks(bot)

    pull.rerun(everything=everything)
    for _ in range(5):
        await looks(bot)

    first, second = pull.checks
    assert first.output == second.output
    assert [suite.status for suite in pull.suites] == ["completed"]
    assert sent(github) == [CHECKS, CHECKS]
