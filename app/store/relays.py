"""Between which advisories and the mirror of a case do comments go, who said yes, and what is the copy of what?"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Update, select, update

from app.domain.cases import CaseEvent, Relay
from app.domain.ids import Ghsa
from app.domain.records import Baseline
from app.domain.talks import Copied, Way
from app.store import timeline
from app.store.engines import insert
from app.store.putting import put
from app.store.schema_cases import relayed, relays

Yes = Literal["confirmed_by", "agreed_by"]  # a coordinator's, and that of one of the source's own people


def of_case(conn: Connection, number: int) -> tuple[Relay, ...]:
    """All that were ever asked for, also those that ended."""
    query = select(relays).where(relays.c.case_number == number).order_by(relays.c.ghsa, relays.c.direction)
    return tuple(
        Relay(
            ghsa=Ghsa(row.ghsa),
            direction=row.direction,
            confirmed_by=row.confirmed_by,
            agreed_by=row.agreed_by,
            since=row.since,
            ended_at=row.ended_at,
        )
        for row in conn.execute(query)
    )


def say(conn: Connection, way: Way, yes: Yes, *, by: str, at: datetime) -> None:
    """One of the two yeses. What ended begins anew: both are asked for again, and what was said meanwhile stays."""
    row = {"case_number": way.case, "ghsa": str(way.ghsa), "direction": way.direction, "since": at}
    keys = [relays.c.case_number, relays.c.ghsa, relays.c.direction]
    conn.execute(insert(conn.dialect.name, relays).values(row).on_conflict_do_nothing(index_elements=keys))
    anew = {"confirmed_by": None, "agreed_by": None, "ended_at": None}
    conn.execute(_row(way).where(relays.c.ended_at.is_not(None)).values(anew))
    conn.execute(_row(way).where(relays.c[yes].is_(None)).values({"since": at, yes: by}))
    detail = f"{way.direction}: {'agreed' if yes == 'agreed_by' else 'confirmed'}"
    timeline.add(conn, way.case, CaseEvent(at=at, what="relay", detail=detail, by=by))


def end(conn: Connection, way: Way, *, by: str, at: datetime) -> bool:
    """No more comments go that way; what was copied stays: nothing can be deleted. Gives whether it was asked for."""
    ended = _row(way).where(relays.c.ended_at.is_(None)).values(ended_at=at)
    if not conn.execute(ended).rowcount:
        return False
    timeline.add(conn, way.case, CaseEvent(at=at, what="relay", detail=f"{way.direction}: over", by=by))
    return True


def copied(conn: Connection, number: int) -> tuple[Copied, ...]:
    """What was copied so far."""
    query = select(relayed).where(relayed.c.case_number == number).order_by(relayed.c.comment)
    return tuple(
        Copied(
            way=Way(case=number, ghsa=Ghsa(row.ghsa), direction=row.direction),
            comment=row.comment,
            copy=row.copy,
            last=Baseline(key_id=row.key_id, digest=row.digest),
            at=row.at,
        )
        for row in conn.execute(query)
    )


def note_copy(conn: Connection, copy: Copied) -> None:
    """Which comment is the copy of which, and the keyed digest of what it said then."""
    way = copy.way
    row = {"case_number": way.case, "ghsa": str(way.ghsa), "direction": way.direction, "comment": copy.comment}
    said = {"copy": copy.copy, "key_id": copy.last.key_id, "digest": copy.last.digest, "at": copy.at}
    put(conn, relayed, row | said)


def _row(way: Way) -> Update:
    is_it = (relays.c.case_number == way.case, relays.c.ghsa == str(way.ghsa), relays.c.direction == way.direction)
    return update(relays).where(*is_it)
