"""What did we write lately, and where did it take effect?

The audit keeps the name that a repository had when something was written; here that follows it to its name of today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select, bindparam, select

from app.domain.actions import WIDENS
from app.domain.ids import CaseKey, InvalidName, Key, RepoName, TimerKey, parse_key
from app.domain.records import Effect
from app.store import repositories
from app.store.prepared import Question, listed_as
from app.store.schema import audit

T = TypeVar("T", RepoName, CaseKey)

_NOTHING = ("not sent", "refused", "without effect", "no effect seen")  # what was announced changed nothing


def effects(conn: Connection, key: Key, since: datetime) -> tuple[Effect, ...]:
    """Which writes for this key took effect since then, oldest first? Those under a former name count too."""
    keys = _called(conn, key)
    rows = _done(conn, keys=[str(each) for each in keys], since=since)
    return tuple(
        Effect(kind=row.kind, scope=row.scope, fingerprint=row.fingerprint, at=row.at)
        for row in _of_the_same(conn, key, rows)
    )


@Question
def _done(keys: int) -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    done = (audit.c.phase == "conclude", audit.c.outcome == "done", audit.c.at >= bindparam("since"))
    return select(audit).where(audit.c.key.in_(listed_as("keys", keys)), *done).order_by(audit.c.id)


def written(conn: Connection, since: datetime) -> Mapping[str, frozenset[RepoName]]:
    """By scope: which repositories were changed since then, or may have been, each by its name of today?"""
    rows = [(row, key.repo) for row, key in _announced(conn, since) if not isinstance(key, CaseKey | TimerKey)]
    called = repositories.called_today(conn, {(repo, row.at) for row, repo in rows})
    return _by_scope((row.scope, called[repo, row.at]) for row, repo in rows)


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


def _called(conn: Connection, key: Key) -> list[Key]:
    """The key under each name that its repository ever had."""
    if isinstance(key, CaseKey | TimerKey):
        return [key]
    return [key, *(replace(key, repo=name) for name in repositories.former_names_of(conn, key.repo))]


def _of_the_same(conn: Connection, key: Key, rows: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Without what was done to another repository while that had the name."""
    rows = list(rows)
    if not rows or isinstance(key, CaseKey | TimerKey):
        return rows
    names = {str(replace(key, repo=each.name)).lower(): each for each in repositories.names_of(conn, key.repo)}
    return [row for row in rows if names[row.key.lower()].at(row.at)]
