"""What do pages show? A Greenroom that has looked at everything once."""

from __future__ import annotations

import pytest

from tests.harness import Bot


@pytest.fixture
async def looked(bot: Bot) -> Bot:
    """The app after its first sweep: it knows which repositories there are."""
    await bot.sweep()
    await bot.settle()
    return bot
