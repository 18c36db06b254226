"""What does the page of a repository tell, and whom?"""

from __future__ import annotations

from tests.dashboard.visiting import sign_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot


async def test_its_admins_see_how_it_stands_and_why(github: FakeGitHub, bot: Bot) -> None:
    """Whoever installed the app wants to know what it sees, what it would do, and what it did."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    await bot.sweep()
    await bot.settle()
    admin = await sign_in(bot, "pip-maintainer-1", "/repositories/pypa/pip")

    assert admin.status == 200
    assert "Its reports go to <strong>psrt</strong>" in admin.html
    assert "Greenroom does “private-reporting: off” when a coordinator has said yes to it." in admin.html
