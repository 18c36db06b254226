"""Under which names does the audit have what was done to one repository?

Each row keeps the name of its time. What another repository did under a name that was ours, or is, is none of ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.ids import CaseKey, Key, RepoName, TimerKey
from app.domain.records import Called
from app.store import repositories


def called(conn: Connection, keys: Iterable[Key]) -> list[str]:
    """These keys under each name that their repositories ever had."""
    found, formers = list[str](), dict[RepoName, tuple[RepoName, ...]]()
    for key in keys:
        found.append(str(key))
        if isinstance(key, CaseKey | TimerKey):
            continue
        if key.repo not in formers:
            formers[key.repo] = repositories.former_names_of(conn, key.repo)
        found += [str(replace(key, repo=name)) for name in formers[key.repo]]
    return found


def of_the_same(conn: Connection, keys: Iterable[Key], rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Without what was done to another repository while that had the name."""
    if not rows:  # as at most looks
        return []
    names, ours = dict[RepoName, tuple[Called, ...]](), dict[str, Called | None]()
    for key in keys:
        if isinstance(key, CaseKey | TimerKey):
            ours[str(key).lower()] = None
            continue
        if key.repo not in names:
            names[key.repo] = repositories.names_of(conn, key.repo)
        ours |= {str(replace(key, repo=each.name)).lower(): each for each in names[key.repo]}
    return [row for row in rows if (name := ours[row.key.lower()]) is None or name.at(row.at)]


def today(conn: Connection, key: Key, at: datetime) -> Key:
    """The key today of what had this one at that moment."""
    if isinstance(key, CaseKey | TimerKey):
        return key
    return replace(key, repo=repositories.called_today(conn, {(key.repo, at)})[key.repo, at])
