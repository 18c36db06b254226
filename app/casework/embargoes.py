"""Who says until when nothing of a case is public, and what has to be looked at then?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from app.casework.saying import is_near
from app.domain.cases import StoredCase
from app.domain.ids import CaseKey, Key, RepositoryKey
from app.halting import NotAllowed, coordinator
from app.main import Greenroom
from app.store import cases, disclosures, embargoes, work

EXAMPLE = "2026-12-15T16:00Z"
_FRIDAY = 4


def hour(text: str) -> datetime:
    """Read an hour in UTC. Raises NotAllowed: what is written in local time means another hour to everybody else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotAllowed(f'"{text}" is no hour; write it in UTC, as {EXAMPLE}') from None
    if moment.utcoffset() != timedelta(0):
        raise NotAllowed(f'"{text}" is not in UTC; write it with a Z at its end, as {EXAMPLE}')
    return moment


def doubts(until: datetime) -> Iterator[str]:
    """What coordinators should think of before they agree on an hour."""
    if until.weekday() >= _FRIDAY:
        yield f"{until:%Y-%m-%d} is a {until:%A} (UTC): few people are there to update until Monday"


async def agree(greenroom: Greenroom, number: int, until: datetime | None, *, by: str) -> StoredCase:
    """Write an hour down, or that none is agreed any more. Raises NotAllowed and NoSuchCase."""
    who, now = await coordinator(greenroom, by), greenroom.reconciler.now()
    if until is not None and until <= now:
        raise NotAllowed(f"{until:%Y-%m-%dT%H:%MZ} is over; agree on an hour that is to come")
    if until is not None:
        is_near(until.date(), now)
    return await greenroom.database.write(
        partial(_looked_at, change=partial(embargoes.agree, number=number, until=until, by=who, at=now), now=now)
    )


async def disclose(greenroom: Greenroom, number: int, *, by: str) -> StoredCase:
    """Write down that somebody says that it is public. Raises NotAllowed and NoSuchCase."""
    who, now = await coordinator(greenroom, by), greenroom.reconciler.now()
    return await greenroom.database.write(
        partial(_looked_at, change=partial(embargoes.disclose, number=number, by=who, at=now), now=now)
    )


async def take_back(greenroom: Greenroom, number: int, *, by: str) -> StoredCase:
    """Write down that nothing of it is public after all. What GitHub still shows is seen again, and pages again.

    Raises NotAllowed and NoSuchCase.
    """
    who, now = await coordinator(greenroom, by), greenroom.reconciler.now()
    return await greenroom.database.write(
        partial(_looked_at, change=partial(_taken_back, number=number, by=who, at=now), now=now)
    )


def _taken_back(conn: Connection, *, number: int, by: str, at: datetime) -> StoredCase:
    known = cases.case(conn, number)
    if known.disclosed_at is None and known.disclosure is None:
        raise NotAllowed(f"nothing of case {number} is known to be public, so there is nothing to take back")
    disclosures.take_back(conn, number, by=by, at=at)
    return cases.case(conn, number)


def _looked_at(conn: Connection, *, change: partial[StoredCase], now: datetime) -> StoredCase:
    """Its mirror is to say it, and its repositories are to be held against it."""
    case = change(conn)
    keys: list[Key] = [CaseKey(case.number), *(RepositoryKey(link.repo) for link in case.links)]
    work.mark(conn, keys, due=now, priority=work.PROMPT)
    return case
