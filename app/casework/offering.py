"""Which way is a field to go in which a mirror and its sources differ, and when is a frozen mirror written anew?

An advisory of a project is changed only by a word of its own people; a coordinator speaks for the mirror.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.casework.saying import Said, is_open, said, speaks_for
from app.domain.cases import CaseEvent, StoredCase
from app.domain.facts import Known
from app.domain.ids import CaseKey
from app.domain.mirrors import Mirror
from app.domain.offers import MIRROR, Difference, Direction, Offer
from app.domain.records import Baseline
from app.halting import NotAllowed
from app.main import Greenroom
from app.reconcile.body import Body, Tampered, record_of
from app.reconcile.case_record import case_of_record, claimed
from app.reconcile.digests import Digests
from app.reconcile.mirror import foreign, is_unread
from app.reconcile.outrun import is_outrun
from app.reconcile.plan import Plan
from app.reconcile.snapshot import CaseSnapshot
from app.store import audit, cases, catching_up, offers, timeline, work

_UNBOUND = Baseline(key_id="", digest="")  # whatever the broken mirror says by then: nothing of it is overwritten


async def offer(greenroom: Greenroom, number: int, field: str, direction: Direction, *, by: str) -> StoredCase:
    """Say which way a field is to go. It is done at the next look, and lapses where a side changes before.

    Raises NotAllowed, NoSuchCase and RetryLater.
    """
    _, plan = await _looked_at(greenroom, number)
    difference = _difference(plan, field)
    who = await _own_people(greenroom, difference, by) if direction == "to-source" else await said(greenroom, by)
    yes = Offer(
        field=difference.field,
        direction=direction,
        source=difference.source,
        mirror=difference.mirror,
        target=difference.target if direction == "to-source" else None,
        by=who.by,
        at=who.at,
    )
    return await greenroom.database.write(partial(_said, number=number, yes=yes, scope=f"{yes.field}: {direction}"))


async def restore(greenroom: Greenroom, number: int, *, by: str, alone: bool = False) -> StoredCase:
    """Have our part of a frozen mirror written anew, or confirm a case that came back from its mirror.

    What comes back only now from a text that somebody had brought back is confirmed by doing it once more. `alone`:
    also where the broken record names advisories that are not linked, which then open cases of their own. Raises
    NotAllowed, NoSuchCase and RetryLater.
    """
    who = await said(greenroom, by)
    snapshot, _ = await _looked_at(greenroom, number)
    mirror = snapshot.mirror.value if isinstance(snapshot.mirror, Known) else None
    if mirror is None:
        raise NotAllowed(f"the mirror of case {number} cannot be seen now, so nobody can tell what is to be restored")
    if not _is_frozen(snapshot, mirror, greenroom.digests):
        if snapshot.case.unconfirmed_since is None:
            raise NotAllowed(f"the mirror of case {number} is not frozen")
        return await greenroom.database.write(partial(_confirmed, number=number, who=who))
    is_old = is_unread(snapshot.case) or is_outrun(snapshot, mirror, greenroom.digests)
    before = _remembered(snapshot.case, mirror, greenroom) if is_old else None
    if is_unread(snapshot.case) and before is None:
        _is_complete(snapshot.case, mirror, alone=alone)
    yes = Offer(
        field=MIRROR, direction="to-mirror", source=_UNBOUND, mirror=_UNBOUND, target=None, by=who.by, at=who.at
    )
    return await greenroom.database.write(partial(_restored, number=number, yes=yes, before=before))


async def _looked_at(greenroom: Greenroom, number: int) -> tuple[CaseSnapshot, Plan]:
    """The case as it is now on GitHub."""
    is_open(await greenroom.database.read(partial(cases.case, number=number)))
    snapshot, plan = await greenroom.reconciler.look(CaseKey(number))
    if not isinstance(snapshot, CaseSnapshot):
        raise NotAllowed(f"case {number} cannot be looked at")
    if plan.cannot_tell:
        raise NotAllowed(f"cannot tell what both sides say now: {'; '.join(plan.cannot_tell)}")
    return snapshot, plan


def _difference(plan: Plan, field: str) -> Difference:
    for each in plan.differences:
        if each.field.lower() == field.lower():
            return each
    differ = ", ".join(each.field for each in plan.differences) or "nothing"
    raise NotAllowed(f"both sides say the same of {field}, or it is followed by itself; what differs is {differ}")


async def _own_people(greenroom: Greenroom, difference: Difference, by: str) -> Said:
    """A coordinator's word is not enough here."""
    if difference.target is None:
        raise NotAllowed(difference.why_not)
    tool = greenroom.policy.current().file.tool_of(difference.target.repo)
    own = await speaks_for(greenroom, tool, by) if tool else None
    if own is None:
        repo = difference.target.repo
        raise NotAllowed(
            f"{by or 'nobody'} is not known to speak for {tool or repo}; only its own people change {repo}"
        )
    return own


