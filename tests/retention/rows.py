"""What does one ordinary day leave in the database?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table

from app.store.schema import deliveries, digests, finding_events, findings, notices
from app.store.schema_brakes import breaches, plans
from app.store.schema_running import used_secrets
from app.store.schema_sign_in import sessions, sign_ins

A_DAY: dict[str, int] = {
    "deliveries": 200,
    "plans": 5,
    "notices": 4,
    "digests": 3,
    "findings": 6,
    "breaches": 2,
    "sessions": 10,
}
NUMBERED = 10_000  # ids of one day begin there


def _finding(number: int, state: str, at: datetime) -> dict[str, Any]:
    words = {"verdict": "finding", "message": "", "kinds": "", "mode": "report", "opened_commit": "", "seen_commit": ""}
    flags = {"pages": False, "embargoed": False, "maybe_older": False}
    times = {"opened_at": at, "since": at, "observed_at": at}
    return (
        {"id": number, "repository": f"pypa/p{number}", "policy": "owner-reachable", "state": state}
        | words
        | flags
        | times
    )


def begin(conn: Connection, at: datetime) -> None:
    """A finding that is open for years, and one that comes and goes."""
    conn.execute(findings.insert(), [_finding(1, "open", at), _finding(2, "resolved", at)])
    said = {"what": "opened", "policy_commit": "", "message": ""}
    conn.execute(finding_events.insert(), [{"finding_id": 1, "at": at} | said])


def a_day(conn: Connection, day: int, at: datetime) -> None:
    """Everything that came, was told and ended on that day."""
    _fill(
        conn,
        deliveries,
        day,
        "deliveries",
        lambda number: {"guid": f"{number}", "event": "repository", "received_at": at},
    )
    made = {"made_at": at, "policy_commit": "", "rules_version": 1, "actions": [], "beside": {}}
    _fill(conn, plans, day, "plans", lambda number: {"id": f"{number}"} | made)
    told = {"kind": "blocked", "severity": "info", "text": "", "at": at, "closed_at": at}
    _fill(conn, notices, day, "notices", lambda number: {"about": f"pypa/p{number}"} | told)
    written = {"severity": "info", "text": "", "day": at.date(), "made_at": at}
    _fill(conn, digests, day, "digests", lambda number: {"recipient": f"somebody:{number % NUMBERED}"} | written)
    said = {"finding_id": 2, "at": at, "what": "changed", "policy_commit": "", "message": ""}
    _fill(conn, finding_events, day, "findings", lambda _: said)
    was = {"policy": "private-reporting", "first_bad": at, "over_at": at}
    _fill(conn, breaches, day, "breaches", lambda number: {"repository": f"pypa/p{number % 100}"} | was)
    ended = {"login": "somebody", "token": "x" * 200, "started_at": at, "expires_at": at + timedelta(hours=8)}
    _fill(conn, sessions, day, "sessions", lambda number: {"id": f"{number}", "account": number} | ended)
    away = {"browser": "", "back": "/", "expires_at": at + timedelta(minutes=10)}
    _fill(conn, sign_ins, day, "sessions", lambda number: {"state": f"{number}"} | away)
    if day % 90 == 0:
        conn.execute(used_secrets.insert().values(kind="webhook-secret", print=f"{day}", first_at=at, last_at=at))


def _fill(conn: Connection, table: Table, day: int, name: str, row: Any) -> None:
    conn.execute(table.insert(), [row(day * NUMBERED + each) for each in range(A_DAY[name])])
