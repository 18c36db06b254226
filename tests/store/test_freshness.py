"""How old were the last looks of a tier, in the last day?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.domain.tiers import REST, TIERS, Freshness, Tier, in_words, quantile, rounded_up
from app.store import freshness
from app.store.database import Database
from app.store.freshness import Round
from tests.clock import START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def _rest(database: Database, now: datetime) -> Freshness:
    found = await database.read(lambda conn: freshness.freshness(conn, now))
    return next(each for each in found if each.tier == REST)


async def _note(database: Database, at: datetime, *ages: timedelta) -> None:
    await database.write(lambda conn: freshness.note(conn, REST, ages, at))


async def test_of_what_was_never_measured_nothing_is_told(database: Database) -> None:
    """No age is not an age of zero."""
    assert await _rest(database, START) == Freshness(tier=REST)


async def test_a_day_is_told_as_19_of_20_looks_were(database: Database) -> None:
    """One that is late tells of itself; one of twenty that is late tells of the tier."""
    for hour in range(10):
        await _note(database, START + hour * HOUR, *[HOUR] * 19, 13 * HOUR)

    found = await _rest(database, START + 10 * HOUR)

    assert found.now is not None
    assert (found.now.p95, found.now.oldest, found.is_late) == (HOUR, 13 * HOUR, False)
    assert found.day is not None
    assert HOUR <= found.day <= 1.2 * HOUR


async def test_what_was_so_before_yesterday_counts_no_more(database: Database) -> None:
    """Else a bad week would be told for ever, or hide behind a good year."""
    await _note(database, START, 20 * HOUR)
    await _note(database, START + 26 * HOUR, MINUTE)
    await database.write(lambda conn: freshness.forget(conn, START + 26 * HOUR))

    found = await _rest(database, START + 26 * HOUR)

    assert found.day is not None
    assert found.day < 2 * MINUTE


async def test_an_empty_tier_has_no_age(database: Database) -> None:
    """The last repository of it is gone."""
    await _note(database, START, MINUTE)
    await _note(database, START + HOUR)

    assert (await _rest(database, START + HOUR)).now is None


async def test_the_slowest_account_is_what_a_tier_is_told_by(database: Database) -> None:
    """An account of its own limit is no comfort to the others; accounts that are gone count no more."""

    async def plan(account: str, every: timedelta) -> bool:
        found = Round(things=1, every=every)
        return await database.write(lambda conn: freshness.note_round(conn, account, REST, found, START))

    assert await plan("PyPA", 13 * HOUR)  # what is short from the first is told, too
    assert not await plan("pypa", 14 * HOUR)
    assert not await plan("pallets", HOUR)
    assert (await _rest(database, START)).every == 14 * HOUR
    assert (await _rest(database, START)).is_short

    await database.write(lambda conn: freshness.keep_rounds(conn, (REST,), ["pallets"]))
    assert (await _rest(database, START)).every == HOUR
    assert await plan("pallets", 13 * HOUR)
    assert await plan("pallets", HOUR)


@pytest.mark.parametrize("tier", TIERS, ids=lambda tier: tier.name)
def test_what_is_just_in_time_is_counted_as_in_time(tier: Tier) -> None:
    """Ages are rounded up, and never past the target that they keep."""
    assert rounded_up(tier.target) == tier.target.total_seconds()
    assert rounded_up(tier.target + timedelta(seconds=1)) > tier.target.total_seconds()


def test_quantiles_are_of_what_was_counted() -> None:
    """Of 100 looks, 95 no older than a minute."""
    assert quantile({60: 95, 900: 5}, 0.95) == MINUTE
    assert quantile({60: 94, 900: 6}, 0.95) == 15 * MINUTE
    assert quantile({60: 94, 900: 6}, 1.0) == 15 * MINUTE


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(seconds=45), "45 s"), (15 * MINUTE, "15 min"), (13 * HOUR / 3, "4.3 h"), (12 * HOUR, "12 h")],
)
def test_lengths_are_told_shortly(length: timedelta, words: str) -> None:
    """A table has many of them."""
    assert in_words(length) == words
