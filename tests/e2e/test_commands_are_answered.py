"""Are commands in comments run and answered once, whatever fails or is switched off meanwhile?"""

from __future__ import annotations

import pytest

from app.domain.mirrors import Store
from tests.e2e.stores import as_issues, in_both_stores
from tests.e2e.test_commands import answers, happened, opened, replies
from tests.fake_github import FakeGitHub
from tests.harness import Bot


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
