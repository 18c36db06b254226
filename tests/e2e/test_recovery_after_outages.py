"""Nobody took deliveries for a day, or for four: all that they were about is looked at, and people are told how."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from app.recovery import MOST_PAGES
from app.sandbox.server.faults import Elsewhere
from app.store import delivery_log
from tests.e2e.logged import LOG, counts, looks, told
from tests.e2e.many import many, own_lists
from tests.e2e.through import Through
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.usefixtures("approved")]

MISSED, RELEVANT = 7_000, 270
NOISE = (("issues", "opened"), ("star", "created"), ("check_run", "completed"), ("push", None), ("workflow_run", "x"))
INSTALLATIONS = "/app/installations"


async def known(github: FakeGitHub, bot: Bot, repositories: int) -> list[str]:
    """So many repositories of PyPA were seen before it all began. The names of those that are new."""
    before = {each.full_name for each in github.world.repositories.values()}
    many(github, repositories)
    await bot.sweep()
    await bot.settle()
    await bot.later(minutes=9)
    return sorted(each.full_name for each in github.world.repositories.values() if each.full_name not in before)


def missed_in_a_day(github: FakeGitHub, about: list[str]) -> None:
    """GitHub sent 7,000 deliveries to nobody, spread over the day. Those that matter are about one repository each."""
    dice, now = random.Random(270), github.world.now()  # noqa: S311 - not for secrets
    matter = set(dice.sample(range(MISSED), len(about)))
    names = iter(about)
    for number in range(MISSED):
        at = now - timedelta(days=1) + timedelta(days=1) * (number + 1) / MISSED
        if number in matter:
            github.delivery_log.line("repository_advisory", "reported", about=next(names), at=at)
        else:
            event, action = dice.choice(NOISE)
            github.delivery_log.line(event, action, about=dice.choice(about), at=at)


@pytest.mark.slow
async def test_270_of_7000_deliveries_of_a_day_are_made_up_for_within_ten_minutes(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """The machine was off for a day. It takes 80 requests at most, and no sweep: GitHub lists no installations now."""
    github.checks_shapes = False
    about = (await known(github, bot, 300))[:RELEVANT]
    assert len(about) == RELEVANT
    await bot.stop()
    report = github.repo("pypa/pip").report("A report that slipped in")
    bot.clock.advance(days=1)
    missed_in_a_day(github, [*about[1:], "pypa/pip"])
    github.fail("GET", INSTALLATIONS, times=None)
    before, back = len(github.requests), bot.clock.now()

    await bot.start()
    await bot.settle()
    while len(report.collaborators) < 2 or not set(about[1:]) <= looked_at(github, before):
        await bot.later(seconds=10)
        assert bot.clock.now() - back <= timedelta(minutes=10)

    took, calls = bot.clock.now() - back, len(looks(github, before))
    assert calls <= 80
    assert await counts(bot) == (RELEVANT, MISSED - RELEVANT)
    assert await told(bot) == []
    print(f"{took.total_seconds():.0f} s and {calls} calls")  # noqa: T201 - for docs/figures.md
    assert "deliveries.recovered" in said()
    github.clear_faults()


def looked_at(github: FakeGitHub, since: int) -> set[str]:
    return {f"pypa/{name}" for name in own_lists(github, since)}


async def test_after_four_days_a_sweep_looks_at_everything_and_people_are_told(
    github: FakeGitHub, bot: Bot, said: Callable[[], str]
) -> None:
    """GitHub keeps three days. What came before has no line any more, so nobody could make up for it one by one."""
    await bot.later(minutes=5)
    await bot.stop()
    report = github.repo("pypa/pip").report("A report of the first day")
    github.delivery_log.failed(report.reported())
    bot.clock.advance(days=4)
    before = len(github.requests)

    await bot.start()
    await bot.settle()

    assert len(report.collaborators) == 2
    assert await counts(bot) == (0, 0), "its line is gone"
    [text] = await told(bot)
    assert text.startswith(
        "GitHub's log of deliveries was read last on 2026-12-01 09:05 UTC, and it keeps three days: what was delivered "
        "before 2026-12-02 09:05 UTC and did not arrive cannot be made up for one by one; a sweep looks at everything"
    )
    assert INSTALLATIONS in [each.path for each in github.requests[before:]]
    assert "deliveries.left_to_the_sweep" in said()

    await bot.later(minutes=5)
    [text] = await told(bot)
    assert "listed all of it by" in text
    await bot.later(days=1)
    await bot.later(minutes=5)
    assert await told(bot) == []


async def test_an_outage_of_three_days_is_made_up_for_by_the_log(github: FakeGitHub, bot: Bot) -> None:
    """It reaches back just so far."""
    await bot.later(minutes=5)
    await bot.stop()
    bot.clock.advance(hours=1)
    report = github.repo("pypa/pip").report("A report of the first day")
    github.delivery_log.failed(report.reported())
    bot.clock.advance(days=2, hours=22)

    await bot.start()
    await bot.settle()

    assert len(report.collaborators) == 2
    assert await counts(bot) == (1, 0)
    assert await told(bot) == []


async def test_a_log_of_100000_lines_is_not_read_to_its_end(github: FakeGitHub, bot: Bot) -> None:
    """What one look asks is bounded. What is left of it is left to a sweep, and people are told."""
    github.checks_shapes = False
    await bot.later(minutes=5)
    now = github.world.now()
    for number in range(100_000):
        github.delivery_log.line("issues", "opened", about=None, at=now + timedelta(seconds=number))
    bot.clock.advance(seconds=100_000)
    before = len(github.requests)

    await bot.settle()

    assert len(looks(github, before)) == MOST_PAGES
    [text] = await told(bot)
    assert text.startswith("more than 10,000 deliveries came since GitHub's log of them was read last")
    assert INSTALLATIONS in [each.path for each in github.requests[before:]]
    before = len(github.requests)
    await bot.later(minutes=5)
    assert len(looks(github, before)) <= 7, "it begins anew with what came since"


def lines(github: FakeGitHub, bot: Bot, many: int) -> None:
    """One every ten seconds."""
    for number in range(many):
        bot.clock.advance(seconds=10)
        github.delivery_log.line("repository", "archived", about="pypa/pip" if number else "pypa/wheel")


async def breaks_while_it_is_read(github: FakeGitHub, bot: Bot, *, many: int, pages: int, status: int = 502) -> None:
    """So many lines wait to be read. GitHub is down once so many pages of them are, until somebody mends it."""
    line = Through(github, "GET", LOG)
    await bot.restart()
    await bot.settle()
    lines(github, bot, many)
    read = line.count

    def breaks() -> None:
        if line.count == read + pages:
            github.fail("GET", LOG, status, times=None)

    line.afterwards = breaks


async def test_a_limit_in_the_middle_is_waited_for_and_reading_goes_on_there(github: FakeGitHub, bot: Bot) -> None:
    """Nothing is read twice, and nothing is lost."""
    await bot.later(minutes=1)
    lines(github, bot, 450)
    before = len(github.requests)
    github.rate_limit("GET", LOG, seconds=600)
    await bot.later(minutes=4)
    assert len(looks(github, before)) == 1

    github.delivery_log.line("public", None, about="astral-sh/uv")
    await bot.later(minutes=9)
    assert len(looks(github, before)) == 1, "GitHub asked to wait"
    await bot.later(minutes=2)

    assert await counts(bot) == (451, 0)


@pytest.mark.parametrize("status", [502, 503, 429])
async def test_an_outage_in_the_middle_is_waited_for_and_a_restart_goes_on_there(
    github: FakeGitHub, bot: Bot, status: int
) -> None:
    """Three pages were read. Then GitHub is down, we are started anew, and what comes meanwhile is read afterwards."""
    await bot.later(minutes=1)
    await breaks_while_it_is_read(github, bot, many=450, pages=3, status=status)
    before = len(github.requests)
    await bot.later(minutes=5)
    assert await counts(bot) == (300, 0)

    github.delivery_log.line("public", None, about="astral-sh/uv")
    github.clear_faults()
    bot.clock.advance(minutes=3)
    await bot.restart()
    await bot.settle()

    assert await counts(bot) == (451, 0)
    good = [each.query for each in github.requests[before:] if each.path == LOG and each.status == 200]
    assert len(good) == 5 + 1, "five pages, and one for what was new afterwards"
    assert len(set(good)) == 5


async def test_a_cursor_that_github_does_not_know_any_more_costs_one_look(github: FakeGitHub, bot: Bot) -> None:
    """It begins with the newest again, and what was made up for before is not made up for twice."""
    await bot.later(minutes=1)
    await breaks_while_it_is_read(github, bot, many=250, pages=1)
    await bot.later(minutes=5)
    assert await counts(bot) == (100, 0)
    at = await bot.parts.database.read(delivery_log.progress)
    await bot.parts.database.write(partial(delivery_log.note, now_at=replace(at, cursor="of-last-year")))
    github.clear_faults()

    await bot.later(minutes=5)
    await bot.later(minutes=5)

    assert await counts(bot) == (250, 0)


async def test_a_pass_that_was_interrupted_for_hours_begins_anew(github: FakeGitHub, bot: Bot) -> None:
    """Its place in the log is old by then."""
    await bot.later(minutes=1)
    await breaks_while_it_is_read(github, bot, many=250, pages=1)
    await bot.later(minutes=5)
    await bot.stop()
    github.clear_faults()
    bot.clock.advance(hours=5)
    before = len(github.requests)
    await bot.start()
    await bot.settle()

    assert looks(github, before)[0] == "per_page=100"
    assert await counts(bot) == (250, 0)


@pytest.mark.parametrize("to", ["host", "scheme", "userinfo", "port", "loop"])
async def test_a_link_to_elsewhere_gets_none_of_our_credentials(github: FakeGitHub, bot: Bot, to: Elsewhere) -> None:
    """Only the cursor is taken from it. Where there is none, GitHub is asked again later."""
    await bot.later(minutes=1)
    github.hostile_link(LOG, to)
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.failed(report.reported())

    await bot.later(minutes=4)
    await bot.later(minutes=1)

    assert {each.origin for each in github.requests} == {github.url}
    assert len(report.collaborators) == 2
