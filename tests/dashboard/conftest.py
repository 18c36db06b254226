"""What do pages show? A Greenroom that has looked at everything once."""

from __future__ import annotations

import pytest

from app.casework import opening
from tests.dashboard.casework import BY
from tests.harness import Bot


@pytest.fixture
async def looked(bot: Bot) -> Bot:
    """The app after its first sweep: it knows which repositories there are."""
    await bot.sweep()
    await bot.settle()
    return bot


@pytest.fixture
async def with_case(looked: Bot) -> Bot:
    """The same with case 1, of pip and uv."""
    await looked.approve_everything()
    looked.github.repo("pypa/pip").draft("Path traversal", affects=["pip", "uv"])
    await looked.sweep()
    await looked.settle()
    return looked


@pytest.fixture
async def two_cases(bot: Bot) -> None:
    """Case 1, of pip and uv, with its mirror; case 2 of pip alone."""
    await bot.approve_everything()
    await bot.settle()
    await opening.open_case(bot.parts, tools={"pip", "uv"}, links=(), by=BY)
    await opening.open_case(bot.parts, tools={"pip"}, links=(), by=BY)
    await bot.settle()
