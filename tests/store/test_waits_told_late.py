"""Do the others hear of a wait that could not be written down at once?"""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.github.errors import RetryLater
from app.github.limits import Lane
from app.lanes import Lanes
from app.store.database import Database
from tests.clock import FakeClock
from tests.store.test_lanes import a_lane, ask, ban, instances


async def test_a_wait_that_could_not_be_written_down_is_told_a_second_later(
    database: Database, clock: FakeClock
) -> None:
    """Whoever has to wait sends nothing there itself, so its next request to another installation has it told."""
    lanes, [other] = Lanes(database, clock), instances(database, clock, 1)
    one, elsewhere = a_lane(lanes, clock), Lane(clock, lanes.of("installation/8"))
    await database.write(lambda conn: conn.execute(text("ALTER TABLE lanes RENAME TO elsewhere")))
    await ban(one, 90)
    await database.write(lambda conn: conn.execute(text("ALTER TABLE elsewhere RENAME TO lanes")))
    clock.advance(seconds=1)

    await ask(elsewhere)

    with pytest.raises(RetryLater) as turned_away:
        await ask(other)
    assert turned_away.value.after == timedelta(seconds=89)


async def test_a_wait_that_is_over_is_told_nobody(database: Database, clock: FakeClock) -> None:
    """It could not be written down while it lasted, and makes nobody wait longer."""
    lanes, [other] = Lanes(database, clock), instances(database, clock, 1)
    one = a_lane(lanes, clock)
    await database.write(lambda conn: conn.execute(text("ALTER TABLE lanes RENAME TO elsewhere")))
    await ban(one, 90)
    await database.write(lambda conn: conn.execute(text("ALTER TABLE elsewhere RENAME TO lanes")))
    clock.advance(seconds=90)

    await ask(one)
    await ask(other)


async def test_whoever_is_asked_to_wait_does_not_wait_for_the_database(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs while GitHub asks one of them to wait. The others hear of it when it goes on."""
    monkeypatch.setattr("app.lanes.PATIENCE", 0.1)
    [one], [other] = instances(database, clock, 1), instances(database, clock, 1)
    over = threading.Event()
    hanging = asyncio.create_task(database.write(lambda _: over.wait(10)))
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        await ban(one, 90)
    over.set()
    await hanging
    clock.advance(seconds=1)
    for lane in (one, other):
        with pytest.raises(RetryLater) as turned_away:
            await ask(lane)
        assert turned_away.value.after == timedelta(seconds=89)
