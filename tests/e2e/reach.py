"""Who takes the reports of pip, and what lets Greenroom add them?"""

from __future__ import annotations

from tests.harness import Bot

PSRT = ["psrt-member-1", "psrt-member-2"]
ADD = "reports-reach-owner: add the owner's people"
POLICY = ("pypa/pip", "reports-reach-owner")


async def look(bot: Bot) -> None:
    """Everything is looked at, and a minute later again what failed."""
    await bot.sweep()
    await bot.later(minutes=1)
