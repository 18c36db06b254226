from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert

from app.domain.delivery import Deed, Delivery, NotDurable
from app.domain.ids import Key, Person, RepoName, parse_key
from app.store import retention
from app.store.database import Database
from app.store.inbox import StoredInbox, heard
from app.store.schema import repositories
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
    assert await database.write(lambda conn: retention.forget(conn, "deliveries", before)) == 1

    assert [await inbox.receive(delivery(guid), KEYS) for guid in ("old", "new")] == [True, False]


DEED = Deed(
    repo=RepoName("packaging-security", "cases"),
    repository_id=5,
    sender=Person("owner-1", 7),
    happened_at=datetime(2026, 12, 1, 9, 0, 20, tzinfo=UTC),
)


async def test_who_did_it_is_written_with_its_delivery_and_no_later(database: Database) -> None:
    """In the same transaction, and a second delivery of that GUID cannot say otherwise."""
    clock = FakeClock()
    inbox = StoredInbox(database, clock)
    await _known_as(database, "packaging-security/cases", 5)
    plain, told = delivery("plain"), replace(delivery("told"), event="repository", action="publicized", deed=DEED)
    otherwise = replace(told, deed=replace(DEED, sender=Person("other", 8)))

    answers = await asyncio.gather(*(inbox.receive(each, KEYS) for each in (plain, told, otherwise)))
    answers.append(await inbox.receive(otherwise, KEYS))

    assert answers == [True, True, False, False]
    [heard_of] = await database.read(lambda conn: heard(conn, RepoName("Packaging-Security", "Cases")))
    assert (heard_of.event, heard_of.action, heard_of.received_at) == ("repository", "publicized", clock.now())
    assert (heard_of.repo, heard_of.sender, heard_of.happened_at) == (DEED.repo, DEED.sender, DEED.happened_at)


async def test_what_was_heard_of_another_repository_of_that_name_is_not_heard_of_this_one(database: Database) -> None:
    """Names are given up and taken by strangers; the id stays."""
    await _known_as(database, "packaging-security/given-up", 5)
    await _known_as(database, "packaging-security/cases", 6)
    await StoredInbox(database, FakeClock()).receive(replace(delivery(), deed=DEED), KEYS)

    assert await database.read(lambda conn: heard(conn, DEED.repo)) == ()


async def _known_as(database: Database, name: str, number: int) -> None:
    row = {"id": number, "name": name, "observed_at": FakeClock().now()}
    await database.write(lambda conn: conn.execute(insert(repositories), row))


async def test_whoever_hangs_up_takes_no_neighbour_along(database: Database) -> None:
    """Deliveries are written together. A client that went away must not leave the others without an answer."""
    inbox = StoredInbox(database, FakeClock())
    gone, stays = (asyncio.ensure_future(inbox.receive(delivery(guid), KEYS)) for guid in ("gone", "stays"))
    await asyncio.sleep(0)
    gone.cancel()

    assert await stays
    assert await inbox.receive(delivery("later"), KEYS)
