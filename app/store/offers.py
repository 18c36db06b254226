"""Which way are fields to go in which a mirror and its sources differ?"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, select

from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.offers import Offer
from app.domain.records import Baseline
from app.store.schema_cases import offers


def offers_of(conn: Connection, number: int) -> tuple[Offer, ...]:
    """What people said about a case and what is not over yet."""
    query = select(offers).where(offers.c.case_number == number).order_by(offers.c.field)
    return tuple(map(_offer, conn.execute(query)))


def say(conn: Connection, number: int, offer: Offer) -> None:
    """Write a yes down. It takes the place of an earlier one about the same field."""
    end(conn, number, offer.field)
    target = offer.target
    row = {"case_number": number, "field": offer.field, "direction": offer.direction}
    row |= {"repository": str(target.repo) if target else None, "ghsa": str(target.ghsa) if target else None}
    row |= {"source_key_id": offer.source.key_id, "source_digest": offer.source.digest}
    row |= {"mirror_key_id": offer.mirror.key_id, "mirror_digest": offer.mirror.digest}
    conn.execute(offers.insert().values(row | {"said_by": offer.by, "said_at": offer.at}))


def end(conn: Connection, number: int, field: str) -> None:
    """It was done, or does not hold any more."""
    conn.execute(delete(offers).where(offers.c.case_number == number, offers.c.field == field))


def _offer(row: Row[Any]) -> Offer:
    return Offer(
        field=row.field,
        direction=row.direction,
        source=Baseline(key_id=row.source_key_id, digest=row.source_digest),
        mirror=Baseline(key_id=row.mirror_key_id, digest=row.mirror_digest),
        target=AdvisoryKey(RepoName.parse(row.repository), Ghsa(row.ghsa)) if row.ghsa else None,
        by=row.said_by,
        at=row.said_at,
    )
