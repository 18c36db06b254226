"""What is looked at without anybody telling us?

The sweep marks everything, so that a lost delivery costs time and nothing else. Kept: a large account is spread over as
much time as its share of GitHub's limit takes, what policy names first (`pacing.py`, `round_planning.py`). Cases,
candidates and what is seen for the first time never wait for it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.facts import Repository
from app.domain.ids import AdvisoryKey, CaseKey, Key, RepoName, RepositoryKey
from app.domain.records import Notice, Severity
from app.domain.tiers import ADVISORIES, CASES, NAMED, REST
from app.github.errors import RetryLater
from app.github.installations import Installation, lost
from app.github.reader import Reader
from app.names import Names
from app.policy_file.in_force import PolicyInForce
from app.reconcile.digests import Digests
from app.reconcile.lagging import note_lagging
from app.reconcile.rebuilding import Rebuilding
from app.reconcile.taken_names import close_hidden
from app.store import (
    advisories,
    cases,
    freshness,
    last_looks,
    moments,
    notices,
    repositories,
    unheard,
    work,
)
from app.store.database import Database
from app.sweeping import unlooked
from app.sweeping.measuring import Sight, measure, spoken_of
from app.sweeping.pacing import at_a_time
from app.sweeping.poll import polled
from app.sweeping.round_planning import Account, Known, Time, begin_rounds
from app.sweeping.told import Seen, changes, told_events
from app.sweeping.uncovered import compare
from policies.config import Policies, PolicyFile
from policies.naming import matters

log = structlog.get_logger()

COMPLETE_SWEEP = "complete sweep"
CASE = 12  # requests in two minutes, for each case that is open
LISTED = 100  # repositories on a page of GitHub's list of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What the installations list; of `selected` accounts they show a part, and of `hidden` ones nothing just now.

    `unreadable` of them could not be asked; the other hidden ones are suspended.
    """

    asked_at: datetime
    installations: tuple[Installation, ...]
    repositories: tuple[Repository, ...]
    unreadable: int
    selected: frozenset[str]
    hidden: frozenset[str]


