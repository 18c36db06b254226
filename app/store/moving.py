"""What moves along when a repository gets another name?

Everything that is kept by a repository's name but the audit, which is append-only: its entries keep the name under
which they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, delete, or_, select, update

from app.domain.ids import CaseKey, InvalidName, RepoName, TimerKey, parse_key
from app.store import work as work_set
from app.store.schema import advisories, attempts, case_links, deliveries, findings, notices, standings, unseen, work
from app.store.schema_brakes import breaches, freezes, wide_yeses
from app.store.schema_policy import accepted_kinds
from app.store.schema_running import good_looks

_BY_NAME: tuple[Column[Any], ...] = (
    standings.c.repository,
    findings.c.repository,
    advisories.c.repository,
    case_links.c.repository,
    breaches.c.repository,
    deliveries.c.repository,
    accepted_kinds.c.repository,
    wide_yeses.c.about,
    good_looks.c.repository,
)
_BY_KEY: tuple[Column[Any], ...] = (attempts.c.key, unseen.c.key, notices.c.about, freezes.c.key)
_ONLY_OURS = (
    standings.c.repository,
    findings.c.repository,
    advisories.c.repository,
    attempts.c.key,
    unseen.c.key,
    breaches.c.repository,
    freezes.c.key,
    accepted_kinds.c.repository,
    wide_yeses.c.about,
    good_looks.c.repository,
)


def move(conn: Connection, names: Mapping[RepoName, RepoName]) -> None:
    """Let what we know follow repositories from their former names to those of today, all of them at once."""
    # Two repositories may have exchanged their names, so everything leaves before anything arrives.
    between = {was: f"={number}" for number, was in enumerate(names)}  # no repository can be called that
    for was in names:
        _rename(conn, str(was), between[was])
    for was, today in names.items():
        _rename(conn, between[was], str(today))
    _move_work(conn, names)


def forget(conn: Connection, name: RepoName, now: datetime) -> None:
    """Drop what we know of whatever had this name: another repository has it now. Cases stay, with what they link.

    What was told of it is closed, but for that the name is another's: that is told until people say what they mean.
    """
    is_open = (notices.c.closed_at.is_(None), notices.c.kind != "moved")
    conn.execute(update(notices).where(_is_about(notices.c.about, str(name)), *is_open).values(closed_at=now))
    for column in _ONLY_OURS:
        conn.execute(delete(column.table).where(_is_about(column, str(name))))


def _rename(conn: Connection, was: str, today: str) -> None:
    for column in (*_BY_NAME, *_BY_KEY):
        for old in conn.execute(select(column).where(_is_about(column, was)).distinct()).scalars().all():
            _rewrite(conn, column, old, today + old[len(was) :])


def _rewrite(conn: Connection, column: Column[Any], old: str, new: str) -> None:
    """Where something is known under both names, what was known for longer stays."""
    table = column.table
    if (others := _beside(column)) is not None:
        for row in conn.execute(select(*others, column).where(column == old)).all():
            same = [each == value for each, value in zip(others, row, strict=False)]
            conn.execute(delete(table).where(column == new, *same))
    if table is notices:
        both = select(notices.c.kind).where(notices.c.about == old, notices.c.closed_at.is_(None))
        conn.execute(
            update(table)
            .where(notices.c.about == new, notices.c.closed_at.is_(None), notices.c.kind.in_(both))
            .values(closed_at=notices.c.at)
        )
    conn.execute(update(table).where(column == old).values({column: new}))


def _beside(column: Column[Any]) -> list[Column[Any]] | None:
    """With which other columns is it unique? None: it is not."""
    if column is findings.c.repository:  # its id stays, so it is no part of its key
        return [findings.c.policy]
    return [each for each in column.table.primary_key if each is not column] if column.primary_key else None


def _move_work(conn: Connection, names: Mapping[RepoName, RepoName]) -> None:
    """What is being worked on at this moment ends under its old name; whoever looks next uses the new one."""
    for was, today in names.items():
        free = work.c.lease_owner.is_(None)
        for row in conn.execute(select(work).where(_is_about(work.c.key, str(was)), free)).all():
            conn.execute(delete(work).where(work.c.key == row.key))
            try:
                key = parse_key(row.key)
            except InvalidName:
                continue
            if not isinstance(key, TimerKey | CaseKey):
                priority = work_set.PROMPT if row.priority >= work_set.PROMPT else work_set.ROUTINE
                work_set.mark(conn, [replace(key, repo=today)], due=row.due_at, priority=priority)


def _is_about(column: Column[Any], name: str) -> ColumnElement[bool]:
    """Is it this repository, one of its policies or one of its advisories?"""
    return or_(
        column == name,
        *(column.startswith(f"{name}{then}", autoescape=True) for then in ("#", "/")),
    )
