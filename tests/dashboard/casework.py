"""A case of pip and uv, and what its people find on its page."""

from __future__ import annotations

import re

from app.domain.cases import Proposal, StoredCase
from app.store import cases, proposals
from tests.dashboard.visiting import Visitor
from tests.fake_advisories import FakeAdvisory
from tests.fake_github import FakeGitHub
from tests.fake_issues import FakeIssue
from tests.harness import Bot

BY = "coordinator-1"


def proof_of(visitor: Visitor) -> str:
    """What stands in each form of theirs."""
    found = re.search(r'name="csrf" value="([^"]+)"', visitor.html)
    assert found is not None
    return found[1]


async def the_case(bot: Bot, number: int = 1) -> StoredCase:
    return await bot.parts.database.read(lambda conn: cases.case(conn, number))


async def answers(bot: Bot) -> dict[str, str]:
    return {each.tool: each.status for each in (await the_case(bot)).present}


async def waiting(bot: Bot) -> tuple[Proposal, ...]:
    return await bot.parts.database.read(lambda conn: proposals.open_ones(conn, 1))


def mirror_of(github: FakeGitHub) -> FakeAdvisory | FakeIssue:
    return next(each for each in github.coordination.open_mirrors if each.title == "Case 1")
