"""What is to be done about one case and its mirror?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.actions import CloseMirror, OpenMirror, UpdateMirror
from app.domain.facts import Known
from app.domain.findings import Verdict
from app.domain.ids import MirrorId
from app.domain.mirrors import Mirror, store_of
from app.reconcile import access, cve, disclosing, doubles, exposure, half_written, outrun, suggesting
from app.reconcile import mirror as mirrors
from app.reconcile.body import Tampered
from app.reconcile.case_matters import refused, to_settle, unknown_people, waits_for
from app.reconcile.comparing import changed
from app.reconcile.digests import Digests
from app.reconcile.elements import packages
from app.reconcile.frozen import frozen
from app.reconcile.gates import conclusions
from app.reconcile.matter import Matter, sources_of
from app.reconcile.offers import restored
from app.reconcile.plan import AdoptMirror, CloseCase, Conclude, Doubt, EndOffers, Plan, SaveBaselines, Step
from app.reconcile.relaying import relayed
from app.reconcile.snapshot import CaseSnapshot, Standpoint
from app.reconcile.talking import but_replies, talked
from policies import coordination_private
from policies.config import Coordination

# A request whose answer was lost may still take effect: it waited for its turn and its token, was sent, and we gave up
# on it after 30 seconds. Until this long after it was announced nothing is sent again, however often we look.
SETTLING = timedelta(seconds=90)
FRESH = timedelta(seconds=60)  # how old a look at the coordination repository may be before a write to it

NO_REPOSITORY = "policy names no coordination repository that we can tell"


def decide_case(snapshot: CaseSnapshot, at: Standpoint, digests: Digests) -> Plan:
    """The plan for a case. What we cannot tell stops it: nothing is written and nothing is closed."""
    if snapshot.case.state == "closed":
        return Plan(key=snapshot.key)
    seen = disclosing.seen(snapshot, at.now)
    plan = cve.with_ids(_decided_at(seen, at, digests), seen, at, digests)
    return disclosing.told(plan, snapshot, seen, at.policies.file, at.now)


def _decided_at(snapshot: CaseSnapshot, at: Standpoint, digests: Digests) -> Plan:
    coordination = at.policies.file.coordination
    if coordination is None:
        return Plan(key=snapshot.key, cannot_tell=(NO_REPOSITORY,), look_again=at.now + at.watch_every)
    return _decided(snapshot, at, digests, coordination)


def _decided(snapshot: CaseSnapshot, at: Standpoint, digests: Digests, coordination: Coordination) -> Plan:
    privacy = coordination_private.check(snapshot.coordination, at.policies.file, at.now)
    plan = Plan(
        key=snapshot.key,
        verdicts=((coordination.repository, "coordination-private", privacy),),
        look_again=at.now + at.watch_every,
    )
    matter = Matter(snapshot, sources_of(snapshot, at), at, digests, coordination)
    if elsewhere := _elsewhere(snapshot, coordination):
        return replace(plan, cannot_tell=(elsewhere,))
    if why_not := _why_not(snapshot, privacy, at.now):
        return _stopped(plan, matter, why_not)
    unclear = tuple(_unclear(snapshot, coordination))
    if unclear or not isinstance(snapshot.mirror, Known):
        return replace(plan, cannot_tell=unclear)
    plan = replace(plan, people_must=tuple(refused(matter)))
    decided = _kept(plan, matter, snapshot.mirror.value) if snapshot.mirror.value else _opened(plan, matter)
    asked = suggesting.news(snapshot.case.number, snapshot.suggestions, matter.suggested)
    return replace(decided, notes=(*decided.notes, *asked))


def _kept_at(snapshot: CaseSnapshot) -> int | None:
    """The id of the coordination repository, where it could be seen."""
    looked = snapshot.coordination.coordination
    return looked.value.repository.id if isinstance(looked, Known) else None


def _elsewhere(snapshot: CaseSnapshot, coordination: Coordination) -> str | None:
    """Is the mirror in another repository? Where the store is another one too, whoever looked for it says so."""
    case, place = snapshot.case, _kept_at(snapshot)
    if case.mirror is None or case.mirror_in is None or store_of(case.mirror) != coordination.store:
        return None
    if place in {None, case.mirror_in}:
        return None
    kept = f"case {case.number} has its mirror in another repository"
    return f"{kept} than {coordination.repository}, which policy names now, so it is not looked at"


def _why_not(snapshot: CaseSnapshot, privacy: Verdict, now: datetime) -> str | None:
    """Why may nothing be written to the coordination repository now?"""
    looked = snapshot.coordination.coordination
    if privacy.state != "pass" or not isinstance(looked, Known):
        return privacy.message
    return None if now - looked.observed_at <= FRESH else "it was looked at too long ago"


def _stopped(plan: Plan, matter: Matter, why_not: str) -> Plan:
    """Nothing more is written there, but what was written while it was being made public is taken out again."""
    snapshot, coordination = matter.snapshot, matter.coordination
    blank = exposure.blanking(snapshot, coordination)
    empty = isinstance(snapshot.mirror, Known) and snapshot.mirror.value and exposure.is_blank(snapshot.mirror.value)
    steps = (exposure.step(blank, snapshot, matter.at, matter.digests),) if blank else ()
    held = tuple(f"the text of a public issue is not taken out: {step.why_not}" for step in steps if step.gate != "go")
    return replace(
        plan,
        steps=steps,
        notes=exposure.blanked(snapshot, coordination, matter.at, SETTLING),
        people_must=(f"the mirror is frozen: {exposure.GONE}",) if empty else held,
        cannot_tell=(f"nothing is written to {coordination.repository}: {why_not}",),
    )


def _unclear(snapshot: CaseSnapshot, coordination: Coordination) -> Iterator[str]:
    """Without what may nothing be decided? An issue says who is not invited, so it waits until that can be told."""
    yield from (fact.reason for fact in (*snapshot.sources, snapshot.mirror) if not isinstance(fact, Known))
    if coordination.store != "issue":
        return
    if not isinstance(snapshot.always_readers, Known):
        yield f"who reads every case: {snapshot.always_readers.reason}"
    yield from unknown_people(snapshot)


def _opened(plan: Plan, matter: Matter) -> Plan:
    """There is no mirror. Open one, unless a request for it may still be on its way."""
    snapshot = matter.snapshot
    sent = [intent.at for intent in snapshot.unresolved if intent.kind == OpenMirror.kind]
    if sent and matter.at.now < max(sent) + SETTLING:
        return replace(plan, look_again=max(sent) + SETTLING)
    in_vain = tuple(Conclude(intent=each.id, outcome="no effect seen") for each in snapshot.unresolved)
    if matter.is_done:
        return replace(plan, notes=(*in_vain, CloseCase(case=snapshot.case.number)), look_again=None)
    store = matter.coordination.store
    try:
        first = mirrors.opening(
            snapshot.case,
            matter.sources,
            matter.block,
            matter.digests,
            store=store,
            known=packages(matter.at.policies.file),
        )
    except mirrors.TooLong as error:
        unopened = f"the mirror cannot be opened: {error}; shorten the linked advisory"
        return replace(plan, notes=in_vain, people_must=(*plan.people_must, unopened))
    names = ", ".join(each.tool for each in snapshot.case.present)
    why = "an accepted advisory concerns" if matter.sources.linked else "a coordinator opened it for"
    action = OpenMirror(
        case=snapshot.case.number,
        repo=matter.coordination.repository,
        store=store,
        fields=first.fields,
        reason=f"{why} {names}",
    )
    steps = (replace(matter.step(action), synced=first.synced),)
    return replace(plan, steps=steps, notes=in_vain)


def _kept(plan: Plan, matter: Matter, mirror: Mirror) -> Plan:
    """There is a mirror. Keep it in step, let the tools' people in, and close it when everything is done."""
    snapshot = matter.snapshot
    if why := mirrors.foreign(snapshot.case, mirror, matter.digests):
        return frozen(plan, matter, mirror, why)
    if mirror.state != "open":
        return _ended(plan, matter, mirror)
    if exposure.is_blank(mirror):
        return frozen(plan, matter, mirror, exposure.GONE)
    if outrun.is_outrun(snapshot, mirror, matter.digests):
        return _outrun(plan, matter, mirror)
    try:
        sync = _compared(matter, mirror)
    except Tampered as error:
        return frozen(plan, matter, mirror, str(error), has_room=not isinstance(error, mirrors.NoRoom))
    steps = (
        *_updates(matter, mirror.id, sync),
        *map(matter.step, sync.to_source),
        *access.let_in(matter, mirror),
        *access.take_out(matter, mirror),
        *_closing(matter, mirror.id),
        *doubles.closing(matter),
    )
    unclear = (*unknown_people(snapshot), *access.unclear(matter, mirror))
    concluded = () if unclear else conclusions(but_replies(snapshot.unresolved), steps, matter.digests)
    kept = replace(
        plan,
        steps=steps,
        notes=(*concluded, *_learned(matter, mirror, sync), *access.seen_inside(matter, mirror, SETTLING)),
        people_must=(*plan.people_must, *to_settle(matter, sync), *access.to_settle(matter)),
        cannot_tell=unclear,
        differences=sync.differences,
    )
    return relayed(talked(kept, matter, mirror.id, SETTLING), matter, mirror.id, SETTLING)


