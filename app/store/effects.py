"""What did we write lately, and where did it take effect?

The audit keeps the name that a repository had when something was written; here that follows it to its name of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, select

from app.domain.actions import WIDENS
from app.domain.ids import CaseKey, InvalidName, Key, RepoName, TimerKey, parse_key
from app.domain.records import Effect
from app.store import repositories
from app.store.called import called, of_the_same
from app.store.prepared import Question, listed_as
from app.store.schema import audit

T = TypeVar("T", RepoName, CaseKey)

_NOTHING = ("not sent", "refused", "without effect", "no effect seen")  # what was announced changed nothing


def effects(conn: Connection, key: Key, since: datetime) -> tuple[Effect, ...]:
    """Which writes for this key took effect since then, oldest first? Those under a former name count too."""
    rows = of_the_same(conn, [key], _done(conn, keys=called(conn, [key]), since=since))
    return tuple(Effect(kind=row.kind, scope=row.scope, fingerprint=row.fingerprint, at=row.at) for row in rows)


@Question
def _done(keys: int) -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    done = (audit.c.phase == "conclude", audit.c.outcome == "done", audit.c.at >= bindparam("since"))
    return select(audit).where(audit.c.key.in_(listed_as("keys", keys)), *done).order_by(audit.c.id)


def written(conn: Connection, since: datetime) -> Mapping[str, frozenset[RepoName]]:
    """By scope: which repositories were changed since then, or may have been, each by its name of today?"""
    rows = [(row, key.repo) for row, key in _announced(conn, since) if not isinstance(key, CaseKey | TimerKey)]
    today = repositories.called_today(conn, {(repo, row.at) for row, repo in rows})
    return _by_scope((row.scope, today[repo, row.at]) for row, repo in rows)


def widened(conn: Connection, since: datetime) -> Mapping[str, frozenset[CaseKey]]:
    """By scope: which cases were shown to more people since then, or may have been?"""
    rows = _announced(conn, since)
    return _by_scope((row.scope, key) for row, key in rows if isinstance(key, CaseKey) and row.kind in WIDENS)


def _announced(conn: Connection, since: datetime) -> Iterator[tuple[Row[Any], Key]]:
    in_vain = select(audit.c.intent_id).where(audit.c.phase == "conclude", audit.c.outcome.in_(_NOTHING))
    announced = (audit.c.phase == "intend", audit.c.at >= since)
    for row in conn.execute(select(audit).where(*announced, audit.c.id.not_in(in_vain))):
        try:
            yield row, parse_key(row.key)
        except InvalidName:
            continue


def _by_scope(found: Iterable[tuple[str, T]]) -> Mapping[str, frozenset[T]]:
    scopes = defaultdict[str, set[T]](set)
    for scope, about in found:
        scopes[scope].add(about)
    return {scope: frozenset(each) for scope, each in scopes.items()}
