"""What do people hear in a quarter in which everything is wrong everywhere, and nobody mends any of it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.store import schema
from app.store.notices import open_notices
from app.store.sendings import notify_state
from policies.policy import all_policies, policy_named
from tests.e2e.answers import recover
from tests.e2e.failing import EVERYWHERE, REPOSITORIES, everything_fails, person_of
from tests.fake_github import FakeGitHub
from tests.harness import Bot
from tests.notify.receiver import Receiver, receiving

DAYS = 90
MORNING, EVENING = 7, 19  # UTC; digests are made at seven
OUTAGES = {5: 2, 20: 1, 41: 4, 66: 2}  # day: for how many of its looks nothing answers
RESTARTS = {12, 41, 77}
SILENT = {15, 16, 17, 40, 60}  # days on which the channels of people take nothing
DAY = timedelta(days=1)


@pytest.mark.slow
@pytest.mark.once
async def test_ninety_days_of_failure_are_a_digest_a_day_and_each_finding_on_its_days(
    github: FakeGitHub, bot: Bot
) -> None:
    """Thirty repositories, every policy, GitHub down now and then, restarts: whoever is told too often stops reading.

    A finding is told on the first morning after it was found, 1, 3, 7 and 14 days after that one, and then weekly. What
    is told of sixty, which take twice as long here, is worked out in `tests/reconcile/test_reminders.py`.
    """
    github.checks_shapes = False
    await everything_fails(github, bot)
    one = _one_of_them(bot)
    with receiving() as coordinators, receiving() as maintainer:
        bot.notify_urls = f"coordinators={coordinators.url} person/{one}={maintainer.url}"
        await bot.restart()
        for day in range(1, DAYS + 1):
            coordinators.status = maintainer.status = 503 if day in SILENT else 200
            coordinators.day = maintainer.day = str(date(2026, 12, 1) + day * DAY)
            await _a_day(github, bot, day)

    found = await _rows(bot, schema.findings)
    digests = await _rows(bot, schema.digests)
    assert {row.policy for row in found} == {policy.name for policy in all_policies()}
    everywhere = Counter(row.policy for row in found if row.repository.startswith("pypa/"))
    assert {policy: everywhere[policy] for policy in EVERYWHERE} == dict.fromkeys(EVERYWHERE, REPOSITORIES)
    assert {row.state for row in found} == {"open"}
    assert max(Counter((row.repository, row.policy) for row in found).values()) == 1
    assert {each.what for each in await _rows(bot, schema.finding_events)} == {"opened"}
    assert max(Counter((each.recipient, each.day) for each in digests).values()) == 1
    _each_on_its_days(found, digests)
    _coordinators_hear_of_all(found, digests)
    await _over_channels(bot, {"coordinator-1:": coordinators, one: maintainer}, digests)
    open_now = [(each.kind, each.about) for each in await bot.parts.database.read(open_notices)]
    assert max(Counter(open_now).values()) == 1


async def _a_day(github: FakeGitHub, bot: Bot, day: int) -> None:
    """A look in the morning; on days that are not like others some more, and one in the evening."""
    await _until(bot, day, MORNING)
    if looks := OUTAGES.get(day):
        for method in ("GET", "POST"):
            github.fail(method, "*", 502, times=None)
        for _ in range(looks):
            await bot.later(hours=1)
        recover(github)
    if day in RESTARTS:
        await bot.restart()
    if day in OUTAGES or day in RESTARTS:
        await _until(bot, day, EVENING)


async def _until(bot: Bot, day: int, hour: int) -> None:
    """It becomes that hour. What does not fit into one minute of GitHub's limit is looked at a little later."""
    at = datetime(2026, 12, 1, hour, tzinfo=UTC) + day * DAY
    bot.clock.advance(seconds=(at - bot.clock.now()).total_seconds())
    await bot.settle()
    await bot.notify()
    await bot.later(minutes=3)
    await bot.notify()


def _one_of_them(bot: Bot) -> str:
    """One of the tools' people."""
    tools = bot.parts.policy.current().file.tools.values()
    return str(next(person for tool in tools for person in tool.users))


