"""What if the repository of an issue was made public at the very moment of a write?

Whether it is private is looked at shortly before each write to it and again right after. A write that went to a public
repository is not concluded, so the next look finds it here: the text is taken out again. The history of edits stays,
since GitHub lets only people delete it (GitHub: "Tracking changes in a comment").

Taking our own text out is owed whatever policy says by then: whoever is paged may well stop everything else first.
"""

from __future__ import annotations

from datetime import timedelta

from app.domain.actions import BlankMirror, CloseMirror, OpenMirror, RelayComment, UpdateMirror
from app.domain.facts import Known
from app.domain.mirrors import Mirror
from app.reconcile.digests import Digests
from app.reconcile.gates import fingerprints
from app.reconcile.plan import Conclude, Step
from app.reconcile.snapshot import CaseSnapshot, Standpoint
from policies.config import Coordination

GONE = (
    "its text was taken out, as it is where the repository was public when it was written. GitHub keeps the edit "
    "history of an issue: delete the revision there, and restore the text once the repository is private"
)
TRY_AGAIN = timedelta(minutes=5)  # after a refusal; until then everybody can read it
_CARRY_TEXT = frozenset(action.kind for action in (OpenMirror, UpdateMirror, CloseMirror, BlankMirror, RelayComment))


def blanking(snapshot: CaseSnapshot, coordination: Coordination) -> BlankMirror | None:
    """What takes a text out that was written to an issue which is public now."""
    mirror = _public_issue(snapshot, coordination)
    if mirror is None or not mirror.description or not any(each.kind in _CARRY_TEXT for each in snapshot.unresolved):
        return None
    return BlankMirror(
        case=snapshot.case.number,
        repo=coordination.repository,
        mirror=mirror.id,
        reason="the repository was made public while it was written",
    )


def step(action: BlankMirror, snapshot: CaseSnapshot, at: Standpoint, digests: Digests) -> Step:
    """It needs neither a mode nor an approval. The kill switch holds, and what was in vain is not tried at once."""
    if not at.writes_enabled:
        return Step(action=action, gate="off", why_not="GREENROOM_WRITES is off")
    if at.brakes.off:
        return Step(action=action, gate="off", why_not=at.brakes.off)
    prints = fingerprints(action, digests)
    for attempt in snapshot.attempts:
        if attempt.fingerprint in prints and at.now - attempt.at < TRY_AGAIN:
            return Step(action=action, gate="blocked", why_not=attempt.reason)
    return Step(action=action, gate="go")


def blanked(
    snapshot: CaseSnapshot, coordination: Coordination, at: Standpoint, settling: timedelta
) -> tuple[Conclude, ...]:
    """What became of the writes to an issue that is empty by now. One that is late could still bring the text back."""
    mirror = _public_issue(snapshot, coordination)
    if mirror is None or mirror.description:
        return ()
    settled = (intent for intent in snapshot.unresolved if at.now >= intent.at + settling)
    return tuple(Conclude(intent=intent.id, outcome="done") for intent in settled)


def is_blank(mirror: Mirror) -> bool:
    """Was the text of this issue taken out?"""
    return mirror.store == "issue" and mirror.is_ours and not mirror.description.strip()


def _public_issue(snapshot: CaseSnapshot, coordination: Coordination) -> Mirror | None:
    looked, found = snapshot.coordination.coordination, snapshot.mirror
    if not isinstance(looked, Known) or looked.value.repository.private or not isinstance(found, Known):
        return None
    mirror = found.value
    return mirror if coordination.store == "issue" and mirror is not None and mirror.is_ours else None
