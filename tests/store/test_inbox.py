from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from app.domain.delivery import Delivery, NotDurable
from app.domain.ids import Key, parse_key
from app.store.database import Database
from app.store.inbox import StoredInbox, forget_deliveries
from app.store.work import claim, finish
from tests.clock import FakeClock
from tests.unfinished import unfinished

KEYS: frozenset[Key] = frozenset({parse_key("pypa/pip")})


def delivery(guid: str = "72d3162e-cc78-11e3-81ab-4c9367dc0958") -> Delivery:
    return Delivery(guid=guid, event="repository_advisory", action="reported")


async def work_off(database: Database, clock: FakeClock) -> int:
    """Look at everything, and say how much that was."""
    now, done = clock.now(), 0
    while claimed := await database.write(lambda conn: claim(conn, owner="one", now=now, until=now + timedelta(60))):
        await database.write(lambda conn, claimed=claimed: finish(conn, claimed))  # type: ignore[misc]
        done += 1
    return done


async def test_a_delivery_is_remembered_together_with_its_work(database: Database) -> None:
    """Either both are on disk or neither: a delivery without its work would be a duplicate for ever after."""
    clock = FakeClock()

    assert await StoredInbox(database, clock).receive(delivery(), KEYS)

    assert await database.read(lambda conn: unfinished(conn, clock.now())) == ["pypa/pip"]


async def test_one_guid_a_hundred_times_over_two_instances_is_one_effect(url: str, database: Database) -> None:
    """GitHub redelivers under the same GUID, to whichever instance is there."""
    clock, other = FakeClock(), await Database.open(url, migrate=False)
    inboxes = [StoredInbox(database, clock), StoredInbox(other, clock)]

    answers = await asyncio.gather(*(inboxes[number % 2].receive(delivery(), KEYS) for number in range(100)))

    assert sorted(answers) == [False] * 99 + [True]
    assert await work_off(database, clock) == 1
    assert not await inboxes[0].receive(delivery(), KEYS)
    assert await work_off(database, clock) == 0
    await other.close()


async def test_a_delivery_that_failed_may_come_again(url: str, database: Database) -> None:
    """A delivery answered with 503 was not taken in; the next one under its GUID is new."""
    broken = await Database.open(url, migrate=False)
    await broken.close()
    with pytest.raises(NotDurable):
        await StoredInbox(broken, FakeClock()).receive(delivery(), KEYS)

    assert await StoredInbox(database, FakeClock()).receive(delivery(), KEYS)


async def test_deliveries_are_forgotten_when_they_cannot_come_again(database: Database) -> None:
    """The table would grow for ever. Those of the last seven days stay."""
    clock = FakeClock()
    inbox = StoredInbox(database, clock)
    await inbox.receive(delivery("old"), KEYS)
    clock.advance(days=8)
    await inbox.receive(delivery("new"), KEYS)

    before = clock.now() - timedelta(days=7)
    assert await database.write(lambda conn: forget_deliveries(conn, before)) == 1

    assert [await inbox.receive(delivery(guid), KEYS) for guid in ("old", "new")] == [True, False]


async def test_whoever_hangs_up_takes_no_neighbour_along(database: Database) -> None:
    """Deliveries are written together. A client that went away must not leave the others without an answer."""
    inbox = StoredInbox(database, FakeClock())
    gone, stays = (asyncio.ensure_future(inbox.receive(delivery(guid), KEYS)) for guid in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()

    assert await stays
    assert await inbox.receive(delivery("later"), KEYS)
