"""Commands in comments of a mirror: who is heard, what is done, and what is answered."""

from __future__ import annotations

import pytest

from app.casework import opening, proposing
from app.domain.cases import StoredCase
from app.domain.mirrors import Store
from app.halting import NotAllowed
from app.store import cases, proposals, timeline
from app.store.proposals import NoSuchProposal
from tests.e2e.policy_edits import edit_policy
from tests.e2e.stores import in_both_stores
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

BY = "coordinator-1"
HAND = "greenroom-hand[bot]"
STRANGER = (
    "You are not known as one of the people of a tool that takes part here, or as a coordinator, so nothing was done. "
    "Policy lists them by the number of their account."
)


async def opened(github: FakeGitHub, bot: Bot, *tools: str) -> FakeAdvisory | FakeIssue:
    """The mirror of a case of these tools."""
    await opening.open_case(bot.parts, tools=tools, links=(), by=BY)
    await bot.settle()
    [mirror] = github.coordination.open_mirrors
    return mirror


async def the_case(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(lambda conn: cases.case(conn, 1))


async def answers(bot: Bot) -> dict[str, str]:
    return {each.tool: each.status for each in (await the_case(bot)).present}


async def happened(bot: Bot) -> list[str]:
    """What stands in the timeline. Whom the graph suggests is no matter of commands."""
    events = await bot.parts.database.read(lambda conn: timeline.events(conn, 1))
    return [each.what for each in events if each.what != "suggested"]


def replies(mirror: FakeAdvisory | FakeIssue) -> list[str]:
    """What Greenroom said there, without its marks."""
    return [text.partition("\n\n<!--")[0] for author, text in mirror.comments if author == HAND]


@in_both_stores
@pytest.mark.usefixtures("approved")
async def test_a_maintainer_answers_for_her_own_tool(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """In the mirror, where everybody who is concerned reads it. It is noted, shown in the block, and answered once."""
    del store
    mirror = await opened(github, bot, "pip", "uv")
    mirror.comment("We look into it.\n\n/greenroom ack", by="uv-maintainer-1")
    await bot.explain("case/1")  # who only looks runs nothing, and keeps nobody from it
    assert await answers(bot) == {"pip": "unknown", "uv": "unknown"}
    await bot.later(seconds=90)

    assert await answers(bot) == {"pip": "unknown", "uv": "acknowledged"}
    assert replies(mirror) == ["- Noted: uv is acknowledged."]
    assert "| uv | named by a coordinator | acknowledged |" in mirror.body

    mirror.comment("/greenroom status uv not-affected vulnerable-code-not-present", by="uv-maintainer-2")
    await bot.later(seconds=90)
    assert "| uv | named by a coordinator | not affected (vulnerable_code_not_present) |" in mirror.body
    told = await bot.parts.database.read(lambda conn: timeline.events(conn, 1))
    assert [(each.what, each.tool, (each.by or "").partition(":")[0]) for each in told if each.what == "answered"] == [
        ("answered", "uv", "uv-maintainer-1"),
        ("answered", "uv", "uv-maintainer-2"),
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_who_may_not_say_it_changes_nothing(github: FakeGitHub, bot: Bot) -> None:
    """A maintainer speaks for her tool alone, a collaborator of none for none; who took a login is somebody else."""
    mirror = await opened(github, bot, "pip", "uv")
    mirror.comment("/greenroom status pip fixed", by="uv-maintainer-1")
    mirror.comment("/greenroom status pip fixed\n/greenroom invite wheel", by="reporter-1")
    mirror.comment("/greenroom relay on", by="reporter-1")
    await bot.later(seconds=90)
    await bot.later(seconds=90)

    github.rename_user("uv-maintainer-2", "uv-maintainer-renamed")
    github.add_person("uv-maintainer-2")
    mirror.comment("/greenroom ack", by="uv-maintainer-2")
    await bot.later(seconds=90)

    assert await answers(bot) == {"pip": "unknown", "uv": "unknown"}
    assert replies(mirror) == [
        "- You speak for uv here, so what is true of pip its own people say, or a coordinator.",
        f"- {STRANGER}",
    ]
    assert await happened(bot) == ["opened"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_invitation_waits_for_a_coordinator_and_then_lets_people_in(github: FakeGitHub, bot: Bot) -> None:
    """Who reads a case is never widened by a comment alone."""
    mirror = await opened(github, bot, "pip")
    mirror.comment("/greenroom invite uv\n/greenroom invite uvv", by="pip-maintainer-1")
    await bot.later(seconds=90)

    [reply] = replies(mirror)
    [waits] = await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))
    yes = f"`greenroom case confirm {waits.id} --by LOGIN`"
    assert f"Proposal {waits.id} (invite uv) waits for a coordinator, who runs {yes}" in reply
    assert "Policy knows no such tool; did you mean `uv`?" in reply
    assert "uvv" not in reply
    assert "uv-maintainer-1" not in mirror.readers

    await proposing.confirm(bot.parts, waits.id, by=BY)
    await bot.settle()

    assert "uv-maintainer-1" in mirror.readers
    assert await happened(bot) == ["opened", "proposed", "invited", "confirmed"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
@pytest.mark.parametrize("is_stranger", [True, False], ids=["who took the login", "who is meant"])
async def test_to_ask_for_a_link_is_the_word_of_an_account_and_not_of_its_login(
    github: FakeGitHub, bot: Bot, *, is_stranger: bool
) -> None:
    """Policy means pip's maintainer by the number. Whoever took that login is none of pip's people, whatever else."""
    if is_stranger:
        github.rename_user("pip-maintainer-1", "somebody-renamed")
    asks = github.add_person("pip-maintainer-1")
    github.world.add_team(github.world.organization("packaging-security"), "uv", [asks.login])
    await edit_policy(bot, lambda content: content["tools"]["uv"].update(teams=["packaging-security/uv"]))
    mirror = await opened(github, bot, "uv")
    draft = github.repo("pypa/pip").draft("Entry points escape", affects=["pip"], description="Secret text")
    mirror.comment(f"/greenroom link pypa/pip {draft.ghsa}", by=asks.login)
    await bot.later(seconds=90)
    [waits] = await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))
    assert str(waits.asked_by) == f"pip-maintainer-1:{asks.id}"

    if is_stranger:
        with pytest.raises(NotAllowed, match="somebody who speaks for pip agrees"):
            await proposing.confirm(bot.parts, waits.id, by=BY)
    else:
        await proposing.confirm(bot.parts, waits.id, by=BY)
    await bot.later(minutes=10)

    assert (draft.summary in mirror.text) != is_stranger
    assert bool((await the_case(bot)).links) != is_stranger


@pytest.mark.usefixtures("approved")
async def test_twenty_proposals_of_a_case_wait_and_no_more_whoever_asks_at_once(github: FakeGitHub, bot: Bot) -> None:
    """Thirty hours in three comments that one look reads: what is made counts as it is made.

    What waits already can still be asked for, and when one is settled there is room for one.
    """
    mirror = await opened(github, bot, "pip", "uv")
    hours = [f"/greenroom embargo 2027-01-{day:02}T16:00Z" for day in range(1, 31)]
    for first in (0, 10, 20):
        mirror.comment("\n".join(hours[first : first + 10]), by="uv-maintainer-1")
    await bot.later(seconds=90)
    await bot.later(seconds=90)

    waiting = await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))
    assert [each.value for each in waiting] == [f"2027-01-{day:02}T16:00Z" for day in range(1, 21)]
    assert sum(reply.count("Too many proposals wait") for reply in replies(mirror)) == 10

    await proposing.decline(bot.parts, waiting[0].id, by=BY)
    mirror.comment(f"{hours[5]}\n{hours[28]}\n{hours[29]}", by="uv-maintainer-1")
    await bot.later(seconds=90)

    now = await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))
    assert [each.value[8:10] for each in now] == [*(f"{day:02}" for day in range(2, 21)), "29"]
    assert f"Proposal {waiting[5].id} (embargo 2027-01-06T16:00Z) waits" in replies(mirror)[-1]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_an_old_reply_never_names_what_is_asked_for_after_a_lost_database(github: FakeGitHub, bot: Bot) -> None:
    """Whoever types what it says would confirm another thing."""
    mirror = await opened(github, bot, "pip", "uv")
    mirror.comment("/greenroom embargo 2027-01-12T16:00Z", by="uv-maintainer-1")
    await bot.later(seconds=90)
    [old] = await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))

    await bot.lose_database()
    await bot.settle()
    await bot.later(minutes=10)
    mirror.comment("/greenroom invite wheel", by="uv-maintainer-1")
    await bot.later(minutes=10)

    [new] = await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))
    assert (new.what, new.id > old.id) == ("invite", True)
    with pytest.raises(NoSuchProposal, match=f"there is no proposal {old.id}"):
        await proposing.confirm(bot.parts, old.id, by=BY)


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_was_edited_or_quoted_never_runs(github: FakeGitHub, bot: Bot) -> None:
    """Everybody who reads a mirror can edit every comment in it, so an edited one is nobody's word."""
    mirror = await opened(github, bot, "pip", "uv")
    comment = mirror.comment("Thank you.", by="uv-maintainer-1")
    bot.clock.advance(seconds=5)
    mirror.edit_comment(comment, "Thank you.\n\n/greenroom status uv fixed")
    mirror.comment("> /greenroom status uv fixed\n\n```\n/greenroom ack\n```", by="uv-maintainer-1")
    await bot.later(seconds=90)
    await bot.later(minutes=12)

    assert await answers(bot) == {"pip": "unknown", "uv": "unknown"}
    [reply] = replies(mirror)
    assert "A comment that was edited is never run" in reply
