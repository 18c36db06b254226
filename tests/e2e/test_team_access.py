"""Who reads a mirror as member of a team of the organization that holds it?"""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from app.casework import opening, taking_part
from app.domain.actions import InviteTeam
from app.domain.ids import CaseKey
from app.store import effects, notices
from tests.e2e.policy_edits import edit_policy
from tests.e2e.through import Through, late_then_refused
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]

BY = "coordinator-1"
PIP = ["pip-maintainer-1", "pip-maintainer-2"]
TEAM = "packaging-security/uv"


def add_team(github: FakeGitHub, slug: str, *members: str) -> set[int]:
    """A team of the organization that holds the mirrors; gives the ids of its members, to be changed in place."""
    return github.world.add_team(github.world.organization("packaging-security"), slug, members).members


async def names_team(bot: Bot, tool: str, *teams: str, users: tuple[str, ...] = ()) -> None:
    """Policy names teams for a tool, and nobody by name but these."""

    def change(content: dict[str, Any]) -> None:
        content["tools"][tool] |= {"teams": list(teams), "users": list(users)}

    await edit_policy(bot, change)


async def opened(github: FakeGitHub, bot: Bot, *tools: str) -> FakeAdvisory:
    await opening.open_case(bot.parts, tools=tools, links=(), by=BY)
    await bot.settle()
    mirror = github.coordination.drafts[-1]
    assert isinstance(mirror, FakeAdvisory)
    return mirror


async def test_a_team_is_let_in_itself_and_whoever_joins_it_reads_the_case(github: FakeGitHub, bot: Bot) -> None:
    """Inside its organization a team can be a collaborator, so GitHub follows its members and we need not."""
    uv = add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)

    mirror = await opened(github, bot, "pip", "uv")

    assert mirror.collaborating_teams == ["uv"]
    assert set(mirror.collaborators) == {*PIP}
    uv.add(github.add_person("uv-newcomer").id)
    assert mirror.readers["uv-newcomer"] == f"member of collaborating team {TEAM}"
    uv.discard(github.person("uv-maintainer-1").id)
    await bot.later(minutes=10)
    assert "uv-maintainer-1" not in mirror.readers
    assert set(mirror.collaborators) == {*PIP}


async def test_readers_of_a_case_are_told_by_which_team_they_read_it(github: FakeGitHub, bot: Bot) -> None:
    """The page of a case lists people, and why each of them reads it."""
    add_team(github, "uv", "uv-maintainer-1")
    add_team(github, "guests", "Guest")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip", "uv")
    mirror.edit(collaborating_teams=["uv", "guests"])

    told = await bot.explain("case/1")

    story = {each["login"]: (each["why"], each["let_in_by"]) for each in told["readers"]}
    assert story[TEAM] == ("this team takes part for uv", "us")
    assert story["uv-maintainer-1"] == (f"member of the team {TEAM}, takes part for uv", "us")
    assert story["packaging-security/guests"] == ("this team was let in, and nothing in policy explains this", "others")
    assert any("who is in the team packaging-security/guests" in each for each in told["readers_unclear"])


async def test_whether_invitations_were_accepted_is_said_to_be_unclear(github: FakeGitHub, bot: Bot) -> None:
    """GitHub documents no invitation to an advisory that could be pending, nor that there is none."""
    await opened(github, bot, "pip", "uv")

    assert [each for each in (await bot.explain("case/1"))["readers_unclear"] if "accept" in each] == [
        "whether those who were let in had to accept that first, and did: GitHub does not say"
    ]


async def test_a_tool_that_leaves_takes_the_team_along_that_we_let_in_and_no_other(
    github: FakeGitHub, bot: Bot
) -> None:
    """GitHub replaces the list of teams. One that people let in is theirs."""
    add_team(github, "uv", "uv-maintainer-1")
    add_team(github, "guests", "Guest")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip", "uv")
    mirror.edit(collaborating_teams=["guests", "uv"])

    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await bot.settle()

    assert mirror.collaborating_teams == ["guests"]
    assert set(mirror.collaborators) == {*PIP}
    assert [each["kind"] for each in (await bot.explain("case/1"))["did"]][-1] == "remove-team-from-mirror"
    mirror.edit(collaborating_teams=[])  # what others let in they take out