def _compared(matter: Matter, mirror: Mirror) -> mirrors.Sync:
    """Raises Tampered."""
    return mirrors.in_step(
        matter.snapshot.case,
        matter.sources,
        mirror,
        matter.block,
        digests=matter.digests,
        baselines=half_written.baselines(matter, mirror),
        offers=matter.snapshot.offers,
        known=packages(matter.at.policies.file),
    )


def _outrun(plan: Plan, matter: Matter, mirror: Mirror) -> Plan:
    case, number = matter.snapshot.case, matter.snapshot.case.number
    doubted = frozen(plan, matter, mirror, outrun.WHY)
    place = _kept_at(matter.snapshot)
    found = AdoptMirror(case=number, mirror=mirror.id, sequence=max(case.sequence, 1), repository=place)
    notes = (Doubt(case=number), *(() if case.mirror == mirror.id else (found,)))
    return replace(doubted, notes=(*doubted.notes, *notes))


def _learned(matter: Matter, mirror: Mirror, sync: mirrors.Sync) -> Iterator[AdoptMirror | SaveBaselines | EndOffers]:
    case = matter.snapshot.case
    yield from restored(case.number, matter.snapshot.offers)
    if sync.over:
        yield sync.over
    place = _kept_at(matter.snapshot)
    if (mirror.id, sync.sequence, place) != (case.mirror, case.sequence, case.mirror_in):
        yield AdoptMirror(case=case.number, mirror=mirror.id, sequence=sync.sequence, repository=place)
    learned = {**half_written.left_by_us(matter, mirror), **sync.adopted}
    if learned or sync.forgotten:
        yield SaveBaselines(case=case.number, values=learned, forgotten=sync.forgotten)


