"""What did looks see happen of which GitHub's log of deliveries lists nothing yet?

Kept: what happened before every list of installations since showed that GitHub sends such deliveries is not waited for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from app.domain.delivery import Change
from app.store import moments
from app.store.engines import insert
from app.store.schema_deliveries import told_events, unheard_changes

NEWEST = "newest delivery in GitHub's log"
MOST = 1_000  # more tell nothing more


def told(conn: Connection, events: Mapping[str, Collection[str]], at: datetime) -> None:
    """By account: which events GitHub sends of it, by a list of installations that was asked for then."""
    now = {(account.lower(), event) for account, those in events.items() for event in those}
    before = {(row.account, row.event) for row in conn.execute(select(told_events))}
    for account, event in sorted(before - now):
        conn.execute(delete(told_events).where(told_events.c.account == account, told_events.c.event == event))
    rows = [{"account": account, "event": event, "since": at} for account, event in sorted(now - before)]
    if rows:
        conn.execute(insert(conn.dialect.name, told_events).on_conflict_do_nothing(), rows)


def saw(conn: Connection, changes: Iterable[Change]) -> None:
    """These happened. What the log answered already, or what GitHub may never have sent, is left out."""
    changes = tuple(changes)
    if not changes:
        return
    since = {(row.account, row.event): row.since for row in conn.execute(select(told_events))}
    newest, many = newest_delivery(conn), _many(conn)
    for change in changes:
        began = since.get((change.account.lower(), change.event))
        is_sent = began is not None and began <= change.earliest
        if is_sent and (newest is None or newest < change.earliest) and many < MOST:
            row = {"what": change.what, "earliest": change.earliest, "latest": change.latest}
            conn.execute(insert(conn.dialect.name, unheard_changes).values(row).on_conflict_do_nothing())
            many += 1


def changes(conn: Connection) -> tuple[tuple[datetime, datetime], ...]:
    """When each of them happened: no earlier, and no later."""
    rows = conn.execute(select(unheard_changes).order_by(unheard_changes.c.latest, unheard_changes.c.what))
    return tuple((row.earliest, row.latest) for row in rows)


def heard(conn: Connection, until: datetime) -> None:
    """GitHub sent something then: whatever may have happened before that is waited for no longer."""
    conn.execute(delete(unheard_changes).where(unheard_changes.c.earliest <= until))


def newest_delivery(conn: Connection) -> datetime | None:
    """When did GitHub send the last delivery that its log listed, by its clock?"""
    return moments.last(conn, NEWEST)


def _many(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(unheard_changes)).scalar_one()
