"""When are people told that something cannot be seen, and when not, since it passes by itself?"""

from __future__ import annotations

import random

import httpx
import pytest
from sqlalchemy import update

from app.store import findings as standings
from app.store import notices, schema
from tests.e2e.answers import recover
from tests.e2e.told import ever_told, looks, only, settled, told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

SWITCH = "/repos/pypa/pip/private-vulnerability-reporting"


class Flaky(httpx.AsyncBaseTransport):
    """A connection on which a share of all requests is answered with a server error, by a seed."""

    def __init__(self, inner: httpx.AsyncBaseTransport, seed: int) -> None:
        self._inner, self._random = inner, random.Random(seed)  # noqa: S311 - a story that can be told again
        self.share = 0.0
        self.asked = self.failed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self._random.random() < self.share:
            self.failed += 1
            return httpx.Response(self._random.choice((500, 502, 503, 504)), text="Whoa there!")
        return await self._inner.handle_async_request(request)


@pytest.fixture
def flaky(github: FakeGitHub) -> Flaky:
    """Ask for it before `bot`, which connects to it."""
    github.transport = flaky = Flaky(github.transport, seed=1298)
    return flaky


@pytest.mark.slow
async def test_two_in_a_hundred_answers_that_fail_for_five_hours_tell_nobody_anything(
    flaky: Flaky, github: FakeGitHub, bot: Bot
) -> None:
    """GitHub has bad minutes all the time. What passes by itself is no finding, no notice and no write."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    github.repo("pypa/get-pip").write_file("SECURITY.md", "Write to security@python.org about vulnerabilities.")
    await settled(bot)
    await bot.later(minutes=10)
    writes = len(github.writes)
    before = await _found(bot)
    flaky.share, flaky.asked = 0.02, 0
    findings: set[tuple[str, str]] = set()

    for _ in range(30):
        await looks(bot, 1)
        findings |= await _found(bot)

    assert flaky.failed >= 20
    assert 0.01 < flaky.failed / flaky.asked < 0.03
    assert findings <= before
    assert await ever_told(bot) == 0
    assert len(github.writes) == writes
    flaky.share = 0.0


async def _found(bot: Bot) -> set[tuple[str, str]]:
    """What is not as it should be: repositories, and by which policies."""
    kept = await bot.parts.database.read(standings.standings)
    return {(str(each.repo), each.policy) for each in kept if each.state in {"finding", "blocked", "contested"}}


@pytest.mark.slow
async def test_three_looks_in_a_row_that_cannot_tell_are_one_notice_however_long_it_lasts(
    github: FakeGitHub, bot: Bot
) -> None:
    """Silence would be a false peace, and a notice each time would be noise. A second outage is news again."""
    await settled(bot)
    github.refuse_permission("GET", SWITCH, times=None)

    await looks(bot, 2)
    assert await told(bot) == []
    await looks(bot, 1)
    assert await told(bot) == [("cannot-see", "pypa/pip")]
    assert (await only(bot)).text == "pypa/pip cannot be seen, or not all of it, since 2026-12-01 09:10 UTC"
    await looks(bot, 12)
    assert await told(bot) == [("cannot-see", "pypa/pip")]
    assert await ever_told(bot) == 1

    recover(github)
    await looks(bot, 1)
    assert await told(bot) == []

    github.fail("GET", SWITCH, 502, times=None)
    await looks(bot, 3)
    assert await told(bot) == [("cannot-see", "pypa/pip")]
    assert await ever_told(bot) == 2
    recover(github)
    await looks(bot, 3)
    assert await told(bot) == []


@pytest.mark.slow
async def test_what_could_be_told_in_between_begins_the_count_anew(github: FakeGitHub, bot: Bot) -> None:
    """Two bad looks, a good one, two bad ones: nothing that people could do anything about."""
    await settled(bot)

    for _ in range(2):
        github.refuse_permission("GET", SWITCH, times=None)
        await looks(bot, 2)
        recover(github)
        await looks(bot, 1)

    assert await ever_told(bot) == 0


async def test_half_an_hour_is_enough_where_looks_are_rare(github: FakeGitHub, bot: Bot) -> None:
    """Whoever looks once an hour must not wait for the third look."""
    await settled(bot)
    github.refuse_permission("GET", SWITCH, times=None)

    await looks(bot, 1)
    assert await told(bot) == []
    bot.clock.advance(minutes=31)
    await bot.sweep()
    await bot.settle()

    assert await told(bot) == [("cannot-see", "pypa/pip")]
    recover(github)
    await looks(bot, 1)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_case_and_a_report_that_cannot_be_seen_are_told_without_saying_where_they_are(
    github: FakeGitHub, bot: Bot
) -> None:
    """That wheel has an open advisory is embargoed: a case has its number, a report its pseudonym."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await settled(bot)
    report = github.repo("pypa/wheel").report("A candidate", affects=["wheel", "rust:uv"])
    await bot.sweep()
    await bot.settle()
    github.fail("GET", "/repos/pypa/wheel/security-advisories/*", 502, times=None)

    await looks(bot, 3)

    found = await bot.parts.database.read(notices.open_notices)
    assert {each.about.partition("/")[0] for each in found} == {"case", "advisory"}
    assert all("wheel" not in each.text and report.ghsa not in each.text for each in found)
    recover(github)
    report.edit(state="closed")
    await bot.later(minutes=20)
    await looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
