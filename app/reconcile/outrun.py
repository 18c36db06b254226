"""Did a mirror get further than the database knows, as after a backup of the database was put back?

Each state of a mirror that we wrote has a number, and what we wrote last is written down once GitHub shows it. A record
that we signed and that is newer was written by whoever had the database that is gone: what this one says of the case is
old, so nothing may be done by it.
"""

from __future__ import annotations

from app.domain.actions import OpenMirror, UpdateMirror
from app.domain.mirrors import Mirror
from app.reconcile.body import Body, Tampered
from app.reconcile.digests import Digests
from app.reconcile.mirror import is_unread
from app.reconcile.snapshot import CaseSnapshot

WHY = "its record is newer than what is known here, as after a backup was restored"


def is_outrun(snapshot: CaseSnapshot, mirror: Mirror, digests: Digests) -> bool:
    """One write may have arrived whose answer was lost. Nobody asked a case for more before its mirror was seen."""
    case = snapshot.case
    try:
        record = Body.parse(mirror.description, digests).record
    except Tampered:
        return False
    lost = any(each.kind in {OpenMirror.kind, UpdateMirror.kind} for each in snapshot.unresolved)
    may_be_one_more = lost and case.unconfirmed_since is None
    return not is_unread(case) and record.sequence > max(case.sequence, 1) + may_be_one_more
