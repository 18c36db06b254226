"""Does the database stop growing, and does what has to be kept stay?"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, func, select, text, update

from app.domain.ids import RepoName, RepositoryKey
from app.domain.retention import FOR_EVER, TERMS, Retention
from app.retiring import Retiring
from app.store import audit, retention
from app.store.database import Database
from app.store.schema import audit as audit_table
from app.store.schema import deliveries, finding_events
from app.store.schema_brakes import breaches
from app.store.schema_running import held_secrets
from tests.clock import FakeClock
from tests.harness import Bot
from tests.places import Place
from tests.retention.rows import A_DAY, a_day, begin


async def _it_is() -> bool:
    """GitHub bears the clock out."""
    return True


def _rows(conn: Connection, name: str, clock: FakeClock) -> int:
    return retention.stock(conn, name, clock.now()).rows


@pytest.mark.slow
async def test_after_two_years_the_database_grows_no_more(place: Place, database: Database, clock: FakeClock) -> None:
    """The longest term is two years; in the third one it is as large as at its beginning, whatever comes."""
    retiring = Retiring(database=database, clock=clock, terms=Retention())
    await database.write(partial(begin, at=clock.now()))
    sizes = {}
    for day in range(1, 3 * 365 + 1):
        await database.write(partial(a_day, day=day, at=clock.now()))
        await retiring.do(_it_is)
        clock.advance(days=1)
        if day % 30 == 0:
            await asyncio.to_thread(place.tidy)
        if day % 365 == 0:
            sizes[day // 365] = await asyncio.to_thread(place.size)

    rows = {name: await database.read(partial(_rows, name=name, clock=clock)) for name in A_DAY}
    print({f"year {year}": f"{size / 1e6:.1f} MB" for year, size in sizes.items()}, rows)  # noqa: T201 - a figure
    assert sizes[3] <= 1.05 * sizes[2]
    for name, count in rows.items():
        days = TERMS[name].days + 2
        both = 2 if name == "sessions" else 1  # and who was on the way
        assert count <= both * A_DAY[name] * days + 1, name


async def test_what_is_wrong_keeps_what_was_heard_of_it(database: Database, clock: FakeClock) -> None:
    """Who switched it on is asked months later, as long as it is on."""

    def story(conn: Connection) -> None:
        old = clock.now() - timedelta(days=300)
        for guid, repository in (("1", "pypa/pip"), ("2", "pypa/wheel"), ("3", None)):
            row = {"guid": guid, "event": "repository", "repository": repository, "received_at": old}
            conn.execute(deliveries.insert().values(row))
        conn.execute(breaches.insert().values(repository="pypa/pip", policy="private-reporting", first_bad=old))

    await database.write(story)

    assert await Retiring(database=database, clock=clock, terms=Retention()).forget() == {"deliveries": 2}
    assert await database.read(lambda conn: conn.execute(select(deliveries.c.guid)).scalars().all()) == ["1"]
    assert await database.read(lambda conn: conn.execute(select(func.count()).select_from(breaches)).scalar_one()) == 1


async def test_the_history_of_what_is_open_stays_whole(database: Database, clock: FakeClock) -> None:
    """When it was opened is the first thing that anybody asks."""
    await database.write(partial(begin, at=clock.now()))
    await database.write(partial(a_day, day=1, at=clock.now()))
    clock.advance(days=731)

    gone = await Retiring(database=database, clock=clock, terms=Retention()).forget()

    assert gone["findings"] == A_DAY["findings"]
    assert await database.read(lambda conn: conn.execute(select(finding_events.c.finding_id)).scalars().all()) == [1]


async def test_a_batch_is_bounded_so_that_deliveries_do_not_wait(database: Database, clock: FakeClock) -> None:
    """A backlog of years, as of an instance whose setting was made shorter, goes in many transactions."""
    await database.write(partial(begin, at=clock.now()))
    for day in range(1, 13):
        await database.write(partial(a_day, day=day, at=clock.now()))
        clock.advance(days=1)
    forget = partial(retention.forget, name="deliveries", before=clock.now())

    gone = [await database.write(forget) for _ in range(4)]

    assert gone == [1_000, 1_000, 400, 0]


async def test_it_is_done_by_itself_once_a_day_and_the_audit_stays(bot: Bot) -> None:
    """Nobody has an evening for it. Each row of the audit holds the hash of the one before."""
    await bot.parts.database.write(partial(_intent, bot=bot))
    await bot.parts.database.write(partial(begin, at=bot.clock.now()))
    before = await bot.parts.database.read(
        lambda conn: conn.execute(select(func.count()).select_from(audit_table)).scalar()
    )
    await bot.parts.database.write(partial(a_day, day=1, at=bot.clock.now()))
    await bot.settle()
    assert await bot.parts.database.read(partial(_rows, name="deliveries", clock=bot.clock)) == A_DAY["deliveries"]

    for _ in range(9):
        await bot.later(days=1)

    assert await bot.parts.database.read(partial(_rows, name="deliveries", clock=bot.clock)) == 0
    after = await bot.parts.database.read(
        lambda conn: conn.execute(select(func.count()).select_from(audit_table)).scalar()
    )
    assert after == before
    assert (await bot.parts.database.read(audit.inspect)).broken is None


async def test_what_went_wrong_is_tried_again_and_not_tomorrow(bot: Bot) -> None:
    """A hiccup of the database that comes each night would let it grow for ever."""
    await bot.parts.database.write(partial(begin, at=bot.clock.now()))
    await bot.parts.database.write(partial(a_day, day=1, at=bot.clock.now()))
    await bot.settle()
    bot.clock.advance(days=95)
    await bot.parts.database.write(lambda conn: conn.execute(text("ALTER TABLE plans RENAME TO elsewhere")))
    await bot.settle()
    await bot.parts.database.write(lambda conn: conn.execute(text("ALTER TABLE elsewhere RENAME TO plans")))

    await bot.later(minutes=1)

    assert await bot.parts.database.read(partial(_rows, name="plans", clock=bot.clock)) == 0


async def test_an_instance_that_was_killed_is_forgotten(bot: Bot) -> None:
    """Each has a name of its own, so that of those that never say good-bye there are more with every kill."""
    await bot.parts.holding.begin()
    await bot.settle()
    await bot.parts.database.write(
        lambda conn: conn.execute(update(held_secrets).values(instance="killed:1", at=bot.clock.now()))
    )

    bot.clock.advance(days=1)
    await bot.parts.holding.begin()
    await bot.settle()

    held = await bot.parts.database.read(lambda conn: set(conn.execute(select(held_secrets.c.instance)).scalars()))
    assert len(held) == 1
    assert "killed:1" not in held


def _intent(conn: Connection, bot: Bot) -> None:
    key = RepositoryKey(RepoName.parse("pypa/pip"))
    number = audit.intend(conn, at=bot.clock.now(), key=key, kind="x", scope="x", fingerprint="x")
    audit.conclude(conn, number, "done", at=bot.clock.now())


def test_the_audit_and_cases_cannot_be_given_a_term() -> None:
    """A chain from which rows are missing proves nothing."""
    for name in FOR_EVER:
        with pytest.raises(ValueError, match="for ever"):
            Retention.parse(f"{name}=30")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("deliveries=6", "7 days at least"),  # GitHub redelivers for three, and a clock may be wrong
        ("notice=40", "did you mean notices"),
        ("notices=a year", "WHAT=DAYS"),
        ("plans=30,plans=40", "twice"),
        ("plans=99999", "at most"),
    ],
)
def test_a_term_that_would_do_harm_is_refused_in_clear_words(written: str, says: str) -> None:
    """A mistake here is noticed when what was needed is gone."""
    with pytest.raises(ValueError, match=says):
        Retention.parse(written)


def test_terms_that_are_not_named_stay_as_they_are() -> None:
    """So a later version may add some."""
    terms = Retention.parse(" notices=200 , plans=30,")

    assert terms.term("notices") == timedelta(days=200)
    assert terms.term("deliveries") == timedelta(days=8)
