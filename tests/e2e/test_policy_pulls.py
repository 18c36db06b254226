"""What is a pull request told that changes the policy file?"""

from __future__ import annotations

import pytest

from tests.e2e.policy_repository import PATH, REPOSITORY, answers, moved_in, sent, text_of, told_last
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


@pytest.mark.slow
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


@pytest.mark.slow
async def test_what_changes_on_the_default_branch_changes_the_answer(bot: Bot, policy: FakeRepo) -> None:
    """It says what merging would change, and that is less once somebody else merged the same."""
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    await looks(bot)

    policy.push_files({PATH: observing(text_of(policy))})
    await looks(bot)

    assert [title for title, _ in answers(pull)] == ["Valid, 3 changes", "Valid, and nothing changes"]


@pytest.mark.slow
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


@pytest.fixture
def one_for_both(github: FakeGitHub) -> None:
    """A small install: one registration watches and writes, and somebody asked for its events."""
    github.hand = github.watcher
    more = {"contents": "read", "checks": "write", "pull_requests": "read"}
    app = github.world.app("greenroom")
    app.permissions |= more
    app.events += ["pull_request", "push", "check_run", "check_suite"]
    for installation in github.world.installations.values():
        if installation.app is app:
            installation.permissions |= more


@pytest.mark.slow
@pytest.mark.usefixtures("one_for_both")
async def test_where_one_registration_hears_of_it_the_answer_comes_at_once(
    bot: Bot, github: FakeGitHub, policy: FakeRepo
) -> None:
    """A delivery says that there is something to look at, and nothing else is taken from it."""
    bot.clock.advance(seconds=11)
    pull = policy.open_pull({PATH: observing(text_of(policy))}, by="coordinator-1")
    assert await bot.deliver(told_last(github, "pull_request")) == 202
    await bot.settle()
    assert len(pull.checks) == 1

    bot.clock.advance(seconds=11)
    pull.rerun()
    assert await bot.deliver(told_last(github, "check_run")) == 202
    await bot.settle()
    assert len(pull.checks) == 2

    bot.clock.advance(seconds=11)
    pull.rerun(everything=True)
    assert await bot.deliver(told_last(github, "check_suite")) == 202
    await bot.settle()
    assert len(pull.checks) == 3
    assert set(sent(github)) == {CHECKS}


@pytest.mark.slow
@pytest.mark.usefixtures("one_for_both")
async def test_a_flood_of_deliveries_makes_no_flood_of_looks(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """Anybody who installed it can push as often as they like."""
    bot.clock.advance(seconds=11)
    before = len(github.requests)
    for number in range(30):
        policy.push_files({f"{number}.txt": "x"})
        await bot.deliver(told_last(github, "push"))
        await bot.settle()

    assert len([each for each in github.requests[before:] if each.path.endswith("/pulls")]) == 1


async def test_a_quiet_look_is_one_request(bot: Bot, github: FakeGitHub, policy: FakeRepo) -> None:
    """It is made every half a minute, for ever."""
    path = f"/repos/{REPOSITORY}/pulls"
    before = len(github.requests)
    for _ in range(10):
        await looks(bot)
    quiet = [each.path for each in github.requests[before:] if each.path.startswith(f"/repos/{REPOSITORY}/")]
    assert set(quiet) >= {path}
    assert quiet.count(path) == 10
    assert not [each for each in quiet if "check" in each or "files" in each]
    assert policy.state.pulls == {}
