from __future__ import annotations

import pytest
from sqlalchemy import Connection, delete, update

from app.domain.ids import Key, parse_key
from app.domain.records import Attempt
from app.store import attempts
from app.store.audit import conclude, history, intend, unresolved, verify
from app.store.database import Database
from app.store.schema import audit
from tests.clock import START

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
    assert await database.read(verify) is None
    for number in range(5):
        intent = await database.write(lambda conn, number=number: start(conn, fingerprint=str(number)))  # type: ignore[misc]
        await database.write(lambda conn, intent=intent: conclude(conn, intent, "done", at=START))  # type: ignore[misc]

    assert await database.read(verify) is None


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
    ],
    ids=lambda change: next(iter(change)),
)
async def test_an_altered_row_is_noticed(database: Database, change: dict[str, object]) -> None:
    """Whoever hides what was done to an advisory has to rewrite everything after it."""
    await database.write(start)
    second = await database.write(start)
    await database.write(start)
    await database.write(lambda conn: conn.execute(update(audit).where(audit.c.id == second).values(change)))

    assert await database.read(verify) == second


async def test_a_row_taken_out_is_noticed(database: Database) -> None:
    """The row after the gap does not follow the one before it."""
    await database.write(start)
    second = await database.write(start)
    third = await database.write(start)
    await database.write(lambda conn: conn.execute(delete(audit).where(audit.c.id == second)))

    assert await database.read(verify) == third


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
