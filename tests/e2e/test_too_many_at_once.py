"""A mistake in a reviewed policy file reaches every repository at once. It is told before anything is changed."""

from __future__ import annotations

import asyncio

import pytest

from app import planning
from app.store import audit
from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import project, projects, psrt_takes, switched
from tests.fake_github import FakeGitHub
from tests.harness import Bot

OFF = "private-reporting: off"


async def _capped(bot: Bot) -> list[str]:
    return [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "capped"]


@pytest.mark.usefixtures("approved")
async def test_a_mistake_that_reaches_many_repositories_writes_nothing_and_is_told(
    github: FakeGitHub, bot: Bot
) -> None:
    """Each switch would be done by itself; together they are a mistake, and a person is asked first."""
    projects(github, 6)

    await edit_policy(bot, psrt_takes(6))
    await bot.later(minutes=11)

    assert switched(github) == []
    [told] = await _capped(bot)
    assert told.startswith(f"“{OFF}” would change 6 repositories at once (")
    assert "% of the " in told
    assert "the limit is 3; greenroom approve PLAN_ID --by LOGIN --wide allows it" in told


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_three_at_once_are_mended(github: FakeGitHub, bot: Bot) -> None:
    """What a maintainer may well have meant is not asked for."""
    projects(github, 6)

    await edit_policy(bot, psrt_takes(3))
    await bot.settle()

    assert sorted(switched(github)) == [project(0), project(1), project(2)]
    assert await _capped(bot) == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_corrected_mistake_is_told_no_more_and_pip_is_mended_as_before(github: FakeGitHub, bot: Bot) -> None:
    """While too many are wrong nothing of the kind is mended; afterwards nobody has to say anything."""
    projects(github, 6)
    before = bot.policy.read_text(encoding="utf-8")
    await edit_policy(bot, psrt_takes(6))
    github.repo("pypa/pip").enable_private_reporting()
    await bot.later(minutes=11)
    assert switched(github) == []

    bot.policy.write_text(before, encoding="utf-8")
    await bot.poll()
    await bot.settle()

    assert switched(github) == ["pypa/pip"]
    assert await _capped(bot) == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_wider_yes_lets_as_many_be_changed_as_its_plan_showed(github: FakeGitHub, bot: Bot) -> None:
    """One coordinator looked at them all. Without that word the yes is to the kind alone."""
    projects(github, 6)
    await edit_policy(bot, psrt_takes(6))
    plan = await bot.plan()
    [reach] = plan["reach"]
    assert (reach["scope"], reach["repositories"], reach["limit"]) == (OFF, 6, 3)
    assert {action["gate"] for action in plan["actions"]} == {"capped"}

    narrow = await planning.approve(bot.parts, plan["plan_id"], "coordinator-1")
    await bot.settle()
    assert narrow["too_many"] == [f"“{OFF}” would change 6 repositories at once ({reach['share']}); the limit is 3"]
    assert switched(github) == []
    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1", wide=True)
    await bot.later(minutes=2)  # inside our share of what GitHub allows in a minute

    assert sorted(switched(github)) == [project(number) for number in range(6)]
    [*_, last] = await bot.parts.database.read(audit.yeses)
    named = ", ".join(project(number) for number in range(6))
    assert last.detail == f"{plan['policy_commit']}, at once for {named}"
    assert last.actor == "coordinator-1"
    await bot.later(minutes=11)
    assert await _capped(bot) == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_wider_yes_is_to_what_its_plan_showed_and_to_nothing_else(github: FakeGitHub, bot: Bot) -> None:
    """Whoever said it looked at five. One more became wrong since, which nobody looked at: it waits until few are."""
    projects(github, 6)
    github.repo(project(5)).disable_private_reporting()
    await edit_policy(bot, psrt_takes(6))
    plan = await bot.plan()
    github.repo(project(5)).enable_private_reporting()
    await bot.sweep()
    await bot.settle()

    await planning.approve(bot.parts, plan["plan_id"], "coordinator-1", wide=True)
    await bot.later(minutes=2)

    assert sorted(switched(github)) == [project(number) for number in range(5)]
    assert len(await _capped(bot)) == 1
    await bot.later(minutes=11)
    assert sorted(switched(github)) == [project(number) for number in range(6)]


@pytest.mark.slow
async def test_a_plan_counts_before_anybody_said_yes(github: FakeGitHub, bot: Bot) -> None:
    """The first plan of a new rule is where a mistake is best seen."""
    projects(github, 6)
    await edit_policy(bot, psrt_takes(6))

    plan = await bot.plan()

    [reach] = plan["reach"]
    assert (reach["repositories"], reach["limit"]) == (6, 3)
    assert {action["gate"] for action in plan["actions"]} == {"unapproved"}
    assert github.writes == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_many_flips_one_after_another_are_too_many_as_well(github: FakeGitHub, bot: Bot) -> None:
    """What was changed within the last sweep counts, or a slow wave would pass below the limit."""
    projects(github, 5)
    for number in range(5):
        github.repo(project(number)).disable_private_reporting()
    await edit_policy(bot, psrt_takes(5))

    for number in range(5):
        github.repo(project(number)).enable_private_reporting()
        bot.clock.advance(seconds=61)
        await bot.sweep()
        await bot.settle()

    assert switched(github) == [project(0), project(1), project(2)]
    await bot.later(minutes=11)
    assert sorted(switched(github)) == [project(number) for number in range(5)]  # two were left: not too many


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_four_that_are_found_at_the_same_moment_are_not_written_side_by_side(
    github: FakeGitHub, bot: Bot
) -> None:
    """The worker looks at several at once; what the others found counts at the moment of writing."""
    projects(github, 5)
    for number in range(5):
        github.repo(project(number)).disable_private_reporting()
    await edit_policy(bot, psrt_takes(5))
    for number in range(5):
        github.repo(project(number)).enable_private_reporting()

    await bot.sweep()
    await asyncio.gather(*(bot.parts.worker.run_due(number) for number in range(4)))

    assert switched(github) == []


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_repository_that_cannot_be_looked_at_holds_nobody_up(github: FakeGitHub, bot: Bot) -> None:
    """A look that could not tell is a look; one bad repository never stops the rest."""
    github.repo("pypa/pip").enable_private_reporting()
    github.fail("GET", "/repos/pypa/get-pip/private-vulnerability-reporting", 502, times=None)

    await edit_policy(bot, lambda content: content["report_owners"]["psrt"].update({"clocks": {"finish": "91d"}}))
    await bot.later(seconds=31)

    assert switched(github) == ["pypa/pip"]
    github.verify()
    github.clear_faults()
    await bot.later(minutes=16)


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_unrelated_change_of_policy_stops_no_remedy(github: FakeGitHub, bot: Bot) -> None:
    """What policy says of pip is as it was, so pip need not be looked at again before it is mended."""
    await edit_policy(bot, lambda content: content["coordinators"]["users"].pop())
    github.repo("pypa/pip").enable_private_reporting()

    await bot.later(seconds=31)

    assert switched(github) == ["pypa/pip"]
