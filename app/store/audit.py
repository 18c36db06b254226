"""What did we do to GitHub, and what may have happened without our knowing?

Rows are only ever added: one before a write (`intend`), one after it (`conclude`). Each holds the hash of the row
before it, so a row that was altered or taken out of the middle is noticed (`verify`). Not noticed: rows cut off the
end, or a chain rewritten from some row on; against those only a copy of the latest hash elsewhere helps.
`detail` is a status or a name from a closed list, never text of an advisory.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from app.domain.ids import Key, parse_key
from app.domain.records import Intent
from app.store.schema import audit

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the audit, as people read it."""

    id: int
    at: datetime
    key: Key
    kind: str
    scope: str
    phase: Literal["intend", "conclude"]
    outcome: str | None
    intent_id: int | None
    detail: str | None


def intend(conn: Connection, *, at: datetime, key: Key, kind: str, scope: str, fingerprint: str) -> int:
    """Write down that we are about to write, and give the id to conclude it with."""
    return _append(
        conn,
        at=at,
        key=str(key),
        kind=kind,
        scope=scope,
        fingerprint=fingerprint,
        phase="intend",
        outcome=None,
        intent_id=None,
        detail=None,
    )


def conclude(conn: Connection, intent_id: int, outcome: str, detail: str | None = None, *, at: datetime) -> None:
    """Write down how it went. Concluding twice keeps the first outcome."""
    if conn.execute(select(audit.c.id).where(audit.c.intent_id == intent_id)).first():
        return
    intent = conn.execute(select(audit).where(audit.c.id == intent_id)).one()
    _append(
        conn,
        at=at,
        key=intent.key,
        kind=intent.kind,
        scope=intent.scope,
        fingerprint=intent.fingerprint,
        phase="conclude",
        outcome=outcome,
        intent_id=intent_id,
        detail=detail,
    )


def unresolved(conn: Connection, key: Key) -> tuple[Intent, ...]:
    """Which writes for this key may or may not have happened?"""
    concluded = select(audit.c.intent_id).where(audit.c.intent_id.is_not(None))
    query = select(audit).where(audit.c.key == str(key), audit.c.phase == "intend", audit.c.id.not_in(concluded))
    return tuple(
        Intent(
            id=row.id,
            at=row.at,
            key=parse_key(row.key),
            kind=row.kind,
            scope=row.scope,
            fingerprint=row.fingerprint,
        )
        for row in conn.execute(query.order_by(audit.c.id))
    )


def history(conn: Connection, key: Key) -> tuple[Entry, ...]:
    """What did we do for this key, oldest first?"""
    rows = conn.execute(select(audit).where(audit.c.key == str(key)).order_by(audit.c.id))
    return tuple(
        Entry(
            id=row.id,
            at=row.at,
            key=parse_key(row.key),
            kind=row.kind,
            scope=row.scope,
            phase=row.phase,
            outcome=row.outcome,
            intent_id=row.intent_id,
            detail=row.detail,
        )
        for row in rows
    )


def verify(conn: Connection) -> int | None:
    """Which is the first row that is not as it was written? None means that the chain is whole."""
    previous = GENESIS
    for row in conn.execute(select(audit).order_by(audit.c.id)):
        if row.previous_hash != previous or row.hash != _hash(previous, _columns(row)):
            return int(row.id)
        previous = row.hash
    return None


def _append(conn: Connection, **columns: Any) -> int:
    # Two writers cannot both follow the same row: previous_hash is unique, and the second one fails.
    previous = conn.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar_one_or_none() or GENESIS
    row = audit.insert().values(**columns, previous_hash=previous, hash=_hash(previous, columns))
    number: int = conn.execute(row.returning(audit.c.id)).scalar_one()
    return number


def _columns(row: Row[Any]) -> dict[str, Any]:
    return {name: value for name, value in row._mapping.items() if name not in {"id", "previous_hash", "hash"}}  # noqa: SLF001 - public in spite of its name


def _hash(previous: str, columns: dict[str, Any]) -> str:
    canonical = json.dumps([previous, columns], sort_keys=True, default=_moment)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
