"""What are people told now, and what were they ever told?"""

from __future__ import annotations

from sqlalchemy import select

from app.domain.records import Notice
from app.store import notices, schema
from tests.harness import Bot


async def told(bot: Bot) -> list[tuple[str, str]]:
    """What is open now: kinds, and what they are about."""
    return [(each.kind, each.about) for each in await bot.parts.database.read(notices.open_notices)]


async def only(bot: Bot) -> Notice:
    """The one notice that is open."""
    [notice] = await bot.parts.database.read(notices.open_notices)
    return notice


async def ever_told(bot: Bot) -> int:
    """How many notices there have been, closed ones included."""
    return len(await bot.parts.database.read(lambda conn: conn.execute(select(schema.notices)).all()))


async def settled(bot: Bot) -> None:
    """The coordinators approved everything, and everything was looked at once."""
    await bot.approve_everything()
    await bot.settle()
    assert await ever_told(bot) == 0, "there is nothing to tell of a world in order"


async def looks(bot: Bot, count: int, minutes: float = 10) -> None:
    """Time passes, and each time everything is looked at once."""
    for _ in range(count):
        await bot.later(minutes=minutes)
