"""Who is inside a mirror over the life of a case? The people of its tools, and those whom others let in."""

from __future__ import annotations

from functools import partial

import httpx
import pytest

from app.casework import opening, taking_part
from app.store import added
from tests.e2e.policy_edits import edit_policy
from tests.e2e.through import Through, late_then_refused
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("approved")]

BY = "coordinator-1"
PIP, UV = ["pip-maintainer-1", "pip-maintainer-2"], ["uv-maintainer-1", "uv-maintainer-2"]


async def opened(github: FakeGitHub, bot: Bot, *tools: str) -> FakeAdvisory:
    await opening.open_case(bot.parts, tools=tools, links=(), by=BY)
    await bot.settle()
    mirror = github.coordination.drafts[-1]
    assert isinstance(mirror, FakeAdvisory)
    return mirror


async def leaves(bot: Bot, tool: str, case: int = 1) -> None:
    await taking_part.leave(bot.parts, case, tool, by=BY)
    await bot.settle()


async def test_a_tool_that_leaves_takes_its_people_along_and_nobody_else(github: FakeGitHub, bot: Bot) -> None:
    """One of uv's people was let in by hand before, and somebody of no tool was let in afterwards: both stay."""
    github.add_person("Guest")
    mirror = await opened(github, bot, "pip")
    mirror.edit(collaborating_users=[*mirror.collaborators, "uv-maintainer-2"])
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    mirror.edit(collaborating_users=[*mirror.collaborators, "Guest"])
    assert set(mirror.collaborators) == {*PIP, *UV, "Guest"}
    story = {each["login"]: (each["why"], each["let_in_by"]) for each in (await bot.explain("case/1"))["readers"]}
    assert story["uv-maintainer-1"] == ("takes part for uv", "us")
    assert story["uv-maintainer-2"] == ("takes part for uv", "others")
    assert story["Guest"] == ("nothing in policy explains this", "others")

    await leaves(bot, "uv")

    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-2", "Guest"}
    assert [each["kind"] for each in (await bot.explain("case/1"))["did"]][-1] == "remove-from-mirror"
    mirror.edit(collaborating_users=PIP)  # what others let in they take out


async def test_who_is_let_in_again_by_hand_is_left_alone(github: FakeGitHub, bot: Bot) -> None:
    """We took them out, somebody wants them in: that is no war of ours."""
    mirror = await opened(github, bot, "pip", "uv")
    await leaves(bot, "uv")
    assert set(mirror.collaborators) == {*PIP}

    mirror.edit(collaborating_users=[*PIP, "uv-maintainer-1"])
    await bot.later(minutes=10)

    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-1"}
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    assert set(mirror.collaborators) == {*PIP, *UV}
    await leaves(bot, "uv")
    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-1"}


async def test_who_leaves_a_project_is_taken_out_of_its_cases(github: FakeGitHub, bot: Bot) -> None:
    """Policy names them no more. GitHub itself keeps them in every advisory, also after they left the organization."""
    mirror = await opened(github, bot, "pip", "uv")

    await edit_policy(bot, lambda content: content["tools"]["uv"]["users"].pop(0))
    await bot.later(minutes=10)

    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-2"}


async def test_nobody_is_taken_out_while_policy_is_invalid(github: FakeGitHub, bot: Bot) -> None:
    """A file that cannot be read names nobody, which is not the same as naming nobody any more."""
    mirror = await opened(github, bot, "pip", "uv")

    text = bot.policy.read_text(encoding="utf-8")
    bot.policy.write_text("tools: [", encoding="utf-8")
    await bot.later(minutes=10)

    assert set(mirror.collaborators) == {*PIP, *UV}
    bot.policy.write_text(text, encoding="utf-8")


async def test_an_invitation_whose_answer_was_lost_is_ours_all_the_same(github: FakeGitHub, bot: Bot) -> None:
    """It was announced before it was sent, and the next look sees that it took effect."""
    mirror = await opened(github, bot, "pip")
    github.lose_answer("PATCH", f"{github.mirrors_path}/*", times=2)
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    await bot.later(minutes=10)
    assert set(mirror.collaborators) == {*PIP, *UV}

    await leaves(bot, "uv")
    await bot.later(minutes=10)

    assert set(mirror.collaborators) == {*PIP}


async def test_an_invitation_still_on_its_way_is_ours_when_the_next_one_is_refused(
    github: FakeGitHub, bot: Bot
) -> None:
    """The first took effect after all. That a later one was refused says nothing about it."""
    mirror = await opened(github, bot, "pip")
    made = await late_then_refused(github, bot, b"uv-maintainer")
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    await bot.later(seconds=12)
    assert len(made) == 2
    mirror.edit(collaborating_users=[*mirror.collaborators, *UV])  # the first takes effect
    await bot.later(minutes=10)
    assert set(mirror.collaborators) == {*PIP, *UV}

    await leaves(bot, "uv")

    assert set(mirror.collaborators) == {*PIP}


