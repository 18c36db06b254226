"""How does one key get from what is to what should be?

`look` observes, decides and remembers; `reconcile` also does what may be done. It is run again until nothing is left to
do, so every run starts from what GitHub says now and never from what an earlier run hoped for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.clock import Clock
from app.domain.actions import BlankMirror, MirrorAction, RelayComment
from app.domain.facts import Known
from app.domain.findings import finding
from app.domain.ids import AdvisoryKey, CaseKey, Key, PolicyKey, RepoName, RepositoryKey, without_ids
from app.domain.lease import Lease
from app.github.errors import RetryLater
from app.github.reader import Reader
from app.reconcile import standing
from app.reconcile.apply import IS_SO, Applier, Exposed
from app.reconcile.body import record_of
from app.reconcile.case_record import claimed
from app.reconcile.decide import decide
from app.reconcile.decide_case import FRESH
from app.reconcile.digests import Digests, renewal
from app.reconcile.gates import gated
from app.reconcile.gauge import Gauge
from app.reconcile.good_look import told_by
from app.reconcile.identity import Identity
from app.reconcile.look import Look
from app.reconcile.observe import Observer
from app.reconcile.plan import HoldersNote, LookAt, Note, OpenCase, Plan, Step
from app.reconcile.rebuilding import is_unread
from app.reconcile.remember import Numbers, remember
from app.reconcile.shipping import vendoring
from app.reconcile.silence import published
from app.reconcile.snapshot import CaseSnapshot, Snapshot, Standpoint
from app.store import approvals, moments, work
from app.store.cases import NoSuchCase
from app.store.database import Database
from policies.config import Policies, PolicyFile

log = structlog.get_logger()

LAG = timedelta(seconds=15)  # how soon a list may show what the thing itself shows already

Looked = RepositoryKey | PolicyKey | AdvisoryKey | CaseKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run did, and when to look again (None: when something happens)."""

    plan: Plan
    done: tuple[str, ...] = ()
    look_again: datetime | None = None


