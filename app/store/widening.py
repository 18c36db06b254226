"""Which open cases are to be shown to more people, and at which did nobody look yet under what policy says?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select, update

from app.domain.ids import SWEEP, CaseKey
from app.store.prepared import Question
from app.store.putting import put
from app.store.schema import cases, work
from app.store.schema_brakes import widenings as table


@dataclass(frozen=True, slots=True, kw_only=True)
class Widening:
    """By scope: the cases that stand so. `since`: when each of them first wanted it (UTC).

    `unlooked` are those that were not looked at under this version of the policy file, `waiting` those that wait for
    such looks.
    """

    of: Mapping[str, frozenset[CaseKey]]
    since: Mapping[CaseKey, datetime]
    unlooked: frozenset[CaseKey]
    waiting: frozenset[CaseKey]
    open: int


def widening(conn: Connection, *, commit: str) -> Widening:
    """Of the cases that are open."""
    found, since = defaultdict[str, set[CaseKey]](set), dict[CaseKey, datetime]()
    unlooked, waiting, count = set[CaseKey](), set[CaseKey](), 0
    for row in _open(conn):
        key, count = CaseKey(row.number), count + 1
        if row.policy_commit != commit:
            unlooked.add(key)
        if row.scope is None:
            continue
        found[row.scope].add(key)
        since[key] = row.since
        if row.waits:
            waiting.add(key)
    return Widening(
        of={scope: frozenset(keys) for scope, keys in found.items()},
        since=since,
        unlooked=frozenset(unlooked),
        waiting=frozenset(waiting),
        open=count,
    )


@Question
def _open() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    query = select(cases.c.number, table).outerjoin(table, table.c.case_number == cases.c.number)
    return query.where(cases.c.state == "open")


def looked(conn: Connection, case: CaseKey, *, commit: str, scope: str | None, waits: bool, now: datetime) -> None:
    """Write down what a look at a case found it to want. What it wants already it wants since then."""
    query = select(table.c.since).where(table.c.case_number == case.number, table.c.scope == scope)
    since = conn.execute(query).scalar() if scope else None
    _write(conn, case, commit=commit, scope=scope, since=(since or now) if scope else None, waits=waits)


def tried(conn: Connection, case: CaseKey, *, commit: str) -> None:
    """A look could not tell what it wants: it was a look, nobody waits for it, and what was wanted before stays."""
    before = conn.execute(select(table).where(table.c.case_number == case.number)).one_or_none()
    is_open = conn.execute(select(cases.c.number).where(cases.c.number == case.number)).scalar()
    if is_open is None:
        return
    known = (before.scope, before.since, before.waits) if before else (None, None, False)
    _write(conn, case, commit=commit, scope=known[0], since=known[1], waits=known[2])


def woken(conn: Connection) -> None:
    """Those that waited are looked at again now. Each is woken once, whatever its look says."""
    conn.execute(update(table).where(table.c.waits).values(waits=False))


def is_sweeping(conn: Connection, now: datetime) -> bool:
    """Is a sweep to begin, or does somebody begin it at this moment? What it finds is not known before."""
    due = or_(work.c.lease_owner.is_not(None), work.c.due_at <= now)
    return conn.execute(select(work.c.key).where(work.c.key == str(SWEEP), due)).first() is not None


def _write(
    conn: Connection, case: CaseKey, *, commit: str, scope: str | None, since: datetime | None, waits: bool
) -> None:
    values = {"policy_commit": commit, "scope": scope, "since": since, "waits": waits}
    put(conn, table, {"case_number": case.number} | values)
