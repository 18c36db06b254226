"""Where do the CVE ids of a case have to go, and is one of them nowhere, or where it does not belong?

An id that a CNA assigned goes to a linked advisory of its tool while that is open, where its own people said so and
none is there. It never replaces another one. A case is not over while an id of it is nowhere: people are told until
they write it or say why not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.domain.actions import MirrorFields, SetCve
from app.domain.cases import CveRequest
from app.domain.facts import Advisory, Known
from app.reconcile.digests import Digests
from app.reconcile.ending import is_out
from app.reconcile.gates import conclusions, gated
from app.reconcile.plan import CloseCase, Conclude, CveWritten, Doubt, Note, Plan, Step
from app.reconcile.snapshot import CaseSnapshot, Standpoint
from policies.config import PolicyFile


def with_ids(plan: Plan, snapshot: CaseSnapshot, at: Standpoint, digests: Digests) -> Plan:
    """The plan of a case, and what follows for its ids."""
    linked = tuple(fact.value for fact in snapshot.sources if isinstance(fact, Known))
    if not snapshot.case.cves or len(linked) < len(snapshot.sources):  # what cannot be seen may show it
        return plan
    rules, over = at.policies.file, snapshot.case.over_at is not None or is_out(snapshot)
    placed = [_Placed(each, linked, rules, over) for each in snapshot.case.cves if each.ended_at is None]
    # A record that we signed may be an old one: what it says was to be written may have been dropped since.
    is_doubted = snapshot.case.unconfirmed_since is not None or any(isinstance(each, Doubt) for each in plan.notes)
    is_held = bool(plan.cannot_tell) or is_doubted
    steps = () if is_held else tuple(_steps(placed, snapshot, at, digests))
    left = tuple(matter for each in placed if (matter := each.matter))
    notes = tuple(_concluded(plan.notes, snapshot, steps, digests))
    if left and any(isinstance(note, CloseCase) for note in notes):
        notes = tuple(note for note in notes if not isinstance(note, CloseCase))
        plan = replace(plan, look_again=at.now + at.watch_every)
    return replace(
        plan,
        steps=(*plan.steps, *steps),
        notes=(*notes, *(found for each in placed if (found := each.written))),
        people_must=(*plan.people_must, *left),
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A request, and where its id is."""

    request: CveRequest
    linked: tuple[Advisory, ...]
    rules: PolicyFile
    over: bool

    @property
    def shown_in(self) -> Advisory | None:
        """Whoever may edit another one, its reporter included, may type any id there: that is not where it belongs."""
        return next((each for each in self.own if each.cve_id and each.cve_id == self.request.cve_id), None)

    @property
    def own(self) -> tuple[Advisory, ...]:
        """Where it belongs: to which it is to go, else those of its tool."""
        of_tool = tuple(each for each in self.linked if self.rules.tool_of(each.repo) == self.request.tool)
        return (self.target,) if self.target else of_tool

    @property
    def is_elsewhere(self) -> bool:
        return bool(self.request.cve_id) and any(each.cve_id == self.request.cve_id for each in self.linked)

    @property
    def others(self) -> bool:
        """Does an advisory to which it would belong show another id?"""
        return any(each.cve_id not in {None, self.request.cve_id} for each in self.own)

    @property
    def target(self) -> Advisory | None:
        return next((each for each in self.linked if each.ghsa == self.request.ghsa), None)

    @property
    def written(self) -> CveWritten | None:
        shown = self.shown_in
        if shown is None or self.request.written_at is not None:
            return None
        return CveWritten(request=self.request, ghsa=shown.ghsa)

    @property
    def action(self) -> SetCve | None:
        request, target = self.request, self.target
        if request.cve_id is None or request.agreed_by is None or request.written_at is not None or target is None:
            return None
        if self.shown_in or target.cve_id is not None or not target.is_open:
            return None
        return SetCve(
            case=request.case,
            repo=target.repo,
            ghsa=target.ghsa,
            fields=MirrorFields(cve_id=request.cve_id),
            was=MirrorFields(clears_cve=True),
            reason=f"{request.cna} assigned it, and the people of {request.tool} want it there",
        )

    @property
    def matter(self) -> str | None:
        """What only people can settle, without saying which id it is."""
        tool = self.request.tool
        if self.shown_in:
            return None
        if self.request.cve_id is None:
            return f"a CVE id for {tool} was asked for, and none is recorded; record or drop it" if self.over else None
        if self.is_elsewhere:
            return f"another advisory of the case shows the CVE id that is recorded for {tool}, and its own does not"
        if self.others:
            return f"the advisory of {tool} shows another CVE id than the one that is recorded"
        if self.request.written_at is not None:
            return f"the CVE id of {tool} was in its advisory, and is not any more"
        return f"the CVE id that is recorded for {tool} is written nowhere" if self.over else None


def _steps(placed: list[_Placed], snapshot: CaseSnapshot, at: Standpoint, digests: Digests) -> Iterator[Step]:
    coordination = at.policies.file.coordination
    for each in placed:
        if coordination is not None and (action := each.action):
            yield gated(action, coordination.mode, at, snapshot.attempts, digests)


def _concluded(
    notes: tuple[Note, ...], snapshot: CaseSnapshot, steps: tuple[Step, ...], digests: Digests
) -> Iterator[Note]:
    """What became of a write of ours is seen here; whoever concluded before knows of none of them."""
    ours = tuple(intent for intent in snapshot.unresolved if intent.kind == SetCve.kind)
    became = {each.intent: each for each in conclusions(ours, steps, digests)}
    for note in notes:
        yield became.get(note.intent, note) if isinstance(note, Conclude) else note
