"""All policies enforce, and nothing changes: what is told and written then, and while GitHub fails now and then?"""

from __future__ import annotations

import random

import httpx
import pytest

from tests.clock import FakeClock
from tests.e2e.answers import named, recover
from tests.e2e.judged import CLAIMS, GET_PIP, PIP, States, looks, states, well_and_wrong
from tests.e2e.told import ever_told, told
from tests.fake_github import FakeGitHub
from tests.harness import Bot

pytestmark = pytest.mark.slow

WRONG = {"finding", "blocked", "contested"}


@pytest.fixture
def github(clock: FakeClock) -> FakeGitHub:
    """Of five hours of sweeps the numbers are of interest."""
    github = FakeGitHub(clock=clock, world="few", checks_shapes=False)
    github.transport = Now(github.transport)
    return github


class Now(httpx.AsyncBaseTransport):
    """A connection on which a share of all requests is answered with a server error, by a seed."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner, self._random = inner, random.Random(1298)  # noqa: S311 - a story that can be told again
        self.share = 0.0
        self.asked = self.failed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self._random.random() < self.share:
            self.failed += 1
            return httpx.Response(self._random.choice((500, 502, 503, 504)), text="Whoa there!")
        return await self._inner.handle_async_request(request)


def _wrong(stand: States) -> set[tuple[str, str]]:
    return {where for where, state in stand.items() if state in WRONG}


async def test_an_unchanged_world_is_written_to_no_more(github: FakeGitHub, bot: Bot) -> None:
    """With every policy enforcing and everything approved, the sweeps after the first find nothing left to write."""
    await well_and_wrong(github, bot)
    before, writes, said = await states(bot), len(github.writes), await ever_told(bot)
    assert len(_wrong(before)) >= 10

    await looks(bot, 2)

    assert [each.path.rsplit("/", 1)[0] for each in github.writes[writes:]] == []
    assert await states(bot) == before
    assert await ever_told(bot) == said


async def test_two_in_a_hundred_answers_that_fail_for_five_hours_change_nothing(github: FakeGitHub, bot: Bot) -> None:
    """Every policy has found something, and something is blocked. Nothing is found, told, closed or written."""
    await well_and_wrong(github, bot)
    before, writes, said, open_now = await states(bot), len(github.writes), await ever_told(bot), await told(bot)
    connection = github.transport
    assert isinstance(connection, Now)
    connection.share, connection.asked = 0.02, 0
    found, passed = set(), set()

    for _ in range(30):
        await bot.later(minutes=10)
        during = await states(bot)
        found |= _wrong(during) - _wrong(before)
        passed |= {where for where in _wrong(before) if during[where] in CLAIMS - WRONG}
        assert set(open_now) <= set(await told(bot))

    assert connection.failed >= 20
    assert 0.01 < connection.failed / connection.asked < 0.03
    assert (found, passed) == (set(), set())
    assert await ever_told(bot) == said
    assert len(github.writes) == writes
    connection.share = 0.0


@pytest.mark.parametrize("minutes", [10, 30])
async def test_what_stays_unseen_is_one_notice_for_each_repository(
    github: FakeGitHub, bot: Bot, minutes: float
) -> None:
    """After three looks in a row or half an hour, however many policies cannot tell, and never a second one."""
    await well_and_wrong(github, bot)
    said, open_now = await ever_told(bot), await told(bot)
    for repo in (PIP, GET_PIP):
        named("500").to(github, f"/repos/{repo}/*")

    for _ in range(30 // int(minutes)):
        await bot.later(minutes=minutes)
    await looks(bot, 6)

    new = [each for each in await told(bot) if each not in open_now]
    assert {about for kind, about in new if kind == "cannot-see"} >= {PIP, GET_PIP}
    assert {kind for kind, _ in new} == {"cannot-see"}
    assert len(new) == len(set(new)) == await ever_told(bot) - said

    recover(github)
    await looks(bot, 6)
    assert await told(bot) == open_now
