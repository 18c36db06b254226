"""What does the policy file say?

Data only. It is read from a private place, validated as a whole, and an invalid file never replaces the last good one.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from app.domain.facts import Vulnerability
from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.mirrors import Store
from policies.values import LONGEST_EXEMPTION, Day, Days, End, Id, PackageName, Repo, Sentinel, TeamName, User

Mode = Literal["observe", "report", "enforce"]


def _first(value: Any) -> Any:
    """`true` and `1.0` compare equal to 1."""
    if type(value) is int:
        return value
    raise ValueError("write version: 1")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class People(_Part):
    """Who belongs to something: accounts as login:id, and teams, which resolve in their own organization only."""

    users: tuple[User, ...] = ()
    teams: tuple[TeamName, ...] = ()

    @property
    def names_anybody(self) -> bool:
        return bool(self.users or self.teams)


class Coordination(_Part):
    """Where mirrors are kept, and who reads all of them.

    `copies`: is an accepted advisory of one tool a case where others ship copies of it? With `suggest` only one that
    names several tools is, and who ships copies is a suggestion in it.
    """

    repository: Repo
    store: Store = "advisory"
    mode: Mode = "observe"
    copies: Literal["case", "suggest"] = "case"
    always_readers: People = People()

    @model_validator(mode="after")
    def _an_issue_has_readers(self) -> Self:
        if self.store == "issue" and not (self.always_readers.users or self.always_readers.teams):
            raise ValueError(
                "store: issue needs always_readers with at least one account or team: whoever can read the repository "
                "reads every case, so name all who can"
            )
        return self


class Clocks(_Part):
    """How long an owner gives itself."""

    coordinator: Days | None = None
    triage: Days | None = None
    finish: Days | None = None


class ReportOwner(People):
    """Who takes vulnerability reports, and how."""

    takes_reports: Literal["email", "github"]
    contact: str | None = None
    escalation: str | None = Field(default=None, min_length=1)  # whom to turn to when nobody answers
    publishes_on_github: StrictBool = True
    cna: str | None = Field(default=None, min_length=1)  # who assigns its CVE ids
    clocks: Clocks = Clocks()

    @property
    def wants_private_reporting(self) -> bool:
        """An owner who takes reports on GitHub needs PVR on; one who takes them elsewhere needs it off."""
        return self.takes_reports == "github"


class Tenure(_Part):
    """From that day on (UTC), that owner takes the reports."""

    from_: Day = Field(alias="from")
    owner: str


class Tool(People):
    """A packaging tool: its repositories, its packages, and the people who take part for it."""

    repositories: tuple[Repo, ...] = ()
    packages: tuple[PackageName, ...] = ()
    report_owner: tuple[Tenure, ...] = ()


class PolicySettings(_Part):
    """How far a policy may go: count, tell people, or mend."""

    mode: Mode = "observe"


_UNMENTIONED = PolicySettings()


class Exemption(_Part):
    """A finding that somebody accepted until a date.

    `kinds` are words for what was accepted; where there are none, it is what was found when it came into force, which
    may be nothing.
    """

    policy: str
    repository: Repo
    owner: User
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
    until: End = Field(default=None, validate_default=True)
    kinds: tuple[str, ...] = ()

    def is_too_long(self, now: datetime) -> bool:
        """Does it end so late that it is not in force yet?"""
        return self.until > now.astimezone(UTC).date() + LONGEST_EXEMPTION

    def is_in_force(self, now: datetime) -> bool:
        """It lapses at the end of its last day (UTC)."""
        return now.astimezone(UTC).date() <= self.until and not self.is_too_long(now)


class PolicyFile(_Part):
    """All that people decided, in one reviewed file."""

    version: Annotated[Literal[1], BeforeValidator(_first)]
    coordination: Coordination | None = None
    coordinators: People = People()
    report_owners: dict[str, ReportOwner] = {}
    tools: dict[str, Tool] = {}
    policies: dict[str, PolicySettings] = {}
    exemptions: tuple[Exemption, ...] = ()
    repository_ids: dict[Repo, Id] = {}
    sentinels: tuple[Sentinel, ...] = ()

    def mode_of(self, policy: str) -> Mode:
        """A policy that the file does not mention observes."""
        return self.policies.get(policy, _UNMENTIONED).mode

    def names_account(self, account: str) -> bool:
        """Does any of this concern that account? Anybody can install a public App, and be none of our business."""
        return account.lower() in self._accounts

    def accounts(self) -> tuple[str, ...]:
        """Those accounts, that of the coordination repository first: most hangs on it."""
        first = [self.coordination.repository.owner.lower()] if self.coordination else []
        return tuple(dict.fromkeys([*first, *sorted(self._accounts)]))

    def repositories(self) -> frozenset[RepoName]:
        """Every repository that the file names."""
        return self._repositories

    def is_coordination(self, repo: RepoName) -> bool:
        """Is it where mirrors are kept?"""
        return self.coordination is not None and repo == self.coordination.repository

    def tells_of_webhook(self, repo: RepoName) -> bool:
        """Is what is wrong with the App's webhook told there? It is the App's, and somebody has to."""
        return self.is_coordination(repo) or (self.coordination is None and repo in self._repositories)

    def sentinel_of(self, account: str) -> AdvisoryKey | None:
        """The draft that shows whether drafts of an account are visible to us; None where people made none."""
        return next((each for each in self.sentinels if each.repo.owner.lower() == account.lower()), None)

    def is_sentinel(self, ghsa: Ghsa) -> bool:
        return any(each.ghsa == ghsa for each in self.sentinels)

    def tool_of(self, repo: RepoName) -> str | None:
        """Which tool does a repository belong to?"""
        return self._tool_by_repository.get(repo)

    def report_owner_of(self, repo: RepoName, now: datetime) -> tuple[str, ReportOwner] | None:
        """Who takes the reports of a repository at that time? None where its maintainers declared nobody."""
        tool = self.tool_of(repo)
        if tool is None:
            return None
        begun = [tenure for tenure in self.tools[tool].report_owner if tenure.from_ <= now.astimezone(UTC).date()]
        if not begun:
            return None
        owner = max(begun, key=lambda tenure: tenure.from_).owner
        return owner, self.report_owners[owner]

    def tools_named(self, vulnerabilities: tuple[Vulnerability, ...]) -> frozenset[str]:
        """Which tools do the packages of an advisory belong to?"""
        named = {folded(f"{each.ecosystem}:{each.package}") for each in vulnerabilities}
        return frozenset(tool for package in named for tool in self._tools_by_package.get(package, ()))

    def exemption(self, policy: str, repo: RepoName, now: datetime) -> Exemption | None:
        """The exemption in force."""
        return next(
            (
                each
                for each in self.exemptions
                if each.policy == policy and each.repository == repo and each.is_in_force(now)
            ),
            None,
        )

    # Asked for every repository at every look, so they are found at once, however many there are.

    @cached_property
    def _repositories(self) -> frozenset[RepoName]:
        named = {repo for tool in self.tools.values() for repo in tool.repositories}
        named |= {sentinel.repo for sentinel in self.sentinels}
        return frozenset(named | ({self.coordination.repository} if self.coordination else set()))

    @cached_property
    def _accounts(self) -> frozenset[str]:
        return frozenset(repo.owner.lower() for repo in self.repositories())

    @cached_property
    def _tool_by_repository(self) -> Mapping[RepoName, str]:
        # Where two tools name one repository, it is the first one's.
        return {repo: name for name, tool in reversed(self.tools.items()) for repo in tool.repositories}

    @cached_property
    def _tools_by_package(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = defaultdict(frozenset)
        for name, tool in self.tools.items():
            for package in tool.packages:
                found[folded(package)] |= {name}
        return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """A valid policy file, and the name of exactly this version of it.

    `doubts` are names in it whose repository is another one by now, with what people can do; see `policies.naming`.
    """

    file: PolicyFile
    commit: str
    doubts: Mapping[RepoName, str] = field(default_factory=dict)

    def concerns(self, account: str) -> bool:
        """Does any of this concern that account? Anybody can install a public App, and be none of our business."""
        return self.file.names_account(account) or account.lower() in {repo.owner.lower() for repo in self.doubts}

    def accounts(self) -> tuple[str, ...]:
        """Everybody whom that says so of, in the order in which they are asked for what anybody may read."""
        doubted = {repo.owner.lower() for repo in self.doubts}
        return tuple(dict.fromkeys([*self.file.accounts(), *sorted(doubted)]))


def commit_of(text: str) -> str:
    """The name of a local file's version: a digest, as it has no commit."""
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def folded(name: str) -> str:
    """PyPI's names compare by PEP 503, so every ecosystem is folded that way: too many matches, never too few."""
    return re.sub(r"[-_.]+", "-", name).lower()
