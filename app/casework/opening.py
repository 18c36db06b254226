"""How does a case begin that no advisory opened, such as one that was reported by mail, and how does it end?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from app.casework.linking import Agreed, agreed, is_free, numbers_of
from app.casework.saying import Said, known_tools, said
from app.domain.cases import BY_HAND, Participant, StoredCase
from app.domain.facts import Known
from app.domain.ids import AdvisoryKey, CaseKey
from app.halting import NotAllowed
from app.main import Greenroom
from app.reconcile.remember import Numbers
from app.store import advisories, audit, cases, work


async def open_case(
    greenroom: Greenroom,
    *,
    tools: Collection[str],
    links: Collection[AdvisoryKey],
    by: str,
    agreed_by: Collection[str] = (),
) -> StoredCase:
    """Open a case by hand, in which the tools of what is linked take part, too.

    Raises NotAllowed, also where an advisory has a case, or where numbers cannot be told.
    """
    who = await said(greenroom, by)
    owners = await agreed(greenroom, links, by=by, agreed_by=agreed_by)
    tools = {*tools, *(each.tool for each in owners)}
    known_tools(greenroom, tools)
    numbers = await numbers_of(greenroom)
    return await greenroom.database.write(
        partial(_opened, tools=sorted(tools), owners=owners, numbers=numbers, who=who)
    )


async def close_case(greenroom: Greenroom, number: int, *, by: str) -> StoredCase:
    """End a case of which no advisory is open any more. Raises NotAllowed and NoSuchCase."""
    who = await said(greenroom, by)
    for link in (await greenroom.database.read(partial(cases.case, number=number))).links:
        looked = await greenroom.reader.advisory(link.repo, link.ghsa)
        if not isinstance(looked, Known) or looked.value.is_open:
            raise NotAllowed(f"case {number} ends when the advisories that are linked to it are published or closed")
    return await greenroom.database.write(partial(_ended, number=number, who=who))


def _opened(
    conn: Connection, *, tools: list[str], owners: tuple[Agreed, ...], numbers: Numbers, who: Said
) -> StoredCase:
    links = tuple(each.advisory for each in owners)
    for link in links:
        if (existing := cases.case_of(conn, link.ghsa)) is not None:
            raise NotAllowed(f"an advisory has one case for ever, and this one has case {existing}")
        is_free(link, numbers)
    number = max(numbers.highest, cases.highest_number(conn)) + 1
    invited = [Participant(tool=tool, why=BY_HAND) for tool in tools]
    cases.open_case(conn, number=number, links=links, participants=invited, now=who.at, by=who.by)
    for link in links:
        advisories.forget(conn, link.repo, link.ghsa)  # from now on it is looked at with its case
    scope = "; ".join(["a case is opened", *(f"for {each.tool} {each.by} agrees" for each in owners)])
    audit.decided(conn, CaseKey(number), kind="case", scope=scope, by=who.by, at=who.at)
    return _looked_at(conn, number, who.at)


def _ended(conn: Connection, *, number: int, who: Said) -> StoredCase:
    cases.end_by_hand(conn, number, who.at)
    audit.decided(conn, CaseKey(number), kind="case", scope="a case is over", by=who.by, at=who.at)
    return _looked_at(conn, number, who.at)


def _looked_at(conn: Connection, number: int, now: datetime) -> StoredCase:
    work.mark(conn, [CaseKey(number)], due=now, priority=work.PROMPT)
    return cases.case(conn, number)
