"""Does one installation keep its budgets, to the second?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from app.github import routes
from app.github.client import Access, Client
from app.github.errors import RetryLater
from app.github.limits import Lane, Limit
from app.github.share import Pace, Share
from tests.builders import PIP
from tests.clock import START, FakeClock
from tests.github.conftest import Held, Script


@pytest.fixture
def lane(clock: FakeClock) -> Lane:
    return Lane(clock)


async def read(lane: Lane, times: int = 1) -> None:
    for _ in range(times):
        async with lane.reading():
            pass


def test_the_share_of_an_hour_is_there_from_the_start(lane: Lane) -> None:
    """A first look at everything need not wait; GitHub's usual limit counts until it tells its own."""
    assert lane.pace() == Pace(room=750, per_second=750 / 3600)


async def test_every_request_takes_of_the_share_and_time_gives_it_back(lane: Lane, clock: FakeClock) -> None:
    """Evenly, so that the sweep spreads over its time instead of running dry and then rushing."""
    await read(lane, 100)
    assert lane.pace().room == 650

    clock.advance(seconds=48)
    assert lane.pace().room == 660

    clock.advance(hours=2)
    assert lane.pace().room == 750


async def test_a_larger_limit_gives_more_and_a_smaller_one_less(lane: Lane) -> None:
    """GitHub raises the limit with the number of repositories, and says so with every answer."""
    lane.learn({"x-ratelimit-limit": "12500", "x-ratelimit-remaining": "12000"})
    assert lane.pace() == Pace(room=1875, per_second=1875 / 3600)

    lane.learn({"x-ratelimit-limit": "1000"})
    await read(lane, 200)
    assert lane.pace().room == -50  # nothing prompt is held up by the share, and routine work waits for it


def test_however_much_was_asked_routine_work_goes_on_within_two_hours(clock: FakeClock) -> None:
    """Two days of busy deliveries and polls are no reason to sweep nothing for a week."""
    share = Share(clock.now())
    for _ in range(48):
        for _ in range(1_000):
            share.take(clock.now())
        clock.advance(hours=1)

    clock.advance(hours=2)

    assert share.pace(clock.now()).room == 750


@pytest.mark.parametrize("limit", ["", "0", "many", "-5", "9" * 20])
def test_a_limit_that_is_none_changes_nothing(lane: Lane, limit: str) -> None:
    """Nobody divides by it."""
    lane.learn({"x-ratelimit-limit": limit})
    assert lane.pace() == Pace(room=750, per_second=750 / 3600)


def test_the_limits_of_other_resources_are_not_ours(lane: Lane) -> None:
    """GitHub counts searches apart, 30 a minute."""
    lane.learn({"x-ratelimit-resource": "search", "x-ratelimit-limit": "30", "x-ratelimit-remaining": "0"})
    assert lane.pace().room == 750


async def test_the_last_request_of_the_hour_closes_the_lane(lane: Lane, clock: FakeClock) -> None:
    """With nothing remaining the next one would be refused, and GitHub counts refusals against us."""
    reset = START + timedelta(minutes=20)
    lane.learn({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(reset.timestamp()))})

    clock.advance(minutes=19, seconds=59)
    with pytest.raises(RetryLater) as caught:
        await read(lane)
    assert caught.value.after == timedelta(seconds=1)
    clock.advance(seconds=1)
    await read(lane)


async def test_a_minute_has_300_points_and_who_wants_more_waits(lane: Lane, clock: FakeClock) -> None:
    """GitHub allows 900. A read is one, whatever may change something is five; the wait is as long as it must be."""
    await read(lane, 100)
    clock.advance(seconds=20)
    for _ in range(40):
        async with lane.reading("POST"):
            pass
    assert clock.now() == START + timedelta(seconds=20)

    await read(lane)
    assert clock.now() == START + timedelta(seconds=60)
    await read(lane, 99)
    assert clock.now() == START + timedelta(seconds=60)
    await read(lane)
    assert clock.now() == START + timedelta(seconds=80)


async def create(lane: Lane, times: int = 1) -> None:
    for _ in range(times):
        async with lane.writing(creates=True):
            pass


