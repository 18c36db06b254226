"""What is written down once something of a case is public, and when is that settled?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.domain.cases import GREENROOM, CaseEvent, Disclosure
from app.domain.ids import CaseKey
from app.store import cases, notices, proposals, timeline


def disclose(conn: Connection, number: int, disclosure: Disclosure, *, proposed: datetime | None) -> None:
    """Write it down with the hour that is proposed to the others. The first time stays, and nothing is asked twice."""
    if not cases.disclose(conn, number, disclosure):
        return
    at = disclosure.seen_at
    if disclosure.by != "said":  # that was told when it was said
        timeline.add(conn, number, CaseEvent(at=at, what="disclosed", detail=disclosure.by))
    if proposed is not None:
        proposals.propose(conn, number, "embargo", _written(proposed), by=GREENROOM, at=at)


def settle(conn: Connection, number: int, agreed: datetime | None, *, by: str, at: datetime) -> None:
    """A coordinator agreed on an hour, or on none: that is an answer to what we proposed, too."""
    answered(conn, number, at)
    for each in proposals.open_ones(conn, number):
        if each.what == "embargo" and each.asked_by == GREENROOM:
            is_it = agreed is not None and each.value == _written(agreed)
            proposals.settle(conn, each.id, "confirmed" if is_it else "declined", by=by, at=at)


def answered(conn: Connection, number: int, at: datetime) -> None:
    """A coordinator said what follows: nobody has to be paged any more."""
    notices.close(conn, "page", str(CaseKey(number)), at)


def _written(hour: datetime) -> str:
    return f"{hour:%Y-%m-%dT%H:%MZ}"
