"""Which cases are there, which advisories and tools belong to them, and where is their mirror?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from app.domain.ids import AdvisoryKey, Ghsa, MirrorId, RepoName, parse_mirror_id
from app.domain.records import Baseline, Participant, StoredCase
from app.store.database import insert
from app.store.schema import baselines as digests
from app.store.schema import case_links as linked
from app.store.schema import cases, participants


class NoSuchCase(LookupError):
    """There is no case of that number."""


def open_case(
    conn: Connection,
    *,
    number: int,
    links: Iterable[AdvisoryKey],
    participants: Iterable[Participant],
    now: datetime,
) -> int:
    """Open a case and give its number. An advisory has one case for ever: if any link has one, that is the answer."""
    links = tuple(links)
    for link in links:
        if (existing := case_of(conn, link.ghsa)) is not None:
            return existing
    conn.execute(cases.insert().values(number=number, state="open", opened_at=now, sequence=0))
    for link in links:
        conn.execute(linked.insert().values(case_number=number, repository=str(link.repo), ghsa=str(link.ghsa)))
    for participant in participants:
        invite(conn, number, participant)
    return number


def invite(conn: Connection, number: int, participant: Participant) -> None:
    """Add a tool to a case. One that is there stays, for the reason that it came for."""
    conn.execute(
        insert(conn.dialect.name, participants)
        .values(case_number=number, tool=participant.tool, why=participant.why)
        .on_conflict_do_nothing(index_elements=[participants.c.case_number, participants.c.tool]),
    )


def case(conn: Connection, number: int) -> StoredCase:
    """What do we know of a case? Raises NoSuchCase."""
    row = conn.execute(select(cases).where(cases.c.number == number)).one_or_none()
    if row is None:
        raise NoSuchCase(f"there is no case {number}")
    return StoredCase(
        number=row.number,
        state=row.state,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        mirror=parse_mirror_id(row.mirror) if row.mirror else None,
        mirror_in=row.mirror_in,
        sequence=row.sequence,
        links=_links(conn, number),
        participants=_participants(conn, number),
        embargo_until=row.embargo_until,
        disclosed_at=row.disclosed_at,
    )


def case_of(conn: Connection, ghsa: Ghsa) -> int | None:
    """To which case does an advisory belong? Its id is the same wherever its repository is moved."""
    query = select(linked.c.case_number).where(linked.c.ghsa == str(ghsa))
    return conn.execute(query).scalar_one_or_none()


def move(conn: Connection, link: AdvisoryKey) -> None:
    """An advisory of a case is in this repository now."""
    conn.execute(update(linked).where(linked.c.ghsa == str(link.ghsa)).values(repository=str(link.repo)))


def open_cases(conn: Connection) -> tuple[StoredCase, ...]:
    """All cases that are not closed."""
    numbers = conn.execute(select(cases.c.number).where(cases.c.state == "open").order_by(cases.c.number)).scalars()
    return tuple(case(conn, number) for number in numbers.all())


def highest_number(conn: Connection) -> int:
    """The number of the newest case, 0 if there never was one."""
    number: int = conn.execute(select(func.coalesce(func.max(cases.c.number), 0))).scalar_one()
    return number


def set_mirror(conn: Connection, number: int, mirror: MirrorId, sequence: int, repository: int | None = None) -> None:
    """Write down which mirror a case has, and which state of it we wrote last. The sequence never goes back.

    `repository` is the id of the one where it was seen; None where nobody looked yet.
    """
    conn.execute(
        update(cases)
        .where(cases.c.number == number, cases.c.sequence <= sequence)
        .values(mirror=str(mirror), mirror_in=repository, sequence=sequence),
    )


def close_case(conn: Connection, number: int, now: datetime) -> None:
    """Close a case. One that is closed keeps its time."""
    conn.execute(
        update(cases).where(cases.c.number == number, cases.c.state == "open").values(state="closed", closed_at=now),
    )


def save_baselines(conn: Connection, number: int, ghsa: Ghsa, fields: Mapping[str, Baseline]) -> None:
    """Replace the digests of what was last synced between an advisory and the mirror, all fields together."""
    conn.execute(delete(digests).where(digests.c.case_number == number, digests.c.ghsa == str(ghsa)))
    for field, baseline in fields.items():
        conn.execute(
            digests.insert().values(
                case_number=number,
                ghsa=str(ghsa),
                field=field,
                key_id=baseline.key_id,
                digest=baseline.digest,
            ),
        )


def baselines(conn: Connection, number: int, ghsa: Ghsa) -> dict[str, Baseline]:
    """What was last synced between an advisory and the mirror, by field?"""
    query = select(digests).where(digests.c.case_number == number, digests.c.ghsa == str(ghsa))
    return {row.field: Baseline(key_id=row.key_id, digest=row.digest) for row in conn.execute(query)}


def _links(conn: Connection, number: int) -> tuple[AdvisoryKey, ...]:
    query = select(linked).where(linked.c.case_number == number).order_by(linked.c.repository, linked.c.ghsa)
    return tuple(AdvisoryKey(RepoName.parse(row.repository), Ghsa(row.ghsa)) for row in conn.execute(query))


def _participants(conn: Connection, number: int) -> tuple[Participant, ...]:
    query = select(participants).where(participants.c.case_number == number).order_by(participants.c.tool)
    return tuple(Participant(tool=row.tool, why=row.why) for row in conn.execute(query))
