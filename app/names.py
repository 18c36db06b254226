"""Under which names do we look today at what people and deliveries name?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import Connection

from app.domain.ids import CaseKey, Key, RepoName, TimerKey
from app.domain.records import Whereabouts
from app.policy_file import PolicyInForce
from app.store import repositories
from app.store.database import Database
from policies.config import PolicyFile


K = TypeVar("K", bound=Key)


class Names:
    """Follows repositories that get other names: the policy in force speaks of them by their names of today."""

    def __init__(self, database: Database, policy: PolicyInForce) -> None:
        self._database, self._policy = database, policy
        self._former: Mapping[RepoName, RepoName] = MappingProxyType({})

    async def refresh(self) -> None:
        """Whoever swept last, another instance perhaps, may have seen new names."""
        written = self._policy.written().file
        self._former, found = await self._database.read(partial(_read, written=written))
        self._policy.follow(found)

    def today(self, key: K) -> K:
        """The key of the same thing under its repository's present name."""
        if isinstance(key, TimerKey | CaseKey) or key.repo not in self._former:
            return key
        return replace(key, repo=self._former[key.repo])


def _read(conn: Connection, written: PolicyFile) -> tuple[Mapping[RepoName, RepoName], Mapping[RepoName, Whereabouts]]:
    found = repositories.whereabouts(conn, written.repositories(), written.repository_ids)
    return repositories.former(conn), found
