"""What did we write down ourselves? Ids, states, times and keyed digests: never the text of an advisory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.facts import AdvisoryState
from app.domain.ids import AdvisoryKey, Ghsa, Key, RepoName


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAdvisory:
    """An open advisory that we saw. `tools` are those it names, sorted; two or more make it a candidate."""

    repo: RepoName
    ghsa: Ghsa
    state: AdvisoryState
    candidate: bool
    tools: tuple[str, ...]
    first_seen: datetime
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A tool in a case, and why it is there."""

    tool: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case. `sequence` counts the states of its mirror that we wrote, so an older one is recognised."""

    number: int
    state: Literal["open", "closed"]
    opened_at: datetime
    closed_at: datetime | None
    mirror: Ghsa | None
    sequence: int
    links: tuple[AdvisoryKey, ...]
    participants: tuple[Participant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The keyed digest of a field's last synced value, and which key made it."""

    key_id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A coordinator's yes to remedies of one kind and direction (`scope`)."""

    scope: str
    plan_id: str
    policy_commit: str
    rules_version: int
    approved_by: str
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A write that we were about to make. Until it is concluded nobody knows whether it happened."""

    id: int
    at: datetime
    key: Key
    kind: str
    scope: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A write that GitHub refused, or accepted without effect: not to be repeated until something changes."""

    key: Key
    fingerprint: str
    outcome: str
    reason: str
    at: datetime
