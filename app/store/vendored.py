"""What did the repositories' own files say of what they ship, when they were read last?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from app.domain.cases import Vendored
from app.domain.ids import RepoName
from app.store.prepared import Question
from app.store.putting import put
from app.store.schema_cases import vendored, vendoring_looks


@dataclass(frozen=True, slots=True, kw_only=True)
class VendoringLook:
    """When a repository's files were looked at, when all could be read, and what could not be read last (UTC)."""

    consumer: RepoName
    looked_at: datetime
    good_at: datetime | None
    trouble: str | None


def lines(conn: Connection) -> tuple[Vendored, ...]:
    """All that was read."""
    return tuple(
        Vendored(
            consumer=RepoName.parse(row.consumer),
            component=row.component,
            mode=row.mode,
            place=row.place,
            version=row.version,
            read_at=row.read_at,
        )
        for row in _lines(conn)
    )


@Question
def _lines() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(vendored).order_by(vendored.c.consumer, vendored.c.place, vendored.c.component)


def looks(conn: Connection) -> tuple[VendoringLook, ...]:
    """When each repository was looked at, by name."""
    query = select(vendoring_looks).order_by(vendoring_looks.c.consumer)
    return tuple(
        VendoringLook(
            consumer=RepoName.parse(row.consumer), looked_at=row.looked_at, good_at=row.good_at, trouble=row.trouble
        )
        for row in conn.execute(query)
    )


def save(
    conn: Connection,
    consumer: RepoName,
    read: Iterable[Vendored],
    *,
    places: Iterable[str],
    trouble: str | None,
    now: datetime,
) -> None:
    """Write down what was read of these places. What could not be read stays as it was."""
    of_it = vendored.c.consumer == str(consumer)
    conn.execute(delete(vendored).where(of_it, vendored.c.place.in_(tuple(places))))
    for line in read:
        row = {"consumer": str(consumer), "component": line.component, "mode": line.mode, "place": line.place}
        conn.execute(vendored.insert().values(row | {"version": line.version, "read_at": now}))
    said = {"looked_at": now, "trouble": trouble} | ({} if trouble else {"good_at": now})
    put(conn, vendoring_looks, {"consumer": str(consumer)} | said)