def _is_frozen(snapshot: CaseSnapshot, mirror: Mirror, digests: Digests) -> bool:
    """Is there something that writing our part anew mends?"""
    if mirror.state != "open" or not mirror.is_ours or snapshot.case.mirror != mirror.id:
        return False
    if is_unread(snapshot.case) or foreign(snapshot.case, mirror, digests) or is_outrun(snapshot, mirror, digests):
        return True
    try:
        return Body.parse(mirror.description, digests).record.sequence < snapshot.case.sequence
    except Tampered:
        return True


def _remembered(case: StoredCase, mirror: Mirror, greenroom: Greenroom) -> StoredCase | None:
    """What the mirror says of the case, where somebody brought back a text that we had signed."""
    record = record_of(mirror, greenroom.digests)
    if record is None or (record.case, record.mirror) != (case.number, str(mirror.id)):
        return None
    return case_of_record(record, now=greenroom.reconciler.now(), closed=False)


def _is_complete(case: StoredCase, mirror: Mirror, *, alone: bool) -> None:
    """Does the database know what to write? Raises NotAllowed."""
    if not case.present:
        how = "greenroom case invite N TOOL --by LOGIN says who does"
        raise NotAllowed(f"nobody takes part in case {case.number} yet; {how}")
    missing = sorted(claimed(mirror.description).ghsas - {str(link.ghsa) for link in case.links})
    if missing and not alone:
        named = f"its broken record names {', '.join(missing)}"
        how = "greenroom case link N OWNER/REPO/GHSA --by LOGIN links what is right; say --alone where nothing of it is"
        raise NotAllowed(f"{named}; {how}")


def _said(conn: Connection, *, number: int, yes: Offer, scope: str) -> StoredCase:
    """All of it in one transaction, with a row in the audit, and the case is looked at."""
    offers.say(conn, number, yes)
    timeline.add(conn, number, CaseEvent(at=yes.at, what="offer", detail=scope, by=yes.by))
    audit.decided(conn, CaseKey(number), kind="case", scope=f"offer: {scope}", by=yes.by, at=yes.at)
    work.mark(conn, [CaseKey(number)], due=yes.at, priority=work.PROMPT)
    return cases.case(conn, number)


def _restored(conn: Connection, *, number: int, yes: Offer, before: StoredCase | None) -> StoredCase:
    if before is not None and is_unread(cases.case(conn, number)):
        cases.fill(conn, before)
    elif before is not None:
        catching_up.catch_up(conn, before, by=yes.by, now=yes.at)
    else:
        cases.confirm(conn, number, by=yes.by, now=yes.at)
    return _said(conn, number=number, yes=yes, scope="mirror: restore")


def _confirmed(conn: Connection, *, number: int, who: Said) -> StoredCase:
    cases.confirm(conn, number, by=who.by, now=who.at)
    audit.decided(conn, CaseKey(number), kind="case", scope="what its mirror remembers", by=who.by, at=who.at)
    work.mark(conn, [CaseKey(number)], due=who.at, priority=work.PROMPT)
    return cases.case(conn, number)
