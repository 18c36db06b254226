"""Which repositories are looked at: archived, private, new ones and forks?"""

from __future__ import annotations

import pytest

from tests.e2e.names import BOTH, PVR, made_anew, standings, swept
from tests.e2e.policy_edits import edit_policy
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.usefixtures("approved")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pypa/wheel", "pypa/pip"])
@pytest.mark.parametrize("how", ["archived", "private"])
async def test_an_archived_or_private_repository_is_not_applicable_until_it_is_back(
    github: FakeGitHub, bot: Bot, name: str, how: str
) -> None:
    """GitHub has neither reports nor drafts there, so the last standing is no longer so; afterwards it is read anew."""
    repo = github.repo(name)
    before = (await bot.standing(name, PVR)).state
    away, back = (repo.archive, repo.unarchive) if how == "archived" else (repo.make_private, repo.make_public)

    away()
    await swept(bot)

    standing = await bot.standing(name, PVR)
    assert standing.state == "not applicable"
    assert how in standing.message

    back()
    await swept(bot)
    assert (await bot.standing(name, PVR)).state == before


async def test_a_quiet_repository_costs_no_request_while_it_is_archived(github: FakeGitHub, bot: Bot) -> None:
    """The list of an installation says it already."""
    github.repo("pypa/wheel").archive()
    await swept(bot)
    before = len(github.requests)

    await swept(bot)

    assert [each.path for each in github.requests[before:] if each.path.startswith("/repos/pypa/wheel/")] == []


@pytest.mark.slow
async def test_a_new_repository_is_covered_by_the_next_sweep(github: FakeGitHub, bot: Bot) -> None:
    """The event about it may be lost. Its first draft that names two tools opens a case like any other's."""
    new = made_anew(github, "pypa/newcomer")

    await swept(bot)

    assert (await bot.standing("pypa/newcomer", PVR)).state == "unmanaged"
    new.draft("Path traversal", affects=BOTH)
    await edit_policy(bot, lambda content: content["tools"]["wheel"]["repositories"].append("pypa/newcomer"))
    await swept(bot)
    assert len(github.coordination.mirrors) == 1


@pytest.mark.slow
async def test_a_fork_is_a_repository_like_any_other(github: FakeGitHub, bot: Bot) -> None:
    """Only the private forks that GitHub makes for an advisory are nobody's project."""
    made_anew(github, "pypa/forked").state.fork = True

    await swept(bot)

    assert (await bot.standing("pypa/forked", PVR)).state == "unmanaged"


@pytest.mark.slow
async def test_the_temporary_private_fork_of_an_advisory_is_ignored_everywhere(github: FakeGitHub, bot: Bot) -> None:
    """Integrations see nothing in it: no list of ours has it, a delivery leads nowhere, and explain says why."""
    name = "pypa/pip-ghsa-2222-3333-4444"
    made_anew(github, name)
    before = len(github.requests)

    assert await bot.deliver(github.deliveries[-1]) == 202
    await bot.settle()
    await swept(bot)

    assert [each.path for each in github.requests[before:] if name in each.path] == []
    assert await standings(bot, name) == set()
    [state] = (await bot.explain(name))["states"]
    assert state["state"] == "not applicable"
    assert "temporary private fork" in state["message"]
