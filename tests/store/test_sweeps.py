"""How often may everything be listed, whoever asks for it?"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.store import sweeps
from app.store.database import Database
from tests.clock import START

MINUTE = timedelta(minutes=1)
EVERY = 10 * MINUTE


async def _wait(database: Database, at: timedelta, pages: int, every: timedelta = EVERY) -> timedelta:
    now: datetime = START + at
    return await database.write(lambda conn: sweeps.begin(conn, pages=pages, every=every, now=now))


async def test_sweeps_in_turn_never_wait(database: Database) -> None:
    """However large an account is: less often than that nothing new would be found at all."""
    waits = [await _wait(database, number * EVERY, 400) for number in range(5)]

    assert waits == [timedelta(0)] * 5


async def test_six_thousand_repositories_are_listed_out_of_turn_once(database: Database) -> None:
    """Sixty pages each: whoever asks again and again would use up more of the hour than looking around may."""
    assert await _wait(database, 0 * MINUTE, 60) == timedelta(0)
    assert await _wait(database, 1 * MINUTE, 60) == timedelta(0)

    assert await _wait(database, 2 * MINUTE, 60) == 8 * MINUTE
    assert await _wait(database, 9 * MINUTE, 60) == 1 * MINUTE
    assert await _wait(database, 10 * MINUTE, 60) == timedelta(0)


async def test_sixty_repositories_are_listed_whenever_somebody_asks(database: Database) -> None:
    """One page costs next to nothing."""
    waits = [await _wait(database, number * MINUTE / 4, 1) for number in range(40)]

    assert waits == [timedelta(0)] * 40


async def test_asked_in_an_hour_for_thousands_all_the_time_it_stays_below_a_fifth(database: Database) -> None:
    """Of GitHub's usual limit, whatever several instances and restarts do: what was listed is in the database."""
    waits = [await _wait(database, number * MINUTE / 4, 60) for number in range(240)]

    assert 60 * waits.count(timedelta(0)) <= 1_000


async def test_what_a_clock_that_was_ahead_wrote_down_holds_up_nothing(database: Database) -> None:
    """Else an hour's mistake would put off every sweep by an hour."""
    await _wait(database, 60 * MINUTE, 400)

    assert await _wait(database, 0 * MINUTE, 400) == timedelta(0)
