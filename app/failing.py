"""Does each delivery fail, for hours, so that nothing that GitHub sends arrives? Or is its log of them not shown?

Looks find everything all the same, only later, so nobody would notice. Kept: one delivery that was taken is enough to
say no more; and what was sent while no instance read the log does not count, as nobody was there to take it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.delivery import Logged
from app.domain.records import Notice
from app.store import moments, notices
from app.store.delivery_log import LOG_READ

TOLD_AFTER = timedelta(hours=6)
AWAY = timedelta(hours=1)  # whoever read no log for so long was not there
_TAKEN, _FAILED, _LATEST = "delivery was taken", "deliveries fail since", "delivery failed"
DELIVERIES, LOG = "deliveries", "log of deliveries"


def begin(conn: Connection, now: datetime) -> None:
    """The log is read from its newest line. To be called before what it says is counted."""
    last = moments.last(conn, LOG_READ)
    if last is None or now - last > AWAY:
        moments.note(conn, name=_TAKEN, at=now)
        moments.forget(conn, _FAILED)


def count(conn: Connection, lines: Iterable[Logged], now: datetime) -> None:
    """What these lines say, in whatever order they are read."""
    lines = list(lines)
    for line in lines:
        moments.note(conn, name=_TAKEN if line.is_ok else _LATEST, at=min(line.at, now))
    taken, since = moments.last(conn, _TAKEN), moments.last(conn, _FAILED)
    failed = [*(line.at for line in lines if not line.is_ok), *([since] if since else [])]
    after = [at for at in failed if taken is None or at > taken]
    moments.forget(conn, _FAILED)
    if after:
        moments.note(conn, name=_FAILED, at=min(after))


def settle(conn: Connection, now: datetime) -> None:
    """The log was read to where it was known."""
    notices.close(conn, "deliveries-fail", LOG, now)
    since, latest = moments.last(conn, _FAILED), moments.last(conn, _LATEST)
    if since is None or latest is None:
        notices.close(conn, "deliveries-fail", DELIVERIES, now)
    elif latest - since >= TOLD_AFTER:
        text = f"each delivery that GitHub sent since {since:%Y-%m-%d %H:%M} UTC failed; looks find everything later"
        _tell(conn, DELIVERIES, text, now)


def not_shown(conn: Connection, now: datetime) -> None:
    """GitHub refused the log."""
    last = moments.last(conn, LOG_READ)
    if last is not None and now - last >= TOLD_AFTER:
        text = f"GitHub does not show its log of deliveries since {last:%Y-%m-%d %H:%M} UTC; looks find what is missed"
        _tell(conn, LOG, text, now)


def _tell(conn: Connection, about: str, text: str, now: datetime) -> None:
    notices.tell(conn, Notice(kind="deliveries-fail", about=about, severity="warning", text=text, since=now))
