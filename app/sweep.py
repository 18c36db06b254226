"""What is looked at without anybody telling us?

The sweep marks everything, so that a lost delivery costs time and nothing else. The poll looks at the few switches that
policy enforces and that GitHub is silent about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.facts import Known, Repository
from app.domain.ids import AdvisoryKey, CaseKey, Key, PolicyKey, RepoName, RepositoryKey
from app.github.errors import RetryLater
from app.github.reader import Reader
from app.store import advisories, cases, inbox, repositories, work
from app.store.database import Database
from policies.config import Policies

log = structlog.get_logger()

REMEMBERED = timedelta(days=8)  # deliveries, against replays; GitHub redelivers for three days


class Sweep:
    """Marks keys for the worker."""

    def __init__(self, *, reader: Reader, database: Database, clock: Clock, policies: Callable[[], Policies]) -> None:
        self._reader, self._database, self._clock, self._policies = reader, database, clock, policies
        self.last_complete: datetime | None = None  # when every installation was last listed

    async def sweep(self) -> frozenset[Key]:
        """Mark every repository, open case and candidate. One installation that fails never stops the others.

        Raises RetryLater where even the list of installations cannot be read.
        """
        found: list[Repository] = []
        unreadable = 0
        for installation in await self._reader.installations():
            if not self._policies().file.names_account(installation.account):
                log.warning("installation.unknown", account=installation.account)
            elif installation.suspended:
                log.warning("installation.suspended", account=installation.account)
            else:
                try:
                    found += await self._reader.repositories(installation)
                except RetryLater as error:
                    unreadable += 1
                    log.warning("installation.unreadable", account=installation.account, reason=str(error))
        keys = await self._database.write(partial(self._mark, found=found))
        log.info("sweep", repositories=len(found), unreadable=unreadable)
        if found and not unreadable:
            self.last_complete = self._clock.now()
        return keys

    async def poll(self) -> frozenset[Key]:
        """Read private vulnerability reporting where policy enforces it, and mark what is not as it should be."""
        rules, now = self._policies().file, self._clock.now()
        if rules.mode_of("private-reporting") != "enforce":
            return frozenset()
        wrong: set[Key] = set()
        for repo in {repo for tool in rules.tools.values() for repo in tool.repositories}:
            declared = rules.report_owner_of(repo, now)
            if declared and await self._is_reporting(repo) == (not declared[1].wants_private_reporting):
                wrong.add(PolicyKey(repo, "private-reporting"))
        if wrong:
            await self._database.write(partial(work.mark, keys=wrong, due=now, priority=work.PROMPT))
        return frozenset(wrong)

    async def _is_reporting(self, repo: RepoName) -> bool | None:
        try:
            fact = await self._reader.private_reporting(repo)
        except RetryLater:
            return None  # the next poll is seconds away, and the sweep tells people
        return fact.value if isinstance(fact, Known) else None

    def _mark(self, conn: Connection, found: list[Repository]) -> frozenset[Key]:
        now, rules = self._clock.now(), self._policies().file
        inbox.forget_deliveries(conn, now - REMEMBERED)
        for repository in found:
            repositories.remember(conn, number=repository.id, name=repository.name, now=now)
        # What we saw before, or policy speaks of, is looked at even when no installation lists it any more. GitHub has
        # neither reports nor drafts in archived and private repositories, so those are left out.
        silent = {each.name for each in found if each.archived or each.private}
        names = {*repositories.repositories(conn).values()} - silent
        names |= {repo for tool in rules.tools.values() if tool.report_owner for repo in tool.repositories}
        if rules.coordination:
            names.add(rules.coordination.repository)
        keys: frozenset[Key] = frozenset(
            {
                *(RepositoryKey(name) for name in names),
                *(CaseKey(case.number) for case in cases.open_cases(conn)),
                *(AdvisoryKey(each.repo, each.ghsa) for each in advisories.open_advisories(conn) if each.candidate),
            }
        )
        work.mark(conn, keys, due=now)
        return keys
