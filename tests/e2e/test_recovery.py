"""Deliveries that failed are made up for by GitHub's own log of them, of which only the list is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.sandbox.state.attempts import Outcome
from app.store import delivery_log
from tests.e2e.logged import LOG, counts, looks, told
from tests.e2e.many import COORDINATION
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = [pytest.mark.as_shipped, pytest.mark.usefixtures("approved")]
FIRST = "per_page=100"


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
    assert looks(github, before) == [FIRST]
    assert "/app/installations" not in [each.path for each in github.requests[before:]], "a sweep found it"
    assert await counts(bot) == (1, 0)


async def test_what_was_taken_in_is_not_asked_for_again(github: FakeGitHub, bot: Bot) -> None:
    """Our answer was lost, so GitHub says that it failed. It is on our disk."""
    await bot.later(minutes=1)
    delivery = github.repo("pypa/pip").report("A report that slipped in").reported()
    await bot.deliver(delivery)
    github.delivery_log.failed(delivery, "timeout")
    await bot.settle()
    before = len(github.requests)

    await bot.read_delivery_log()
    await bot.settle()

    assert [each.path for each in github.requests[before:]] == [LOG]
    assert await counts(bot) == (0, 0)


async def test_a_delivery_is_made_up_for_once_however_often_it_stands_in_the_log(github: FakeGitHub, bot: Bot) -> None:
    """Each look reads the newest lines again, since some take minutes to appear."""
    await bot.later(minutes=1)
    delivery = github.repo("pypa/pip").report("A report that slipped in").reported()
    for outcome in (503, 503):
        github.delivery_log.failed(delivery, outcome)

    for _ in range(3):
        await bot.read_delivery_log()
        await bot.later(seconds=1)
    before = len(github.requests)
    await bot.read_delivery_log()
    await bot.settle()

    assert [each.path for each in github.requests[before:]] == [LOG]
    assert await counts(bot) == (1, 0)


async def test_a_line_that_appears_late_is_not_overlooked(github: FakeGitHub, bot: Bot) -> None:
    """Newer ones were in the log before it was."""
    await bot.later(minutes=1)
    happened = github.world.now()
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.line("issues", "opened", at=happened + timedelta(minutes=2), outcome=202)
    await bot.later(minutes=4)
    assert report.collaborators == []

    github.delivery_log.line("repository_advisory", "reported", about="pypa/pip", at=happened)
    await bot.read_delivery_log()
    await bot.settle()

    assert len(report.collaborators) == 2


async def test_somebody_has_github_send_it_again_after_it_was_made_up_for(github: FakeGitHub, bot: Bot) -> None:
    """It is taken in, as it may say more than the log did, and nothing is done twice."""
    await bot.later(minutes=1)
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.failed(report.reported())
    await bot.later(minutes=4)
    before = len(github.writes)

    assert await bot.deliver(github.delivery_log.redeliver(report.reported())) == 202
    await bot.settle()

    assert len(report.collaborators) == 2
    assert len(github.writes) == before


async def test_what_was_sent_again_before_we_looked_is_not_made_up_for(github: FakeGitHub, bot: Bot) -> None:
    """A person was faster."""
    await bot.later(minutes=1)
    delivery = github.repo("pypa/pip").report("A report that slipped in").reported()
    github.delivery_log.failed(delivery)
    await bot.deliver(delivery)

    await bot.later(minutes=4)

    assert await counts(bot) == (0, 0)


@pytest.mark.parametrize("event", ["installation", "installation_repositories"])
async def test_a_change_of_what_we_may_see_that_nobody_told_us_asks_for_a_sweep(
    github: FakeGitHub, bot: Bot, event: str
) -> None:
    """Coverage is seen as soon as the log says so."""
    await bot.later(minutes=1)
    github.delivery_log.line(event, "added")
    before = len(github.requests)

    await bot.later(minutes=4)

    assert "/app/installations" in [each.path for each in github.requests[before:]]
    assert await counts(bot) == (1, 0)


async def test_a_repository_that_is_new_to_us_is_found_by_a_sweep(github: FakeGitHub, bot: Bot) -> None:
    """The log has its number only, and the list of the installation its name."""
    await bot.later(minutes=1)
    github.world.add_repository(github.world.organization("pypa"), "made-while-away")
    github.delivery_log.line("repository", "created", about="pypa/made-while-away")

    await bot.later(minutes=4)

    assert (await bot.standing("pypa/made-while-away", "private-reporting")).repo.name == "made-while-away"


async def test_lines_about_strangers_and_of_next_year_are_counted_and_ask_for_nothing(
    github: FakeGitHub, bot: Bot
) -> None:
    """Anybody can install the App, in an account that policy does not name."""
    await bot.later(minutes=1)
    github.delivery_log.line("repository_advisory", "reported", about=99_999_999, installation=88_888_888)
    github.delivery_log.line("repository", "renamed", about=99_999_999, installation=88_888_888)
    github.delivery_log.line("of_next_year", "happened", about="pypa/pip")
    github.delivery_log.line("repository_advisory", "withdrawn", about="pypa/pip")
    before = len(github.requests)

    await bot.later(minutes=4)

    assert await counts(bot) == (0, 4)
    about_repositories = [each.path for each in github.requests[before:] if "/repos/" in each.path]
    assert [path for path in about_repositories if "private-vulnerability-reporting" not in path] == []
    await bot.read_delivery_log()
    await bot.settle()
    assert await counts(bot) == (0, 4), "what stands in the log for three days is counted once"


async def test_what_came_into_the_global_database_is_asked_for_of_every_open_case(github: FakeGitHub, bot: Bot) -> None:
    """The log does not say which advisory it was, so each case asks about its own ids."""
    advisory = github.repo("pypa/wheel").report("Path traversal", affects=["wheel", "rust:uv"])
    advisory.accept()
    await bot.sweep()
    await bot.settle()
    assert len(github.coordination.drafts) == 1
    before = len(github.requests)
    github.delivery_log.line("security_advisory", "published")

    await bot.read_delivery_log()
    await bot.settle()

    assert await counts(bot) == (1, 0)
    assert [each.path for each in github.requests[before:] if each.path.startswith("/advisories")] != []


async def test_the_first_look_of_all_begins_with_the_newest(github: FakeGitHub, bot: Bot) -> None:
    """A new database has a sweep before it that looks at everything, so three days of lines tell nothing more."""
    for _ in range(250):
        github.delivery_log.line("repository", "archived", about="pypa/pip")
    bot.clock.advance(hours=1)
    before = len(github.requests)

    await bot.lose_database()
    await bot.settle()

    assert looks(github, before) == [FIRST]
    assert await counts(bot) == (0, 0)


async def test_a_database_that_comes_from_a_backup_asks_for_what_it_does_not_know(github: FakeGitHub, bot: Bot) -> None:
    """GitHub says that it arrived, and it did, at the database that is no more."""
    await bot.later(minutes=1)
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.line("repository_advisory", "reported", about="pypa/pip", outcome=202)

    await bot.later(minutes=4)

    assert len(report.collaborators) == 2
    assert await counts(bot) == (1, 0)


async def test_a_log_that_github_does_not_show_stops_nothing(github: FakeGitHub, bot: Bot) -> None:
    """It says so in our log, and asks again later; the sweep finds what was missed."""
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.failed(report.reported())
    github.fail("GET", LOG, 404, times=None, because="permission")
    before = len(github.requests)

    await bot.later(minutes=5)
    await bot.later(minutes=5)

    assert len(looks(github, before)) == 2
    assert len(report.collaborators) == 2
    assert await bot.parts.database.read(delivery_log.counts) == delivery_log.Counts()
    assert await told(bot) == []
    github.clear_faults()


async def test_the_log_of_deliveries_is_read_as_the_app_and_in_nobodys_name(github: FakeGitHub, bot: Bot) -> None:
    """It needs no permission, and costs no installation anything of its limit."""
    await bot.later(minutes=5)

    mine = [(each.who, each.account) for each in github.requests if each.path == LOG]
    assert set(mine) == {(github.watcher.slug, "")}
    assert COORDINATION not in {account for _, account in mine}


async def test_a_line_that_says_it_came_years_from_now_does_not_switch_this_off(github: FakeGitHub, bot: Bot) -> None:
    """All that comes until then would count as seen. When it came cannot be read, so it says nothing."""
    await bot.later(minutes=1)
    github.delivery_log.line("issues", "opened", about="pypa/pip", at=bot.clock.now() + timedelta(days=3_000))
    await bot.later(minutes=5)
    report = github.repo("pypa/pip").report("A report that slipped in")
    github.delivery_log.failed(report.reported(), 503)
    before = len(github.requests)

    await bot.later(minutes=5)

    assert await counts(bot) == (1, 0)
    assert len(report.collaborators) == 2
    assert looks(github, before) == [FIRST]


async def test_what_was_read_while_the_clock_was_ahead_is_read_again(github: FakeGitHub, bot: Bot) -> None:
    """How far the log was read really nobody knows then, so all that GitHub keeps of it is."""
    await bot.later(minutes=1)
    bot.clock.advance(days=2)
    await bot.read_delivery_log()
    await bot.settle()
    report = github.repo("pypa/pip").report("A report that slipped in")
    bot.clock.advance(days=-2)
    await bot.restart()
    github.delivery_log.failed(report.reported(), 503)

    await bot.read_delivery_log()
    await bot.settle()

    assert await counts(bot) == (1, 0)
