"""Who takes part in a case, and for what does each tool answer?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from sqlalchemy import Connection

from app.casework.saying import Said, is_open, is_to_come, known_tools, said, said_for
from app.domain.cases import BY_HAND, JUSTIFICATIONS, CaseEvent, Justification, Participant, Status, StoredCase
from app.domain.ids import CaseKey, Person
from app.halting import NotAllowed
from app.main import Greenroom
from app.store import audit, cases, participants, timeline, work


async def invite(greenroom: Greenroom, number: int, tool: str, *, rsvp: date | None, by: str) -> StoredCase:
    """Let a tool take part, and ask it to answer until that day (UTC). Raises NotAllowed and NoSuchCase."""
    who = await said(greenroom, by)
    known_tools(greenroom, [tool])
    if rsvp is not None:
        is_to_come(rsvp, who.at)

    def change(conn: Connection) -> str:
        if participants.invite(conn, number, Participant(tool=tool, why=BY_HAND)):
            timeline.add(conn, number, CaseEvent(at=who.at, what="invited", tool=tool, by=who.by))
        if rsvp is not None:
            participants.ask_until(conn, number, tool, rsvp)
        return f"{tool} takes part"

    return await changed(greenroom, number, change, who)


async def leave(greenroom: Greenroom, number: int, tool: str, *, by: str) -> StoredCase:
    """A tool takes no part any more: whom we let in for it is taken out. Raises NotAllowed, NoSuchCase and NotInIt."""
    who = await said(greenroom, by)

    def change(conn: Connection) -> str:
        participants.leave(conn, number, tool, by=who.by, at=who.at)
        return f"{tool} takes no part any more"

    return await changed(greenroom, number, change, who)


async def answer(
    greenroom: Greenroom, number: int, tool: str, status: Status, *, justification: Justification | None, by: str
) -> StoredCase:
    """Write down what a tool's people say, also when the case is closed: fixes are released after publication.

    Raises NotAllowed, NoSuchCase and NotInIt.
    """
    who = await said_for(greenroom, tool, by)
    is_justified(status, justification)

    def change(conn: Connection) -> str:
        participants.answer(conn, number, tool, status, justification=justification, by=who.by, at=who.at)
        return f"{tool} is {status}"

    return await greenroom.database.write(partial(_written, number=number, change=change, who=who))


def is_justified(status: Status, justification: Justification | None) -> None:
    """VEX asks for one where a product is not affected, and nowhere else. Raises NotAllowed."""
    if status == "not-affected" and justification is None:
        raise NotAllowed(f"say why {status}, with one of {', '.join(JUSTIFICATIONS)}")
    if status != "not-affected" and justification is not None:
        raise NotAllowed(f"only not-affected has a justification, {status} has none")


async def name_coordinator(greenroom: Greenroom, number: int, person: Person, *, by: str) -> StoredCase:
    """Say who answers for a case: one of the users whom policy lists as coordinators. Raises NotAllowed, NoSuchCase."""
    who = await said(greenroom, by)
    listed = greenroom.policy.current().file.coordinators.users
    if person not in listed:
        named = ", ".join(sorted(map(str, listed))) or "nobody by name"
        raise NotAllowed(f"{person} is no coordinator; policy names {named}")

    def change(conn: Connection) -> str:
        cases.name_coordinator(conn, number, person, by=who.by, now=who.at)
        return "a coordinator is named"

    return await changed(greenroom, number, change, who)


async def changed(greenroom: Greenroom, number: int, change: Callable[[Connection], str], who: Said) -> StoredCase:
    return await greenroom.database.write(partial(_change, number=number, change=change, who=who))


def _change(conn: Connection, *, number: int, change: Callable[[Connection], str], who: Said) -> StoredCase:
    is_open(cases.case(conn, number))
    return _written(conn, number=number, change=change, who=who)


def _written(conn: Connection, *, number: int, change: Callable[[Connection], str], who: Said) -> StoredCase:
    """All of it in one transaction, with a row in the audit, and the case is looked at."""
    scope = change(conn)
    audit.decided(conn, CaseKey(number), kind="case", scope=scope, by=who.by, at=who.at)
    work.mark(conn, [CaseKey(number)], due=who.at, priority=work.PROMPT)
    return cases.case(conn, number)