async def test_a_sweep_that_can_list_nothing_for_half_an_hour_is_one_notice(github: FakeGitHub, bot: Bot) -> None:
    """Where not even the installations are known, no key fails: nothing is looked at. That must not look like peace."""
    await settled(bot)
    github.fail("GET", "/app/installations", 503, times=None)

    await looks(bot, 2)
    assert await told(bot) == []
    await looks(bot, 6)
    assert await told(bot) == [("cannot-see", "sweep")]
    assert await ever_told(bot) == 1

    recover(github)
    await looks(bot, 2)
    assert await told(bot) == []


@pytest.mark.slow
@pytest.mark.looks_fail
async def test_a_look_that_fails_before_it_saw_anything_could_not_tell_either(github: FakeGitHub, bot: Bot) -> None:
    """A fault of our own must not look like peace: whatever ends a look, after three in a row people are told."""
    github.repo("pypa/wheel").draft("Path traversal", affects=["wheel", "rust:uv"])
    await settled(bot)
    await _answers_are(bot, "no word of ours")

    await looks(bot, 4)

    assert await told(bot) == [("cannot-see", "case/1")]
    await _answers_are(bot, "unknown")
    await looks(bot, 2)
    assert await told(bot) == []


async def _answers_are(bot: Bot, status: str) -> None:
    """A row as no version of ours writes it, or as all do."""
    await bot.parts.database.write(lambda conn: conn.execute(update(schema.participants).values(status=status)))


@pytest.mark.slow
async def test_a_person_who_asks_again_and_again_is_told_as_much(github: FakeGitHub, bot: Bot) -> None:
    """An explanation shows what is open, since when it cannot be seen, and the age of what was known before."""
    await settled(bot)
    github.refuse_permission("GET", SWITCH, times=None)
    await looks(bot, 3)

    story = await bot.explain("pypa/pip")

    assert [each["kind"] for each in story["notices"]] == ["cannot-see"]
    assert story["unseen"] == {"since": "2026-12-01T09:10:00+00:00", "looks": 4}
    [standing] = [each for each in story["states"] if each["policy"] == "private-reporting"]
    assert (standing["state"], standing["since"]) == ("cannot tell", "2026-12-01T09:10:00+00:00")
    assert standing["seen_at"] == "2026-12-01T09:00:00+00:00"
    assert any("403" in reason for reason in story["cannot_tell"])
    recover(github)
