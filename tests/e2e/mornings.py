"""It becomes morning: who was told what by then?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from app.store import schema
from app.store.notices import open_notices
from tests.e2e.policy_edits import edit_policy, only_reports
from tests.e2e.told import looks
from tests.fake_github import FakeGitHub
from tests.harness import Bot

COORDINATOR, PIP_MAINTAINER = "coordinator-1", "pip-maintainer-1"


async def digests(bot: Bot) -> list[Any]:
    """Every digest there ever was, oldest first."""
    query = select(schema.digests).order_by(schema.digests.c.id)
    return list(await bot.parts.database.read(lambda conn: conn.execute(query).all()))


async def told_to(bot: Bot, login: str) -> dict[str, str]:
    """What a person was told, by day."""
    return {str(each.day): each.text for each in await digests(bot) if each.recipient.startswith(f"{login}:")}


async def failures(bot: Bot) -> list[str]:
    """What is told of digests that could not be made."""
    return [each.text for each in await bot.parts.database.read(open_notices) if each.kind == "digests-failed"]


async def until(bot: Bot, day: int, hour: int = 6) -> None:
    """It becomes that hour of that day in December, and whatever is due is done."""
    bot.clock.advance(seconds=(datetime(2026, 12, day, hour, tzinfo=UTC) - bot.clock.now()).total_seconds())
    await bot.settle()


async def switched_on(github: FakeGitHub, bot: Bot) -> None:
    await edit_policy(bot, only_reports)
    github.repo("pypa/pip").enable_private_reporting()
    await looks(bot, 1)
