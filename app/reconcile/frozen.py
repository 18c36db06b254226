"""What about a mirror whose own parts are not as we left them?

Nothing is written there and nobody is let in or out, until a coordinator says that our part is to be written anew.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.actions import UpdateMirror
from app.domain.mirrors import Mirror
from app.reconcile import mirror as mirrors
from app.reconcile.gates import conclusions
from app.reconcile.matter import Matter
from app.reconcile.offers import is_restoring
from app.reconcile.plan import Plan

HOW = "greenroom case restore N --by LOGIN has our part written anew, and keeps what people wrote"


def frozen(plan: Plan, matter: Matter, mirror: Mirror, why: str, *, has_room: bool = True) -> Plan:
    """Tell people, or do what a coordinator said."""
    snapshot = matter.snapshot
    if not (has_room and can_be_restored(matter, mirror)):
        return _told(plan, f"the mirror is frozen: {why}")
    if not is_restoring(snapshot.offers):
        return _told(plan, f"the mirror is frozen: {why}; {HOW}")
    try:
        update = mirrors.written_anew(
            snapshot.case,
            matter.sources,
            mirror,
            matter.block,
            digests=matter.digests,
            baselines=snapshot.baselines,
        )
    except mirrors.TooLong as error:
        return _told(plan, f"the mirror stays frozen: {error}")
    action = UpdateMirror(
        case=snapshot.case.number,
        repo=matter.coordination.repository,
        mirror=mirror.id,
        fields=update.fields,
        reason="a coordinator has our part written anew",
    )
    steps = (replace(matter.step(action), synced=update.synced),)
    return replace(plan, steps=steps, notes=conclusions(snapshot.unresolved, steps, matter.digests))


def can_be_restored(matter: Matter, mirror: Mirror) -> bool:
    """Only what our own App opened for this very case, as we wrote down when it did."""
    return mirror.is_ours and mirror.state == "open" and matter.snapshot.case.mirror == mirror.id


def _told(plan: Plan, matter: str) -> Plan:
    return replace(plan, people_must=(*plan.people_must, matter))
