"""Since when does the present round over an account go on, and which accounts were not wholly looked at, since when?

A round over thousands of repositories takes hours. It is known by two moments of each account, so that every instance
counts alike and a restart forgets nothing: when it began, and when it is to end as it was planned.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from app.store import moments
from app.store.engines import insert
from app.store.schema import moments as table

_BEGAN, _ENDS, _BEHIND = "round began: ", "round ends: ", "not looked at: "


def begin(conn: Connection, account: str, *, at: datetime, ends: datetime) -> None:
    """A round over this account begins; its last repository is looked at when it ends, if nothing comes between."""
    moments.note(conn, name=_BEGAN + account.lower(), at=at)
    moments.note(conn, name=_ENDS + account.lower(), at=ends)


def since(conn: Connection, accounts: Iterable[str], now: datetime) -> datetime:
    """When did the longest round over one of them begin? No later than a whole round before now.

    So what was found at the end of the round before still counts at the beginning of this one.
    """
    names = {name.lower() for name in accounts}
    began, ends = _of(conn, _BEGAN, names), _of(conn, _ENDS, names)
    firsts = [min(at, now - (ends.get(name, at) - at)) for name, at in began.items()]
    return min(firsts, default=now)


def lengths(conn: Connection) -> dict[str, timedelta]:
    """How long was the last round over each account to take?"""
    began, ends = _of(conn, _BEGAN, None), _of(conn, _ENDS, None)
    return {name: ends[name] - at for name, at in began.items() if name in ends}


def ends(conn: Connection) -> tuple[str, ...]:
    """The names of the moments at which rounds end: others are of what happened, these may be to come."""
    return tuple(_ENDS + name for name in _of(conn, _ENDS, None))


def set_back(conn: Connection, now: datetime, *, by: timedelta) -> None:
    """Whatever began after now was planned by a clock that was ahead, by so much."""
    planned = _of(conn, _ENDS, None)
    for name, at in _of(conn, _BEGAN, None).items():
        if at > now and name in planned:
            of_this = table.c.name == _ENDS + name
            conn.execute(update(table).where(of_this).values(at=planned[name] - by))


def behind(conn: Connection, account: str, now: datetime) -> datetime:
    """Not all of it was looked at under what policy says now. Says since when that is so."""
    name = _BEHIND + account.lower()
    conn.execute(insert(conn.dialect.name, table).values(name=name, at=now).on_conflict_do_nothing())
    since: datetime = conn.execute(select(table.c.at).where(table.c.name == name)).scalar_one()
    return since


def caught_up(conn: Connection, account: str) -> None:
    """All of it was looked at."""
    conn.execute(delete(table).where(table.c.name == _BEHIND + account.lower()))


def all_behind(conn: Connection) -> dict[str, datetime]:
    """The accounts of which not all was looked at, each with since when."""
    return _of(conn, _BEHIND, None)


def _of(conn: Connection, kind: str, accounts: set[str] | None) -> dict[str, datetime]:
    rows = conn.execute(select(table).where(table.c.name.startswith(kind, autoescape=True)))
    found = {row.name.removeprefix(kind): row.at for row in rows}
    return {name: at for name, at in found.items() if accounts is None or name in accounts}
