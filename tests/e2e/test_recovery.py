"""Deliveries that failed are made up for by GitHub's own log of them, of which only the list is read."""

from __future__ import annotations

import pytest

from app.sandbox.state.attempts import Outcome
from app.store import delivery_log, notices
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.usefixtures("approved")]

LOG = "/app/hook/deliveries"


def looks(github: FakeGitHub, since: int = 0) -> list[str]:
    """The queries of requests to the log."""
    return [each.query for each in github.requests[since:] if each.path == LOG]


async def counts(bot: Bot) -> tuple[int, int]:
    """Recovered, and of no interest."""
    found = await bot.parts.database.read(delivery_log.counts)
    return found.recovered, found.ignored


async def told(bot: Bot) -> list[str]:
    """What people are told of deliveries that were missed."""
    found = await bot.parts.database.read(notices.open_notices)
    return [each.text for each in found if each.kind == "deliveries-missed"]


@pytest.mark.parametrize("outcome", ["no connection", "timeout", 503, 401, 302])
async def test_a_report_whose_delivery_failed_is_looked_at_within_five_minutes(
    github: FakeGitHub, bot: Bot, outcome: Outcome
) -> None:
    """Whatever went wrong: our own 503, a proxy, the wrong secret. The next sweep would have come later."""
    await bot.later(minutes=1)
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.failed(report.reported(), outcome)
    before = len(github.requests)

    await bot.later(minutes=4)

    assert len(report.collaborators) == 2
    assert looks(github, before) == ["per_page=100"]
    assert "/app/installations" not in [each.path for each in github.requests[before:]], "a sweep found it"
    assert await counts(bot) == (1, 0)
