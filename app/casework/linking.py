"""Which advisories belong to a case, and who agrees that they do?

Whatever is linked is copied for people of other tools to read. So a coordinator's word is not enough: somebody who
speaks for the advisory's own tool has to agree. Who says both needs nobody else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection

from app.casework.saying import Said, said, said_for, speaks_for
from app.casework.taking_part import changed
from app.domain.cases import BY_HAND, CaseEvent, Participant, StoredCase
from app.domain.ids import AdvisoryKey
from app.domain.records import KnownAdvisory
from app.halting import NotAllowed
from app.main import Greenroom
from app.reconcile.remember import Numbers
from app.store import advisories, cases, participants, timeline, unlinking, work
from policies.config import People, PolicyFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """An advisory that may belong to a case, and who of its own tool agrees."""

    advisory: AdvisoryKey
    tool: str
    by: str


async def link(
    greenroom: Greenroom, number: int, advisory: AdvisoryKey, *, by: str, agreed_by: Collection[str] = ()
) -> StoredCase:
    """Another advisory belongs to the case: its text is copied, and the case ends with it, too.

    Raises NotAllowed, NoSuchCase and LinkedElsewhere.
    """
    who = await said(greenroom, by)
    [own] = await agreed(greenroom, [advisory], by=by, agreed_by=agreed_by)
    numbers = await numbers_of(greenroom)

    def change(conn: Connection) -> str:
        if cases.case_of(conn, advisory.ghsa) is None:
            is_free(advisory, numbers, of=cases.case(conn, number))
        cases.link_advisory(conn, number, advisory, by=who.by, now=who.at)
        advisories.forget(conn, advisory.repo, advisory.ghsa)  # from now on it is looked at with its case
        if participants.invite(conn, number, Participant(tool=own.tool, why=BY_HAND)):
            timeline.add(conn, number, CaseEvent(at=who.at, what="invited", tool=own.tool, by=who.by))
        return f"an advisory is linked; for {own.tool} {own.by} agrees"

    return await changed(greenroom, number, change, who)


async def unlink(greenroom: Greenroom, number: int, advisory: AdvisoryKey, *, by: str) -> StoredCase:
    """It belongs to the case no more, as its own people or a coordinator say. Raises NotAllowed and NoSuchCase."""
    tool = greenroom.policy.current().file.tool_of(advisory.repo)
    who = await said_for(greenroom, tool, by) if tool else await said(greenroom, by)
    tools = tuple(sorted(greenroom.policy.current().file.tools))
    change = partial(_unlinked, number=number, advisory=advisory, who=who, tools=tools)
    return await changed(greenroom, number, change, who)


async def agreed(
    greenroom: Greenroom, links: Collection[AdvisoryKey], *, by: str, agreed_by: Collection[str]
) -> tuple[Agreed, ...]:
    """May these belong to a case, and who of their own people agrees? Raises NotAllowed."""
    rules = greenroom.policy.current().file
    return tuple([await _agreed(greenroom, each, _tool_of(each, rules), (by, *agreed_by)) for each in links])


async def numbers_of(greenroom: Greenroom) -> Numbers:
    """What mirrors say of themselves. Raises NotAllowed where nobody can tell."""
    numbers = await greenroom.reconciler.numbers(greenroom.policy.current().file)
    if numbers is None:
        raise NotAllowed("which case numbers are taken cannot be told now: GitHub shows no mirrors; try again later")
    return numbers


def is_free(advisory: AdvisoryKey, numbers: Numbers, *, of: StoredCase | None = None) -> None:
    """Does no mirror but that of this case say that it is its own? A second would show it anew. Raises NotAllowed."""
    ghsa = str(advisory.ghsa)
    if (taken := numbers.taken.get(ghsa)) not in {None, of.number if of else None}:
        raise NotAllowed(f"an advisory has one case for ever, and this one has case {taken}")
    if numbers.held_by(ghsa) - {of.mirror if of else None}:
        raise NotAllowed(
            "a mirror names it whose record cannot be trusted, so it may have a case already; greenroom plan says "
            "which, and greenroom case restore N --by LOGIN has its record written anew"
        )


def _tool_of(advisory: AdvisoryKey, rules: PolicyFile) -> str:
    if rules.coordination is not None and advisory.repo == rules.coordination.repository:
        raise NotAllowed(f"what is in {advisory.repo} is the mirror of a case, and never its source")
    if rules.is_sentinel(advisory.ghsa):
        raise NotAllowed("that advisory is a sentinel: it says whether drafts can be seen, and nothing else")
    if (tool := rules.tool_of(advisory.repo)) is None:
        raise NotAllowed(f"{advisory.repo} belongs to no tool that policy knows")
    return tool


async def _agreed(greenroom: Greenroom, advisory: AdvisoryKey, tool: str, names: Collection[str]) -> Agreed:
    for name in names:
        if own := await speaks_for(greenroom, tool, name):
            return Agreed(advisory=advisory, tool=tool, by=own.by)
    people = greenroom.policy.current().file.tools.get(tool, People())
    known = ", ".join([*(person.login for person in people.users), *(f"the team {team}" for team in people.teams)])
    told = f"policy names {known}" if known else "policy names nobody for it"
    raise NotAllowed(
        f"an advisory of {tool} is linked where somebody who speaks for {tool} agrees; say with --agreed-by who; {told}"
    )


def _unlinked(conn: Connection, *, number: int, advisory: AdvisoryKey, who: Said, tools: tuple[str, ...]) -> str:
    if not unlinking.unlink(conn, number, advisory, by=who.by, at=who.at):
        shown = f"greenroom case show {number}"
        raise NotAllowed(f"that advisory is not linked to case {number}; {shown} says which are")
    # From now on only people say where it belongs: no tool that it names is news.
    loose = KnownAdvisory(
        repo=advisory.repo,
        ghsa=advisory.ghsa,
        state="draft",
        candidate=True,
        tools=tools,
        first_seen=who.at,
        observed_at=who.at,
    )
    advisories.remember(conn, loose)
    work.mark(conn, [advisory], due=who.at, priority=work.PROMPT)
    return "an advisory is linked no more"
