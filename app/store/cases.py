"""Which cases are there, which advisories and tools belong to them, and where is their mirror?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from app.domain.cases import CaseEvent, Disclosure, Participant, StoredCase
from app.domain.ids import AdvisoryKey, Ghsa, MirrorId, Person, RepoName, parse_mirror_id
from app.domain.records import Baseline
from app.store import cve_requests, suggestions, timeline
from app.store.participants import invite, participants_of
from app.store.schema import baselines as digests
from app.store.schema import case_links as linked
from app.store.schema import cases


class NoSuchCase(LookupError):
    """There is no case of that number."""


class LinkedElsewhere(ValueError):
    """An advisory belongs to another case. The message names it."""


def open_case(
    conn: Connection,
    *,
    number: int,
    links: Iterable[AdvisoryKey],
    participants: Iterable[Participant],
    now: datetime,
    by: str | None = None,
) -> int:
    """Open a case and give its number. An advisory has one case for ever: if any link has one, that is the answer."""
    links = tuple(links)
    for link in links:
        if (existing := case_of(conn, link.ghsa)) is not None:
            return existing
    conn.execute(cases.insert().values(number=number, state="open", opened_at=now, sequence=0))
    for position, link in enumerate(links):
        _link(conn, number, link, position)
    for participant in participants:
        invite(conn, number, participant)
    timeline.add(conn, number, CaseEvent(at=now, what="opened", by=by))
    return number


def rebuild(conn: Connection, case: StoredCase, mirror: MirrorId, *, now: datetime) -> None:
    """Write down a case that comes back from its mirror. Advisories that have another case by now stay there."""
    row: dict[str, Any] = {"number": case.number, "state": case.state}
    row |= {"opened_at": case.opened_at, "closed_at": case.closed_at}
    row |= {"mirror": str(mirror), "sequence": case.sequence, "over_at": case.over_at}
    row |= {"embargo_until": case.embargo_until, "disclosed_at": case.disclosed_at}
    row |= {"unconfirmed_since": now if case.state == "open" else None}
    row |= {"coordinator": str(case.coordinator) if case.coordinator else None} | _disclosed(case.disclosure)
    conn.execute(cases.insert().values(row))
    _fill(conn, case)
    cve_requests.restore(conn, case.number, case.cves)
    suggestions.restore(conn, case.number, case.declined)
    timeline.add(conn, case.number, CaseEvent(at=now, what="rebuilt"))


def confirm(conn: Connection, number: int, *, by: str, now: datetime) -> None:
    """A coordinator says that a case that came back from its mirror is as it should be."""
    waits = update(cases).where(cases.c.number == number, cases.c.unconfirmed_since.is_not(None))
    if conn.execute(waits.values(unconfirmed_since=None)).rowcount:
        timeline.add(conn, number, CaseEvent(at=now, what="rebuilt", detail="confirmed", by=by))


def fill(conn: Connection, came_back: StoredCase) -> None:
    """What is known again of a case whose mirror could not be read for a while. What was said meanwhile stands."""
    known = case(conn, came_back.number)
    coordinator = known.coordinator or came_back.coordinator
    row = {
        "opened_at": came_back.opened_at,
        "embargo_until": known.embargo_until or came_back.embargo_until,
        "disclosed_at": known.disclosed_at or came_back.disclosed_at,
        "over_at": known.over_at or came_back.over_at,
        "coordinator": str(coordinator) if coordinator else None,
        **_disclosed(known.disclosure or came_back.disclosure),
    }
    conn.execute(update(cases).where(cases.c.number == came_back.number).values(row))
    _fill(conn, came_back)
    cve_requests.restore(conn, came_back.number, came_back.cves)
    suggestions.restore(conn, came_back.number, came_back.declined)


def link_advisory(conn: Connection, number: int, link: AdvisoryKey, *, by: str, now: datetime) -> None:
    """Another advisory belongs to a case. Raises LinkedElsewhere."""
    existing = case_of(conn, link.ghsa)
    if existing == number:
        return
    if existing is not None:
        raise LinkedElsewhere(f"it belongs to case {existing} already; an advisory has one case")
    _link(conn, number, link, 1 + max((row.position for row in _linked(conn, number)), default=-1))
    timeline.add(conn, number, CaseEvent(at=now, what="linked", detail=str(link), by=by))


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
        links=tuple(AdvisoryKey(RepoName.parse(each.repository), Ghsa(each.ghsa)) for each in _linked(conn, number)),
        participants=participants_of(conn, number),
        embargo_until=row.embargo_until,
        disclosed_at=row.disclosed_at,
        over_at=row.over_at,
        coordinator=Person.parse(row.coordinator) if row.coordinator else None,
        disclosure=_disclosure(row),
        hinted_at=row.hinted_at,
        unconfirmed_since=row.unconfirmed_since,
        cves=cve_requests.requests_of(conn, number),
        declined=suggestions.declined(conn, number),
    )


def is_there(conn: Connection, number: int) -> bool:
    """Is there a case of that number, open or closed?"""
    return conn.execute(select(cases.c.number).where(cases.c.number == number)).first() is not None


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


def all_cases(conn: Connection) -> tuple[StoredCase, ...]:
    """Also those that are closed."""
    return tuple(
        case(conn, number) for number in conn.execute(select(cases.c.number).order_by(cases.c.number)).scalars().all()
    )


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


def got_to(conn: Connection, number: int, sequence: int) -> None:
    """Write down which state of its mirror GitHub shows, which we wrote. It never goes back."""
    conn.execute(update(cases).where(cases.c.number == number, cases.c.sequence < sequence).values(sequence=sequence))


def doubt(conn: Connection, number: int, now: datetime) -> None:
    """Write down that what is known of a case is old, until a coordinator confirms it. The first time stays."""
    sure = update(cases).where(cases.c.number == number, cases.c.unconfirmed_since.is_(None))
    conn.execute(sure.values(unconfirmed_since=now))


def close_case(conn: Connection, number: int, now: datetime) -> None:
    """Close a case. One that is closed keeps its time."""
    ended = update(cases).where(cases.c.number == number, cases.c.state == "open")
    if conn.execute(ended.values(state="closed", closed_at=now)).rowcount:
        timeline.add(conn, number, CaseEvent(at=now, what="closed"))


def end_by_hand(conn: Connection, number: int, now: datetime) -> None:
    """Write down that a person says that a case is over. Its mirror is closed next."""
    conn.execute(update(cases).where(cases.c.number == number, cases.c.over_at.is_(None)).values(over_at=now))


def name_coordinator(conn: Connection, number: int, coordinator: Person | None, *, by: str, now: datetime) -> None:
    """Write down who answers for a case."""
    said = str(coordinator) if coordinator else None
    conn.execute(update(cases).where(cases.c.number == number).values(coordinator=said))
    timeline.add(conn, number, CaseEvent(at=now, what="coordinator", detail=said or "nobody", by=by))


def save_baselines(conn: Connection, number: int, fields: Mapping[str, Baseline]) -> None:
    """Replace the digests of what was last synced between a mirror and its sources, all fields together."""
    conn.execute(delete(digests).where(digests.c.case_number == number))
    for field, baseline in fields.items():
        row = {"case_number": number, "ghsa": "", "field": field}  # of all that are linked together
        conn.execute(digests.insert().values(row | {"key_id": baseline.key_id, "digest": baseline.digest}))


def baselines(conn: Connection, number: int) -> dict[str, Baseline]:
    """What was last synced, by field?"""
    query = select(digests).where(digests.c.case_number == number)
    return {row.field: Baseline(key_id=row.key_id, digest=row.digest) for row in conn.execute(query)}


def disclose(conn: Connection, number: int, disclosure: Disclosure) -> bool:
    """Write down that something of a case is public. What outweighs it stays. Gives whether it is news."""
    if not disclosure.outweighs(case(conn, number).disclosure):
        return False
    conn.execute(update(cases).where(cases.c.number == number).values(_disclosed(disclosure)))
    return True


def _disclosed(disclosure: Disclosure | None) -> dict[str, Any]:
    if disclosure is None:
        return {}
    return {"public_by": disclosure.by, "public_since": disclosure.since, "public_seen_at": disclosure.seen_at}


def _disclosure(row: Row[Any]) -> Disclosure | None:
    if row.public_by is None:
        return None
    return Disclosure(by=row.public_by, since=row.public_since, seen_at=row.public_seen_at)


def _fill(conn: Connection, case: StoredCase) -> None:
    for position, link in enumerate(case.links):
        if case_of(conn, link.ghsa) is None:
            _link(conn, case.number, link, position)
    there = {each.tool for each in participants_of(conn, case.number)}
    for participant in case.participants:
        if participant.tool not in there:  # inviting who left has them come back
            invite(conn, case.number, participant)


def _link(conn: Connection, number: int, link: AdvisoryKey, position: int) -> None:
    row = {"case_number": number, "repository": str(link.repo), "ghsa": str(link.ghsa), "position": position}
    conn.execute(linked.insert().values(row))


def _linked(conn: Connection, number: int) -> Sequence[Row[Any]]:
    query = select(linked).where(linked.c.case_number == number)
    return conn.execute(query.order_by(linked.c.position, linked.c.repository, linked.c.ghsa)).all()