async def test_a_renamed_account_is_neither_doubled_nor_lost(github: FakeGitHub, bot: Bot) -> None:
    """We know them by their id. A stranger who takes the former login gets nothing."""
    mirror = await opened(github, bot, "pip", "uv")
    github.rename_user("uv-maintainer-1", "uv-maintainer-renamed")
    github.add_person("uv-maintainer-1")

    await bot.later(minutes=10)
    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-renamed", "uv-maintainer-2"}
    await leaves(bot, "uv")

    assert set(mirror.collaborators) == {*PIP}
    assert "uv-maintainer-1" not in mirror.readers


async def test_a_stranger_who_takes_a_login_at_the_last_moment_is_taken_out_again(github: FakeGitHub, bot: Bot) -> None:
    """GitHub takes logins, no ids. Between look and write one can change hands; the look after it shows that."""
    mirror = await opened(github, bot, "pip")
    line = Through(github, "PATCH", f"{github.mirrors_path}/*")
    await bot.restart()

    async def change_hands(request: httpx.Request) -> None:
        if b"uv-maintainer-1" in request.content and github.person("uv-maintainer-1").id == known:
            github.rename_user("uv-maintainer-1", "uv-maintainer-moved")
            github.add_person("uv-maintainer-1")

    known, line.instead = github.person("uv-maintainer-1").id, change_hands
    await taking_part.invite(bot.parts, 1, "uv", rsvp=None, by=BY)
    await bot.settle()
    await bot.later(minutes=10)

    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-2"}
    [told] = [each for each in (await bot.explain("case/1"))["people_must"] if "cannot be confirmed" in each]
    assert "uv-maintainer-1" in told


async def test_who_coordinates_by_a_team_stays_and_nobody_goes_while_it_cannot_be_read(
    github: FakeGitHub, bot: Bot
) -> None:
    """One of uv's people is in the coordinators' team, which GitHub does not show for a while."""
    github.world.add_team(github.world.organization("packaging-security"), "desk", ["uv-maintainer-1"])
    members = "/orgs/packaging-security/teams/desk/members"
    await edit_policy(bot, lambda content: content["coordinators"].update(teams=["packaging-security/desk"]))
    mirror = await opened(github, bot, "pip", "uv")

    github.fail("GET", members, 403, times=None)
    await taking_part.leave(bot.parts, 1, "uv", by=BY)
    await bot.later(minutes=10)
    assert set(mirror.collaborators) == {*PIP, *UV}
    assert any("nobody is taken out" in each for each in (await bot.explain("case/1"))["cannot_tell"])

    github.clear_faults()
    await bot.later(minutes=10)
    assert set(mirror.collaborators) == {*PIP, "uv-maintainer-1"}


async def test_after_a_lost_database_nobody_is_taken_out_and_that_is_said(github: FakeGitHub, bot: Bot) -> None:
    """Who is inside because of us is not known any more; the case itself comes back from its mirror."""
    mirror = await opened(github, bot, "pip", "uv")
    await bot.lose_database()
    await bot.approve_everything()
    await bot.settle()

    await leaves(bot, "uv")

    assert set(mirror.collaborators) == {*PIP, *UV}
    assert any("lost" in each for each in (await bot.explain("case/1"))["readers_unclear"])
    assert await bot.parts.database.read(partial(added.of_case, case=1)) == ()


async def _reads(github: FakeGitHub, login: str, mirror: FakeAdvisory) -> tuple[int, set[str]]:
    """What GitHub answers somebody who asks with a token of their own: about the mirror, and as a list."""
    token = github.world.add_personal_token(login, advisories=True)
    headers = {"authorization": f"Bearer {token}", "accept": "application/vnd.github+json"}
    headers["x-github-api-version"] = "2022-11-28"
    async with httpx.AsyncClient(transport=github.transport, base_url=github.url, headers=headers) as client:
        one = await client.get(f"{github.mirrors_path}/{mirror.id}")
        listed = await client.get(github.mirrors_path)
    return one.status_code, {each["ghsa_id"] for each in listed.json()}


async def test_a_maintainer_reads_the_case_of_their_tool_and_no_other(github: FakeGitHub, bot: Bot) -> None:
    """Need to know, asked of GitHub in the name of each person. Its reporter reads the source, not the mirror."""
    report = github.repo("astral-sh/uv").report("A path escapes", affects=["rust:uv", "pip"], by="reporter-1").accept()
    await bot.later(minutes=10)
    [first] = github.coordination.drafts
    second = await opened(github, bot, "pip", "wheel")
    assert first.id != second.id

    uv, pip = await _reads(github, "uv-maintainer-1", first), await _reads(github, "pip-maintainer-1", first)

    assert uv == (200, {first.id})
    assert await _reads(github, "uv-maintainer-1", second) == (404, {first.id})
    assert pip == (200, {first.id, second.id})
    assert await _reads(github, "coordinator-1", second) == (200, {first.id, second.id})
    for stranger in ("reporter-1", "poetry-maintainer-1", "psrt-member-1"):
        assert await _reads(github, stranger, first) == (404, set())
    assert "reporter-1" in report.readers
