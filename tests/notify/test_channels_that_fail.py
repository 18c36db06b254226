"""A channel is dead, hangs or comes back, or an instance dies: who is told what, and how often?"""

from __future__ import annotations

import asyncio
import socket
import threading
from datetime import timedelta
from functools import partial

import pytest

from app.notify.routes import channels_of
from app.notify.sending import DEAD, take
from app.store.database import Database
from app.store.notices import open_notices
from app.store.sendings import notify_state
from tests.clock import FakeClock
from tests.notify.outbox import notifier, over, tell
from tests.notify.receiver import Receiver


@pytest.mark.parametrize("where", ["nobody listens", "500", "a redirect"])
async def test_a_dead_channel_is_tried_ever_more_seldom_told_over_another_and_over_when_it_is_back(
    database: Database, clock: FakeClock, receiver: Receiver, other: Receiver, where: str
) -> None:
    """The other channel gets everything meanwhile, and nothing is lost."""
    dead = f"json://127.0.0.1:{_closed()}" if where == "nobody listens" else receiver.url
    receiver.status = {"500": 500, "a redirect": 307}.get(where, 200)
    receiver.location = f"http://127.0.0.1:{other.port}/elsewhere" if where == "a redirect" else ""
    sender = await notifier(database, clock, f"coordinators={dead} operators={other.url}")
    await tell(database, clock)

    tries = []
    for minute in range(120):
        before = (await database.read(notify_state))[0].failures
        await sender.send_due()
        tries += [minute] if (await database.read(notify_state))[0].failures > before else []
        clock.advance(minutes=1)

    assert len(tries) in {6, 7}
    assert tries[1] - tries[0] <= 2
    assert tries[-1] - tries[-2] >= 20
    assert "case/1 is public" in other.texts[0]
    assert (
        "channel/coordinators: no notice arrives since 2026-12-01 09:00 UTC, refused or not reached" in other.texts[1]
    )
    assert len(other.got) == 2, "what was to go to the dead channel went nowhere else"
    [state, _] = await database.read(notify_state)
    assert (state.failures, state.failing_since) == (len(tries), clock.now() - timedelta(hours=2))
    assert state.last_error == "refused or not reached"

    receiver.status = 200
    back = await notifier(database, clock, f"coordinators={receiver.url} operators={other.url}")
    clock.advance(hours=2)
    await back.send_due()
    assert [text.count("case/1 is public") for text in receiver.texts] == [1]
    assert "channel-dead" not in {each.kind for each in await database.read(open_notices)}
    assert (await database.read(notify_state))[0].failures == 0


def _closed() -> int:
    """A port on which nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


async def test_a_channel_that_hangs_holds_up_no_other_and_gets_no_second_message(
    database: Database, clock: FakeClock, receiver: Receiver, other: Receiver
) -> None:
    """It takes the message and says nothing: who knows whether somebody reads it already."""
    receiver.hangs = threading.Event()
    sender = await notifier(database, clock, f"coordinators={receiver.url} operators={other.url}", time_limit=0.3)
    await tell(database, clock)

    await sender.send_due()
    for _ in range(DEAD):
        clock.advance(hours=2)
        await sender.send_due()

    assert len(receiver.raw) == 1
    assert "case/1 is public" in other.texts[0]
    assert "no notice arrives" in other.texts[1]
    [state, _] = await database.read(notify_state)
    assert state.last_error == "still hangs"


async def test_of_two_instances_one_sends(database: Database, clock: FakeClock, receiver: Receiver) -> None:
    """Both look at the same outbox at the same time."""
    urls = f"coordinators={receiver.url}"
    both = [await notifier(database, clock, urls, owner=owner) for owner in ("one", "other")]
    for _ in range(5):
        clock.advance(hours=2)
        await tell(database, clock)
        await asyncio.gather(*(each.send_due() for each in both))
        await over(database, clock)

    assert len(receiver.got) == 5


async def test_an_instance_that_dies_while_it_sends_is_followed_by_another(
    database: Database, clock: FakeClock, receiver: Receiver, other: Receiver
) -> None:
    """At least once: nobody knows whether it arrived, so it is sent again, under its number, once the lease is over."""
    receiver.hangs = threading.Event()
    dying = await notifier(database, clock, f"coordinators={receiver.url}", owner="dying")
    await tell(database, clock)
    at_it = asyncio.create_task(dying.send_due())
    await asyncio.to_thread(receiver.arrived.wait)
    at_it.cancel()
    await asyncio.gather(at_it, return_exceptions=True)

    after = await notifier(database, clock, f"coordinators={other.url}", owner="after")
    assert await after.send_due() == 0
    clock.advance(minutes=3)
    assert await after.send_due() == 1
    assert "(notice 1, page" in other.texts[0]


async def test_a_channel_that_is_back_is_not_told_that_it_was_dead(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """Whoever reads it sees that it is not."""
    sender = await notifier(database, clock, f"operators={receiver.url}")
    await tell(database, clock)
    receiver.status = 500
    for _ in range(DEAD):
        await sender.send_due()
        clock.advance(hours=2)
    assert "channel-dead" in {each.kind for each in await database.read(open_notices)}
    receiver.status = 200

    await sender.send_due()

    [text] = receiver.texts
    assert "no notice arrives" not in text


async def test_whoever_looked_before_another_sent_finds_nothing_to_send_any_more(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """Between looking at the outbox and taking the channel another may have sent, or tried in vain."""
    [channel] = channels_of(f"coordinators={receiver.url}")
    sender = await notifier(database, clock, f"coordinators={receiver.url}")
    await tell(database, clock)
    late = partial(take, channel=channel, owner="late", now=clock.now(), clock=clock, public_url=None)
    await sender.send_due()

    assert await database.write(late) is None
    [state] = await database.read(notify_state)
    assert state.lease_until is None
    await tell(database, clock, about="case/2", text="case/2 is public")
    receiver.status = 500
    await sender.send_due()
    assert await database.write(late) is None


async def test_a_channel_that_is_gone_takes_what_was_told_of_it_along(
    database: Database, clock: FakeClock, receiver: Receiver
) -> None:
    """Its notice would stay open for ever, as nobody tries it any more."""
    dead = await notifier(database, clock, f"coordinators=json://127.0.0.1:{_closed()}")
    await tell(database, clock)
    for _ in range(DEAD):
        await dead.send_due()
        clock.advance(hours=2)
    assert "channel-dead" in {each.kind for each in await database.read(open_notices)}

    await notifier(database, clock, f"operators={receiver.url}")

    assert "channel-dead" not in {each.kind for each in await database.read(open_notices)}
    assert [each.name for each in await database.read(notify_state)] == ["operators"]