class Sweep:
    """Marks keys for the worker."""

    def __init__(
        self,
        *,
        reader: Reader,
        database: Database,
        clock: Clock,
        policy: PolicyInForce,
        names: Names,
        rebuilding: Rebuilding,
        digests: Digests,
        every: timedelta,
        poll_every: timedelta,
    ) -> None:
        """`every` and `poll_every` say how often it is time for a sweep, and for a poll of what is enforced."""
        self._reader, self._database, self._clock = reader, database, clock
        self._policy, self._names, self._rebuilding = policy, names, rebuilding
        self._digests, self._every, self._poll_every = digests, every, poll_every
        self._strangers: frozenset[str] = frozenset()  # whose installations were no business of ours at the last look
        self._seen: Seen | None = None  # by the list before
        self.last_complete: datetime | None = None  # when this instance last listed every installation

    async def sweep(self) -> frozenset[Key]:
        """Mark every repository, open case and candidate. One installation that fails never stops the others.

        Raises RetryLater where even the list of installations cannot be read.
        """
        listed = await self._list()
        seen = Seen(at=listed.asked_at, installations=listed.installations, repositories=listed.repositories)
        await self._database.write(partial(self._meet, seen=seen))
        self._seen = seen
        await self._rebuilding.rebuild(self._policy.current().file)
        await self._names.refresh()
        await compare(self._ours(listed), listed.repositories, self._reader, self._database, self._clock)
        keys = await self._database.write(partial(self._mark, listed=listed))
        left = await self._database.read(work.waiting)
        log.info("sweep", repositories=len(listed.repositories), unreadable=listed.unreadable, waiting=len(left))
        gone = await self._gone(listed)
        if listed.repositories and not listed.unreadable and not gone:
            self.last_complete = self._clock.now()
            await self._database.write(partial(moments.note, name=COMPLETE_SWEEP, at=self.last_complete))
        return keys

    def _ours(self, listed: Listed) -> list[Installation]:
        return [each for each in listed.installations if self._policy.current().concerns(each.account)]

    async def _gone(self, listed: Listed) -> tuple[str, ...]:
        """Accounts that policy names and nothing is seen of any more. Asked after those that moved have their names."""
        seen = await self._database.read(repositories.accounts)
        gone = lost(listed.installations, needed=self._policy.current().file.accounts(), seen=seen)
        for account in gone:
            log.warning("installation.lost", account=account)
        return gone

    async def _list(self) -> Listed:
        found: list[Repository] = []
        unreadable, strangers, selected, hidden = 0, set[str](), set[str](), set[str]()
        asked_at, installations = self._clock.now(), tuple(await self._reader.installations())
        for installation in installations:
            if not self._policy.current().concerns(installation.account):
                strangers.add(installation.account)
            elif installation.suspended:
                hidden.add(installation.account.lower())
                log.warning("installation.suspended", account=installation.account)
            else:
                if installation.repository_selection != "all":
                    selected.add(installation.account.lower())
                try:
                    found += await self._reader.repositories(installation)
                except RetryLater as error:
                    unreadable += 1
                    hidden.add(installation.account.lower())
                    log.warning("installation.unreadable", account=installation.account, reason=str(error))
        for account in sorted(strangers - self._strangers):  # told once, as they stay for years
            log.warning("installation.unknown", account=account)
        self._strangers = frozenset(strangers)
        return Listed(
            asked_at=asked_at,
            installations=installations,
            repositories=tuple(found),
            unreadable=unreadable,
            selected=frozenset(selected),
            hidden=frozenset(hidden),
        )

    def _meet(self, conn: Connection, seen: Seen) -> None:
        now, written = self._clock.now(), self._policy.written()
        met = repositories.meet(conn, seen.repositories, listed_at=seen.at, now=now)
        for change in met.changes:
            log.warning("repository.moved", **change.names())
        if met.changes:
            holders = frozenset(repositories.present(conn).values())
            close_hidden(conn, met.changes, holders, digests=self._digests, now=now)
        _tell(conn, written, now)
        self._compare(conn, seen)

    def _compare(self, conn: Connection, seen: Seen) -> None:
        """What happened since the list before, of which GitHub should have sent deliveries."""
        concerns = self._policy.current().concerns
        ours = {each.account.lower() for each in seen.installations if concerns(each.account)}
        unheard.told(conn, told_events(seen.installations, ours), seen.at)
        if self._seen is not None:
            unheard.saw(conn, changes(self._seen, seen))

    def _mark(self, conn: Connection, listed: Listed) -> frozenset[Key]:
        now, rules = self._clock.now(), self._policy.current().file
        names = {each.name for each in listed.repositories}
        silent = unlooked.silent(conn, listed.repositories, self._declared(), now)
        unlooked.note_silent(conn, silent, self._policy.current(), now)
        missed = repositories.met_by(conn, listed.asked_at) - names - self._declared() - rules.repositories()
        gone = unlooked.gone(conn, missed, _told(names, listed.hidden), now)
        unlooked.note_gone(conn, gone, now)
        urgent: frozenset[Key] = frozenset(
            {
                *(CaseKey(case.number) for case in cases.open_cases(conn)),
                *(AdvisoryKey(each.repo, each.ghsa) for each in advisories.open_advisories(conn) if each.candidate),
            }
        )
        work.mark(conn, urgent, due=now)
        everything = self._all_of(conn, gone.union(each.name for each in silent), listed.selected)
        sight = Sight(everything=everything, listed=names, hidden=listed.hidden, declared=self._declared())
        measure(conn, sight, now)
        known = _known(conn, names)
        open_cases = len(cases.open_cases(conn))
        accounts = tuple(self._accounts(conn, everything, rules, now))
        freshness.keep_rounds(conn, (ADVISORIES, NAMED, REST), [account.name for account in accounts])
        for account in accounts:
            begin_rounds(conn, account, known, self._time(account, rules, open_cases, now))
        note_lagging(conn, self._policy.current(), now)
        return urgent | {RepositoryKey(name) for name in everything}

    def _accounts(
        self, conn: Connection, names: Iterable[RepoName], rules: PolicyFile, now: datetime
    ) -> Iterable[Account]:
        declared, looks = self._declared(), last_looks.open_advisories(conn)
        seen = sorted(looks, key=lambda key: looks[key])
        for account, theirs in _by_account(names).items():
            there = frozenset(theirs)
            yield Account(
                name=account,
                named=[name for name in theirs if name in declared],
                rest=[name for name in theirs if name not in declared],
                owned=frozenset(name for name in theirs if rules.report_owner_of(name, now)),
                advisories=[key for key in seen if key.repo in there],
            )

    def _time(self, account: Account, rules: PolicyFile, open_cases: int, now: datetime) -> Time:
        pace = self._reader.pace(account.name)
        many = sum(name.owner.lower() == account.name for name in polled(rules, now))
        switches = at_a_time(many, per_second=pace.per_second, poll=self._poll_every)
        pages = math.ceil((len(account.named) + len(account.rest)) / LISTED)
        beside = switches / self._poll_every.total_seconds() + pages / self._every.total_seconds()
        is_here = rules.coordination is not None and rules.coordination.repository.owner.lower() == account.name
        hidden = CASE * open_cases / CASES.target.total_seconds() if is_here else 0.0
        return Time(now=now, pace=pace, beside=beside, hidden=hidden, sweep=self._every)

    def _declared(self) -> frozenset[RepoName]:
        return spoken_of(self._policy.current().file)

    def _all_of(self, conn: Connection, without: frozenset[RepoName], selected: frozenset[str]) -> list[RepoName]:
        """What policy speaks of, even when no installation lists it any more; then what we saw, if it is to be seen.

        Where repositories are selected one by one, one that policy names and nobody selected is told by its look.
        """
        declared = self._declared()
        named = {repo for repo in self._policy.current().file.repositories() if repo.owner.lower() in selected}
        names = {*repositories.present(conn).values(), *declared, *named} - without
        return sorted(names, key=lambda name: (name not in declared, str(name).lower()))


