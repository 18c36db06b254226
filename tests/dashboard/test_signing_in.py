"""Is it really they who signed in, and is nobody else taken for them?"""

from __future__ import annotations

from tests.dashboard.visiting import sign_in
from tests.harness import Bot


async def test_who_signs_in_with_github_is_who_they_are(bot: Bot) -> None:
    """The whole way: our button, GitHub's page, back with a code, and a page with their name."""
    await bot.sweep()
    await bot.settle()

    visitor = await sign_in(bot, "uv-maintainer-1")

    assert visitor.status == 200
    assert visitor.at == "/access"
    assert "uv-maintainer-1" in visitor.html