async def test_a_minute_has_20_creations_and_the_next_is_not_sent(lane: Lane, clock: FakeClock) -> None:
    """It is turned away before anything happens, with the second from which it may come again. Others go on."""
    await create(lane, 20)  # a second apart
    with pytest.raises(RetryLater) as caught:
        await create(lane)
    assert caught.value.after == timedelta(seconds=60) - (clock.now() - START)

    await read(lane)
    async with lane.writing(creates=False):
        pass
    clock.advance(seconds=(START + timedelta(seconds=60) - clock.now()).total_seconds())
    await create(lane)


async def test_an_hour_has_100_creations(lane: Lane, clock: FakeClock) -> None:
    """For those who keep to 20 a minute, too."""
    for _ in range(5):
        await create(lane, 20)
        clock.advance(minutes=2)

    with pytest.raises(RetryLater) as caught:
        await create(lane)
    assert caught.value.after == START + timedelta(hours=1) - clock.now()
    clock.advance(seconds=caught.value.after.total_seconds())
    await create(lane)


class Interrupted(FakeClock):
    """While somebody sleeps, something else happens."""

    def __init__(self) -> None:
        super().__init__()
        self.meanwhile: Callable[[], object] = lambda: None

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self.meanwhile()


@pytest.mark.parametrize("writes", [True, False])
async def test_who_waited_is_not_sent_into_a_limit(*, writes: bool) -> None:
    """While they waited for points or between writes, another answer asked this installation to wait."""
    clock = Interrupted()
    lane = Lane(clock)
    async with lane.writing(creates=False):
        pass
    await read(lane, 295)
    clock.meanwhile = lambda: lane.close(Limit(after=timedelta(minutes=5)))

    with pytest.raises(RetryLater) as caught:
        async with lane.writing(creates=False) if writes else lane.reading():
            pytest.fail("it was sent")
    assert caught.value.after == timedelta(minutes=5)


async def test_a_limit_without_a_time_grows_until_something_is_answered(lane: Lane, clock: FakeClock) -> None:
    """GitHub: "wait for at least one minute", then "an exponentially increasing amount of time"."""
    waits = []
    for _ in range(8):
        waits.append(lane.close(Limit(after=None)))
        clock.advance(seconds=waits[-1].total_seconds())
    assert [wait // timedelta(minutes=1) for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60]

    lane.learn({})
    assert lane.close(Limit(after=None)) == timedelta(minutes=1)


async def test_a_burst_of_refusals_is_one_limit(lane: Lane) -> None:
    """Five requests were under way, and all of them were refused: the wait is not doubled five times."""
    assert [lane.close(Limit(after=None)) for _ in range(5)] == [timedelta(minutes=1)] * 5


async def test_the_longer_of_two_waits_counts(lane: Lane) -> None:
    """A later answer may name an earlier time."""
    lane.close(Limit(after=timedelta(minutes=5)))
    assert lane.close(Limit(after=timedelta(seconds=5))) == timedelta(minutes=5)


async def test_minting_a_token_costs_what_a_write_costs(
    client: Client, script: Script, access: Access, clock: FakeClock
) -> None:
    """It is a POST: 60 of them are a minute's points, and the next one waits. It is no creation."""
    mint = routes.MINT.call(installation_id=7, body={})
    for _ in range(60):
        await client.ask(mint, access)
    assert clock.now() == START

    await client.ask(mint, access)
    assert clock.now() == START + timedelta(minutes=1)
    assert len(script.requests) == 61


async def test_what_would_be_created_beyond_the_budget_is_not_sent(
    client: Client, script: Script, access: Access, lease: Held
) -> None:
    """Nothing is created by changing something, so that goes on."""
    advisories = "/repos/pypa/pip/security-advisories"
    script.on("POST", advisories, httpx.Response(201, json={}))
    script.on("PATCH", f"{advisories}/GHSA-2222-3333-4444", httpx.Response(200, json={}))
    create = routes.CREATE_ADVISORY.of(PIP, body={})
    update = routes.UPDATE_ADVISORY.of(PIP, ghsa_id="GHSA-2222-3333-4444", body={})
    for _ in range(20):
        await client.write(create, access, lease=lease)

    with pytest.raises(RetryLater):
        await client.write(create, access, lease=lease)
    await client.write(update, access, lease=lease)

    assert [request.method for request in script.requests] == ["POST"] * 20 + ["PATCH"]
