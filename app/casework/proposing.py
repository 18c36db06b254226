"""What does a coordinator say to what somebody asked for in a comment?

Asking changes nothing. A yes does what the coordinator could have typed, under their name; it is done before it is
written down as settled, so that a yes which was cut off can be given again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from app.casework import embargoes, linking, relaying, taking_part
from app.casework.saying import Said, said
from app.domain.cases import GREENROOM, Proposal, StoredCase, Widening
from app.domain.ids import AdvisoryKey, CaseKey, Person, parse_key
from app.main import Greenroom
from app.store import audit, cases, disclosures, proposals, work


async def confirm(greenroom: Greenroom, proposal: int, *, by: str) -> StoredCase:
    """Yes. Raises NotAllowed, NoSuchProposal, and what the change itself raises; then it still waits."""
    who = await said(greenroom, by)
    asked = await greenroom.database.read(partial(proposals.open_one, proposal=proposal))
    await _DONE_BY[asked.what](greenroom, asked, by)
    return await greenroom.database.write(partial(_settled, asked=asked, is_yes=True, who=who))


async def decline(greenroom: Greenroom, proposal: int, *, by: str) -> StoredCase:
    """No: nothing changes. Raises NotAllowed and NoSuchProposal."""
    who = await said(greenroom, by)
    asked = await greenroom.database.read(partial(proposals.open_one, proposal=proposal))
    return await greenroom.database.write(partial(_settled, asked=asked, is_yes=False, who=who))


def _settled(conn: Connection, *, asked: Proposal, is_yes: bool, who: Said) -> StoredCase:
    if asked in proposals.open_ones(conn, asked.case):  # to agree on the hour that we proposed is the answer already
        proposals.settle(conn, asked.id, "confirmed" if is_yes else "declined", by=who.by, at=who.at)
    if asked.asked_by == GREENROOM:
        disclosures.answered(conn, asked.case, who.at)
    scope = f"proposal {asked.id} ({asked.what}): {'yes' if is_yes else 'no'}"
    audit.decided(conn, CaseKey(asked.case), kind="proposal", scope=scope, by=who.by, at=who.at)
    work.mark(conn, [CaseKey(asked.case)], due=who.at, priority=work.PROMPT)
    return cases.case(conn, asked.case)


async def _invite(greenroom: Greenroom, asked: Proposal, by: str) -> None:
    await taking_part.invite(greenroom, asked.case, asked.value, rsvp=None, by=by)


async def _embargo(greenroom: Greenroom, asked: Proposal, by: str) -> None:
    await embargoes.agree(greenroom, asked.case, embargoes.hour(asked.value), by=by)


async def _coordinator(greenroom: Greenroom, asked: Proposal, by: str) -> None:
    await taking_part.name_coordinator(greenroom, asked.case, Person.parse(asked.value), by=by)


async def _link(greenroom: Greenroom, asked: Proposal, by: str) -> None:
    """Who asked for it agrees to it, which is enough where it is an advisory of their own tool."""
    key = parse_key(asked.value)
    if isinstance(key, AdvisoryKey):
        await linking.link(greenroom, asked.case, key, by=by, agreed_by=[str(asked.asked_by)])


async def _relay(greenroom: Greenroom, asked: Proposal, by: str) -> None:
    """The coordinator's yes to every way; the people of each advisory say theirs by themselves."""
    await relaying.everywhere(greenroom, asked.case, is_on=asked.value == "on", by=by)


_DONE_BY: Mapping[Widening, Callable[[Greenroom, Proposal, str], Awaitable[None]]] = {
    "invite": _invite,
    "embargo": _embargo,
    "coordinator": _coordinator,
    "link": _link,
    "relay": _relay,
}
