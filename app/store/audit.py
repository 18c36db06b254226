"""What did we do to GitHub, who allowed it, and what may have happened without our knowing?

Rows are only ever added: one before a write (`intend`), one after it (`conclude`), one for each yes of a coordinator
and for each that was taken back, for each thaw, for each time that writes were switched off or on, and for what
somebody decided about a case. Each holds the hash of the row before it, so a row that was altered or taken out of the
middle is noticed (`inspect`). Rows cut off the end, or a chain rewritten from some row on, are noticed by a hash that
was noted elsewhere before: it is in the chain no more.
`detail` is a status or a name from a closed list, never text of an advisory.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, String, cast, func, select

from app.domain.ids import InvalidName, Key, parse_key
from app.domain.records import Approval, Ended, Freeze, Intent
from app.store.called import called, of_the_same, today
from app.store.prepared import Question, listed_as
from app.store.schema import audit

GENESIS = "0" * 64
_APPROVALS = "approvals"  # a yes is to a kind of remedy, wherever it is needed, so it stands under no key
_WRITES = "writes"

Phase = Literal["intend", "conclude", "approve", "withdraw", "thaw", "switch", "decide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the audit, as people read it. A yes has an `actor` and no key; its `detail` is the policy's commit."""

    id: int
    at: datetime
    key: Key | None
    kind: str
    scope: str
    phase: Phase
    outcome: str | None
    intent_id: int | None
    detail: str | None
    actor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """What an inspection found. `broken` is the id of the first row that is not as it was written.

    `head` is the latest hash: noted elsewhere, it shows later whether rows were cut off the end (`holds`).
    """

    rows: int
    head: str
    broken: int | None
    holds: bool


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


def conclude(conn: Connection, intent_id: int, outcome: Ended, detail: str | None = None, *, at: datetime) -> None:
    """Write down how it went. Concluding twice keeps the first outcome."""
    if conn.execute(select(audit.c.id).where(audit.c.intent_id == intent_id)).first():
        return
    intent = conn.execute(select(audit).where(audit.c.id == intent_id)).one()
    _append(
        conn,
        at=at,
        key=str(today(conn, parse_key(intent.key), intent.at)),
        kind=intent.kind,
        scope=intent.scope,
        fingerprint=intent.fingerprint,
        phase="conclude",
        outcome=outcome,
        intent_id=intent_id,
        detail=detail,
    )


def unresolved(conn: Connection, *keys: Key) -> tuple[Intent, ...]:
    """Which writes for these keys may or may not have happened, oldest first? Those under a former name count too."""
    return tuple(
        Intent(
            id=row.id,
            at=row.at,
            key=parse_key(row.key),
            kind=row.kind,
            scope=row.scope,
            fingerprint=row.fingerprint,
        )
        for row in of_the_same(conn, keys, _unresolved(conn, keys=called(conn, keys)))
    )


@Question
def _unresolved(keys: int) -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    concluded = select(audit.c.intent_id).where(audit.c.intent_id.is_not(None))
    announced = audit.c.key.in_(listed_as("keys", keys)), audit.c.phase == "intend"
    return select(audit).where(*announced, audit.c.id.not_in(concluded)).order_by(audit.c.id)


def approved(conn: Connection, approval: Approval) -> None:
    """Write down who said yes to what, having seen which plan, under which policy."""
    _append(
        conn,
        at=approval.approved_at,
        key=_APPROVALS,
        kind="approval",
        scope=approval.scope,
        fingerprint=approval.plan_id,
        phase="approve",
        outcome=None,
        intent_id=None,
        detail=_under(approval),
        actor=approval.approved_by,
    )


def withdrawn(conn: Connection, approval: Approval, *, by: str, at: datetime) -> None:
    """Write down who took a yes back."""
    _append(
        conn,
        at=at,
        key=_APPROVALS,
        kind="approval",
        scope=approval.scope,
        fingerprint=approval.plan_id,
        phase="withdraw",
        outcome=None,
        intent_id=None,
        detail=approval.policy_commit,
        actor=by,
    )


def thawed(conn: Connection, freeze: Freeze, *, by: str, at: datetime) -> None:
    """Write down who lets something be mended again that others kept undoing."""
    _append(
        conn,
        at=at,
        key=str(freeze.key),
        kind="freeze",
        scope=freeze.scope,
        fingerprint=freeze.thing,
        phase="thaw",
        outcome=None,
        intent_id=None,
        detail=None,
        actor=by,
    )


