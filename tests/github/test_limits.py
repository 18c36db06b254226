"""Does one installation keep its budgets, to the second?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.github.errors import RetryLater
from app.github.limits import Lane, Pace
from tests.clock import START, FakeClock


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
