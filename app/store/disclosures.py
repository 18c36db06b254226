"""What is written down once something of a case is public, and when is that settled?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, update

from app.domain.cases import GREENROOM, CaseEvent, Disclosure, Proposal
from app.domain.ids import CaseKey
from app.store import audit, cases, notices, proposals, timeline
from app.store.schema import cases as table


def disclose(conn: Connection, number: int, disclosure: Disclosure, *, proposed: datetime | None) -> None:
    """Write it down with the hour that is proposed to the others, unless one waits. What outweighs it stays."""
    if not cases.disclose(conn, number, disclosure):
        return
    at = disclosure.seen_at
    if disclosure.by != "said":  # that was told when it was said
        timeline.add(conn, number, CaseEvent(at=at, what="disclosed", detail=disclosure.by))
    if proposed is not None and not _waiting(conn, number):
        proposals.propose(conn, number, "embargo", _written(proposed), by=GREENROOM, at=at)


def settle(conn: Connection, number: int, agreed: datetime | None, *, by: str, at: datetime) -> None:
    """A coordinator agreed on an hour, or on none: that is an answer to what we proposed, too."""
    answered(conn, number, at)
    for each in _waiting(conn, number):
        is_it = agreed is not None and each.value == _written(agreed)
        proposals.settle(conn, each.id, "confirmed" if is_it else "declined", by=by, at=at)


def take_back(conn: Connection, number: int, *, by: str, at: datetime) -> None:
    """A coordinator says that nothing of it is public: what we proposed and paged for that is void."""
    nothing = {"disclosed_at": None, "public_by": None, "public_since": None, "public_seen_at": None}
    conn.execute(update(table).where(table.c.number == number).values(nothing))
    audit.decided(conn, CaseKey(number), kind="embargo", scope="it is not public after all", by=by, at=at)
    timeline.add(conn, number, CaseEvent(at=at, what="not-public", by=by))
    settle(conn, number, None, by=by, at=at)


def answered(conn: Connection, number: int, at: datetime) -> None:
    """A coordinator said what follows: nobody has to be paged any more."""
    notices.close(conn, "page", str(CaseKey(number)), at)


def _waiting(conn: Connection, number: int) -> tuple[Proposal, ...]:
    """Hours that we proposed."""
    waiting = proposals.open_ones(conn, number)
    return tuple(each for each in waiting if each.what == "embargo" and each.asked_by == GREENROOM)


def _written(hour: datetime) -> str:
    return f"{hour:%Y-%m-%dT%H:%MZ}"
