"""What did we write down about one thing: how it stood, what was done and who allowed it, what people were told?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.findings import Standing
from app.domain.ids import CaseKey, Key, RepoName, TimerKey
from app.domain.records import Breach, Heard, Notice, Unseen
from app.reconcile.digests import Digests
from app.store import audit, breaches, findings, inbox, notices, repositories, unseen
from app.store.audit import Entry

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All of it, read at one moment."""

    standings: tuple[Standing, ...]
    did: tuple[Json, ...]
    unseen: tuple[Unseen, ...]
    notices: tuple[Notice, ...]
    breaches: tuple[Breach, ...]
    heard: tuple[Heard, ...]


def remembered(
    conn: Connection, *, keys: Sequence[Key], repos: Iterable[RepoName], digests: Digests, since: datetime
) -> Memory:
    """What is known of these keys, the first of which is what was asked about; what went wrong since then or does."""
    names = {name(key).lower() for key in keys for name in (digests.pseudonym, digests.hidden)}
    return Memory(
        standings=tuple(each for repo in sorted(repos, key=str) for each in findings.standings(conn, repo)),
        did=tuple(_history(conn, keys)),
        unseen=unseen.unseen(conn, keys[0]),
        notices=tuple(each for each in notices.open_notices(conn) if each.about.lower() in names),
        breaches=tuple(each for repo in sorted(repos, key=str) for each in breaches.breaches(conn, repo, since)),
        heard=tuple(each for repo in sorted(repos, key=str) for each in inbox.heard(conn, repo)),
    )


def _history(conn: Connection, keys: Iterable[Key]) -> Iterable[Json]:
    yeses = audit.yeses(conn)
    for entry in sorted((entry for key in keys for entry in _entries(conn, key)), key=lambda entry: entry.id):
        yes = _yes_before(entry, yeses)
        yield {
            "row": entry.id,
            "at": entry.at.isoformat(),
            "kind": entry.kind,
            "scope": entry.scope,
            "phase": entry.phase,
            "of": entry.intent_id,
            "outcome": entry.outcome,
            "detail": entry.detail,
            "by": entry.actor,
            "allowed_by": yes.actor if yes else None,
            "policy_commit": yes.detail if yes else None,
        }


def _yes_before(entry: Entry, yeses: tuple[Entry, ...]) -> Entry | None:
    """Which yes stood when this was announced? The latest word on its kind before it."""
    if entry.phase != "intend":
        return None
    said = [each for each in yeses if each.scope == entry.scope and each.id < entry.id]
    return said[-1] if said and said[-1].phase == "approve" else None


def _entries(conn: Connection, key: Key) -> list[Entry]:
    """The audit keeps the name under which something was done, so former names are asked for too."""
    if isinstance(key, CaseKey | TimerKey):
        return list(audit.history(conn, key))
    return [
        entry
        for called in repositories.names_of(conn, key.repo)
        for entry in audit.history(conn, replace(key, repo=called.name))
        if called.at(entry.at)
    ]
