"""What was found out about an organization, from outside?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from app.domain.facts import CannotTell, Fact, Known
from app.domain.ids import RepoName

Way = Literal["none", "cannot tell", "security policy", "private reporting", "fork", "archived"]
WAYS: tuple[Way, ...] = ("none", "cannot tell", "security policy", "private reporting", "fork", "archived")

QUESTIONS = ("private_reporting", "security_policy", "published_advisories")


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityPolicy:
    """A SECURITY.md: the repository's own, by its paths, or the one that its organization has for all."""

    paths: tuple[str, ...]
    source: Literal["repository", "organization default"] = "repository"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A public repository as an outsider sees it.

    `has_default`: the organization has a SECURITY.md for it, so strangers are shown one, if it is unknown which.
    """

    name: RepoName
    archived: bool
    fork: bool
    has_default: bool = False
    private_reporting: Fact[bool]
    security_policy: Fact[SecurityPolicy | None]
    published_advisories: Fact[int]

    @property
    def way(self) -> Way:
        """How does a stranger tell its people about a vulnerability in private, as far as can be seen?"""
        if self.archived:
            return "archived"
        if self.fork:
            return "fork"  # what is wrong with it is mostly its source's
        reporting, policy = self.private_reporting, self.security_policy
        if isinstance(reporting, Known) and reporting.value:
            return "private reporting"
        if self.has_default or (isinstance(policy, Known) and policy.value):
            return "security policy"
        return "none" if isinstance(reporting, Known) and isinstance(policy, Known) else "cannot tell"

    def answers(self) -> Iterator[tuple[str, Fact[Any]]]:
        """Each question by its name, with what was answered."""
        for question in QUESTIONS:
            yield question, getattr(self, question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surveyed:
    """An organization and its public repositories. `unlisted` says why there may be more of them."""

    login: str
    repositories: tuple[Seen, ...]
    unlisted: CannotTell | None = None

    @property
    def all_told(self) -> bool:
        return self.unlisted is None and not any(self.untold())

    def untold(self) -> Iterator[tuple[RepoName, str, str]]:
        """Which repository, which question, and why it could not be answered."""
        for repo in self.repositories:
            for question, fact in repo.answers():
                if isinstance(fact, CannotTell):
                    yield repo.name, question, fact.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSurveyed:
    """Nothing was found out: there is no such organization, or GitHub did not say."""

    login: str
    kind: Literal["no such account", "not an organization", "cannot tell"]
    reason: str


Outcome: TypeAlias = Surveyed | NotSurveyed


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole survey, and how it was asked. Times are UTC."""

    github: str
    signed_in: bool
    asked_at: datetime
    ended_at: datetime
    requests: int
    organizations: tuple[Outcome, ...]

    @property
    def surveyed(self) -> tuple[Surveyed, ...]:
        return tuple(each for each in self.organizations if isinstance(each, Surveyed))

    @property
    def not_surveyed(self) -> tuple[NotSurveyed, ...]:
        return tuple(each for each in self.organizations if isinstance(each, NotSurveyed))
