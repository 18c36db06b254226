"""What is said on both sides of a case, where comments are relayed?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.domain.cases import Direction, Relay
from app.domain.comments import Comment
from app.domain.facts import Fact, NotApplicable
from app.domain.ids import Ghsa
from app.domain.records import Baseline


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One direction between one linked advisory and the mirror of a case."""

    case: int
    ghsa: Ghsa
    direction: Direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A comment that was copied, into which comment and when, and the keyed digest of what it said then."""

    way: Way
    comment: int
    copy: int
    last: Baseline
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """The comments of a mirror and of the advisories between which some go. Nothing is asked where none do."""

    relays: tuple[Relay, ...] = ()
    copied: tuple[Copied, ...] = ()
    mirror: Fact[tuple[Comment, ...]] = field(default=NotApplicable("no comments are relayed"))
    sources: Mapping[Ghsa, Fact[tuple[Comment, ...]]] = field(default_factory=dict)
