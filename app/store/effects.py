"""What did we write lately, and where did it take effect?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
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


def written(conn: Connection, since: datetime) -> Mapping[str, frozenset[RepoName]]:
    """By scope: which repositories were changed since then, or may have been?"""
    in_vain = select(audit.c.intent_id).where(audit.c.phase == "conclude", audit.c.outcome.in_(_NOTHING))
    announced = (audit.c.phase == "intend", audit.c.at >= since)
    rows = conn.execute(select(audit.c.scope, audit.c.key).where(*announced, audit.c.id.not_in(in_vain)).distinct())
    found = defaultdict[str, set[RepoName]](set)
    for row in rows:
        if (repo := _repository(row.key)) is not None:
            found[row.scope].add(repo)
    return {scope: frozenset(repos) for scope, repos in found.items()}


def _repository(text: str) -> RepoName | None:
    try:
        key: Key = parse_key(text)
    except InvalidName:
        return None
    return None if isinstance(key, CaseKey | TimerKey) else key.repo
