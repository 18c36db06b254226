"""Commands in comments of a mirror: who is heard, what is done, and what is answered."""

from __future__ import annotations

import pytest

from app.casework import opening, proposing
from app.domain.cases import StoredCase
from app.domain.mirrors import Store
from app.store import cases, proposals, timeline
from app.store.proposals import NoSuchProposal
from tests.e2e.stores import as_issues, in_both_stores
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


@in_both_stores
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_lost_answer_doubles_no_reply(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """GitHub posted it and timed out. We look for it before it is posted again."""
    del store
    mirror = await opened(github, bot, "pip", "uv")
    github.lose_answer("POST", f"{github.mirrors_path}/*/comments", how="timeout")
    mirror.comment("/greenroom ack", by="uv-maintainer-1")

    await bot.later(seconds=90)
    await bot.restart()
    await bot.later(minutes=5)

    assert replies(mirror) == ["- Noted: uv is acknowledged."]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_a_reply_that_was_not_posted_is_posted_later(github: FakeGitHub, bot: Bot) -> None:
    """The connection broke before GitHub did anything: nobody is left without an answer, and nothing runs twice."""
    mirror = await opened(github, bot, "pip", "uv")
    github.fail("POST", f"{github.mirrors_path}/*/comments", 502)
    mirror.comment("/greenroom ack", by="uv-maintainer-1")

    await bot.later(seconds=90)
    assert replies(mirror) == []
    for _ in range(4):
        await bot.later(seconds=60)

    assert replies(mirror) == ["- Noted: uv is acknowledged."]
    assert await happened(bot) == ["opened", "answered"]


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_what_ran_before_the_database_was_lost_does_not_run_again(github: FakeGitHub, bot: Bot) -> None:
    """Uv's people said that it is affected, and later by command line that it is fixed. The old word stays old."""
    mirror = await opened(github, bot, "pip", "uv")
    mirror.comment("/greenroom status uv affected", by="uv-maintainer-1")
    await bot.later(seconds=90)
    bot.clock.advance(seconds=5)
    mirror.comment("/greenroom status uv fixed", by="uv-maintainer-1")
    await bot.later(seconds=90)
    assert await answers(bot) == {"pip": "unknown", "uv": "fixed"}

    await bot.lose_database()
    await bot.approve_everything()
    await bot.settle()
    await bot.later(minutes=10)
    assert await answers(bot) == {"pip": "unknown", "uv": "fixed"}
    assert len(replies(mirror)) == 2

    mirror.comment("/greenroom status uv mitigated", by="uv-maintainer-1")
    await bot.later(seconds=90)
    assert await answers(bot) == {"pip": "unknown", "uv": "mitigated"}


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_without_the_preview_all_else_works_and_it_is_said(github: FakeGitHub, bot: Bot) -> None:
    """GitHub may not offer comments of advisories: then the command line does it all."""
    github.world.no_advisory_comments = True
    mirror = await opened(github, bot, "pip", "uv")
    mirror.comment("/greenroom ack", by="uv-maintainer-1")
    await bot.later(seconds=90)

    told = await bot.explain("case/1")
    assert told["case"]["unheard"].startswith("comments are not offered here")
    assert told["cannot_tell"] == []
    assert "uv-maintainer-1" in mirror.readers
    assert await answers(bot) == {"pip": "unknown", "uv": "unknown"}


@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_quiet_discussions_cost_a_request_in_ten_minutes(github: FakeGitHub, bot: Bot) -> None:
    """And none where nobody said anything. A case is looked at every 90 seconds."""
    mirror = await opened(github, bot, "pip", "uv")
    for _ in range(10):
        await bot.later(seconds=90)
    assert _asked(github) == 0

    mirror.comment("Nothing to command.", by="uv-maintainer-1")
    for _ in range(20):
        await bot.later(seconds=90)
    assert _asked(github) in range(3, 6)


@as_issues
@pytest.mark.slow
@pytest.mark.usefixtures("approved")
async def test_writes_that_are_off_hold_the_reply_and_nothing_else(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """The kill switch is about GitHub. What people said is theirs, and is answered when writes are on again."""
    del store
    mirror = await opened(github, bot, "pip", "uv")
    bot.writes = "off"
    await bot.restart()
    mirror.comment("/greenroom ack", by="uv-maintainer-1")
    await bot.later(minutes=5)
    assert (await answers(bot))["uv"] == "acknowledged"
    assert replies(mirror) == []

    bot.writes = "on"
    await bot.restart()
    await bot.later(minutes=5)
    assert replies(mirror) == ["- Noted: uv is acknowledged."]


def _asked(github: FakeGitHub) -> int:
    return sum(each.method == "GET" and each.path.endswith("/comments") for each in github.requests)
