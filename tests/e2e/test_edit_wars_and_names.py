"""Does a new name of a repository make Greenroom forget what it did there, or what it is to leave alone?"""

from __future__ import annotations

from functools import partial

import pytest

from app import halting
from app.domain.actions import SetPrivateReporting
from app.domain.ids import PolicyKey, RepoName
from app.store import freezes
from app.store.digested import made_until
from app.store.notices import open_notices
from tests.e2e.names import PVR, made_anew, swept
from tests.e2e.policy_edits import edit_policy
from tests.e2e.projects import project, projects, psrt_takes, switched
from tests.fake_github import FakeGitHub
from tests.fake_projects import FakeRepo
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]

WAS, TODAY = RepoName("pypa", "pip"), RepoName("pypa", "pip-ng")


async def _flips(repo: FakeRepo, bot: Bot, times: int) -> None:
    for _ in range(times):
        repo.enable_private_reporting()
        await bot.later(seconds=60)


async def _told(bot: Bot, kind: str) -> list[str]:
    return [each.about for each in await bot.parts.database.read(open_notices) if each.kind == kind]


async def _frozen(bot: Bot) -> list[str]:
    return [str(each.key) for each in await bot.parts.database.read(freezes.freezes)]


async def test_a_third_flip_under_a_new_name_is_contested(github: FakeGitHub, bot: Bot) -> None:
    """Else whoever may rename a repository could have us write twice for each name."""
    pip = github.repo(str(WAS))
    await _flips(pip, bot, 2)
    pip.rename(TODAY.name)
    await swept(bot)

    await _flips(pip, bot, 3)

    assert switched(github) == [str(WAS), str(WAS)]
    assert pip.private_reporting
    assert (await bot.standing(str(TODAY), PVR)).state == "contested"
    assert await _told(bot, "contested") == [f"{TODAY}#{PVR}"]


async def test_what_is_frozen_stays_so_under_a_new_name_and_is_thawed_by_either(github: FakeGitHub, bot: Bot) -> None:
    """A coordinator types the name that a mail of last week says. It leads to the repository that it was about."""
    pip = github.repo(str(WAS))
    await _flips(pip, bot, 3)
    pip.rename(TODAY.name)
    await swept(bot)
    assert await _told(bot, "contested") == [f"{TODAY}#{PVR}"]
    assert pip.private_reporting

    thawed = await halting.thaw(bot.parts, PolicyKey(WAS, PVR), "coordinator-1")
    await bot.later(seconds=60)

    assert [str(each.key) for each in thawed] == [f"{TODAY}#{PVR}"]
    assert switched(github) == [str(WAS), str(WAS), str(TODAY)]
    assert await _told(bot, "contested") == []
    await _flips(pip, bot, 3)
    assert switched(github) == [str(WAS), str(WAS), str(TODAY), str(TODAY)], "it counts anew"
    assert await _frozen(bot) == [f"{TODAY}#{PVR}"]


async def test_a_notice_under_a_pseudonym_follows_its_repository_until_that_is_thawed(
    github: FakeGitHub, bot: Bot
) -> None:
    """A war about people on a report is told once, and without a name. A new name is not the end of it."""
    report = github.repo(str(WAS)).report("A matter")
    for _ in range(3):
        await bot.later(hours=1)
        report.edit(collaborating_users=["pip-maintainer-1"])
    await bot.later(hours=1)
    [pseudonym] = await _told(bot, "contested")
    github.repo(str(WAS)).rename(TODAY.name)
    await swept(bot)

    [told] = await _told(bot, "contested")
    assert told != pseudonym
    [text] = [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "contested"]
    assert text.startswith(f"{told}: others undid each time what was mended")
    [key] = await _frozen(bot)
    await halting.thaw(bot.parts, PolicyKey(WAS, key.partition("#")[2]), "coordinator-1")
    await bot.later(minutes=11)

    assert key.startswith(f"{TODAY}#")
    assert await _told(bot, "contested") == []
    assert {"psrt-member-1", "psrt-member-2"} <= set(report.collaborators)


async def test_what_was_written_in_the_last_sweep_counts_once_whatever_it_is_called_by_now(
    github: FakeGitHub, bot: Bot
) -> None:
    """Three were mended. One of them is renamed and wrong again: that makes three, and a fourth makes four."""
    projects(github, 4)
    github.repo(project(3)).disable_private_reporting()
    await edit_policy(bot, psrt_takes(4))
    assert sorted(switched(github)) == [project(0), project(1), project(2)]
    renamed = github.repo(project(0)).rename("project-ng").enable_private_reporting()

    await bot.sweep()
    await bot.later(minutes=1)
    assert not renamed.private_reporting
    assert await _told(bot, "capped") == []
    github.repo(project(3)).enable_private_reporting()
    await bot.sweep()
    await bot.later(minutes=1)

    assert github.repo(project(3)).private_reporting
    assert await _told(bot, "capped") == ["private-reporting: off"]
    assert sorted(switched(github)[3:]) == ["pypa/project-ng"]
    await bot.later(minutes=11)
    assert not github.repo(project(3)).private_reporting
    await bot.later(minutes=11)
    assert await _told(bot, "capped") == []


@pytest.mark.parametrize("is_taken", [False, True], ids=["the name is free", "another repository has the name"])
async def test_what_became_of_a_write_is_found_out_under_the_new_name(
    github: FakeGitHub, bot: Bot, *, is_taken: bool
) -> None:
    """Its answer was lost, and nobody looks under the old name again. Else a digest key would be needed for ever."""
    pip = github.repo(str(WAS))
    github.lose_answer("DELETE", f"/repos/{WAS}/private-vulnerability-reporting")
    pip.enable_private_reporting()
    await bot.later(seconds=60)
    assert not pip.private_reporting
    assert await _open_writes(bot) == 1

    pip.rename(TODAY.name)
    if is_taken:
        made_anew(github, str(WAS))
    github.fail("GET", f"/repos/{TODAY}/private-vulnerability-reporting", times=3)  # it has that name for a while
    await bot.sweep()
    await bot.later(minutes=11)

    assert await _open_writes(bot) == 0
    told = [each for each in (await bot.explain(str(TODAY)))["did"] if each["kind"] == SetPrivateReporting.kind]
    assert [each["outcome"] for each in told] == [None, "done"]
    assert bool((await bot.explain(str(WAS)))["did"]) != is_taken  # a name that is free leads to the same repository


async def _open_writes(bot: Bot) -> int:
    now = bot.clock.now()
    found = await bot.parts.database.read(partial(made_until, until=now, now=now))
    return found.get("writes of which nobody knows whether they arrived", 0)