class Reconciler:
    """Looks at keys, and mends what it may."""

    def __init__(
        self,
        *,
        reader: Reader,
        observer: Observer,
        applier: Applier,
        database: Database,
        clock: Clock,
        digests: Digests,
        policies: Callable[[], Policies],
        gauge: Gauge,
        writes_enabled: bool,
        watch_every: timedelta,
    ) -> None:
        self._reader, self._observer, self._applier = reader, observer, applier
        self._database, self._clock, self._digests = database, clock, digests
        self._identity = Identity(reader, database, clock)
        self._policies, self.gauge = policies, gauge
        self._writes_enabled, self._watch_every = writes_enabled, watch_every

    def now(self) -> datetime:
        return self._clock.now()

    async def look(self, key: Looked) -> tuple[Snapshot, Plan]:
        """Observe, decide, and remember what was seen. Writes nothing to GitHub. Raises NoSuchCase and RetryLater."""
        policies, began = self._policies(), self._clock.now()
        snapshot, plan = await self._decide(key, policies, waits=False)
        notes = [note for note in plan.notes if not isinstance(note, HoldersNote)]
        await self._remember(snapshot, plan, notes, policies, began)
        return snapshot, plan

    async def glance(self, key: Looked) -> tuple[Snapshot, Plan]:
        """Observe and decide, and remember nothing: a page changes nothing by being looked at.

        Raises NoSuchCase and RetryLater.
        """
        policies = self._policies()
        snapshot = await self._observer.observe(key, policies.file)
        return snapshot, decide(snapshot, await self._standpoint(key, policies, waits=False), await self._keys())

    async def reconcile(self, key: Looked, *, lease: Lease) -> Outcome:
        """Look, and do what may be done. Raises RetryLater, LeaseLost and NoSuchCase."""
        policies, began = self._policies(), self._clock.now()
        snapshot, plan = await self._decide(key, policies, waits=True)
        lease.check()
        capped = await self._remember(snapshot, plan, _to_act_on(plan.notes, policies.file), policies, began)
        await self.gauge.looked(key, policies, capped, self._clock.now())
        self._tell(plan)
        done: list[str] = []
        for step in plan.ready:
            is_old = self._policies() is not policies or not self._is_fresh(snapshot)
            if is_old or await self._is_held_back(step, key, policies):
                return Outcome(plan=plan, done=tuple(done), look_again=self._clock.now())
            await self._identity.confirm(snapshot, step.action.repo, policies.file)
            try:
                outcome = await self._applier.apply(step, key, snapshot.unresolved, lease=lease)
            except Exposed as exposed:
                await self._page(snapshot, plan, step.action.repo, str(exposed))
                return Outcome(plan=plan, done=tuple(done), look_again=self._clock.now())
            finally:
                if isinstance(step.action, MirrorAction | RelayComment) and step.action.store == "issue":
                    self._observer.forget_coordination()  # what it is now has to be seen before anything else
            about = step.action.key
            log.info(
                "action",
                key=self._digests.pseudonym(about),
                action=step.action.kind,
                outcome=public_outcome(about, outcome),
            )
            done.append(outcome)
        if snapshot.unanswered is not None:
            raise RetryLater(snapshot.unanswered.reason, after=snapshot.unanswered.after)
        # What was tried changed something, or is known to be in vain now; only what was held is as it was.
        tried = any(outcome != IS_SO and not outcome.startswith("held") for outcome in done)
        look_again = self._clock.now() if tried else plan.look_again
        if tried and isinstance(key, PolicyKey):
            await self._look_beside(key)
        if IS_SO in done and not tried:  # the list that we looked at lags behind, and would say the same at once
            look_again = self._clock.now() + LAG
        return Outcome(plan=plan, done=tuple(done), look_again=look_again)

    async def _look_beside(self, key: PolicyKey) -> None:
        """What one policy had written another may have read a moment ago, and would say for ten minutes."""
        keys = [RepositoryKey(key.repo)]
        await self._database.write(partial(work.mark, keys=keys, due=self._clock.now(), priority=work.PROMPT))

    async def held(self, step: Step) -> str | None:
        """Why could this not be sent even if it were allowed, such as where nobody consented? None where it could."""
        if step.gate not in {"go", "unapproved"}:
            return None
        try:
            return await self._applier.why_held(step.action)
        except RetryLater as error:
            return f"cannot tell whether it could be sent: {error}"

    async def _keys(self) -> Digests:
        """Those that we have, and whether somebody wants to take the older ones away."""
        if not self._digests.older:
            return self._digests
        asked = await self._database.read(partial(moments.last, name=renewal(self._digests)))
        return replace(self._digests, renews=asked is not None)

    async def _decide(self, key: Looked, policies: Policies, *, waits: bool) -> tuple[Snapshot, Plan]:
        try:
            snapshot = await self._observer.observe(key, policies.file)
            return snapshot, decide(snapshot, await self._standpoint(key, policies, waits=waits), await self._keys())
        except NoSuchCase:
            raise
        except Exception:
            # A look that fails before it saw anything told nothing either, whatever it was that failed.
            now = self._clock.now()
            blind = partial(standing.failed, key=key, policies=policies, now=now, digests=self._digests)
            await self.gauge.looked(key, policies, await self._database.write(blind), now)
            raise

    async def _page(self, snapshot: Snapshot, plan: Plan, repo: RepoName, message: str) -> None:
        """People must see at once what this write did, whatever the next look finds."""
        told = replace(plan, verdicts=((repo, "coordination-private", finding(message, pages=True)),))
        await self._remember(snapshot, told, (), self._policies(), self._clock.now())
        self._tell(told)

    async def _is_held_back(self, step: Step, key: Looked, policies: Policies) -> bool:
        """Did anything come between deciding and now: others' looks and writes, a yes that was taken back?"""
        if isinstance(step.action, BlankMirror):  # needs no yes
            return False
        at = await self._standpoint(key, policies, waits=False)
        return gated(step.action, "enforce", at, (), self._digests).gate != "go"

    def _is_fresh(self, snapshot: Snapshot) -> bool:
        """Did we look at the coordination repository within a minute before this write?"""
        if not isinstance(snapshot, CaseSnapshot):
            return True
        looked = snapshot.coordination.coordination
        return isinstance(looked, Known) and self._clock.now() - looked.observed_at <= FRESH

    async def _standpoint(self, key: Looked, policies: Policies, *, waits: bool) -> Standpoint:
        now = self._clock.now()
        brakes = self.gauge.reading(key, policies, now, waits=waits)
        said, held_back, graph = await self._database.read(
            lambda conn: (approvals.approvals(conn), brakes(conn), vendoring(conn))
        )
        return Standpoint(
            now=now,
            policies=policies,
            approvals=said,
            writes_enabled=self._writes_enabled,
            brakes=held_back,
            vendoring=graph,
            watch_every=self._watch_every,
        )

    async def _remember(
        self, snapshot: Snapshot, plan: Plan, notes: Sequence[Note], policies: Policies, began: datetime
    ) -> tuple[str, ...]:
        opens = any(isinstance(note, OpenCase) for note in notes)
        numbers = await self.numbers(policies.file) if opens else None
        digests = await self._keys()
        return await self._database.write(
            partial(
                remember,
                plan=plan,
                notes=notes,
                told=told_by(snapshot),
                numbers=numbers,
                policies=policies,
                began=_seen_at(snapshot, began),
                now=self._clock.now(),
                digests=digests,
                happened=tuple(published(snapshot, policies.file, self._clock.now())),
            )
        )

    async def numbers(self, rules: PolicyFile) -> Numbers | None:
        """The case numbers that mirrors carry. They know every number, the database only those since it was last lost.

        None where they cannot be read: then no case is opened, unless mirrors are not enforced and so need none.
        """
        kept = rules.coordination
        if kept is None:
            return Numbers(taken={}, highest=0)
        mirrors = await Look(rules).ask(partial(self._reader.mirrors, kept.repository, kept.store))
        if not isinstance(mirrors, Known):
            return None if kept.mode == "enforce" else Numbers(taken={}, highest=0)
        records = [record for mirror in mirrors.value if (record := record_of(mirror, self._digests))]
        unread = [mirror for mirror in mirrors.value if is_unread(mirror, self._digests)]
        return Numbers(
            taken={ghsa: record.case for record in records for ghsa in record.ghsas},
            highest=max((record.case for record in records), default=0),
            held=tuple((each.id, tuple(claimed(each.description).ghsas)) for each in unread),
        )

    def _tell(self, plan: Plan) -> None:
        """Say that there is something to see. What it is belongs to those who may read it: plan and explain tell."""
        for repo, policy, verdict in plan.verdicts:
            if verdict.pages:
                about = PolicyKey(repo, policy)
                name = self._digests.hidden(about) if verdict.embargoed else self._digests.pseudonym(about)
                log.error("page", key=name, message=without_ids(verdict.message))
        key = self._digests.pseudonym(plan.key)
        for text in plan.pages:
            log.error("page", key=key, message=text)
        if named := set(plan.cannot_tell) - plan.hushed:
            log.warning("cannot_tell", key=key, reasons=len(named))
        if plan.people_must:
            log.warning("people_must", key=key, matters=len(plan.people_must))


def _seen_at(snapshot: Snapshot, began: datetime) -> datetime:
    """How old is what this look saw? Cases share what was seen of their repository up to half a minute before."""
    facts = snapshot.coordination if isinstance(snapshot, CaseSnapshot) else None
    shared = facts.coordination if facts else None
    return min(began, shared.observed_at) if isinstance(shared, Known) else began


def _to_act_on(notes: Sequence[Note], rules: PolicyFile) -> list[Note]:
    """Without looks at what policy does not enforce: they would ask everything once more and mend nothing.

    A plan follows them all the same, to show what would be done.
    """

    def is_idle(key: Key) -> bool:
        return isinstance(key, PolicyKey) and rules.mode_of(key.policy) != "enforce"

    return [
        replace(note, keys=frozenset(key for key in note.keys if not is_idle(key)))
        if isinstance(note, LookAt)
        else note
        for note in notes
    ]


def public_outcome(key: Key, outcome: str) -> str:
    """What a log may say beside the name of a key: of an advisory or a case only the outcome, never who or where."""
    return outcome if isinstance(key, PolicyKey) else outcome.partition(":")[0]
