"""Does a name still lead to the repository that we know by it?

Between two sweeps a repository can be renamed and its name be claimed by a stranger. So the id behind the name is read
before anything is written, as the id behind a login is before a person is added.
"""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection

from app.clock import Clock
from app.domain.facts import Fact, Known, Repository
from app.domain.ids import SWEEP, RepoName
from app.github.errors import RetryLater
from app.github.reader import Reader
from app.reconcile.snapshot import CaseSnapshot, Snapshot
from app.store import repositories, work
from app.store.database import Database
from policies.config import PolicyFile


class Identity:
    """Holds names against the ids that we know."""

    def __init__(self, reader: Reader, database: Database, clock: Clock) -> None:
        self._reader, self._database, self._clock = reader, database, clock

    async def confirm(self, snapshot: Snapshot, repo: RepoName, rules: PolicyFile) -> None:
        """Raises RetryLater unless the name leads to the repository that is meant; a sweep finds out more.

        Meant is the one whose id policy says, else the one that was seen under the name.
        """
        known = rules.repository_ids.get(repo) or await self._database.read(partial(repositories.id_of, repo=repo))
        if known is None:
            await self._database.write(self._sweep)
            raise RetryLater(f"no sweep has met {repo} yet, and policy says no id of it; nothing was sent")
        found = await self._behind(snapshot, repo)
        if not isinstance(found, Known):
            raise RetryLater(f"cannot tell which repository has the name {repo} now: {found.reason}")
        if (found.value.id, found.value.name) != (known, repo):
            await self._database.write(self._sweep)
            raise RetryLater(f"the name {repo} leads to another repository or name than is meant; nothing was sent")

    async def _behind(self, snapshot: Snapshot, repo: RepoName) -> Fact[Repository]:
        if not isinstance(snapshot, CaseSnapshot):
            return await self._reader.repository(repo)
        match snapshot.coordination.coordination:  # read at most a minute ago, or nothing would be written
            case Known(value=coordination, observed_at=at) if coordination.repository.name == repo:
                return Known(value=coordination.repository, observed_at=at)
            case _:
                return await self._reader.repository(repo)

    def _sweep(self, conn: Connection) -> None:
        work.mark(conn, [SWEEP], due=self._clock.now(), priority=work.PROMPT)