def switched(conn: Connection, *, is_on: bool, by: str, at: datetime) -> None:
    """Write down who switched all writes off or on."""
    _append(
        conn,
        at=at,
        key=_WRITES,
        kind="writes",
        scope="on" if is_on else "off",
        fingerprint="",
        phase="switch",
        outcome=None,
        intent_id=None,
        detail=None,
        actor=by,
    )


def decided(conn: Connection, key: Key, *, kind: str, scope: str, by: str, at: datetime) -> None:
    """Write down what somebody decided about one thing, such as the hour of a case."""
    _append(
        conn,
        at=at,
        key=str(key),
        kind=kind,
        scope=scope,
        fingerprint="",
        phase="decide",
        outcome=None,
        intent_id=None,
        detail=None,
        actor=by,
    )


def _under(approval: Approval) -> str:
    wide = f", at once for {', '.join(sorted(approval.wide))}" if approval.wide else ""
    return f"{approval.policy_commit}{wide}"


def history(conn: Connection, key: Key) -> tuple[Entry, ...]:
    """What did we do for this key, oldest first?"""
    return tuple(map(entry_of, conn.execute(select(audit).where(audit.c.key == str(key)).order_by(audit.c.id))))


def yeses(conn: Connection) -> tuple[Entry, ...]:
    """Every approval and withdrawal, oldest first."""
    return tuple(map(entry_of, conn.execute(select(audit).where(audit.c.key == _APPROVALS).order_by(audit.c.id))))


def latest(conn: Connection, limit: int) -> tuple[Entry, ...]:
    """The newest rows, oldest first."""
    newest = conn.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)).all()
    return tuple(map(entry_of, reversed(newest)))


def inspect(conn: Connection, noted: str | None = None) -> Chain:
    """Is every row as it was written, and does the chain still hold a hash that was noted earlier?"""
    previous, last, count, holds = GENESIS, 0, 0, noted in {None, GENESIS}
    try:
        for row in conn.execute(select(audit).order_by(audit.c.id)):
            if row.previous_hash != previous or row.hash != _hash(previous, _columns(row)):
                return Chain(rows=_count(conn), head=previous, broken=row.id, holds=holds)
            previous, last, count = row.hash, row.id, count + 1
            holds = holds or row.hash == noted
    except (ValueError, TypeError):  # a time that is none any more
        broken = conn.execute(select(func.min(audit.c.id)).where(audit.c.id > last)).scalar_one()
        return Chain(rows=_count(conn), head=previous, broken=broken, holds=holds)
    return Chain(rows=count, head=previous, broken=None, holds=holds)


def place_of(conn: Connection, number: int) -> tuple[str, Key | None]:
    """What a row that is not as it was written says of its time (UTC) and its key now."""
    query = select(cast(audit.c.at, String).label("at"), audit.c.key).where(audit.c.id == number)
    row = conn.execute(query).one()
    return str(row.at)[:19], _key(str(row.key))


def _count(conn: Connection) -> int:
    rows: int = conn.execute(select(func.count()).select_from(audit)).scalar_one()
    return rows


def entry_of(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        key=_key(row.key),
        kind=row.kind,
        scope=row.scope,
        phase=row.phase,
        outcome=row.outcome,
        intent_id=row.intent_id,
        detail=row.detail,
        actor=row.actor,
    )


def _key(text: str) -> Key | None:
    try:
        return parse_key(text)
    except InvalidName:
        return None


def _append(conn: Connection, **columns: Any) -> int:
    # Two writers cannot both follow the same row: previous_hash is unique, and the second one fails.
    previous = conn.execute(select(audit.c.hash).order_by(audit.c.id.desc()).limit(1)).scalar_one_or_none() or GENESIS
    row = audit.insert().values(**columns, previous_hash=previous, hash=_hash(previous, columns))
    number: int = conn.execute(row.returning(audit.c.id)).scalar_one()
    return number


def _columns(row: Row[Any]) -> dict[str, Any]:
    """What the hash is made of. `actor` came later: where there is none it is left out, so old rows keep their hash."""
    left_out = {"id", "previous_hash", "hash"} | ({"actor"} if row.actor is None else set())
    return {name: value for name, value in row._mapping.items() if name not in left_out}  # noqa: SLF001 - public in spite of its name


def _hash(previous: str, columns: dict[str, Any]) -> str:
    canonical = json.dumps([previous, columns], sort_keys=True, default=_moment)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")
