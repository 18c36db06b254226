"""Do instances that share a database keep GitHub's limits as one would?"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

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
    return [a_lane(Lanes(database, clock), clock) for _ in range(many)]


def a_lane(lanes: Lanes, clock: Clock) -> Lane:
    """GitHub told its limit there."""
    lane = Lane(clock, lanes.of(PYPA))
    lane.learn({"x-ratelimit-limit": "5000"})
    return lane


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


async def asking(lane: Lane, times: int) -> None:
    for _ in range(times):
        await ask(lane)


async def test_what_looking_around_may_use_is_one_share_for_all(database: Database, clock: FakeClock) -> None:
    """15 % of 5,000 requests: three instances that took as many each would take 45 % of what is for all."""
    lanes = instances(database, clock)
    for lane in lanes:
        await asking(lane, 100)
    assert [lane.pace().room for lane in lanes] == [650, 649, 648]  # each told of its first, and of no other yet

    clock.advance(seconds=48)  # gives ten back
    for lane in lanes * 2:
        await ask(lane)
        clock.advance(seconds=24)  # gives five back

    assert {lane.pace().room for lane in lanes} <= set(range(475, 485))


async def test_who_starts_goes_on_with_what_was_used_before(database: Database, clock: FakeClock) -> None:
    """Else whoever restarts often looks around as if there were no share."""
    ended = Lanes(database, clock)
    await asking(a_lane(ended, clock), 300)
    await ended.tell_all()
    [again] = instances(database, clock, 1)

    await ask(again)

    assert again.pace().room == 449


async def test_who_is_killed_forgets_ten_seconds_at_most(database: Database, clock: FakeClock) -> None:
    """What was told is in the database, and it is told while something is asked."""
    [killed] = instances(database, clock, 1)
    for _ in range(30):
        await asking(killed, 4)
        clock.advance(seconds=1)
    used = 120 - int(30 * 750 / 3600)
    [again] = instances(database, clock, 1)

    await ask(again)

    assert 750 - used <= again.pace().room <= 750 - used + 40


@pytest.mark.parametrize("hours", [-10, 10])
async def test_a_clock_that_is_put_right_makes_nobody_wait_longer(
    database: Database, clock: FakeClock, hours: int
) -> None:
    """What was used is known, and not for how long it was: it is given back from now on."""
    [lane] = instances(database, clock, 1)
    await asking(lane, 300)
    clock.advance(seconds=11)
    await ask(lane)
    clock.advance(hours=hours)

    await ask(lane)

    assert lane.pace().room == (449 if hours < 0 else 749)
    clock.advance(hours=1)
    assert lane.pace().room == 750


async def test_without_its_database_an_instance_goes_on_counting(database: Database, clock: FakeClock) -> None:
    """What it could not tell it tells with the next, and no look waits for that."""
    [lane], [other] = instances(database, clock, 1), instances(database, clock, 1)
    await database.write(lambda conn: conn.execute(text("ALTER TABLE lanes RENAME TO elsewhere")))
    await asking(lane, 300)
    assert lane.pace().room == 450
    await database.write(lambda conn: conn.execute(text("ALTER TABLE elsewhere RENAME TO lanes")))
    clock.advance(seconds=10)

    await ask(lane)
    await ask(other)

    assert other.pace().room == 750 - 302


async def test_what_is_written_late_is_told_once(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits no longer for the database cannot call back what it was asked to write."""
    monkeypatch.setattr("app.lanes.PATIENCE", 0.1)
    [lane], [other] = instances(database, clock, 1), instances(database, clock, 1)
    await asking(lane, 100)
    clock.advance(seconds=10)
    over = threading.Event()
    hanging = asyncio.create_task(database.write(lambda _: over.wait(10)))

    await ask(lane)
    over.set()
    await hanging
    clock.advance(seconds=10)
    await ask(lane)
    await ask(other)

    assert 645 <= other.pace().room <= 655  # 103 of 750 were used, and in twenty seconds four are given back


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
