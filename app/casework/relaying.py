"""Who says that comments go between a linked advisory and the mirror of a case, and that they stop?

The reporter reads the source, the mirror has more readers, and nothing that was copied can be deleted. So each way
needs two yeses: a coordinator's, and one of the source's own people. Either of them ends it.
"""

from __future__ import annotations

from functools import partial
from itertools import product

from sqlalchemy import Connection

from app.casework.saying import Said, is_open, said, speaks_for
from app.domain.cases import DIRECTIONS, StoredCase
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa
from app.domain.talks import Way
from app.halting import NotAllowed
from app.main import Greenroom
from app.store import audit, cases, relays, work
from app.store.relays import Yes


async def begin(greenroom: Greenroom, way: Way, *, by: str) -> StoredCase:
    """Say yes to one way, for whomever it is theirs to say. Raises NotAllowed and NoSuchCase."""
    yeses = await _yeses(greenroom, way, by)
    return await greenroom.database.write(partial(_begun, way=way, yeses=yeses))


async def end(greenroom: Greenroom, way: Way, *, by: str) -> StoredCase:
    """No more comments go that way. Raises NotAllowed and NoSuchCase."""
    [who, *_] = (await _yeses(greenroom, way, by)).values()
    return await greenroom.database.write(partial(_ended, way=way, who=who))


async def everywhere(greenroom: Greenroom, number: int, *, is_on: bool, by: str) -> None:
    """A coordinator's word about every advisory that is linked now, and both ways. Raises NotAllowed and NoSuchCase.

    Nobody says the other yes by it: the people of each advisory say theirs of each way.
    """
    who = await said(greenroom, by)
    case = is_open(await greenroom.database.read(partial(cases.case, number=number)))
    if not case.links:
        raise NotAllowed(f"no advisory is linked to case {number}, so there are no comments to relay")
    there = await greenroom.database.read(partial(relays.of_case, number=number))
    for link, direction in product(case.links, DIRECTIONS):
        way = Way(case=number, ghsa=link.ghsa, direction=direction)
        if is_on:
            yes: dict[Yes, Said] = {"confirmed_by": who}
            await greenroom.database.write(partial(_begun, way=way, yeses=yes))
        elif any((each.ghsa, each.direction, each.ended_at) == (link.ghsa, direction, None) for each in there):
            await end(greenroom, way, by=by)


async def _yeses(greenroom: Greenroom, way: Way, by: str) -> dict[Yes, Said]:
    """For whom does somebody speak? Who is both, a coordinator and one of the source's people, says both."""
    case = is_open(await greenroom.database.read(partial(cases.case, number=way.case)))
    owner = greenroom.policy.current().file.tool_of(_link(case, way.ghsa).repo)
    own = await speaks_for(greenroom, owner, by) if owner else None
    yeses: dict[Yes, Said] = {"agreed_by": own} if own else {}
    try:
        yeses["confirmed_by"] = await said(greenroom, by)
    except NotAllowed:
        if not yeses:
            raise
    return yeses


def _begun(conn: Connection, *, way: Way, yeses: dict[Yes, Said]) -> StoredCase:
    for yes, who in yeses.items():
        relays.say(conn, way, yes, by=who.by, at=who.at)
    return _changed(conn, way, "yes", who)


def _ended(conn: Connection, *, way: Way, who: Said) -> StoredCase:
    if not relays.end(conn, way, by=who.by, at=who.at):
        raise NotAllowed(f"no comments go {way.direction} there")
    return _changed(conn, way, "no more", who)


def _changed(conn: Connection, way: Way, what: str, who: Said) -> StoredCase:
    audit.decided(
        conn, CaseKey(way.case), kind="relay", scope=f"comments {way.direction}: {what}", by=who.by, at=who.at
    )
    work.mark(conn, [CaseKey(way.case)], due=who.at, priority=work.PROMPT)
    return cases.case(conn, way.case)


def _link(case: StoredCase, ghsa: Ghsa) -> AdvisoryKey:
    found = next((link for link in case.links if link.ghsa == ghsa), None)
    if found is None:
        shown = f"greenroom case show {case.number}"
        raise NotAllowed(f"that advisory is not linked to case {case.number}; {shown} says which are")
    return found
