"""Which secrets do running instances know, and when was each used last?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from app.store.engines import insert
from app.store.putting import put
from app.store.schema_running import held_secrets, used_secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one instance knows of one kind, the one that it uses first, first. `at` is when it last said so."""

    instance: str
    kind: str
    prints: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """When a secret was used first, and last."""

    first: datetime
    last: datetime


def note_held(conn: Connection, held: Iterable[Held]) -> None:
    """An instance says again what it knows."""
    for each in held:
        said = {"instance": each.instance, "kind": each.kind, "prints": ",".join(each.prints), "at": each.at}
        put(conn, held_secrets, said)


def note_used(conn: Connection, used: Mapping[tuple[str, str], datetime]) -> None:
    """A secret was used, by (kind, print). What another instance wrote of a later moment stays."""
    for (kind, name), at in used.items():
        statement = insert(conn.dialect.name, used_secrets).values(kind=kind, print=name, first_at=at, last_at=at)
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=[used_secrets.c.kind, used_secrets.c.print],
                set_={"last_at": statement.excluded.last_at},
                where=used_secrets.c.last_at < statement.excluded.last_at,
            )
        )


def forget_instance(conn: Connection, instance: str) -> None:
    """It ended."""
    conn.execute(delete(held_secrets).where(held_secrets.c.instance == instance))


def heard_at(conn: Connection, instance: str) -> datetime | None:
    """When did that instance say last what it knows?"""
    at: datetime | None = conn.scalar(select(func.max(held_secrets.c.at)).where(held_secrets.c.instance == instance))
    return at


def held(conn: Connection, kind: str, since: datetime) -> tuple[Held, ...]:
    """What instances that said something since then know, by instance."""
    asked = select(held_secrets).where(held_secrets.c.kind == kind, held_secrets.c.at >= since)
    return tuple(
        Held(instance=row.instance, kind=row.kind, prints=tuple(row.prints.split(",")), at=row.at)
        for row in conn.execute(asked.order_by(held_secrets.c.instance))
    )


def used(conn: Connection, kind: str) -> Mapping[str, Used]:
    """When each secret of a kind was used, by its print."""
    rows = conn.execute(select(used_secrets).where(used_secrets.c.kind == kind))
    return {row.print: Used(first=row.first_at, last=row.last_at) for row in rows}


def forget_silent(conn: Connection, before: datetime) -> None:
    """Those that said nothing since then were killed."""
    conn.execute(delete(held_secrets).where(held_secrets.c.at < before))