async def _over_channels(bot: Bot, channels: dict[str, Receiver], digests: list[Any]) -> None:
    """What really arrived: a digest a day at most, none that was made is missing, and no notice came twice."""
    silent = {str(date(2026, 12, 1) + each * DAY) for each in SILENT}
    for recipient, channel in channels.items():
        made = {str(each.day) for each in digests if each.recipient.startswith(recipient)}
        got = [(day, text) for day, text in channel.by_day if text.startswith("Greenroom, 2")]
        assert max(Counter(day for day, _ in got).values()) == 1
        assert silent.isdisjoint(day for day, _ in got)
        assert {day for _, text in got for day in re.findall(r"Greenroom, (\d{4}-\d\d-\d\d)", text)} == made
        assert len(made) > DAYS / 10
        numbers = Counter(number for text in channel.texts for number in re.findall(r"\(notice (\d+),", text))
        assert set(numbers.values()) <= {1}
        assert len(channel.got) - len(got) <= len(numbers)
    assert {each.failures for each in await bot.parts.database.read(notify_state)} == {0}


async def _rows(bot: Bot, table: Any) -> list[Any]:
    return list(await bot.parts.database.read(lambda conn: conn.execute(select(table)).all()))


def _is_hidden(finding: Any) -> bool:
    """Would it say that there is an advisory?"""
    return bool(finding.embargoed or policy_named(finding.policy).about_advisories)


def _days_of(finding: Any) -> list[date]:
    """On which days it has to be told."""
    first = finding.since.date() + (DAY if finding.since.hour >= MORNING else 0 * DAY)
    after = [0, 1, 3, *range(7, DAYS + 7, 7)]
    last = date(2026, 12, 1) + DAYS * DAY
    return [day for number in after if (day := first + number * DAY) <= last]


def _each_on_its_days(found: list[Any], digests: list[Any]) -> None:
    """A tool's person hears of each public finding of its repository on its days, and of nothing else."""
    told: dict[tuple[str, str, str], list[date]] = {}
    for digest in digests:
        for policy, repo in _mentions(digest.text):
            told.setdefault((digest.recipient.partition(":")[0], policy, repo), []).append(digest.day)
    ours = [row for row in found if row.repository.startswith("pypa/") and not _is_hidden(row)]
    assert len(ours) >= REPOSITORIES * 6
    for row in ours:
        who = person_of(row.repository)
        assert told.get((who, row.policy, row.repository)) == _days_of(row), (row.policy, row.repository)
    people = {person_of(row.repository) for row in ours}
    said = {key for key in told if key[0] in people}
    assert said == {(person_of(row.repository), row.policy, row.repository) for row in ours}


def _mentions(text: str) -> Iterator[tuple[str, str]]:
    """Policies and repositories that a digest names, unless it counts the rest."""
    for policy, listed in re.findall(r"^([a-z-]+): .*\n  (.*)$", text, flags=re.MULTILINE):
        yield from ((policy, repo) for repo in re.findall(r"([\w.-]+/[\w.-]+) \(", listed))


def _coordinators_hear_of_all(found: list[Any], digests: list[Any]) -> None:
    """On each day of exactly those whose day it is; what is under embargo by a pseudonym or a number."""
    days = {digest.day: digest.text for digest in digests if digest.recipient.startswith("coordinator-1:")}
    due = Counter((_is_hidden(row), day) for row in found for day in _days_of(row))
    for number in range(1, DAYS + 1):
        day = date(2026, 12, 1) + number * DAY
        text = days.get(day, "")
        counted = sum(int(each) for each in re.findall(r"(\d+) (?:new )?findings?(?: still open)?[,\n]", text))
        assert (counted, _embargoed(text)) == (due[False, day], due[True, day]), day


def _embargoed(text: str) -> int:
    listed = re.search(r"^Under embargo: (.*)$", text, flags=re.MULTILINE)
    if listed is None:
        return 0
    more = re.search(r" and (\d+) more$", listed[1])
    return listed[1].count("policy/") + (int(more[1]) if more else 0)
