"""What work is behind a key?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from math import ceil

from sqlalchemy import Connection

from app.clock import Clock
from app.daily import Daily
from app.domain.ids import (
    DELIVERIES,
    POLICY_PULLS,
    POLL,
    SWEEP,
    AdvisoryKey,
    CaseKey,
    Key,
    PolicyKey,
    RepositoryKey,
    TimerKey,
)
from app.domain.lease import Lease
from app.github.errors import NotAsked
from app.github.limits import Window
from app.github.reader import Reader
from app.health.self_watch import SelfWatch
from app.health.vitals import Vitals
from app.names import Names
from app.policy_file.in_force import PolicyInForce
from app.policy_file.pulls import PolicyPulls
from app.reconcile.reconciler import Reconciler
from app.recovery import Recovery
from app.retiring import Retiring
from app.settings import Settings
from app.store import repositories, sweeps, work
from app.store.cases import NoSuchCase
from app.store.database import Database
from app.sweeping.poll import Poll
from app.sweeping.storms import spread
from app.sweeping.sweep import LISTED
from app.vendoring_looks import VendoringLooks
from policies.policy import all_policies

SHORT = timedelta(seconds=2)  # a wait for GitHub's budget in which nothing else needs to be done


@dataclass(slots=True)
class Handling:
    """Does the work behind a key, and remembers when everything was last seen."""

    settings: Settings
    database: Database
    clock: Clock
    policy: PolicyInForce
    names: Names
    reader: Reader
    poll: Poll
    pulls: PolicyPulls | None
    watch: SelfWatch
    recovery: Recovery
    daily: Daily
    retiring: Retiring
    vitals: Vitals
    vendoring: VendoringLooks
    reconciler: Reconciler
    # Deliveries can ask for a sweep as often as somebody of ours renames something. What its lists cost counts besides.
    sweeps: Window = field(default_factory=lambda: Window(10, timedelta(minutes=10)))

    async def __call__(self, key: Key, lease: Lease) -> datetime | None:
        if await self.policy.refresh():  # a file that switched something off counts at once, whoever read it last
            # Nothing is mended before everything was looked at under what policy says now.
            await self.database.write(partial(work.mark, keys=[SWEEP], due=self.clock.now(), priority=work.PROMPT))
        await self.watch.policy()
        await self.names.keep_fresh()
        if isinstance(key, TimerKey):
            return await self._timer(key, lease)
        if (today := self.names.today(key)) != key:  # its lease is not that of the name under which others look
            await self.database.write(partial(work.mark, keys=[today], due=self.clock.now(), priority=work.PROMPT))
            return None
        if not self._concerns_us(key):
            return None
        if (wait := self.reader.wait(self._account_of(key))) > SHORT:
            await self.database.write(partial(self._put_off, account=self._account_of(key), wait=wait))
            # Waiting here would hold up what is about other accounts.
            raise NotAsked("this installation's minute is used up; nothing was asked", after=wait)
        try:
            return (await self.reconciler.reconcile(key, lease=lease)).look_again
        except NoSuchCase:
            return None

    async def _timer(self, key: TimerKey, lease: Lease) -> datetime | None:
        if key == POLICY_PULLS:
            return await self._pull_requests(lease)
        if key == DELIVERIES:
            return await self.recovery.look()
        await self.daily.do()
        await self.retiring.do(self.vitals.is_time_right)
        if key == POLL:
            if self.pulls:
                await self.database.write(partial(work.mark, keys=[POLICY_PULLS], due=self.clock.now()))
            else:
                await self.watch.pulls({})
            await self.policy.poll()
            await self.watch.policy()
            return await self.poll.poll()
        now, every = self.clock.now(), timedelta(seconds=self.settings.sweep_seconds)
        if wait := self.sweeps.wait(1, now) or await self.database.write(partial(_begin_sweep, every=every, now=now)):
            return now + wait
        self.sweeps.take(1, now)
        await self.watch.sweep()
        await self.vendoring.keep_fresh()
        return self.clock.now() + every

    async def _pull_requests(self, lease: Lease) -> datetime | None:
        try:
            return await self.pulls.look(lease) if self.pulls else None
        finally:
            await self.watch.pulls(self.pulls.untold if self.pulls else {})

    def _put_off(self, conn: Connection, account: str, wait: timedelta) -> None:
        pace, rules = replace(self.reader.pace(account), wait=wait), self.policy.current().file
        spread(conn, account, rules, pace=pace, now=self.clock.now())

    def _account_of(self, key: RepositoryKey | PolicyKey | AdvisoryKey | CaseKey) -> str:
        """In whose installation most of a look is asked."""
        if not isinstance(key, CaseKey):
            return key.repo.owner
        coordination = self.policy.current().file.coordination
        return coordination.repository.owner if coordination else ""

    def _concerns_us(self, key: RepositoryKey | PolicyKey | AdvisoryKey | CaseKey) -> bool:
        """Anybody can install the App, the private forks of advisories show nothing, and policies come and go."""
        if isinstance(key, CaseKey):
            return True
        if isinstance(key, PolicyKey) and key.policy not in {policy.name for policy in all_policies()}:
            return False
        return self.policy.current().concerns(key.repo.owner) and not key.repo.is_temporary_fork


def _begin_sweep(conn: Connection, every: timedelta, now: datetime) -> timedelta:
    """Begin one unless it has to wait, by what it lists of the account that has most. Gives for how long."""
    many = Counter(name.owner.lower() for name in repositories.present(conn).values())
    return sweeps.begin(conn, pages=ceil(max(many.values(), default=1) / LISTED), every=every, now=now)