def _known(conn: Connection, listed: Iterable[RepoName]) -> Known:
    """By what was looked at and what will be, and not by when it was met: a process may end right after that."""
    looks = last_looks.repositories(conn)
    new = frozenset(listed) - looks.keys() - work.looks_to_come(conn)
    return Known(looks=looks, waiting=work.waiting(conn), new=new)


def _tell(conn: Connection, written: Policies, now: datetime) -> None:
    """People hear once of each name in policy that is another repository's by now, or that its own has no more."""
    found = repositories.whereabouts(conn, written.file.repositories(), written.file.repository_ids)
    told = {str(about): text for about, text in matters(written, found).items()}
    for notice in notices.open_notices(conn):
        if notice.kind == "moved" and notice.about not in told:
            notices.close(conn, "moved", notice.about, now)
    for about, text in told.items():
        # In doubt whether it is ours, every open case stands still.
        severity: Severity = "page" if written.file.is_coordination(RepoName.parse(about)) else "warning"
        notices.tell(conn, Notice(kind="moved", about=about, severity=severity, text=text, since=now))


def _told(names: Iterable[RepoName], hidden: frozenset[str]) -> frozenset[str]:
    """Accounts, in small letters, of which the whole list came. Where nothing is listed nothing is told, either."""
    return frozenset(name.owner.lower() for name in names) - hidden


def _by_account(names: Iterable[RepoName]) -> dict[str, list[RepoName]]:
    accounts: dict[str, list[RepoName]] = defaultdict(list)
    for name in names:
        accounts[name.owner.lower()].append(name)
    return accounts
