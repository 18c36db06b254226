"""Is what comes after years still told, though what was told before it is forgotten?"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, func, select

from app.domain.records import Digest, Notice
from app.domain.retention import TERMS, Retention
from app.retiring import Retiring
from app.store import notices, outbox, sendings
from app.store.database import Database
from app.store.schema_notices import sendings as sendings_table
from app.store.sendings import Item, Kind
from tests.clock import FakeClock

CHANNEL = "coordinators"
WAS_THERE: tuple[Kind, ...] = ("notice", "digest")


def happens(conn: Connection, kind: Kind, now: datetime) -> None:
    """Somebody made the repository of all mirrors public; or a day has its digest."""
    if kind == "digest":
        made = Digest(recipient="you:1", day=now.date(), severity="warning", text="", made_at=now, hears_all=True)
        outbox.put(conn, [made])
        return
    notices.tell(conn, Notice(kind="page", about="packaging-security/cases", severity="page", text="", since=now))


def is_over(conn: Connection, now: datetime) -> None:
    notices.close(conn, "page", "packaging-security/cases", now)


def unsent(conn: Connection, since: datetime) -> list[Item]:
    told = [each.item for each in sendings.unsent_notices(conn, CHANNEL, since)]
    return told + [each.item for each in sendings.unsent_digests(conn, CHANNEL, since)]


def goes_out(conn: Connection, now: datetime) -> list[Item]:
    items = unsent(conn, now - timedelta(days=1))
    sendings.trying(conn, CHANNEL, items, now)
    sendings.sent(conn, CHANNEL, items, now)
    return items


@pytest.mark.parametrize("kind", WAS_THERE)
async def test_what_comes_after_retention_is_told_like_the_first(
    database: Database, clock: FakeClock, kind: Kind
) -> None:
    """Whoever was told of a thing that is forgotten was not told of the next one: it has a number of its own."""
    await database.write(partial(sendings.declare, names=[CHANNEL], now=clock.now()))
    await database.write(partial(happens, kind=kind, now=clock.now()))
    [first] = await database.write(partial(goes_out, now=clock.now()))
    await database.write(partial(is_over, now=clock.now()))
    clock.advance(days=TERMS[f"{kind}s"].days + 1)
    assert await Retiring(database=database, clock=clock, terms=Retention()).forget() == {f"{kind}s": 1}

    await database.write(partial(happens, kind=kind, now=clock.now()))

    [second] = await database.write(partial(goes_out, now=clock.now()))
    assert (second.kind, second.number) == (kind, first.number + 1)


@pytest.mark.parametrize("kind", WAS_THERE)
async def test_that_it_was_sent_is_forgotten_with_it(database: Database, clock: FakeClock, kind: Kind) -> None:
    """What says something of a row that is no more could be taken for another one's. What else was sent stays."""
    await database.write(partial(sendings.declare, names=[CHANNEL], now=clock.now()))
    for _ in range(2):
        await database.write(partial(happens, kind=kind, now=clock.now()))
        await database.write(partial(goes_out, now=clock.now()))
        await database.write(partial(is_over, now=clock.now()))
        clock.advance(days=TERMS[f"{kind}s"].days - 1)

    assert await Retiring(database=database, clock=clock, terms=Retention()).forget() == {f"{kind}s": 1}

    assert await database.read(lambda conn: conn.execute(select(func.max(sendings_table.c.number))).scalar()) == 2
    assert (
        await database.read(lambda conn: conn.execute(select(func.count()).select_from(sendings_table)).scalar()) == 1
    )
