# ruff: noqa: D101 - each class is named after the thing whose JSON it is
"""Which parts of GitHub's JSON do we read, and what must be there?

What has a default may be missing; what may be null says so. All else that GitHub sends is ignored.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from app.domain.facts import AdvisoryState

Id = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(min_length=1)]


class User(msgspec.Struct):
    login: Text
    id: Id


class Account(msgspec.Struct):
    login: str | None = None
    slug: str | None = None  # an enterprise has no login
    type: str | None = None


class Installation(msgspec.Struct):
    id: Id
    account: Account | None = None
    permissions: dict[str, str] = {}
    repository_selection: str = "all"
    suspended_at: str | None = None
    app_slug: str | None = None
    app_id: int | None = None
    events: list[str] = []


class Repository(msgspec.Struct):
    id: Id
    full_name: str
    private: bool
    archived: bool = False
    fork: bool = False
    has_issues: bool | None = None
    has_wiki: bool | None = None
    has_pages: bool | None = None
    has_discussions: bool | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None


class TokenRepository(msgspec.Struct):
    id: Id


class MintedToken(msgspec.Struct, frozen=True, kw_only=True):
    """What GitHub gave for an installation. The token has no length or form to check: GitHub changes both."""

    token: Text
    expires_at: Instant
    permissions: dict[str, str]
    repositories: tuple[TokenRepository, ...] | None = None

    def __repr__(self) -> str:
        return "MintedToken(secret)"


class Registered(msgspec.Struct):
    """An App."""

    permissions: dict[str, str]
    events: list[str]
    slug: str | None = None


class Webhook(msgspec.Struct):
    insecure_ssl: str | float  # without it, it is something else, and tells nothing of an address that is missing
    url: str | None = None


class LoggedDelivery(msgspec.Struct):
    guid: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    delivered_at: Instant
    status: str
    event: str
    action: str | None = None
    installation_id: int | None = None
    repository_id: int | None = None


class Enabled(msgspec.Struct):
    enabled: bool


class Security(msgspec.Struct):
    id: Id
    name: str
    enforcement: Literal["enforced", "unenforced"]
    private_vulnerability_reporting: Literal["enabled", "disabled", "not_set"]


class Attachment(msgspec.Struct):
    status: str
    configuration: Any = None


class Package(msgspec.Struct):
    ecosystem: str
    name: str | None = None


class Vulnerability(msgspec.Struct):
    package: Package | None
    vulnerable_version_range: str | None = None
    patched_versions: str | None = None
    vulnerable_functions: tuple[str, ...] | None = None


class Cvss(msgspec.Struct):
    vector_string: str | None = None


class CvssSeverities(msgspec.Struct):
    cvss_v3: Cvss | None = None
    cvss_v4: Cvss | None = None


class Cwe(msgspec.Struct):
    cwe_id: str


class Credit(msgspec.Struct):
    login: str | None = None
    type: str | None = None


class CreditDetailed(msgspec.Struct):
    user: User | None  # an account that was deleted
    type: str
    state: str | None = None


class Team(msgspec.Struct):
    slug: str


class Author(msgspec.Struct):
    login: Text
    type: str = "User"


class App(msgspec.Struct):
    slug: str | None = None


class Issue(msgspec.Struct):
    number: Id
    repository_url: str
    title: str
    state: Literal["open", "closed"]
    body: str | None = None
    user: Author | None = None  # an account that was deleted
    performed_via_github_app: App | None = None
    pull_request: Any = None
    created_at: Instant | None = None
    updated_at: Instant | None = None
    comments: int | None = None


class Advisory(msgspec.Struct):
    ghsa_id: str
    url: str
    state: AdvisoryState
    summary: str
    comments: int | None = None  # a preview
    description: str | None = None
    severity: str | None = None
    cvss: Cvss | None = None
    cvss_severities: CvssSeverities | None = None
    cve_id: str | None = None
    cwe_ids: tuple[str, ...] | None = None
    cwes: tuple[Cwe, ...] | None = None
    vulnerabilities: tuple[Vulnerability, ...] | None = None
    author: User | None = None
    credits: tuple[Credit, ...] | None = None
    credits_detailed: tuple[CreditDetailed, ...] | None = None
    collaborating_users: tuple[User, ...] | None = None
    collaborating_teams: tuple[Team, ...] | None = None
    submission: dict[str, Any] | None = None
    created_at: Instant | None = None
    updated_at: Instant | None = None
    published_at: Instant | None = None
