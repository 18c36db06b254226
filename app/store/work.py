"""What is to be looked at again, and who is looking?

Kept:
* a key is one row however often it is marked; the earliest due time and the highest priority win;
* at most one unexpired lease per key, so nothing is looked at twice at once;
* a key marked while it is being worked on runs again afterwards: no mark is lost;
* a lease that expires is taken over by whoever asks next, which counts as an attempt;
* a machine whose clock is ahead of the others' or behind takes nothing from them, and nobody takes anything from it;
* however many repositories somebody waits for, timers and cases come first, then what is less than a repository.
Not kept: a claimant that is paused beyond its lease does not notice by itself. It has to ask (`app.domain.lease`),
and what it finishes late is ignored here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from app.domain.ids import (
    DELIVERIES,
    POLL,
    SWEEP,
    AdvisoryKey,
    CaseKey,
    InvalidName,
    Key,
    PolicyKey,
    RepoName,
    RepositoryKey,
    TimerKey,
    parse_key,
)
from app.store.engines import announce, insert
from app.store.prepared import Prepared, Question, once
from app.store.schema import work

SAME_CLOCK = timedelta(0)
ROUTINE = 0
PROMPT = 10  # somebody is waiting: a delivery, a command
# What comes before repositories that somebody waits for: there may be thousands of those, and few of these.
_AHEAD: Mapping[type[Key], int] = MappingProxyType({TimerKey: 40, CaseKey: 20, PolicyKey: 5, AdvisoryKey: 5})


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The right to work on a key until then, by the clock of whoever has it.

    `attempts` have failed since it last went well; `due` says since when it waited.
    """

    key: Key
    generation: int
    attempts: int
    owner: str
    until: datetime
    due: datetime


def mark(conn: Connection, keys: Iterable[Key], *, due: datetime, priority: int = ROUTINE) -> None:
    """Ask that the keys be looked at, at the latest when due."""
    rows = [
        {"key": str(key), "due_at": due, "priority": urgency(key, priority), "generation": 1, "attempts": 0}
        for key in sorted(set(keys), key=str)  # in one order, so that two marks cannot wait for each other
    ]
    if rows:
        _marking(conn.dialect).each(conn, rows)
    if rows and priority >= PROMPT:
        announce(conn)


def urgency(key: Key, priority: int) -> int:
    """What is claimed first? The highest; of equals, what was due first."""
    return priority + _AHEAD.get(type(key), 0)


def due_repositories(conn: Connection, account: str, now: datetime) -> tuple[RepoName, ...]:
    """Of an account: the repositories that are due and that nobody is at, what was due first in front."""
    theirs = and_(work.c.key.startswith(f"{account}/", autoescape=True), work.c.key.not_like("%#%"))
    free = and_(work.c.lease_owner.is_(None), work.c.due_at <= now)
    keys = conn.execute(select(work.c.key).where(theirs, free).order_by(work.c.due_at, work.c.key)).scalars()
    return tuple(key.repo for text in keys if isinstance(key := parse_key(text), RepositoryKey))


def put_off(conn: Connection, until: Mapping[RepoName, datetime], *, priority: int | None = None) -> None:
    """Look at each of these repositories then and no sooner, as urgently as before or as that.

    Where somebody is at it, all stays.
    """
    rows = [{"of": str(repo), "later": due} for repo, due in until.items()]
    later: dict[str, Any] = {"due_at": bindparam("later", type_=work.c.due_at.type)}
    if priority is not None:
        later["priority"] = priority
    free = and_(work.c.key == bindparam("of"), work.c.lease_owner.is_(None))
    if rows:
        conn.execute(update(work).where(free).values(later), rows)


def start_timers(conn: Connection, now: datetime) -> None:
    """All timers go off at once, the sweep first: it lists what the others ask about."""
    mark(conn, [SWEEP], due=now, priority=PROMPT)
    mark(conn, [POLL, DELIVERIES], due=now)


def claim(
    conn: Connection, *, owner: str, now: datetime, until: datetime, ahead: timedelta = SAME_CLOCK
) -> Claim | None:
    """Take the most urgent key that is due and free, if there is one. `owner` holds one claim at a time.

    `ahead`: how far the clock that says `now` is ahead of the one by which leases are kept.
    """
    candidate = _most_urgent.one(conn, now=now, common=now - ahead)
    if candidate is None:
        return None
    try:
        key = parse_key(candidate.key)
    except InvalidName:  # written by another version; the sweep marks whatever is still to be looked at
        conn.execute(delete(work).where(work.c.key == candidate.key))
        return claim(conn, owner=owner, now=now, until=until, ahead=ahead)
    generation = candidate.generation + 1
    attempts = candidate.attempts + (candidate.lease_owner is not None)
    lease = f"{owner}@{generation}"
    taken = {"of": candidate.key, "counted": generation, "failed": attempts, "owner": lease}
    taken["until"] = until - ahead
    _taking(conn.dialect).each(conn, [taken])
    due = candidate.due_at or candidate.lease_until
    return Claim(key=key, generation=generation, attempts=attempts, owner=lease, until=until, due=due)


