"""Under which names do we look today at what people and deliveries name?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import Connection

from app.clock import Clock
from app.domain.ids import CaseKey, Key, RepoName, TimerKey
from app.domain.records import Whereabouts
from app.policy_file.in_force import PolicyInForce
from app.store import repositories
from app.store.database import Database
from policies.config import PolicyFile

FRESH_FOR = timedelta(seconds=5)
K = TypeVar("K", bound=Key)


class Names:
    """Follows repositories that get other names: the policy in force speaks of them by their names of today."""

    def __init__(self, database: Database, clock: Clock, policy: PolicyInForce) -> None:
        self._database, self._clock, self._policy = database, clock, policy
        self._written, self._read_at = policy.written().file, clock.now() - FRESH_FOR
        self._former: Mapping[RepoName, RepoName] = MappingProxyType({})

    async def refresh(self) -> None:
        """See the names that were seen last, by another instance perhaps."""
        self._written, self._read_at = self._policy.written().file, self._clock.now()
        self._former, found = await self._database.read(partial(_read, written=self._written))
        self._policy.follow(found)

    async def keep_fresh(self) -> None:
        """The same, if the last time was a while ago. Meanwhile the id behind a name is read before each write."""
        is_fresh = self._clock.now() - self._read_at < FRESH_FOR
        if not is_fresh or self._written is not self._policy.written().file:
            await self.refresh()

    def today(self, key: K) -> K:
        """The key of the same thing under its repository's present name."""
        if isinstance(key, TimerKey | CaseKey) or key.repo not in self._former:
            return key
        return replace(key, repo=self._former[key.repo])


def _read(conn: Connection, written: PolicyFile) -> tuple[Mapping[RepoName, RepoName], Mapping[RepoName, Whereabouts]]:
    found = repositories.whereabouts(conn, written.repositories(), written.repository_ids)
    return repositories.former(conn), found
