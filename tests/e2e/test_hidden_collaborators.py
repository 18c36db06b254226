"""Is anybody added, or lost, where GitHub does not say who is there?"""

from __future__ import annotations

import pytest

from app.domain.actions import SetCollaborators
from tests.e2e.answers import recover
from tests.e2e.policy_edits import edit_policy
from tests.e2e.reach import ADD, POLICY, PSRT, look
from tests.e2e.rewriting import Edit, Rewriting, without
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LIST, ONE = "/repos/pypa/pip/security-advisories", "/repos/pypa/pip/security-advisories/GHSA-*"
HIDDEN = {"missing": without("collaborating_users"), "null": without("collaborating_users", value=None)}


@pytest.fixture
def connection(github: FakeGitHub) -> Rewriting:
    """Answers may leave something out. Ask for it before `bot`, which connects to it."""
    github.transport = connection = Rewriting(github.transport)
    return connection


@pytest.mark.slow
@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
async def test_nothing_is_sent_where_the_list_hides_who_is_there(
    connection: Rewriting, github: FakeGitHub, bot: Bot, hidden: Edit
) -> None:
    """A list that may be unreadable is not taken for an empty one: not to judge by, and not to add to."""
    await bot.approve(ADD, "private-reporting: off")
    github.add_person("Early-Bird")
    report = github.repo("pypa/pip").report("A report").edit(collaborating_users=["Early-Bird"])
    connection.rewrite(LIST, hidden)

    await look(bot)

    assert report.collaborators == ["Early-Bird"]
    assert github.writes == []
    for policy in ("reports-reach-owner", "private-reporting"):
        standing = await bot.standing("pypa/pip", policy)
        assert standing.state == "cannot tell"
        assert "GitHub does not say who sees" in standing.message

    connection.clear()
    await look(bot)
    assert report.collaborators == ["Early-Bird", *PSRT]


@pytest.mark.slow
async def test_nothing_is_sent_where_the_writer_is_not_told_who_is_there(
    connection: Rewriting, github: FakeGitHub, bot: Bot
) -> None:
    """The list told us, the advisory itself does not: there is nothing to merge with, so the write waits."""
    await bot.approve(ADD)
    github.add_person("Early-Bird")
    draft = github.repo("pypa/pip").draft("A draft").edit(collaborating_users=["Early-Bird"])
    connection.rewrite(ONE, without("collaborating_users"))

    await look(bot)

    assert draft.collaborators == ["Early-Bird"]
    assert github.writes == []

    connection.clear()
    await bot.later(minutes=20)
    assert draft.collaborators == ["Early-Bird", *PSRT]


@pytest.mark.slow
async def test_people_who_were_added_are_not_said_to_be_missing_where_github_hides_who_is_there(
    connection: Rewriting, github: FakeGitHub, bot: Bot
) -> None:
    """It was sent, and nobody is shown any more: whether it took effect is not known, so it was not in vain either."""
    await bot.approve(ADD)
    draft = github.repo("pypa/pip").draft("A draft")
    line = Through(github, "PATCH", ONE)
    await bot.restart()
    line.afterwards = lambda: connection.rewrite(ONE, without("collaborating_users"))

    await look(bot)

    assert draft.collaborators == PSRT
    line.afterwards = connection.clear
    connection.clear()
    await bot.later(minutes=20)
    told = [each for each in (await bot.explain("pypa/pip"))["did"] if each["kind"] == SetCollaborators.kind]
    assert [each["outcome"] for each in told] == [None, "done"]
    assert (await bot.standing("pypa/pip", "reports-reach-owner")).state == "pass"


@pytest.mark.slow
async def test_a_list_that_lags_behind_is_waited_for(connection: Rewriting, github: FakeGitHub, bot: Bot) -> None:
    """The advisory itself has everybody, its list nobody yet: nothing is sent, and GitHub is not asked all the time."""
    await bot.approve(ADD)
    draft = github.repo("pypa/pip").draft("A draft").edit(collaborating_users=PSRT)
    connection.rewrite(LIST, without("collaborating_users", value=[]))
    before = len(github.requests)

    await look(bot)

    assert draft.collaborators == PSRT
    assert github.writes == []
    assert len([each for each in github.requests[before:] if each.path == LIST]) <= 8  # a few in a minute

    connection.clear()
    await bot.later(minutes=20)
    assert (await bot.standing(*POLICY)).state == "pass"


@pytest.mark.slow
async def test_teams_are_never_sent(github: FakeGitHub, bot: Bot) -> None:
    """Without the permission to read them they look like none at all, and what is sent replaces what is there."""
    for installation in github.world.installations.values():
        installation.permissions.pop("members", None)
    await bot.restart()
    await bot.approve(ADD)
    draft = github.repo("pypa/pip").draft("A draft").edit(collaborating_teams=["pip-maintainers"])

    await look(bot)

    assert draft.collaborators == PSRT
    assert draft.collaborating_teams == ["pip-maintainers"]


@pytest.mark.slow
async def test_a_team_that_cannot_be_read_adds_nobody(github: FakeGitHub, bot: Bot) -> None:
    """Policy names a team, and we may not ask who is in it: neither good nor bad news."""
    await bot.approve(ADD)
    await edit_policy(bot, lambda content: content["report_owners"]["psrt"].update({"teams": ["python/psrt"]}))
    github.refuse_permission("GET", "/orgs/python/teams/psrt/members", times=None)
    draft = github.repo("pypa/pip").draft("A draft")

    await look(bot)

    assert draft.collaborators == []
    standing = await bot.standing(*POLICY)
    assert standing.state == "cannot tell"
    assert "members: read" in standing.message
    recover(github)
    await look(bot)
    assert set(PSRT) <= set(draft.collaborators)
