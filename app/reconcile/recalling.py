"""What do we remember of a key: earlier writes, its case, what its advisory was?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from app.domain.acceptances import Acceptance
from app.domain.actions import OpenMirror
from app.domain.cases import StoredCase, Suggestion
from app.domain.delivery import Silence
from app.domain.facts import Advisory, Fact, Known
from app.domain.ids import AdvisoryKey, Ghsa, Key, PolicyKey, RepositoryKey
from app.domain.offers import Offer
from app.domain.records import Attempt, Baseline, Intent, KnownAdvisory
from app.reconcile.accepting import Accepted
from app.reconcile.silence import silence
from app.store import (
    acceptances,
    accepted,
    advisories,
    attempts,
    audit,
    cases,
    embargoes,
    moments,
    offers,
    openings,
    suggestions,
    unheard,
)
from app.store.delivery_log import LOG_READ
from policies.embargo_kept import TOLD_FOR
from policies.policy import all_policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What was written before: of which it is not known what became, and what was in vain."""

    unresolved: tuple[Intent, ...]
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase:
    """What both sides of a case shared last, what is suggested and was offered, how often it may have been opened."""

    baselines: Mapping[str, Baseline]
    suggestions: tuple[Suggestion, ...]
    offers: tuple[Offer, ...]
    openings: int


def held_of(conn: Connection, number: int) -> OfCase:
    """What is held of a case, on one view."""
    return OfCase(
        baselines=cases.baselines(conn, number),
        suggestions=suggestions.suggestions_of(conn, number),
        offers=offers.offers_of(conn, number),
        openings=openings.openings(conn, number, kind=OpenMirror.kind),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRepository:
    """What we remember of a repository: its advisories and cases, and what people accepted of it."""

    writes: Memory
    known: tuple[KnownAdvisory, ...]
    accepted: Accepted
    acceptances: Mapping[str, Acceptance]  # by policy
    cases: Mapping[Ghsa, int]
    under_embargo: tuple[StoredCase, ...]
    silence: Silence | None


def repository_of(
    conn: Connection,
    key: RepositoryKey | PolicyKey,
    listed: Fact[tuple[Advisory, ...]],
    now: datetime,
    *,
    tells_of_webhook: bool,
) -> OfRepository:
    """All of it on one view. `listed` are the repository's advisories."""
    return OfRepository(
        writes=memory_of(conn, key),
        known=advisories.known_open(conn, key.repo),
        accepted=accepted.taken_up(conn, key.repo),
        acceptances=acceptances.in_force(conn, key.repo, now),
        cases=cases_of(conn, listed),
        under_embargo=embargoes.under_embargo(conn, key.repo, since=now - TOLD_FOR),
        silence=silence_now(conn) if tells_of_webhook else None,
    )


def silence_now(conn: Connection) -> Silence | None:
    """Does GitHub send nothing, as far as its log was read?"""
    return silence(unheard.changes(conn), moments.last(conn, LOG_READ))


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
