"""Of which repositories, cases and switches are looks expected, and which look is one?"""

from __future__ import annotations

import pytest

from app.domain.ids import RepoName
from app.sandbox.registering import WATCHER
from app.store import good_looks
from tests.e2e.answers import recover
from tests.e2e.fresh_told import age, minutes_pass, planned, uv_takes_reports, without
from tests.e2e.many import many
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow
HOUR = 3600


async def test_what_was_never_seen_grows_old_from_when_it_is_known(github: FakeGitHub, bot: Bot) -> None:
    """To leave it out would be to call it fresh."""
    github.refuse_permission("GET", "/repos/pypa/pip/*", times=None)

    await bot.settle()
    await minutes_pass(bot, 150)

    assert 2 * HOUR < await age(bot) <= 150 * 60 + 40


@pytest.mark.parametrize(
    "withheld",
    [pytest.param("members", id="who is in a team"), pytest.param("administration", id="what guards a switch")],
)
async def test_what_an_account_chose_not_to_grant_makes_nothing_late_and_is_told_elsewhere(
    github: FakeGitHub, bot: Bot, withheld: str
) -> None:
    """Reports are seen without it. Else the alert would stand for ever, and hide what it is for."""
    await bot.settle()
    del github.installation(WATCHER, "pypa").state.permissions[withheld]

    await minutes_pass(bot, 150)
    await bot.parts.vitals.look()

    assert await age(bot) < 660
    assert (await bot.standing("pypa/pip", "app-covers")).state == "finding"
    assert (await bot.parts.vitals.checks())["permissions"] == "problem"


async def test_without_the_permission_to_see_reports_nothing_is_seen(github: FakeGitHub, bot: Bot) -> None:
    """That one is what it is all for."""
    await bot.settle()
    del github.installation(WATCHER, "pypa").state.permissions["repository_advisories"]

    await minutes_pass(bot, 150)

    assert await age(bot) > 2 * HOUR


async def test_a_suspended_installation_is_not_fresh(github: FakeGitHub, bot: Bot) -> None:
    """Its repositories are still there, and still meant to be seen; the list that shows none of them is no news."""
    await bot.settle()
    await minutes_pass(bot, 10)
    before = await planned(bot)
    github.installation(WATCHER, "pypa").suspend()

    await minutes_pass(bot, 150)

    after = await planned(bot)
    assert {tier: each["things"] for tier, each in after.items()} == {
        tier: each["things"] for tier, each in before.items()
    }
    assert await age(bot) > 2 * HOUR


async def test_a_repository_that_is_gone_counts_until_policy_no_longer_names_it(github: FakeGitHub, bot: Bot) -> None:
    """GitHub answers the same for a deleted repository and for one that it shows us no more."""
    await bot.settle()
    await minutes_pass(bot, 10)
    github.repo("pypa/get-pip").delete()
    await minutes_pass(bot, 150)
    assert await age(bot) > 2 * HOUR

    await edit_policy(bot, without("pypa/get-pip"))
    await minutes_pass(bot, 20)

    assert await age(bot) < 660


async def test_what_nobody_named_and_no_list_has_any_more_leaves(github: FakeGitHub, bot: Bot) -> None:
    """What somebody deleted is not seen for ever, and that is no news."""
    many(github, 20)
    await bot.settle()
    await minutes_pass(bot, 10)
    before = (await planned(bot))["rest"]["things"]
    github.repo("pypa/project-3").delete()

    await minutes_pass(bot, 20)

    assert (await planned(bot))["rest"]["things"] == before - 1
    assert RepoName("pypa", "project-3") not in await bot.parts.database.read(good_looks.repositories)


async def test_where_nobody_ever_installed_it_nothing_is_late(github: FakeGitHub, bot: Bot) -> None:
    """There is nothing to see yet; that policy names it is a finding."""
    github.installation(WATCHER, "astral-sh").uninstall()
    await edit_policy(bot, uv_takes_reports)
    await bot.settle()
    await minutes_pass(bot, 150)

    assert await age(bot) < 660
    assert (await bot.standing("astral-sh/uv", "app-covers")).state == "finding"


async def test_an_account_that_left_is_late_until_policy_no_longer_names_it(github: FakeGitHub, bot: Bot) -> None:
    """There was something to see, and policy says that somebody is to look."""
    await edit_policy(bot, uv_takes_reports)
    await bot.settle()
    await minutes_pass(bot, 20)
    assert await age(bot) < 660
    github.installation(WATCHER, "astral-sh").uninstall()

    await minutes_pass(bot, 150)

    assert await age(bot) > 2 * HOUR


async def test_archived_repositories_are_seen(github: FakeGitHub, bot: Bot) -> None:
    """There is nothing to ask there, and GitHub says so."""
    github.repo("pypa/get-pip").archive()
    await bot.settle()

    await minutes_pass(bot, 150)

    assert await age(bot) < 660


async def test_a_case_whose_advisory_is_refused_is_not_looked_at(github: FakeGitHub, bot: Bot) -> None:
    """Only coordinators see that tier, so nobody else would hear of it."""
    await bot.approve_everything()
    github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])
    await bot.settle()
    await minutes_pass(bot, 10)
    assert (await planned(bot))["cases"]["p95"] <= 600
    github.refuse_permission("GET", "/repos/pypa/pip/security-advisories/*", times=None)

    await minutes_pass(bot, 30)

    assert (await planned(bot))["cases"]["p95"] >= 1800


async def test_a_switch_that_is_refused_is_late_though_the_others_are_read(github: FakeGitHub, bot: Bot) -> None:
    """A poll in which most could be read is not a poll of that one."""
    await bot.approve_everything()
    await bot.settle()
    github.refuse_permission("GET", "/repos/pypa/pip/private-vulnerability-reporting", times=None)

    for _ in range(50):
        await bot.later(seconds=31)

    assert await age(bot, "switches") > 1500
    recover(github)
    for _ in range(20):
        await bot.later(seconds=31)
    assert await age(bot, "switches") <= 62