def renew(conn: Connection, claim: Claim, until: datetime, *, ahead: timedelta = SAME_CLOCK) -> bool:
    """Keep a key for longer. False means that it was taken over."""
    return conn.execute(update(work).where(_is_held(claim)).values(lease_until=until - ahead)).rowcount == 1


def finish(conn: Connection, claim: Claim) -> None:
    """The key was looked at. If it was marked meanwhile it stays, to be looked at again."""
    held = {"of": str(claim.key), "owner": claim.owner}
    if _ending(conn.dialect).each(conn, [{**held, "generation": claim.generation}]) == 0:
        _letting_go(conn.dialect).each(conn, [held])


def postpone(conn: Connection, claim: Claim, *, due: datetime, error_kind: str | None) -> None:
    """Looking did not work: again when due. What was marked meanwhile waits too, since GitHub may have said when.

    Without a kind of error nothing was tried, so nothing failed.
    """
    failed: dict[str, Any] = {"attempts": work.c.attempts + 1, "last_error_kind": error_kind} if error_kind else {}
    free = {"lease_owner": None, "lease_until": None, "due_at": due}
    conn.execute(update(work).where(_is_held(claim)).values(free | failed))


def waiting(conn: Connection) -> dict[RepoName, datetime | None]:
    """Repositories that wait for their first routine look, and when it is due; None while somebody is at it.

    Where looking failed, or somebody asked for it, the next look is not routine.
    """
    is_routine = and_(work.c.attempts == 0, work.c.priority == ROUTINE)
    repositories = and_(is_routine, work.c.key.contains("/"), work.c.key.not_like("%#%"))
    rows = conn.execute(select(work.c.key, work.c.due_at).where(repositories).order_by(work.c.key))
    keys = {parse_key(row.key): row.due_at for row in rows}
    return {key.repo: due for key, due in keys.items() if isinstance(key, RepositoryKey)}


def looks_to_come(conn: Connection) -> frozenset[RepoName]:
    """Repositories that will be looked at, or are just now, for whatever reason and after however many attempts."""
    repositories = and_(work.c.key.contains("/"), work.c.key.not_like("%#%"))
    keys = map(parse_key, conn.execute(select(work.c.key).where(repositories)).scalars())
    return frozenset(key.repo for key in keys if isinstance(key, RepositoryKey))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """When a key is looked at next (UTC). None: somebody is at it now. `attempts` failed since it last went well."""

    due: datetime | None
    attempts: int


def place(conn: Connection, key: Key) -> Place | None:
    """When is this key looked at next, if it is known?"""
    row = conn.execute(select(work.c.due_at, work.c.attempts).where(work.c.key == str(key))).one_or_none()
    return Place(due=row.due_at, attempts=row.attempts) if row else None


@once  # SQLAlchemy takes longer to make this statement than the database to run it
def _marking(dialect: Dialect) -> Prepared:
    statement = insert(dialect.name, work)
    wanted = statement.excluded
    marking = statement.on_conflict_do_update(
        index_elements=[work.c.key],
        set_={
            "due_at": case((work.c.due_at < wanted.due_at, work.c.due_at), else_=wanted.due_at),
            "priority": case((work.c.priority > wanted.priority, work.c.priority), else_=wanted.priority),
            "generation": work.c.generation + 1,
        },
    )
    return Prepared(marking, dialect, columns=("key", "due_at", "priority", "generation", "attempts"))


# Each look needs these: to make them each time would take longer than to run them.


@Question
def _most_urgent() -> Select[Any]:
    now = bindparam("now", type_=work.c.due_at.type)
    common = bindparam("common", type_=work.c.lease_until.type)
    is_claimable = or_(and_(work.c.lease_owner.is_(None), work.c.due_at <= now), work.c.lease_until <= common)
    since = func.coalesce(work.c.due_at, work.c.lease_until)
    urgent = select(work).where(is_claimable).order_by(work.c.priority.desc(), since)
    return urgent.limit(1).with_for_update(skip_locked=True)  # SQLite has no such clause, and one writer anyway


@once
def _taking(dialect: Dialect) -> Prepared:
    taking = (
        update(work)
        .where(work.c.key == bindparam("of"))
        .values(
            generation=bindparam("counted"),
            attempts=bindparam("failed"),
            lease_owner=bindparam("owner"),
            lease_until=bindparam("until"),
            due_at=None,
        )
    )
    return Prepared(taking, dialect)


_HELD = and_(work.c.key == bindparam("of"), work.c.lease_owner == bindparam("owner"))


@once
def _ending(dialect: Dialect) -> Prepared:
    return Prepared(delete(work).where(_HELD, work.c.generation == bindparam("generation")), dialect)


@once
def _letting_go(dialect: Dialect) -> Prepared:
    free = {"lease_owner": None, "lease_until": None, "attempts": 0, "last_error_kind": None}
    return Prepared(update(work).where(_HELD).values(free), dialect)


def _is_held(claim: Claim) -> ColumnElement[bool]:
    return and_(work.c.key == str(claim.key), work.c.lease_owner == claim.owner)
