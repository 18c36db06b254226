"""A database as it is after a sweep over many repositories."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.findings import Standing, State
from app.domain.ids import RepoName
from app.domain.records import Finding
from app.store import findings, found
from app.store.schema import repositories
from policies.policy import about_advisories, all_policies

OWNERS = 20
FIRST_ID = 900_000


def name_of(number: int) -> RepoName:
    return RepoName(f"owner-{number % OWNERS:02}", f"a-repository-of-usual-length-{number:04}")


def fill(conn: Connection, *, many: int, now: datetime) -> None:
    """So many repositories, held against every policy a few minutes ago; each tenth has an open finding."""
    rows = [{"id": FIRST_ID + each, "name": str(name_of(each)), "observed_at": now} for each in range(many)]
    conn.execute(repositories.insert(), rows)
    for number in range(many):
        findings.record(
            conn, *(_standing(number, policy.name, place, now) for place, policy in enumerate(all_policies()))
        )
        if number % 10 == 0:
            found.keep(conn, _finding(number, now))


def _standing(number: int, policy: str, place: int, now: datetime) -> Standing:
    states: tuple[State, ...] = ("pass", "not applicable", "unmanaged", "finding", "cannot tell")
    seen = now - timedelta(minutes=number % 19)
    return Standing(
        repo=name_of(number),
        policy=policy,
        state=states[(number + place) % len(states)],
        message="as it was prepared",
        since=seen,
        observed_at=seen,
        seen_at=seen,
        embargoed=policy in about_advisories() and place % 2 == 0,
    )


def _finding(number: int, now: datetime) -> Finding:
    return Finding(
        id=None,
        repo=name_of(number),
        policy="private-reporting",
        state="open",
        verdict="finding",
        message="as it was prepared",
        kinds=("switched-on",),
        pages=False,
        embargoed=False,
        mode="report",
        opened_at=now,
        since=now,
        maybe_older=False,
        observed_at=now,
        closed_at=None,
        accepted_by=None,
        accepted_until=None,
        opened_commit="c",
        seen_commit="c",
    )
