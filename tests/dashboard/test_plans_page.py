"""How does a coordinator review a plan, and what do they allow by it?"""

from __future__ import annotations

from tests.dashboard.visiting import Visitor, sign_in
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LEAD = "coordinator-1"
OFF = "private-reporting: off"


async def planned(bot: Bot) -> Visitor:
    """A coordinator is signed in, has made a plan, and looks at it."""
    await bot.sweep()
    await bot.settle()
    lead = await sign_in(bot, LEAD, "/plans")
    return await lead.post("/plans")


async def test_a_plan_is_made_by_a_button_and_writes_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Looking at the page asks GitHub nothing; the button does, and what it shows stays at an address of its own."""
    github.repo("pypa/pip").enable_private_reporting(by="pip-maintainer-1")
    lead = await planned(bot)

    assert lead.status == 200
    assert lead.at.startswith("/plans/")
    assert 'href="/repositories/pypa/pip">pypa/pip#private-reporting</a>' in lead.html
    assert "switch private vulnerability reporting off" in lead.html
    assert github.writes == []
