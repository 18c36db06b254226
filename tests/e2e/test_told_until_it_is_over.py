"""Does what people were told end where nobody looks at it any more?"""

from __future__ import annotations

import pytest

from tests.e2e.answers import recover
from tests.e2e.told import looks, settled, told
from tests.fake_github import FakeGitHub
from tests.harness import Bot


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["archived", "renamed"])
async def test_what_was_told_under_a_pseudonym_ends_with_what_it_was_about(
    github: FakeGitHub, bot: Bot, gone: str
) -> None:
    """Nobody looks at an archived repository, and under another name everything has another pseudonym."""
    await settled(bot)
    pip = github.repo("pypa/pip")
    draft = pip.draft("Path traversal")
    github.refuse_permission("PATCH", "/repos/pypa/*/security-advisories/*", times=None)
    await bot.sweep()
    await looks(bot, 1)
    [before] = await told(bot)

    _ = pip.archive() if gone == "archived" else pip.rename("pip-ng")
    await looks(bot, 2)

    after = [each for each in await told(bot) if each[0] == "blocked"]
    assert before not in after
    assert len(after) == (gone == "renamed")
    recover(github)
    draft.edit(state="closed")


@pytest.mark.slow
async def test_what_is_looked_at_no_more_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """An archived repository is left alone, so no look would ever say that it can be seen again."""
    await settled(bot)
    github.fail("GET", "/repos/pypa/wheel/security-advisories", 403, times=None)
    await looks(bot, 3)
    assert await told(bot) == [("cannot-see", "pypa/wheel")]

    github.repo("pypa/wheel").archive()
    await looks(bot, 2)

    assert await told(bot) == []
    recover(github)


@pytest.mark.slow
async def test_a_report_that_is_decided_elsewhere_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """The list of the repository says that it is closed, so nobody looks at the report itself any more."""
    await settled(bot)
    report = github.repo("pypa/wheel").report("A candidate", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    github.fail("GET", f"/repos/pypa/wheel/security-advisories/{report.ghsa}", 502, times=None)
    await looks(bot, 3)
    [(kind, about)] = await told(bot)
    assert (kind, about.partition("/")[0]) == ("cannot-see", "advisory")

    report.edit(state="closed")
    await looks(bot, 2)

    assert await told(bot) == []
    recover(github)


@pytest.mark.slow
async def test_a_report_of_one_tool_that_is_listed_again_is_not_waited_for(github: FakeGitHub, bot: Bot) -> None:
    """It is looked at by itself only while it is in no list; in the list again, it can be seen."""
    await settled(bot)
    report = github.repo("pypa/wheel").report("A matter of wheel", affects=["wheel"])
    await bot.sweep()
    await bot.settle()
    state = github.repo("pypa/wheel").state
    hidden = state.advisories.pop(report.ghsa)
    github.fail("GET", f"/repos/pypa/wheel/security-advisories/{report.ghsa}", 502, times=None)
    await looks(bot, 3)
    assert [kind for kind, _ in await told(bot)] == ["cannot-see"]

    state.advisories[report.ghsa] = hidden
    await looks(bot, 2)

    assert await told(bot) == []
    recover(github)