@pytest.mark.parametrize("why", ["members: read was taken away", "drafts are hidden"])
async def test_a_team_that_cannot_be_seen_when_its_tool_leaves_is_named_and_taken_out_once_it_can(
    github: FakeGitHub, bot: Bot, why: str
) -> None:
    """Nothing is sent blindly, for the list is replaced as a whole; but nobody believes that it is done."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip", "uv")
    watcher = github.installation("greenroom", "packaging-security")
    if why == "drafts are hidden":
        watcher.hide_drafts()
    else:
        del watcher.state.permissions["members"]
    await bot.restart()
    await bot.settle()
    assert not any(TEAM in each for each in (await bot.explain("case/1"))["cannot_tell"])

    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    for _ in range(4):
        await bot.later(minutes=10)

    assert mirror.collaborating_teams == ["uv"]
    [told] = (await bot.explain("case/1"))["cannot_tell"]
    assert f"the team {TEAM} still reads the mirror: uv takes no part any more" in told
    told_people = [each for each in await bot.parts.database.read(notices.open_notices) if each.kind == "cannot-see"]
    about = {each.about for each in told_people}  # policies tell it of the repository, under a pseudonym
    assert [each for each in about if not each.startswith("policy/")] == ["case/1"]

    watcher.hide_drafts(hidden=False).grant("members", "read")
    await bot.restart()
    await bot.settle()
    await bot.later(minutes=10)

    assert mirror.collaborating_teams == []
    assert (await bot.explain("case/1"))["cannot_tell"] == []
    assert "case/1" not in {each.about for each in await bot.parts.database.read(notices.open_notices)}


async def test_a_team_that_was_there_before_stays_when_its_tool_leaves(github: FakeGitHub, bot: Bot) -> None:
    """People let it in, so they decide when it goes."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip")
    mirror.edit(collaborating_teams=["uv"])
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    assert set(mirror.collaborators) == {*PIP}

    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await bot.later(minutes=10)

    assert mirror.collaborating_teams == ["uv"]
    mirror.edit(collaborating_teams=[])


async def test_members_of_a_team_elsewhere_are_let_in_by_name(github: FakeGitHub, bot: Bot) -> None:
    """A team can be a collaborator only inside its own organization."""
    await names_team(bot, "uv", "astral-sh/uv-maintainers")

    mirror = await opened(github, bot, "pip", "uv")

    assert mirror.collaborating_teams == []
    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-1", "uv-maintainer-2"}


async def test_a_team_whose_answer_was_lost_is_ours_all_the_same(github: FakeGitHub, bot: Bot) -> None:
    """It was written down before it was sent, and the next look sees that it took effect."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip")
    github.lose_answer("PATCH", f"{github.mirrors_path}/*", times=2)
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    await bot.later(minutes=10)
    assert mirror.collaborating_teams == ["uv"]

    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await bot.later(minutes=10)

    assert mirror.collaborating_teams == []


async def test_a_team_still_on_its_way_is_ours_when_the_next_request_is_refused(github: FakeGitHub, bot: Bot) -> None:
    """The first took effect after all. That a later one was refused says nothing about it."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip")
    made = await late_then_refused(github, bot, b"collaborating_teams")
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    await bot.later(seconds=12)
    assert len(made) == 2
    mirror.edit(collaborating_teams=["uv"])  # the first takes effect
    await bot.later(minutes=10)
    assert mirror.collaborating_teams == ["uv"]

    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await bot.later(minutes=10)

    assert mirror.collaborating_teams == []


async def test_a_team_that_was_let_in_is_not_said_to_be_unsent_where_it_could_not_be_read_back(
    github: FakeGitHub, bot: Bot
) -> None:
    """It reads the case from then on. To say that nothing was sent would be false for ever, and outside every cap."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip")
    began, path = bot.clock.now(), f"{github.mirrors_path}/*"
    line = Through(github, "PATCH", path)
    await bot.restart()
    await bot.settle()

    def unreadable() -> None:
        if mirror.collaborating_teams and not github.unused_faults():
            line.afterwards = None
            github.fail("GET", path, times=3)

    line.afterwards = unreadable
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    assert mirror.collaborating_teams == ["uv"]
    assert github.unused_faults() == []
    [announced] = [each for each in (await bot.explain("case/1"))["did"] if each["kind"] == InviteTeam.kind]
    assert announced["phase"] == "intend"
    await bot.later(minutes=1)

    told = [each for each in (await bot.explain("case/1"))["did"] if each["kind"] == InviteTeam.kind]
    assert [each["outcome"] for each in told] == [None, "done"]
    shown = await bot.parts.database.read(partial(effects.widened, since=began))
    assert {key for keys in shown.values() for key in keys} == {CaseKey(1)}


async def test_where_github_refuses_a_team_its_members_are_let_in_by_name(github: FakeGitHub, bot: Bot) -> None:
    """Whether an App may add teams is not documented in so many words; nobody is left outside for that."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    path = f"{github.mirrors_path}/*"
    line = Through(github, "PATCH", path)
    await bot.restart()

    async def refuse(request: httpx.Request) -> None:
        if b"collaborating_teams" in request.content:
            github.fail("PATCH", path, 422)

    line.instead = refuse
    mirror = await opened(github, bot, "pip", "uv")
    await bot.later(minutes=10)

    assert mirror.collaborating_teams == []
    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-1"}
    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await bot.settle()
    assert set(mirror.collaborators) == {*PIP}


async def test_a_team_that_policy_drops_is_for_people_to_take_out(github: FakeGitHub, bot: Bot) -> None:
    """One wrong line of policy would take out everybody in it."""
    add_team(github, "uv", "uv-maintainer-1")
    await names_team(bot, "uv", TEAM)
    mirror = await opened(github, bot, "pip", "uv")

    await names_team(bot, "uv", users=(f"uv-maintainer-2:{github.person('uv-maintainer-2').id}",))
    await bot.later(minutes=10)

    assert mirror.collaborating_teams == ["uv"]
    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-2"}
    [told] = [each for each in (await bot.explain("case/1"))["people_must"] if "policy names it no more" in each]
    assert TEAM in told
    mirror.edit(collaborating_teams=[])
