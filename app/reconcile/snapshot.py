"""What was observed for one key, all at once, before anything is decided?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeAlias

from app.domain.acceptances import Acceptance
from app.domain.access import Everywhere, LetIn, TeamLetIn
from app.domain.cases import StoredCase, Suggestion
from app.domain.comments import Discussion
from app.domain.facts import Advisory, Fact, NotApplicable, Public, RepositoryFacts, Roster
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, MirrorId, PolicyKey, RepositoryKey
from app.domain.mirrors import Mirror
from app.domain.offers import Offer
from app.domain.records import Approval, Attempt, Baseline, Intent, KnownAdvisory
from app.domain.talks import Talk
from app.reconcile.accepting import Accepted
from app.reconcile.brakes import Brakes
from policies.config import Policies
from policies.vendoring import Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """What holds for every key: the time, people's rules, and what was approved. Without it nothing can be decided."""

    now: datetime
    policies: Policies
    approvals: Mapping[str, Approval]
    writes_enabled: bool
    brakes: Brakes
    vendoring: Graph
    watch_every: timedelta  # how often candidates and open cases are looked at, since GitHub is silent about drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """GitHub did not answer everything just now. `after` is its own word for when to ask again, if it said one."""

    reason: str
    after: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySnapshot:
    """A repository, and what we remember of its advisories."""

    key: RepositoryKey | PolicyKey
    facts: RepositoryFacts
    known: tuple[KnownAdvisory, ...] = ()
    accepted: Accepted = field(default_factory=dict)
    acceptances: Mapping[str, Acceptance] = field(default_factory=dict)  # by policy
    cases: Mapping[Ghsa, int] = field(default_factory=dict)
    unresolved: tuple[Intent, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    unanswered: Unanswered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisorySnapshot:
    """One advisory."""

    key: AdvisoryKey
    advisory: Fact[Advisory]
    case: int | None = None
    known: KnownAdvisory | None = None
    unresolved: tuple[Intent, ...] = ()  # nothing is written for it by itself
    unanswered: Unanswered | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Whom we let into the mirror of a case, and into others. `staying` is read where somebody is to be taken out:

    coordinators, and who reads every case, by name or by a team.
    """

    let_in: tuple[LetIn, ...] = ()
    teams: tuple[TeamLetIn, ...] = ()
    staying: Fact[Roster] = field(default=NotApplicable("nobody is to be taken out"))
    everywhere: Everywhere = field(default=Everywhere())


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """Another open mirror of a case. Did nobody do anything with it?"""

    mirror: MirrorId
    is_untouched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSnapshot:
    """A case with its linked advisories, its mirror, and the people of the tools in it.

    `mirror` is Known(None) only after the coordination repository was searched for it. `always_readers` are those whom
    policy names as readers of every case, observed where the store lets nobody in by name.
    """

    key: CaseKey
    case: StoredCase
    sources: tuple[Fact[Advisory], ...]  # one for each link, in that order
    coordination: RepositoryFacts
    mirror: Fact[Mirror | None]
    people: Mapping[str, Fact[Roster]]
    baselines: Mapping[str, Baseline]
    suggestions: tuple[Suggestion, ...] = ()
    offers: tuple[Offer, ...] = ()
    doubles: Fact[tuple[Double, ...]] = field(default=NotApplicable("its mirror was opened once"))
    always_readers: Fact[Roster] = field(default=NotApplicable("each advisory names its own readers"))
    discussion: Discussion = field(default=Discussion())
    access: Access = field(default=Access())
    talk: Talk = field(default=Talk())
    listed: Fact[Public | None] = field(default=NotApplicable("not asked"))  # in GitHub's global database
    unresolved: tuple[Intent, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    unanswered: Unanswered | None = None


Snapshot: TypeAlias = RepositorySnapshot | AdvisorySnapshot | CaseSnapshot
