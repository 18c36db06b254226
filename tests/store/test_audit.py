from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete, update

from app.domain.ids import Key, parse_key
from app.domain.records import Approval, Attempt
from app.store import approvals, attempts
from app.store.audit import GENESIS, conclude, history, inspect, intend, latest, place_of, unresolved, yeses
from app.store.database import Database
from app.store.schema import audit
from tests.clock import START
from tests.which_database import about_files

PIP = parse_key("pypa/pip#private-reporting")
CASE = parse_key("case/1")


def start(conn: Connection, key: Key = PIP, fingerprint: str = "f1") -> int:
    return intend(
        conn, at=START, key=key, kind="set-private-reporting", scope="private-reporting: off", fingerprint=fingerprint
    )


async def test_an_intent_is_unresolved_until_it_is_concluded(database: Database) -> None:
    """If GitHub's answer is lost, or we are killed, we still know what we tried."""
    intent = await database.write(start)
    await database.write(lambda conn: start(conn, CASE))

    [open_] = await database.read(lambda conn: unresolved(conn, PIP))
    assert (open_.id, open_.key, open_.at, open_.fingerprint) == (intent, PIP, START, "f1")

    await database.write(lambda conn: conclude(conn, intent, "done", "204", at=START))
    assert await database.read(lambda conn: unresolved(conn, PIP)) == ()
    assert len(await database.read(lambda conn: unresolved(conn, CASE))) == 1


async def test_the_first_conclusion_stays(database: Database) -> None:
    """Whoever comes later, after a takeover, does not rewrite what happened."""
    intent = await database.write(start)
    await database.write(lambda conn: conclude(conn, intent, "done", at=START))
    await database.write(lambda conn: conclude(conn, intent, "refused", at=START))

    entries = await database.read(lambda conn: history(conn, PIP))

    assert [(entry.phase, entry.outcome) for entry in entries] == [("intend", None), ("conclude", "done")]


async def test_an_untouched_audit_is_whole(database: Database) -> None:
    """Nothing is reported where nothing happened, whatever the database does to times and names."""
    assert (await database.read(inspect)).broken is None
    for number in range(5):
        intent = await database.write(lambda conn, number=number: start(conn, fingerprint=str(number)))  # type: ignore[misc]
        await database.write(lambda conn, intent=intent: conclude(conn, intent, "done", at=START))  # type: ignore[misc]

    assert (await database.read(inspect)).broken is None


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "done"},
        {"fingerprint": "other"},
        {"kind": "open-mirror"},
        {"at": START.replace(year=2025)},
        {"key": "pypa/build"},
        {"hash": "1" * 64},
        {"previous_hash": "1" * 64},
        {"actor": "somebody-else"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_altered_row_is_noticed(database: Database, change: dict[str, object]) -> None:
    """Whoever hides what was done to an advisory has to rewrite everything after it."""
    await database.write(start)
    second = await database.write(start)
    await database.write(start)
    await database.write(lambda conn: conn.execute(update(audit).where(audit.c.id == second).values(change)))

    assert (await database.read(inspect)).broken == second


async def test_a_row_taken_out_is_noticed(database: Database) -> None:
    """The row after the gap does not follow the one before it."""
    await database.write(start)
    second = await database.write(start)
    third = await database.write(start)
    await database.write(lambda conn: conn.execute(delete(audit).where(audit.c.id == second)))

    assert (await database.read(inspect)).broken == third


@about_files
async def test_a_time_that_is_none_any_more_is_noticed_too(database: Database) -> None:
    """Whoever writes nonsense into a row cannot make the inspection fail instead of finding it."""
    await database.write(start)
    second = await database.write(start)
    await database.write(lambda conn: conn.exec_driver_sql("UPDATE audit SET at = 'soon' WHERE id = ?", (second,)))

    chain = await database.read(inspect)

    assert (chain.broken, chain.rows) == (second, 2)
    assert await database.read(lambda conn: place_of(conn, second)) == ("soon", PIP)


async def test_rows_cut_off_the_end_are_noticed_by_a_hash_that_was_noted_before(database: Database) -> None:
    """The chain alone looks whole, since nothing follows what is gone. A hash kept elsewhere is in it no more."""
    assert (await database.read(inspect)).head == GENESIS
    await database.write(start)
    early = (await database.read(inspect)).head
    last = await database.write(start)
    noted = (await database.read(inspect)).head
    await database.write(lambda conn: start(conn, CASE))
    grown = await database.read(lambda conn: inspect(conn, noted))
    assert (grown.rows, grown.broken, grown.holds) == (3, None, True)

    await database.write(lambda conn: conn.execute(delete(audit).where(audit.c.id >= last)))

    assert (await database.read(inspect)).broken is None
    assert not (await database.read(lambda conn: inspect(conn, noted))).holds
    assert (await database.read(lambda conn: inspect(conn, early))).holds


async def test_a_chain_that_was_begun_anew_is_noticed_by_a_noted_hash(database: Database) -> None:
    """Whoever removes everything and lets the app go on has a whole chain, and not the one that was there."""
    await database.write(start)
    noted = (await database.read(inspect)).head
    await database.write(lambda conn: conn.execute(delete(audit)))
    await database.write(lambda conn: start(conn, CASE))

    chain = await database.read(lambda conn: inspect(conn, noted))

    assert (chain.rows, chain.broken, chain.holds) == (1, None, False)


async def test_who_said_yes_and_who_took_it_back_is_in_the_same_chain(database: Database) -> None:
    """What was done and who allowed it is one story, and nobody can take a page out of it."""
    yes = Approval(
        scope="private-reporting: off",
        plan_id="plan-1",
        policy_commit="sha256:1",
        rules_version=1,
        approved_by="coordinator-1",
        approved_at=START,
    )
    await database.write(lambda conn: approvals.approve(conn, yes))
    await database.write(start)
    await database.write(lambda conn: approvals.withdraw(conn, yes.scope, by="coordinator-2", at=START))
    await database.write(lambda conn: approvals.withdraw(conn, yes.scope, by="coordinator-2", at=START))

    told = await database.read(yeses)

    assert [(each.phase, each.actor, each.scope, each.detail) for each in told] == [
        ("approve", "coordinator-1", "private-reporting: off", "sha256:1"),
        ("withdraw", "coordinator-2", "private-reporting: off", "sha256:1"),
    ]
    assert [each.phase for each in await database.read(lambda conn: latest(conn, 2))] == ["intend", "withdraw"]
    assert (await database.read(inspect)).broken is None
    await database.write(lambda conn: conn.execute(update(audit).where(audit.c.id == 1).values(actor=None)))
    assert (await database.read(inspect)).broken == 1


async def test_an_attempt_without_effect_is_remembered_until_something_changes(database: Database) -> None:
    """An enforced configuration makes a write lie. It is tried once, not at every sweep."""
    first = Attempt(key=PIP, fingerprint="f1", outcome="blocked", reason="blocked by configuration", at=START)
    await database.write(lambda conn: attempts.remember(conn, first))
    latest = Attempt(key=PIP, fingerprint="f1", outcome="refused", reason="403", at=START)
    await database.write(lambda conn: attempts.remember(conn, latest))
    assert await database.read(lambda conn: attempts.attempts(conn, PIP)) == (latest,)
    assert await database.read(lambda conn: attempts.attempts(conn, CASE)) == ()

    await database.write(lambda conn: attempts.forget(conn, PIP))

    assert await database.read(lambda conn: attempts.attempts(conn, PIP)) == ()
