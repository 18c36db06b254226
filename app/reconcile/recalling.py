"""What do we remember of a key: earlier writes, its case, what its advisory was?"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from app.domain.facts import Advisory, Fact, Known
from app.domain.ids import AdvisoryKey, Ghsa, Key, PolicyKey, RepositoryKey
from app.domain.records import Attempt, Intent, KnownAdvisory
from app.store import advisories, attempts, audit, cases
from policies.policy import all_policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was written before: of which it is not known what became, and what was in vain."""

    unresolved: tuple[Intent, ...]
    attempts: tuple[Attempt, ...]


def memory_of(conn: Connection, key: Key) -> Memory:
    """What became of earlier writes. A whole repository has those of each policy."""
    keys = [PolicyKey(key.repo, policy.name) for policy in all_policies()] if isinstance(key, RepositoryKey) else [key]
    return Memory(
        unresolved=audit.unresolved(conn, *keys),
        attempts=attempts.attempts(conn, *keys),
    )


def cases_of(conn: Connection, listed: Fact[tuple[Advisory, ...]]) -> dict[Ghsa, int]:
    """To which cases do these belong?"""
    if not isinstance(listed, Known):
        return {}
    found = {each.ghsa: cases.case_of(conn, each.ghsa) for each in listed.value}
    return {ghsa: number for ghsa, number in found.items() if number is not None}


def known_as(conn: Connection, key: AdvisoryKey) -> KnownAdvisory | None:
    """What it was when it was looked at last. None where it is not remembered as open."""
    return next((each for each in advisories.known_open(conn, key.repo) if each.ghsa == key.ghsa), None)
