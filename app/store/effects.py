"""What did we write lately, and where did it take effect?"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from app.domain.ids import CaseKey, InvalidName, Key, RepoName, TimerKey, parse_key
from app.domain.records import Effect
from app.store.schema import audit

_NOTHING = ("not sent", "refused", "without effect", "no effect seen")  # what was announced changed nothing


def effects(conn: Connection, key: Key, since: datetime) -> tuple[Effect, ...]:
    """Which writes for this key took effect since then, oldest first?"""
    done = (audit.c.phase == "conclude", audit.c.outcome == "done", audit.c.at >= since)
    rows = conn.execute(select(audit).where(audit.c.key == str(key), *done).order_by(audit.c.id))
    return tuple(Effect(kind=row.kind, scope=row.scope, fingerprint=row.fingerprint, at=row.at) for row in rows)


def written_to(conn: Connection, scope: str, since: datetime) -> frozenset[RepoName]:
    """Which repositories were changed by remedies of this scope since then, as far as we know, or may have been?"""
    in_vain = select(audit.c.intent_id).where(audit.c.phase == "conclude", audit.c.outcome.in_(_NOTHING))
    announced = (audit.c.phase == "intend", audit.c.scope == scope, audit.c.at >= since)
    keys = conn.execute(select(audit.c.key).where(*announced, audit.c.id.not_in(in_vain)).distinct()).scalars()
    return frozenset(repo for text in keys if (repo := _repository(text)) is not None)


def _repository(text: str) -> RepoName | None:
    try:
        key = parse_key(text)
    except InvalidName:
        return None
    return None if isinstance(key, CaseKey | TimerKey) else key.repo
