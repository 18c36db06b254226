"""How does one key get from what is to what should be?

`look` observes, decides and remembers; `reconcile` also does what may be done. It is run again until nothing is left to
do, so every run starts from what GitHub says now and never from what an earlier run hoped for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from app.clock import Clock
from app.domain.facts import Known
from app.domain.ids import AdvisoryKey, CaseKey, PolicyKey, RepositoryKey
from app.domain.lease import Lease
from app.github.errors import RetryLater
from app.github.reader import Reader
from app.reconcile.apply import Applier
from app.reconcile.decide import decide
from app.reconcile.digests import Digests
from app.reconcile.observe import Observer, record_of
from app.reconcile.plan import OpenCase, Plan
from app.reconcile.remember import remember
from app.reconcile.snapshot import Snapshot, Standpoint
from app.store import approvals, cases
from app.store.database import Database
from policies.config import Policies, PolicyFile

log = structlog.get_logger()

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
        writes_enabled: bool,
        watch_every: timedelta,
    ) -> None:
        self._reader, self._observer, self._applier = reader, observer, applier
        self._database, self._clock, self._digests = database, clock, digests
        self._policies = policies
        self._writes_enabled, self._watch_every = writes_enabled, watch_every

    def now(self) -> datetime:
        return self._clock.now()

    async def look(self, key: Looked) -> tuple[Snapshot, Plan]:
        """Observe, decide and remember. Writes nothing to GitHub. Raises NoSuchCase."""
        policies = self._policies()
        snapshot = await self._observer.observe(key, policies.file)
        plan = decide(snapshot, await self._standpoint(policies), self._digests)
        await self._remember(plan, policies.file)
        self._tell(plan)
        return snapshot, plan

    async def reconcile(self, key: Looked, *, lease: Lease) -> Outcome:
        """Look, and do what may be done. Raises RetryLater, LeaseLost and NoSuchCase."""
        snapshot, plan = await self.look(key)
        done = []
        for step in plan.ready:
            outcome = await self._applier.apply(step, key, lease=lease)
            log.info("action", key=self._digests.pseudonym(key), action=step.action.kind, outcome=outcome)
            done.append(outcome)
        if snapshot.retry_after is not None:
            raise RetryLater("GitHub could not tell everything", after=snapshot.retry_after)
        look_again = self._clock.now() if "done" in done else plan.look_again
        return Outcome(plan=plan, done=tuple(done), look_again=look_again)

    async def _standpoint(self, policies: Policies) -> Standpoint:
        return Standpoint(
            now=self._clock.now(),
            policies=policies,
            approvals=await self._database.read(approvals.approvals),
            writes_enabled=self._writes_enabled,
            watch_every=self._watch_every,
        )

    async def _remember(self, plan: Plan, rules: PolicyFile) -> None:
        opening = [note.link for note in plan.notes if isinstance(note, OpenCase)]
        numbers = await self._numbers(opening, rules) if opening else {}
        await self._database.write(
            partial(remember, plan=plan, numbers=numbers, now=self._clock.now(), digests=self._digests)
        )

    async def _numbers(self, links: list[AdvisoryKey], rules: PolicyFile) -> Mapping[AdvisoryKey, int]:
        """The numbers of cases to open: that of a mirror which names the advisory already, or the next free one.

        The mirrors know every number, the database only those since it was last lost. Where they cannot be read, no
        case is opened, unless mirrors are not enforced and so cannot exist yet.
        """
        highest = await self._database.read(cases.highest_number)
        taken: dict[str, int] = {}
        if rules.coordination is not None:
            mirrors = await self._reader.mirrors(rules.coordination.repository)
            if not isinstance(mirrors, Known) and rules.coordination.mode == "enforce":
                log.warning("case.number_unknown", reason=mirrors.reason)
                return {}
            for mirror in mirrors.value if isinstance(mirrors, Known) else ():
                if record := record_of(mirror, self._digests):
                    taken |= dict.fromkeys(record.links, record.case)
                    highest = max(highest, record.case)
        return {link: taken.get(str(link), highest + place) for place, link in enumerate(links, start=1)}

    def _tell(self, plan: Plan) -> None:
        key = self._digests.pseudonym(plan.key)
        for repo, policy, verdict in plan.verdicts:
            if verdict.pages:
                log.error("page", repository=str(repo), policy=policy, message=verdict.message)
        for reason in plan.cannot_tell:
            log.warning("cannot_tell", key=key, reason=reason)
        for matter in plan.people_must:
            log.warning("people_must", key=key, matter=matter)