def _ended(plan: Plan, matter: Matter, mirror: Mirror) -> Plan:
    snapshot, steps = matter.snapshot, tuple(doubles.closing(matter))
    plan = replace(plan, steps=steps, notes=conclusions(snapshot.unresolved, steps, matter.digests))
    others = tuple(doubles.for_people(snapshot, is_ended=True))
    if mirror.state == "published":
        return replace(plan, people_must=("the mirror was published", *others))
    if not matter.is_done:
        while_open = ("somebody closed the mirror while a linked advisory is open",)
        return replace(plan, people_must=(*(tuple(waits_for(matter)) or while_open), *others))
    if doubles.may_be_open(snapshot):
        return replace(plan, people_must=others, cannot_tell=tuple(doubles.unclear(snapshot)))
    return replace(plan, notes=(*plan.notes, CloseCase(case=snapshot.case.number)), look_again=None)


def _updates(matter: Matter, mirror: MirrorId, sync: mirrors.Sync) -> Iterator[Step]:
    """None while nobody confirmed what is linked: what was taken out of a case would be copied for its readers."""
    if matter.snapshot.case.unconfirmed_since is not None:
        return
    for update in sync.updates:
        action = UpdateMirror(
            case=matter.snapshot.case.number,
            repo=matter.coordination.repository,
            mirror=mirror,
            fields=update.fields,
            reason=f"the source changed: {changed(update.synced) or 'only our own record'}",
        )
        yield replace(matter.step(action), synced=update.synced)


def _closing(matter: Matter, mirror: MirrorId) -> Iterator[Step]:
    if matter.is_done:
        repo, number = matter.coordination.repository, matter.snapshot.case.number
        by_hand = matter.snapshot.case.over_at is not None
        why = "a coordinator says that it is over" if by_hand else "every linked advisory is done"
        yield matter.step(CloseMirror(case=number, repo=repo, mirror=mirror, reason=why))
