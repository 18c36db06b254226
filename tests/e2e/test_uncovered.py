"""Where repositories were selected one by one, people hear which public ones nobody looks at."""

from __future__ import annotations

import pytest

from app.doctor.judging import judge
from app.doctor.lines import Line
from app.doctor.reading import read
from app.sandbox.registering import WATCHER
from app.store.uncovered import Uncovered, uncovered
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LIST, MORE = "/orgs/pypa/repos", "/organizations/*/repos"


def select(github: FakeGitHub, *names: str) -> None:
    """The owners of PyPA selected these."""
    installed = github.installation(WATCHER, "pypa")
    installed.state.repository_selection = "selected"
    installed.state.repositories = {github.repo(name).state.id for name in names}


async def known(bot: Bot) -> dict[str, Uncovered]:
    return {each.account: each for each in await bot.parts.database.read(uncovered)}


async def missing(bot: Bot) -> list[str] | None:
    found = (await known(bot)).get("pypa")
    return None if found is None or found.many is None else sorted(map(str, found.names))


async def lines(bot: Bot) -> list[Line]:
    return [each for each in judge(await read(bot.parts)) if each.group == "Coverage"]


def asked(github: FakeGitHub) -> int:
    return sum(each.path == LIST or each.path.startswith("/organizations/") for each in github.requests)


async def test_where_everything_is_installed_nothing_is_asked_for(github: FakeGitHub, bot: Bot) -> None:
    """An installation on all repositories covers whatever there is."""
    await bot.settle()

    assert asked(github) == 0
    assert await known(bot) == {}
    assert await lines(bot) == []


async def test_what_the_owners_did_not_select_is_told_by_the_next_sweep(github: FakeGitHub, bot: Bot) -> None:
    """By one request, and never by a name that not everybody may know."""
    await bot.settle()
    github.world.add_repository(github.world.organization("pypa"), "secret", private=True)
    github.world.add_repository(github.world.organization("pypa"), "forgotten")
    github.world.add_repository(github.world.organization("pypa"), "of-the-past").archived = True
    select(github, "pypa/pip", "pypa/wheel")

    await bot.later(minutes=10)

    assert await missing(bot) == ["pypa/forgotten", "pypa/get-pip"]
    assert asked(github) == 1
    [line] = await lines(bot)
    assert (line.name, line.state) == ("public repositories of pypa", "ok")
    assert line.says == "2 of 4 public repositories are not in the installation: forgotten, get-pip, as of 09:10 UTC"


async def test_what_is_selected_later_is_covered_and_a_whole_installation_has_no_line(
    github: FakeGitHub, bot: Bot
) -> None:
    """Level-triggered like everything else."""
    select(github, "pypa/pip", "pypa/wheel")
    await bot.settle()
    assert await missing(bot) == ["pypa/get-pip"]

    github.installation(WATCHER, "pypa").add("pypa/get-pip")
    await bot.later(minutes=10)
    assert await missing(bot) == []
    [line] = await lines(bot)
    assert line.says.startswith("all 3 are in the installation, as of")

    github.installation(WATCHER, "pypa").state.repository_selection = "all"
    await bot.later(minutes=10)
    assert await known(bot) == {}


@pytest.mark.parametrize("status", [401, 403, 404, 451, 500, 502])
@pytest.mark.slow
async def test_where_the_list_is_refused_it_cannot_be_told(github: FakeGitHub, bot: Bot, status: int) -> None:
    """No name of yesterday is told, no repository is found wanting, and the sweep goes on."""
    select(github, "pypa/pip", "pypa/wheel")
    await bot.settle()
    swept = bot.parts.sweep.last_complete
    github.fail("GET", LIST, status, times=None)

    await bot.later(minutes=10)

    assert (await known(bot))["pypa"].many is None
    assert (await known(bot))["pypa"].names == ()
    [line] = await lines(bot)
    assert (line.state, line.do) == ("cannot tell", "try again later")
    assert (await bot.standing("pypa/pip", "app-covers")).state == "pass"
    assert bot.parts.sweep.last_complete != swept
    github.clear_faults()
    await bot.later(minutes=10)
    assert await missing(bot) == ["pypa/get-pip"]


async def test_an_answer_that_is_no_list_tells_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Nor one that stops in the middle: what was not listed would look covered."""
    select(github, "pypa/pip", "pypa/wheel")
    for number in range(150):
        github.world.add_repository(github.world.organization("pypa"), f"more-{number}")
    github.garbage("GET", LIST, times=None)
    await bot.settle()
    assert await missing(bot) is None

    github.clear_faults()
    github.fail("GET", MORE, 500, times=None)
    await bot.later(minutes=10)

    assert await missing(bot) is None
    github.clear_faults()


async def test_every_page_is_read_in_each_sweep(github: FakeGitHub, bot: Bot) -> None:
    """An organization of a few hundred: what nobody selected is known ten minutes later."""
    for number in range(248):
        github.world.add_repository(github.world.organization("pypa"), f"more-{number:03}")
    select(github, "pypa/pip", "pypa/wheel", "pypa/get-pip")
    await bot.settle()
    found = await missing(bot) or []
    assert (len(found), found[-1]) == (248, "pypa/more-247")
    assert asked(github) == 3
    [line] = await lines(bot)
    assert "more-000, more-001, more-002, more-003, more-004 and 243 more, as of " in line.says

    github.world.add_repository(github.world.organization("pypa"), "newcomer")
    await bot.later(minutes=10)

    assert asked(github) == 6
    assert "pypa/newcomer" in (await missing(bot) or [])


@pytest.mark.slow
async def test_a_list_of_more_than_a_thousand_is_read_once_an_hour(github: FakeGitHub, bot: Bot) -> None:
    """6,000 would be sixty requests, which is a twelfth of what looking around may use of GitHub's usual limit."""
    for number in range(998):
        github.world.add_repository(github.world.organization("pypa"), f"more-{number:04}")
    select(github, "pypa/pip", "pypa/wheel", "pypa/get-pip")
    await bot.settle()
    assert asked(github) == 11

    for _ in range(6):
        await bot.later(minutes=9)
    assert asked(github) == 11
    await bot.later(minutes=10)
    assert asked(github) == 22


async def test_where_the_installation_cannot_be_listed_nothing_looks_uncovered(github: FakeGitHub, bot: Bot) -> None:
    """All of it would."""
    select(github, "pypa/pip", "pypa/wheel")
    await bot.settle()
    github.fail("GET", "/installation/repositories", 500, times=None)

    await bot.later(minutes=10)

    assert await missing(bot) == ["pypa/get-pip"]
    github.clear_faults()
