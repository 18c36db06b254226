"""What happens between the outbox and a channel? Each channel by itself, off the way of everything that writes.

Kept: of several instances one sends; a channel that is dead is tried again, ever more seldom, and told to people over
the others, and holds up neither them nor any work. At least once: what was sent by an instance that died before it
could write that down, or whose answer got lost, is sent again; notices bear their number, and digests their day.
"""

from __future__ import annotations

import asyncio
import zlib
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.records import Notice
from app.notify.carrier import Carrier, NotDelivered
from app.notify.parcels import AGAIN, KEPT, Parcel, Waiting, parcel
from app.notify.routes import Channel
from app.store import engines, notices, sendings
from app.store.database import Database

log = structlog.get_logger()

LEASE = timedelta(minutes=2)  # longer than any carrier waits
EVERY = 5  # seconds between looks at the outbox
DEAD = 5  # failures in a row, which take a quarter of an hour
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
FORGOTTEN = timedelta(days=180)


class Notifier:
    """Sends what is in the outbox. `public_url`: where the pages are, if anybody can reach them."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        channels: tuple[Channel, ...],
        carrier: Carrier,
        owner: str,
        public_url: str | None,
    ) -> None:
        self._database, self._clock, self._carrier, self._owner = database, clock, carrier, owner
        self._channels, self._public_url = channels, public_url

    async def begin(self) -> None:
        """Read every URL and make known which channels there are. Raises InvalidRoutes.

        What was told of channels that are no more is over.
        """
        self._carrier.read()
        await self._database.write(partial(_declare, channels=self._channels, now=self._clock.now()))

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            for channel in self._channels:
                group.create_task(self._run_one(channel))

    async def send_due(self) -> int:
        """Send all that is due now. Gives how many messages arrived."""
        return sum(await asyncio.gather(*map(self._send_all, self._channels)))

    async def _run_one(self, channel: Channel) -> None:
        while True:
            try:
                await self._send_all(channel)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is tried again, and stops no other channel
                log.error("notify.failed", error=type(error).__name__)  # noqa: TRY400
            await self._clock.sleep(EVERY)

    async def _send_all(self, channel: Channel) -> int:
        count = 0
        while await self._send_next(channel):
            count += 1
        return count

    async def _send_next(self, channel: Channel) -> bool:
        now = self._clock.now()
        next_one = partial(_next, channel=channel, now=now, clock=self._clock, public_url=self._public_url)
        if await self._database.read(next_one) is None:  # most of the time, and then nothing is written
            return False
        owner = f"{self._owner} at {now:%Y-%m-%dT%H:%M:%S.%f}"
        taken = partial(take, channel=channel, owner=owner, now=now, clock=self._clock, public_url=self._public_url)
        message = await self._database.write(taken)
        if message is None:
            return False
        error = await self._deliver(channel, message)
        done = partial(_done, channel=channel, owner=owner, message=message, error=error)
        await self._database.write(partial(done, now=self._clock.now()))
        return error is None

    async def _deliver(self, channel: Channel, message: Parcel) -> str | None:
        try:
            await self._carrier.deliver(channel.name, message)
        except NotDelivered as error:
            log.warning("notify.not_delivered", channel=channel.name, reason=str(error), items=len(message.items))
            return str(error)
        log.info("notify.delivered", channel=channel.name, severity=message.severity, items=len(message.items))
        return None


def waiting_for(conn: Connection, channel: Channel, since: datetime, now: datetime) -> Waiting:
    """What did not go over a channel yet. `since`: when it was declared; what was before then is not made up for."""
    recently = max(since, now - KEPT)
    return Waiting(
        notices=sendings.unsent_notices(conn, channel.name, recently),
        digests=sendings.unsent_digests(conn, channel.name, recently - timedelta(days=1)),
        told=sendings.last_told(conn, channel.name, now - max(AGAIN.values())),
        last_digest=sendings.last_digest(conn, channel.name),
    )


def arrived(conn: Connection, channel: Channel, now: datetime) -> None:
    """Something got through, so whatever was wrong with the channel is over."""
    sendings.succeeded(conn, channel.name, now)
    notices.close(conn, "channel-dead", channel.about, now)


def backoff(name: str, failures: int) -> timedelta:
    """A minute, doubled with each failure, spread by ± 20 % so that channels of one host come back apart."""
    spread: float = 0.8 + 0.4 * (zlib.crc32(f"{name}{failures}".encode()) / 2**32)
    return min(LONGEST_WAIT, FIRST_WAIT * (1 << min(failures, 6))) * spread


def _next(conn: Connection, channel: Channel, now: datetime, clock: Clock, public_url: str | None) -> Parcel | None:
    state = next((each for each in sendings.notify_state(conn) if each.name == channel.name), None)
    if state is None or (state.due_at and state.due_at > now):
        return None
    if state.lease_until and state.lease_until > now - engines.ahead(conn, now, clock):
        return None
    return parcel(channel, waiting_for(conn, channel, state.since, now), now, public_url=public_url)


def take(
    conn: Connection, *, channel: Channel, owner: str, now: datetime, clock: Clock, public_url: str | None
) -> Parcel | None:
    """The right to send, and the message: read again under that right, as others may have sent it meanwhile."""
    ahead = engines.ahead(conn, now, clock)
    state = sendings.claim(conn, channel.name, owner=owner, now=now, until=now + LEASE, ahead=ahead)
    if state is None:
        return None
    message = parcel(channel, waiting_for(conn, channel, state.since, now), now, public_url=public_url)
    if message is None:
        sendings.release(conn, channel.name, owner=owner)
        return None
    sendings.trying(conn, channel.name, message.items, now)
    return message


def _done(
    conn: Connection,
    *,
    channel: Channel,
    owner: str,
    message: Parcel,
    error: str | None,
    now: datetime,
) -> None:
    is_ours = sendings.release(conn, channel.name, owner=owner)
    if error is None:
        sendings.sent(conn, channel.name, message.items, now)
        sendings.forget(conn, now - FORGOTTEN)
        arrived(conn, channel, now)
    elif is_ours:  # else somebody else tried it meanwhile, and counts for themselves
        failures = _failures(conn, channel)
        sendings.failed(conn, channel.name, error=error, now=now, due=now + backoff(channel.name, failures))
        _tell_of_the_dead(conn, channel, now)


def _failures(conn: Connection, channel: Channel) -> int:
    return next((each.failures for each in sendings.notify_state(conn) if each.name == channel.name), 0)


def _tell_of_the_dead(conn: Connection, channel: Channel, now: datetime) -> None:
    state = next((each for each in sendings.notify_state(conn) if each.name == channel.name), None)
    if state is None or state.failures < DEAD or state.failing_since is None:
        return
    since = f"{state.failing_since:%Y-%m-%d %H:%M} UTC"
    text = f"{channel.about}: no notice arrives since {since}, {state.last_error}; it is tried again until one does"
    notices.tell(conn, Notice(kind="channel-dead", about=channel.about, severity="warning", text=text, since=now))


def _declare(conn: Connection, channels: tuple[Channel, ...], now: datetime) -> None:
    sendings.declare(conn, [each.name for each in channels], now)
    there_are = {each.about for each in channels}
    for notice in notices.open_notices(conn):
        if notice.kind == "channel-dead" and notice.about not in there_are:
            notices.close(conn, notice.kind, notice.about, now)
