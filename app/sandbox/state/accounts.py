"""Who is there: users, organizations and their teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(slots=True, kw_only=True)
class User:
    """An account of a person or of an App. The id is who it is; the login can change."""

    id: int
    login: str
    created_at: datetime
    type: Literal["User", "Bot"] = "User"


@dataclass(slots=True, kw_only=True)
class Team:
    """A team of one organization. Members are ids, so that a rename changes nothing."""

    id: int
    slug: str
    members: set[int] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Organization:
    """An organization. Owners and security managers read every advisory of its repositories."""

    id: int
    login: str
    created_at: datetime
    type: Literal["Organization"] = "Organization"
    owners: set[int] = field(default_factory=set)
    security_managers: set[int] = field(default_factory=set)
    members: set[int] = field(default_factory=set)
    teams: dict[str, Team] = field(default_factory=dict)

    @property
    def everybody(self) -> set[int]:
        """Owners, managers and members, as the list of members shows them."""
        return self.owners | self.security_managers | self.members


Account: TypeAlias = User | Organization
