"""Since when does a round go on?"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from app.store import rounds
from app.store.database import Database
from tests.builders import NOW

HOUR = timedelta(hours=1)


async def _since(database: Database, now: datetime, *accounts: str) -> datetime:
    return await database.read(partial(rounds.since, accounts=accounts, now=now))


async def _begin(database: Database, account: str, at: datetime, length: timedelta) -> None:
    await database.write(partial(rounds.begin, account=account, at=at, ends=at + length))


async def test_where_no_round_began_it_is_now(database: Database) -> None:
    """Nothing was changed by a round that never was."""
    assert await _since(database, NOW, "pypa") == NOW


@pytest.mark.parametrize(("now", "since"), [(0, -5), (1, -4), (5, 0), (7, 0)])
async def test_what_was_changed_within_the_length_of_a_round_counts(database: Database, now: int, since: int) -> None:
    """The end of one round and the beginning of the next are one wave; a round that takes longer than planned counts

    from its beginning.
    """
    await _begin(database, "PyPA", NOW, 5 * HOUR)

    assert await _since(database, NOW + now * HOUR, "pypa") == NOW + since * HOUR


async def test_the_longest_round_of_those_that_are_asked_about_counts(database: Database) -> None:
    """One kind of remedy reaches several accounts; an account that policy does not speak of has no say."""
    await _begin(database, "pypa", NOW, HOUR)
    await _begin(database, "conda", NOW, 2 * HOUR)
    await _begin(database, "strangers", NOW, 9 * HOUR)

    assert await _since(database, NOW, "pypa", "Conda") == NOW - 2 * HOUR


async def test_an_account_is_behind_since_it_was_first_so_and_until_it_caught_up(database: Database) -> None:
    """How long others waited for it is counted from the first time, however often it is said."""
    for hours in (0, 1, 2):
        since = await database.write(partial(rounds.behind, account="PyPA", now=NOW + hours * HOUR))
        assert since == NOW
    assert await database.read(rounds.all_behind) == {"pypa": NOW}

    await database.write(partial(rounds.caught_up, account="pypa"))

    assert await database.read(rounds.all_behind) == {}
