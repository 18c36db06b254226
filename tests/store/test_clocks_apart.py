"""Is anything taken from a machine whose clock is ahead of the others' or behind, or taken by it?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from app.clock import Clock, SystemClock
from app.domain.ids import Key, RepositoryKey
from app.domain.lease import Lease, LeaseLost
from app.store import engines, moments, sendings, work
from app.store.database import Database
from app.worker import LEASE, Handler, Worker
from tests.builders import PIP
from tests.clock import FakeClock
from tests.which_database import about_servers

FAR = timedelta(minutes=10)
KEY = RepositoryKey(PIP)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # so that what is due is due for everybody
pytestmark = about_servers


class Machine(SystemClock):
    """A clock that is off. What all machines have in common is the server's."""

    def __init__(self, off: timedelta) -> None:
        self._off = off

    def now(self) -> datetime:
        return super().now() + self._off


class Apart(FakeClock):
    """The same, where time passes only as the test says: the server's clock is the story's."""

    def __init__(self, story: FakeClock, off: timedelta) -> None:
        super().__init__()
        self._story, self._off = story, off

    def now(self) -> datetime:
        return self._story.now() + self._off

    def common(self) -> datetime:
        return self._story.now()


def a_worker(database: Database, clock: Clock, owner: str, handler: Handler) -> Worker:
    done = lambda conn, key: None  # noqa: ARG005, E731
    return Worker(database=database, clock=clock, handler=handler, owner=owner, name_of=str, when_done=done)


async def mark(database: Database) -> None:
    await database.write(partial(work.mark, keys=[KEY], due=LONG_AGO))


async def nothing(key: Key, lease: Lease) -> None:
    """A look that has nothing to do."""


@pytest.mark.parametrize("holder", [-FAR, timedelta(0), FAR])
@pytest.mark.parametrize("other", [-FAR, timedelta(0), FAR])
async def test_nobody_takes_what_another_works_on(database: Database, holder: timedelta, other: timedelta) -> None:
    """By their own clocks a lease of seconds is long over for one of them, and lasts ten minutes for the other."""
    taken = []

    async def look(_: Key, lease: Lease) -> None:
        taken.append(await a_worker(database, Machine(other), "other", nothing).run_due())
        lease.check()

    await mark(database)
    assert await a_worker(database, Machine(holder), "holder", look).run_due() == 1

    assert taken == [0]
    assert await a_worker(database, Machine(other), "other", nothing).run_due() == 0  # and it is done


@pytest.mark.parametrize("holder", [-FAR, FAR])
@pytest.mark.parametrize("other", [-FAR, timedelta(0), FAR])
async def test_who_stopped_is_relieved_when_the_lease_is_over(
    database: Database, clock: FakeClock, holder: timedelta, other: timedelta
) -> None:
    """After five seconds and no later, and whoever stopped knows it by then."""
    taken = []

    async def look(_: Key, lease: Lease) -> None:
        for _half in range(2):
            clock.advance(seconds=LEASE.total_seconds() / 2)
            taken.append(await a_worker(database, Apart(clock, other), "other", nothing).run_due())
        with pytest.raises(LeaseLost):
            lease.check()

    await mark(database)
    await a_worker(database, Apart(clock, holder), "holder", look).run_due()

    assert taken == [0, 1]


@pytest.mark.parametrize("other", [-FAR, FAR])
async def test_a_lease_that_is_renewed_is_kept_by_everybodys_clock(
    database: Database, clock: FakeClock, other: timedelta
) -> None:
    """What is renewed by a machine's own clock would be ten minutes over for the others."""
    mine = Apart(clock, -other)

    def renew(conn: Connection, claim: work.Claim) -> bool:
        now = mine.now()
        return work.renew(conn, claim, now + LEASE, ahead=engines.ahead(conn, now, mine))

    await mark(database)
    now = mine.now()
    ahead = now - clock.now()
    claim = await database.write(partial(work.claim, owner="mine", now=now, until=now + LEASE, ahead=ahead))
    assert claim is not None
    for _ in range(3):
        clock.advance(seconds=4)
        assert await database.write(partial(renew, claim=claim))

        assert await a_worker(database, Apart(clock, other), "other", nothing).run_due() == 0


async def test_a_machine_that_is_behind_starts_and_ends_nobodys_lease(database: Database, clock: FakeClock) -> None:
    """For it the others' clocks were ahead, so it sets back what they noted; they are at work all the same."""
    taken: list[Key] = []
    behind = a_worker(database, Apart(clock, -FAR), "behind", nothing)

    async def look(_: Key, lease: Lease) -> None:
        await behind.begin()
        taken.extend(claim.key for claim in await claims(database, clock))
        lease.check()

    await mark(database)
    await database.write(partial(moments.note, name="something", at=clock.now()))
    await a_worker(database, clock, "right", look).run_due()

    assert taken
    assert KEY not in taken


async def claims(database: Database, clock: FakeClock) -> list[work.Claim]:
    """All that can be taken now."""
    now, found = clock.now(), []
    while claim := await database.write(partial(work.claim, owner="all", now=now, until=now + FAR)):
        found.append(claim)
    return found


@pytest.mark.parametrize("other", [-FAR, timedelta(0), FAR])
@pytest.mark.parametrize("holder", [-FAR, timedelta(0), FAR])
async def test_one_sends_over_a_channel(
    database: Database, clock: FakeClock, holder: timedelta, other: timedelta
) -> None:
    """People are told once, and a channel whose sender died is free when its lease is over."""

    def claim(conn: Connection, owner: str, off: timedelta) -> bool:
        mine = Apart(clock, off)
        now, until = mine.now(), mine.now() + timedelta(minutes=2)
        ahead = engines.ahead(conn, now, mine)
        return sendings.claim(conn, "mail", owner=owner, now=now, until=until, ahead=ahead) is not None

    await database.write(partial(sendings.declare, names=["mail"], now=LONG_AGO))

    assert await database.write(partial(claim, owner="holder", off=holder))
    clock.advance(seconds=119)
    assert not await database.write(partial(claim, owner="other", off=other))
    clock.advance(seconds=1)
    assert await database.write(partial(claim, owner="other", off=other))
