"""What was read of GitHub's log of deliveries, and what came of it?"""

from __future__ import annotations

from app.store import delivery_log, notices
from tests.fake_github import FakeGitHub
from tests.harness import Bot

LOG = "/app/hook/deliveries"


def looks(github: FakeGitHub, since: int = 0) -> list[str]:
    """The queries of requests to the log."""
    return [each.query for each in github.requests[since:] if each.path == LOG]


async def counts(bot: Bot) -> tuple[int, int]:
    """Deliveries that were made up for, and others that failed and were of no interest."""
    found = await bot.parts.database.read(delivery_log.counts)
    return found.recovered, found.ignored


async def told(bot: Bot) -> list[str]:
    """What people are told of deliveries that were missed for good."""
    found = await bot.parts.database.read(notices.open_notices)
    return [each.text for each in found if each.kind == "deliveries-missed"]
