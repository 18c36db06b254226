"""What do we know of the world, and what can we not tell?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeAlias, TypeVar

from app.domain.delivery import Silence
from app.domain.ids import Ghsa, Person, RepoName, Team

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Generic[T]):
    """A well-formed answer, and when it was given (UTC)."""

    value: T
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole(Known[T]):
    """A list that leaves nothing out, where others may hold only what is open."""


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """The question has no meaning here, such as PVR of a private repository.

    `unasked` where it was not asked yet since this process began: what was known before goes on.
    """

    reason: str
    unasked: bool = False


@dataclass(frozen=True, slots=True)
class CannotTell:
    """We could not find out. Never a pass, a finding, a write or a close.

    `lasts` where GitHub answered, and looking again will tell no more until people change what is there. `lacks` is the
    permission that is missing, where GitHub's own list of what an account granted does not have it.
    """

    reason: str
    lasts: bool = False
    lacks: str | None = field(default=None, compare=False)


Fact: TypeAlias = Known[T] | NotApplicable | CannotTell

AdvisoryState = Literal["triage", "draft", "published", "closed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository as GitHub describes it. `id` stays when it is renamed or transferred.

    When it was made and changed last, by GitHub's clock, makes it no other repository.
    """

    id: int
    name: RepoName
    private: bool
    archived: bool = False
    fork: bool = False
    has_issues: bool = False
    has_wiki: bool = False
    has_pages: bool = False
    has_discussions: bool = False
    created_at: datetime | None = field(default=None, compare=False)
    updated_at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The code security configuration attached to a repository.

    An enforced one makes GitHub accept a write and change nothing (GitHub: "Security configuration enforcement").
    """

    id: int
    name: str
    enforced: bool
    private_vulnerability_reporting: Literal["enabled", "disabled", "not_set"]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Vulnerability:
    """One affected package of an advisory."""

    ecosystem: str
    package: str
    vulnerable_version_range: str | None = None
    patched_versions: str | None = None
    vulnerable_functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Advisory:
    """A repository security advisory. All of it is under embargo, so its repr shows nothing.

    `teams` is None where the list may be unreadable (GitHub answers [] without the permission *Members: read*);
    `hides_people` is true where the answer did not say who the people are, so that none is not taken for nobody.
    """

    repo: RepoName
    ghsa: Ghsa
    state: AdvisoryState
    summary: str
    description: str
    severity: str | None = None
    cvss_vector: str | None = None
    cve_id: str | None = None
    cwe_ids: tuple[str, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] = ()
    credits: tuple[tuple[str, str], ...] = ()  # (login, type)
    credited: tuple[tuple[str, str], ...] = ()  # those of them who accepted it
    author: Person | None = None
    people: tuple[Person, ...] = ()
    hides_people: bool = False
    teams: tuple[str, ...] | None = None
    comments: int | None = None  # how many there are, where GitHub says it
    reported_privately: bool = False  # it came in by private vulnerability reporting
    was_refused: bool = False  # it is closed, and was reported privately and never accepted
    created_at: datetime | None = None
    updated_at: datetime | None = None
    published_at: datetime | None = None

    def __repr__(self) -> str:
        return "Advisory(under embargo)"

    @property
    def is_open(self) -> bool:
        """Is somebody still to do something about it in private?"""
        return self.state in {"triage", "draft"}

    @property
    def is_a_reporters(self) -> bool:
        """Did its repository's own people never say yes to it, so that all of it is a reporter's?"""
        return self.state == "triage" or self.was_refused


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinationRepository:
    """The repository that holds mirrors, with everything that could make it leak."""

    repository: Repository
    has_commits: bool
    private_reporting: bool
    has_published_advisories: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The accounts that policy names for something, split by what GitHub says of them today.

    `unconfirmed` are logins that belong to another account by now, or to none: they are added to nothing. `by_team`
    tells who of `people` is in which of the teams that it names.
    """

    people: tuple[Person, ...] = ()
    unconfirmed: tuple[Person, ...] = ()
    by_team: tuple[tuple[Team, tuple[Person, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who was let into one open advisory or mirror, and who of them was named for it.

    `named` are ids of accounts and `named_teams` slugs: those whom policy names, and who wrote the advisory. `people`
    and `teams` are None where GitHub does not say.
    """

    people: tuple[Person, ...] | None
    teams: tuple[str, ...] | None
    named: frozenset[int]
    named_teams: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """Something of a case is public. `since` (UTC) is None where nobody says since when."""

    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Embargo:
    """Until when nothing of a case may be public, as its tools agreed (UTC; None: they did not), and whether it is.

    `public` is about one of its advisories, and None where nothing of that was seen in public. Where `pages` is false,
    its coordinator is paged by the case itself.
    """

    case: int
    until: datetime | None
    public: Fact[Public | None]
    pages: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPolicy:
    """The file that GitHub shows to who wants to report a vulnerability (GitHub: "Adding a security policy").

    `text` is None where there is none to read: a binary file, or one that is not UTF-8.
    """

    path: str
    text: str | None
    source: Literal["repository", "organization default"] = "repository"
    symlink_target: str | None = None  # of a symbolic link whose target was not read
    truncated: bool = False  # GitHub left out the end of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """An App in an account. `selected`: on some of its repositories only. `sees`: this one too? None: not asked."""

    suspended: bool
    selected: bool
    permissions: tuple[tuple[str, str], ...]
    sees: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """How the App's webhook is set up. Whether it is active GitHub does not say there.

    `ours` is the scheme and host at which we are found, as far as somebody said so.
    """

    url: str | None = field(repr=False)
    verifies: bool  # the certificate of that address
    ours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Where the Apps are installed, as far as it concerns one repository. None: nowhere in its account.

    The Hand is *not applicable* where there is none. `silence` is GitHub's, as far as it can be told and this
    repository is where that is told.
    """

    watcher: Presence | None
    hand: Fact[Presence | None]
    webhook: Fact[Webhook]
    silence: Silence | None = None
    is_one_app: bool = False  # the same registration looks and writes


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFacts:
    """All that is observed of one repository. Policies read this and nothing else of GitHub."""

    name: RepoName
    private_reporting: Fact[bool]
    configuration: Fact[Configuration | None]
    advisories: Fact[tuple[Advisory, ...]]
    owners_people: Fact[Roster]  # of the report owner
    published: Fact[tuple[Advisory, ...]] = field(default=NotApplicable("not asked"))  # may be as old as a day
    coordination: Fact[CoordinationRepository] = field(default=NotApplicable("not the coordination repository"))
    security_policy: Fact[SecurityPolicy | None] = field(default=NotApplicable("not asked"))
    owners_roster: Fact[Roster] = field(default=NotApplicable("not asked"))  # all of its people, up to an hour old
    coverage: Fact[Coverage] = field(default=NotApplicable("not asked"))
    readers: Fact[tuple[Readers, ...]] = field(default=NotApplicable("not asked"))  # of each open advisory, or mirror
    embargoes: Fact[tuple[Embargo, ...]] = field(default=NotApplicable("not asked"))  # of its cases
