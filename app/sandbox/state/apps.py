"""Which Apps are registered, where are they installed, and what may a token do?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.sandbox.state.accounts import Organization, User
from app.sandbox.state.repositories import Repository

_LEVELS = ("read", "write", "admin")


@dataclass(slots=True, kw_only=True)
class Registration:
    """An App as it is registered. `webhook_secret` is None where its webhook was never active."""

    id: int
    client_id: str
    slug: str
    name: str
    description: str
    url: str
    owner: Organization
    bot: User
    permissions: dict[str, str]
    events: list[str]
    public_key: str
    private_key: str = field(repr=False)
    more_public_keys: list[str] = field(default_factory=list)  # an App may have several, made one after another
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_url: str | None = None
    client_secret: str = field(default="", repr=False)
    callback_urls: list[str] = field(default_factory=list)  # none: sign-in may lead back anywhere
    webhook_verifies: bool = True
    webhook_is_active: bool = True
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Installation:
    """An App in an organization. `repositories` counts only where the selection is *selected*."""

    id: int
    app: Registration
    account: Organization
    repository_selection: Literal["all", "selected"]
    repositories: set[int] = field(default_factory=set)
    permissions: dict[str, str] = field(default_factory=dict)
    suspended_at: datetime | None = None
    shows_no_drafts: bool = False  # to tokens that may only read
    created_at: datetime

    def covers(self, repository: Repository) -> bool:
        if repository.owner is not self.account:
            return False
        return self.repository_selection == "all" or repository.id in self.repositories


@dataclass(slots=True, kw_only=True)
class Token:
    """What one installation token may do, and until when. `repositories` is None where it was not narrowed."""

    text: str = field(repr=False)
    installation: Installation
    permissions: dict[str, str]
    repositories: frozenset[int] | None
    expires_at: datetime

    def covers(self, repository: Repository) -> bool:
        if not self.installation.covers(repository):
            return False
        return self.repositories is None or repository.id in self.repositories

    def may(self, permission: str, level: str) -> bool:
        return allows(self.permissions, permission, level)


def allows(granted: dict[str, str], permission: str, level: str) -> bool:
    """Does what is granted include this? Write includes read."""
    return permission in granted and _LEVELS.index(granted[permission]) >= _LEVELS.index(level)
