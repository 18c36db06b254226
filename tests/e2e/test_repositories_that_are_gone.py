"""What becomes of a repository that no installation lists any more, and that policy does not name?"""

from __future__ import annotations

import pytest

from app.domain.ids import RepoName, RepositoryKey
from app.sandbox import people
from app.sandbox.registering import WATCHER
from tests.e2e.names import made_anew
from tests.e2e.told import looks, settled, told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

NAME = "pypa/project-3"


async def test_a_repository_that_was_deleted_is_neither_asked_for_nor_warned_of(github: FakeGitHub, bot: Bot) -> None:
    """GitHub lists all that there is, so there is nothing to see, and no owner could mend that it is not seen."""
    made_anew(github, NAME)
    await settled(bot)
    people.delete_repository(github.world, github.world.repository(NAME))
    await looks(bot, 1)
    before = len(github.requests)

    await looks(bot, 5)

    assert [each.path for each in github.requests[before:] if each.path.startswith(f"/repos/{NAME}/")] == []
    assert await told(bot) == []
    standing = await bot.standing(NAME, "private-reporting")
    assert (standing.state, standing.message) == ("not applicable", "no installation lists it any more")
    assert standing.observed_at >= bot.clock.now().replace(second=0)


@pytest.mark.slow
async def test_what_was_told_of_a_repository_is_over_once_its_owner_takes_it_out(github: FakeGitHub, bot: Bot) -> None:
    """An organization that goes from all of its repositories to a few would leave a warning for each of the others."""
    made_anew(github, NAME)
    await settled(bot)
    github.refuse_permission("GET", f"/repos/{NAME}/security-advisories", times=None)
    await looks(bot, 4)
    assert ("cannot-see", NAME) in await told(bot)
    github.clear_faults()

    github.installation(WATCHER, "pypa").remove(NAME)
    await looks(bot, 4)
    assert ("cannot-see", NAME) not in await told(bot)

    github.installation(WATCHER, "pypa").add(NAME)
    await looks(bot, 1)
    assert (await bot.standing(NAME, "private-reporting")).state == "unmanaged"


@pytest.mark.slow
async def test_a_repository_with_an_open_advisory_is_missed_however_it_went(github: FakeGitHub, bot: Bot) -> None:
    """What is under embargo there is not forgotten: that it cannot be seen any more is told until it can."""
    made_anew(github, NAME).draft("Path traversal", affects=["wheel"])
    await settled(bot)

    github.installation(WATCHER, "pypa").remove(NAME)
    await looks(bot, 4)

    assert ("cannot-see", NAME) in await told(bot)
    github.installation(WATCHER, "pypa").add(NAME)
    await looks(bot, 1)
    assert ("cannot-see", NAME) not in await told(bot)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["unreadable", "suspended", "uninstalled", "nothing listed"])
async def test_nothing_is_gone_while_an_account_cannot_be_listed(github: FakeGitHub, bot: Bot, how: str) -> None:
    """Else an outage, or an installation that is lost, would look like peace."""
    made_anew(github, NAME)
    await settled(bot)
    installed = github.installation(WATCHER, "pypa")
    if how == "unreadable":
        github.fail("GET", "/installation/repositories", 502, times=None)
    elif how == "suspended":
        installed.suspend()
    elif how == "uninstalled":
        installed.uninstall()
    else:
        installed.state.repository_selection, installed.state.repositories = "selected", set()

    keys = await bot.parts.sweep.sweep()

    assert RepositoryKey(RepoName.parse(NAME)) in keys
    github.clear_faults()
