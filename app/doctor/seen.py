"""What did the doctor look at?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from app.domain.delivery import Silence
from app.domain.facts import CoordinationRepository, Fact, Webhook
from app.domain.ids import RepoName
from app.domain.mirrors import Mirror, Store
from app.domain.tiers import Freshness
from app.github.installations import Installation
from app.github.itself import Registered
from app.github.roles import Roles
from app.store.begun import NoDatabase
from app.store.sendings import ChannelState
from app.store.uncovered import Uncovered

KeyState: TypeAlias = Literal["accepted", "refused", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSeen:
    """One registration. `keys` by the setting that holds each; `listed` is what an installation shows of policy's."""

    name: str
    keys: Mapping[str, KeyState | str] = field(hash=False)  # another text says why it cannot be told
    registered: Fact[Registered]
    installations: Fact[tuple[Installation, ...]]
    asked: Mapping[str, str] = field(hash=False)
    events: frozenset[str]
    needed_in: tuple[str, ...]  # accounts in which policy needs it
    named: tuple[str, ...]  # accounts that policy names: where the Hand is, they consent
    # by account: what policy names and it does not see, or why that cannot be told
    hidden: Mapping[str, tuple[RepoName, ...] | str] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HookSeen:
    """Deliveries: where they go, by what GitHub says, and when the last one came.

    `failing`: how many of those that GitHub sent last failed one after the other, and when it sent the last. `silence`:
    does it send nothing of what we saw happen?
    """

    webhook: Fact[Webhook]
    public_url: str | None = field(repr=False)
    last_delivery: datetime | None
    failing: Fact[tuple[int, datetime | None]]
    silence: Silence | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeSeen:
    """The coordination repository. `drafts` are what GitHub lists of its advisories."""

    repository: RepoName
    store: Store
    found: Fact[CoordinationRepository]
    drafts: Fact[tuple[Mirror, ...]]
    comments: Fact[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSeen:
    """This machine and what it was told. `free` and `disk` are bytes, None where the database is elsewhere."""

    skew: timedelta | None
    place: str
    is_writable: bool
    free: int | None
    disk: int | None
    policy: str
    mistakes: str | None
    swept_at: datetime | None
    sweep_every: timedelta
    rotates_secret: bool
    digest_keys: int
    missing_for_sign_in: tuple[str, ...]
    origin: str
    channels: tuple[ChannelState, ...]
    writes: str | None  # why they are off
    missing: NoDatabase | None = None  # then nothing that a database says is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """All of it, at one moment."""

    now: datetime
    apps: tuple[AppSeen, ...]
    hook: HookSeen
    roles: Roles
    enforced: tuple[str, ...]  # what policy would have written
    home: HomeSeen | None
    drafts: Mapping[str, str | bool] = field(hash=False)  # by account: shown, or why it cannot be told
    listing: Mapping[str, str | bool] = field(hash=False)  # by account: is the organization's own list offered?
    configurations: tuple[tuple[RepoName, str, str], ...]  # where, how it stands with configuration-agrees, why
    machine: MachineSeen
    fresh: tuple[Freshness, ...] | None = ()  # None where the database did not say
    uncovered: tuple[Uncovered, ...] = ()  # where repositories are selected one by one
