"""Do instances that share a database keep GitHub's limits as one would?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest

from app.clock import Clock
from app.github.errors import RetryLater
from app.github.limits import Lane, Limit
from app.lanes import Lanes
from app.store.database import Database
from tests.clock import FakeClock
from tests.store.test_clocks_apart import Apart
from tests.which_database import about_servers

PYPA = "installation/7"


def instances(database: Database, clock: Clock, many: int = 3) -> list[Lane]:
    """The same lane, in that many processes."""
    return [Lane(clock, Lanes(database, clock).of(PYPA)) for _ in range(many)]


async def ask(lane: Lane) -> None:
    async with lane.reading():
        pass


async def write(lane: Lane, clock: FakeClock, *, creates: bool = False) -> datetime:
    """When it was sent."""
    async with lane.writing(creates=creates):
        return clock.now()


async def ban(lane: Lane, seconds: float) -> None:
    """GitHub answers it so."""
    lane.close(Limit(after=timedelta(seconds=seconds)))
    await lane.tell()


async def test_a_wait_that_one_hears_of_all_keep(database: Database, clock: FakeClock) -> None:
    """GitHub: to continue while limited may get an integration banned. It does not matter which process continues."""
    one, other, third = instances(database, clock)
    await ask(other)
    await ban(one, 90)
    clock.advance(seconds=1)

    with pytest.raises(RetryLater) as turned_away:
        await ask(other)
    assert turned_away.value.after == timedelta(seconds=89)
    clock.advance(seconds=88.9)
    with pytest.raises(RetryLater):
        await ask(third)
    clock.advance(seconds=0.1)
    for lane in (one, other, third):
        await ask(lane)


async def test_a_write_hears_of_a_wait_at_once(database: Database, clock: FakeClock) -> None:
    """Reads look each second what the others heard; a write takes its turn where that is written."""
    one, other, _ = instances(database, clock)
    await ask(other)
    await ban(one, 90)

    for creates in (False, True):
        with pytest.raises(RetryLater) as turned_away:
            await write(other, clock, creates=creates)
        assert turned_away.value.after == timedelta(seconds=90)


async def test_a_shorter_wait_ends_no_longer_one(database: Database, clock: FakeClock) -> None:
    """Answers that were on their way name different times."""
    one, other, third = instances(database, clock)
    await ban(one, 90)
    await ban(other, 5)
    clock.advance(seconds=10)

    with pytest.raises(RetryLater) as turned_away:
        await ask(third)
    assert turned_away.value.after == timedelta(seconds=80)


async def test_a_process_that_starts_anew_keeps_what_was_asked_before(database: Database, clock: FakeClock) -> None:
    """Whatever ends a process, GitHub goes on counting."""
    [one] = instances(database, clock, 1)
    await ban(one, 3600)

    [again] = instances(database, clock, 1)

    with pytest.raises(RetryLater):
        await ask(again)


async def test_another_installation_goes_on(database: Database, clock: FakeClock) -> None:
    """Each has limits of its own."""
    await ban(instances(database, clock)[0], 90)

    await ask(Lane(clock, Lanes(database, clock).of("installation/8")))


async def test_writes_of_all_are_a_second_apart(database: Database, clock: FakeClock) -> None:
    """GitHub asks for a second between writes of one installation, and does not know how many processes that is."""
    lanes = instances(database, clock)

    sent = [await write(lane, clock) for lane in lanes * 4]

    assert _apart(sent) == [timedelta(seconds=1)] * 11


def _apart(sent: list[datetime]) -> list[timedelta]:
    return [later - earlier for earlier, later in itertools.pairwise(sent)]


async def test_all_together_create_no_more_than_one_would(database: Database, clock: FakeClock) -> None:
    """At most 20 in any minute and 100 in any hour, whoever does."""
    lanes, made = instances(database, clock), list[datetime]()
    end = clock.now() + timedelta(hours=2)
    while clock.now() < end:
        made += await _as_many_as_go(lanes, clock)
        clock.advance(seconds=7)

    assert _most_within(made, timedelta(minutes=1)) == 20
    assert _most_within(made, timedelta(hours=1)) == 100


async def _as_many_as_go(lanes: Iterable[Lane], clock: FakeClock) -> list[datetime]:
    made = []
    for lane in lanes:
        with suppress(RetryLater):
            made.append(await write(lane, clock, creates=True))
    return made


def _most_within(made: list[datetime], length: timedelta) -> int:
    return max(sum(at <= each < at + length for each in made) for at in made)


async def test_what_a_clock_wrote_that_was_ahead_holds_up_no_write(database: Database, clock: FakeClock) -> None:
    """Nobody waits for a turn of tomorrow, and what was created tomorrow does not count today."""
    clock.advance(days=1)
    lanes = instances(database, clock)
    for _ in range(20):
        await write(lanes[0], clock, creates=True)
    clock.advance(days=-1)
    now = clock.now()

    [again] = instances(database, clock, 1)

    assert await write(again, clock, creates=True) == now


@about_servers
@pytest.mark.parametrize("off", [timedelta(minutes=-10), timedelta(minutes=10)])
async def test_a_wait_is_as_long_for_a_machine_whose_clock_is_off(
    database: Database, clock: FakeClock, off: timedelta
) -> None:
    """By its own clock it would be over ten minutes too soon or too late."""
    apart = Apart(clock, off)
    [one], [other] = instances(database, clock, 1), instances(database, apart, 1)
    await ban(one, 90)

    with pytest.raises(RetryLater) as turned_away:
        await ask(other)
    assert turned_away.value.after == timedelta(seconds=90)
    clock.advance(seconds=90)
    await ask(other)
    await ban(other, 90)
    with pytest.raises(RetryLater) as turned_away:
        await write(one, clock)
    assert turned_away.value.after == timedelta(seconds=90)
