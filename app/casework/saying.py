"""Who says something about a case, and may they?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app.domain.cases import FARTHEST, StoredCase
from app.domain.facts import Known
from app.halting import NotAllowed, coordinator, is_among
from app.main import Greenroom
from policies.config import People
from policies.nearest import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Somebody's word: who answers for it, as the audit is to name them, and when it was given."""

    by: str
    at: datetime


async def said(greenroom: Greenroom, by: str) -> Said:
    """A coordinator's word. Raises NotAllowed."""
    return Said(by=await coordinator(greenroom, by), at=greenroom.reconciler.now())


async def speaks_for(greenroom: Greenroom, tool: str, by: str) -> Said | None:
    """The word of somebody whom policy names for a tool, by name or as member of a team. None: it is not theirs."""
    at = greenroom.reconciler.now()
    people = greenroom.policy.current().file.tools.get(tool, People())
    if is_among(by, people.users):
        return Said(by=by, at=at)
    for team in people.teams if by else ():
        members = await greenroom.reader.team_members(team)
        if isinstance(members, Known) and is_among(by, members.value):
            return Said(by=by, at=at)
    return None


async def said_for(greenroom: Greenroom, tool: str, by: str) -> Said:
    """The word of somebody who speaks for a tool, or of a coordinator. Raises NotAllowed."""
    if own := await speaks_for(greenroom, tool, by):
        return own
    try:
        return await said(greenroom, by)
    except NotAllowed as error:
        raise NotAllowed(f"{by or 'nobody'} is not known to speak for {tool}, and {error}") from None


def known_tools(greenroom: Greenroom, tools: Collection[str]) -> None:
    """Raises NotAllowed where policy knows one of them not, or where there is none at all."""
    if not tools:
        raise NotAllowed("name at least one tool with --tool, as policy calls it")
    known = greenroom.policy.current().file.tools
    for tool in tools:
        if tool not in known:
            raise NotAllowed(str(Unknown(f"policy knows no tool {tool}", tool, sorted(known))))


def is_to_come(day: date, now: datetime) -> None:
    """Can somebody be asked to answer until that day (UTC)? Raises NotAllowed."""
    if day < now.date():
        raise NotAllowed(f"{day} is over; ask for an answer until a day that is to come")
    is_near(day, now)


def is_near(day: date, now: datetime) -> None:
    """Raises NotAllowed."""
    if day > (now + FARTHEST).date():
        raise NotAllowed(f"{day} is more than five years away; name a day that is nearer")


def is_open(case: StoredCase) -> StoredCase:
    """Raises NotAllowed where it is over."""
    if case.state != "open":
        raise NotAllowed(f"case {case.number} is closed, so nothing of it changes any more but what tools answer")
    return case
