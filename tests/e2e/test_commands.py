"""Commands in comments of a mirror: who is heard, what is done, and what is answered."""

from __future__ import annotations

import pytest

from app.casework import opening
from app.domain.cases import StoredCase
from app.domain.mirrors import Store
from app.store import cases
from tests.e2e.stores import in_both_stores
from tests.fake_github import FakeGitHub
from tests.harness import Bot

BY = "coordinator-1"
HAND = "greenroom-hand[bot]"


async def opened(github: FakeGitHub, bot: Bot, *tools: str):
    await opening.open_case(bot.parts, tools=tools, links=(), by=BY)
    await bot.settle()
    [mirror] = github.coordination.open_mirrors
    return mirror


async def the_case(bot: Bot) -> StoredCase:
    return await bot.parts.database.read(lambda conn: cases.case(conn, 1))


@in_both_stores
@pytest.mark.usefixtures("approved")
async def test_a_maintainer_answers_for_her_own_tool(github: FakeGitHub, bot: Bot, store: Store) -> None:
    """In the mirror, where everybody who is concerned reads it. It is noted, shown in the block, and answered once."""
    mirror = await opened(github, bot, "pip", "uv")
    mirror.comment("We look into it.\n\n/greenroom ack", by="uv-maintainer-1")
    await bot.later(seconds=90)

    assert {each.tool: each.status for each in (await the_case(bot)).participants} == {
        "pip": "unknown",
        "uv": "acknowledged",
    }
    [_, (author, reply)] = mirror.comments
    assert author == HAND
    assert reply.startswith("- Noted: uv is acknowledged.")
    assert "| uv | named by a coordinator | acknowledged |" in mirror.body

    await bot.later(hours=2)
    assert len(mirror.comments) == 2
