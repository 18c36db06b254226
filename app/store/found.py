"""What did policies find, and what has become of each finding since?

One row for each (repository, policy), which is opened, accepted, resolved and opened again, and never made anew; and
beside it each of these events.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from app.domain.ids import RepoName
from app.domain.records import Finding, FindingEvent, FindingState
from app.store.prepared import Question
from app.store.schema import finding_events as events
from app.store.schema import findings as table


def of_repository(conn: Connection, repo: RepoName) -> dict[str, Finding]:
    """All there ever was at a repository, by policy."""
    rows = _of_repository(conn, of=str(repo))
    return {row.policy: _finding(row) for row in rows}


@Question
def _of_repository() -> Select[Any]:
    """Asked at every look: to make this each time would take longer than to run it."""
    return select(table).where(table.c.repository == bindparam("of"))


def all_findings(conn: Connection, states: Iterable[FindingState]) -> tuple[Finding, ...]:
    """Those in these states, by repository and policy."""
    query = select(table).where(table.c.state.in_(sorted(states))).order_by(table.c.repository, table.c.policy)
    return tuple(map(_finding, conn.execute(query)))


def by_id(conn: Connection, number: int) -> Finding | None:
    """The finding that people refer to by this number."""
    row = conn.execute(select(table).where(table.c.id == number)).one_or_none()
    return _finding(row) if row else None


def keep(conn: Connection, finding: Finding) -> int:
    """Write a finding down as it is now. Gives its id, which is new where it has none yet."""
    values = _values(finding)
    if finding.id is not None:
        conn.execute(update(table).where(table.c.id == finding.id).values(values))
        return finding.id
    [number] = conn.execute(table.insert().values(values)).inserted_primary_key or (0,)
    return int(number)


def note(conn: Connection, finding: int, event: FindingEvent) -> None:
    """One more line of its history."""
    conn.execute(
        events.insert().values(
            finding_id=finding,
            at=event.at,
            what=event.what,
            policy_commit=event.commit,
            message=event.message,
            embargoed=event.embargoed,
        )
    )


def history(conn: Connection, finding: int) -> tuple[FindingEvent, ...]:
    """What happened to a finding, oldest first."""
    rows = conn.execute(select(events).where(events.c.finding_id == finding).order_by(events.c.id))
    return tuple(map(_event, rows))


def histories(conn: Connection, numbers: Collection[int]) -> dict[int, tuple[FindingEvent, ...]]:
    """What happened to each of these, oldest first."""
    told: dict[int, list[FindingEvent]] = {number: [] for number in numbers}
    for row in conn.execute(select(events).where(events.c.finding_id.in_(sorted(numbers))).order_by(events.c.id)):
        told[row.finding_id].append(_event(row))
    return {number: tuple(lines) for number, lines in told.items()}


def _event(row: Row[Any]) -> FindingEvent:
    embargoed = True if row.embargoed is None else row.embargoed
    return FindingEvent(at=row.at, what=row.what, commit=row.policy_commit, message=row.message, embargoed=embargoed)


def _values(finding: Finding) -> dict[str, Any]:
    return {
        "repository": str(finding.repo),
        "policy": finding.policy,
        "state": finding.state,
        "verdict": finding.verdict,
        "message": finding.message,
        "kinds": " ".join(finding.kinds),
        "pages": finding.pages,
        "embargoed": finding.embargoed,
        "mode": finding.mode,
        "opened_at": finding.opened_at,
        "since": finding.since,
        "maybe_older": finding.maybe_older,
        "observed_at": finding.observed_at,
        "closed_at": finding.closed_at,
        "accepted_by": finding.accepted_by,
        "accepted_until": finding.accepted_until,
        "opened_commit": finding.opened_commit,
        "seen_commit": finding.seen_commit,
    }


def _finding(row: Row[Any]) -> Finding:
    return Finding(
        id=row.id,
        repo=RepoName.parse(row.repository),
        policy=row.policy,
        state=row.state,
        verdict=row.verdict,
        message=row.message,
        kinds=tuple(row.kinds.split()),
        pages=row.pages,
        embargoed=row.embargoed,
        mode=row.mode,
        opened_at=row.opened_at,
        since=row.since,
        maybe_older=row.maybe_older,
        observed_at=row.observed_at,
        closed_at=row.closed_at,
        accepted_by=row.accepted_by,
        accepted_until=row.accepted_until,
        opened_commit=row.opened_commit,
        seen_commit=row.seen_commit,
    )
