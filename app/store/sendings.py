"""What was sent over which channel, and how is each channel doing?

Kept: over one channel one instance sends at a time; what was sent is not taken up again. Not kept: an instance that
dies, or hears no answer, between sending and writing that down leaves it to be sent again (at least once).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, literal, or_, select, update

from app.domain.records import Digest, Notice
from app.store.columns import UtcTime
from app.store.engines import insert
from app.store.schema import digests, notices
from app.store.schema_notices import channels, sendings

Kind = Literal["notice", "digest"]


@dataclass(frozen=True, slots=True, order=True)
class Item:
    """What is sent, by its number."""

    kind: Kind
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentNotice:
    """A notice that this channel was not told of; `over_at` where it is closed by now."""

    item: Item
    notice: Notice
    over_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsentDigest:
    """A digest that did not go over this channel."""

    item: Item
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelState:
    """How a channel is doing. `failures` in a row, since `failing_since`; tried again at `due_at`."""

    name: str
    since: datetime
    failures: int
    failing_since: datetime | None
    last_error: str | None
    last_success_at: datetime | None
    due_at: datetime | None
    lease_until: datetime | None


def notify_state(conn: Connection) -> tuple[ChannelState, ...]:
    """How every channel is doing that was ever declared and not taken away, by name."""
    return tuple(map(_state, conn.execute(select(channels).order_by(channels.c.name))))


def declare(conn: Connection, names: Collection[str], now: datetime) -> tuple[str, ...]:
    """These channels there are, and no others. Gives the names of those that are new or gone."""
    known = set(conn.execute(select(channels.c.name)).scalars())
    for name in sorted(set(names) - known):
        row = insert(conn.dialect.name, channels).values(name=name, since=now, failures=0)
        conn.execute(row.on_conflict_do_nothing(index_elements=[channels.c.name]))
    conn.execute(delete(channels).where(channels.c.name.in_(sorted(known - set(names)))))
    return tuple(sorted(known ^ set(names)))


def claim(
    conn: Connection, name: str, *, owner: str, now: datetime, until: datetime, ahead: timedelta
) -> ChannelState | None:
    """The right to send over a channel until then, unless somebody has it or it is not yet time to try again.

    `owner` is another each time, so that nobody takes a right for their own that they had before.
    `ahead`: how far the clock that says `now` is ahead of the one by which leases are kept.
    """
    free = or_(channels.c.lease_until.is_(None), channels.c.lease_until <= now - ahead)
    due = or_(channels.c.due_at.is_(None), channels.c.due_at <= now)
    statement = update(channels).where(channels.c.name == name, free, due)
    if not conn.execute(statement.values(lease_owner=owner, lease_until=until - ahead)).rowcount:
        return None
    return _state(conn.execute(select(channels).where(channels.c.name == name)).one())


def release(conn: Connection, name: str, *, owner: str) -> bool:
    """Give the right back. False: it was lost before."""
    is_held = and_(channels.c.name == name, channels.c.lease_owner == owner)
    statement = update(channels).where(is_held).values(lease_owner=None, lease_until=None)
    return conn.execute(statement).rowcount == 1


def succeeded(conn: Connection, name: str, now: datetime) -> None:
    """Something arrived."""
    well = {"failures": 0, "failing_since": None, "last_error": None, "due_at": None, "last_success_at": now}
    conn.execute(update(channels).where(channels.c.name == name).values(**well))


def failed(conn: Connection, name: str, *, error: str, now: datetime, due: datetime) -> None:
    """It did not. Until then nobody tries again."""
    since = func.coalesce(channels.c.failing_since, literal(now, UtcTime()))
    values = {"failures": channels.c.failures + 1, "failing_since": since, "last_error": error, "due_at": due}
    conn.execute(update(channels).where(channels.c.name == name).values(**values))


def unsent_notices(conn: Connection, channel: str, since: datetime) -> tuple[UnsentNotice, ...]:
    """What is open, and pages that were closed after then, oldest first."""
    row = _row(channel, "notice", notices.c.id)
    worth_it = or_(notices.c.closed_at.is_(None), and_(notices.c.severity == "page", notices.c.closed_at >= since))
    query = select(notices).outerjoin(sendings, row).where(sendings.c.sent_at.is_(None), worth_it)
    return tuple(map(_notice, conn.execute(query.order_by(notices.c.at, notices.c.id))))


def unsent_digests(conn: Connection, channel: str, since: datetime) -> tuple[UnsentDigest, ...]:
    """Of everybody, made after then, the newest first."""
    row = _row(channel, "digest", digests.c.id)
    query = select(digests).outerjoin(sendings, row).where(sendings.c.sent_at.is_(None), digests.c.made_at >= since)
    return tuple(map(_digest, conn.execute(query.order_by(digests.c.day.desc(), digests.c.id))))


def last_digest(conn: Connection, channel: str) -> date | None:
    """On which day (UTC) did a digest go over this channel last?"""
    mine = (sendings.c.channel == channel, sendings.c.kind == "digest")
    moment: datetime | None = conn.execute(select(func.max(sendings.c.sent_at)).where(*mine)).scalar()
    return moment and moment.date()


def last_told(conn: Connection, channel: str, since: datetime) -> dict[tuple[str, str], datetime]:
    """Of what notices told it after then, and when last: by kind, and by what they are about in small letters."""
    row = and_(sendings.c.kind == "notice", sendings.c.number == notices.c.id)
    query = select(notices.c.kind, notices.c.about, func.max(sendings.c.sent_at).label("at")).join(sendings, row)
    query = query.where(sendings.c.channel == channel, sendings.c.sent_at >= since)
    rows = conn.execute(query.group_by(notices.c.kind, notices.c.about))
    return {(each.kind, each.about.lower()): each.at for each in rows}


def trying(conn: Connection, channel: str, items: Iterable[Item], now: datetime) -> None:
    """Written before it is sent."""
    for item in items:
        first = {"channel": channel, "kind": item.kind, "number": item.number, "attempts": 1, "tried_at": now}
        row = insert(conn.dialect.name, sendings).values(**first)
        again = {"attempts": sendings.c.attempts + 1, "tried_at": now}
        keys = [sendings.c.channel, sendings.c.kind, sendings.c.number]
        conn.execute(row.on_conflict_do_update(index_elements=keys, set_=again))


def sent(conn: Connection, channel: str, items: Iterable[Item], now: datetime) -> None:
    """It arrived, whoever else sends it meanwhile."""
    for item in items:
        row = _row(channel, item.kind, item.number)
        conn.execute(update(sendings).where(row).values(sent_at=now))
        table = notices if item.kind == "notice" else digests
        conn.execute(update(table).where(table.c.id == item.number, table.c.sent_at.is_(None)).values(sent_at=now))


def forget(conn: Connection, before: datetime) -> None:
    """Drop what was tried last before then."""
    conn.execute(delete(sendings).where(sendings.c.tried_at < before))


def forget_the_gone(conn: Connection) -> None:
    """Drop what was sent of notices and digests that are no more: what has their numbers later was not sent."""
    for kind, table in (("notice", notices), ("digest", digests)):
        is_there = select(table.c.id).where(table.c.id == sendings.c.number).exists()
        conn.execute(delete(sendings).where(sendings.c.kind == kind, ~is_there))


def _row(channel: str, kind: Kind, number: Any) -> ColumnElement[bool]:
    return and_(sendings.c.channel == channel, sendings.c.kind == kind, sendings.c.number == number)


def _state(row: Row[Any]) -> ChannelState:
    return ChannelState(**{name: getattr(row, name) for name in ChannelState.__slots__})


def _notice(row: Row[Any]) -> UnsentNotice:
    notice = Notice(kind=row.kind, about=row.about, severity=row.severity, text=row.text, since=row.at)
    return UnsentNotice(item=Item("notice", row.id), notice=notice, over_at=row.closed_at)


def _digest(row: Row[Any]) -> UnsentDigest:
    digest = Digest(
        recipient=row.recipient,
        day=row.day,
        severity=row.severity,
        text=row.text,
        made_at=row.made_at,
        hears_all=bool(row.hears_all),
    )
    return UnsentDigest(item=Item("digest", row.id), digest=digest)
