"""What is a repository here, and what has a code security configuration switched on in it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.sandbox.state.accounts import Organization
from app.sandbox.state.advisories import Advisory
from app.sandbox.state.files import File, Tree, commit_id
from app.sandbox.state.issues import Issue
from app.sandbox.state.pulls import CheckSuite, Pull

Setting = Literal["enabled", "disabled", "not_set"]


@dataclass(slots=True, kw_only=True)
class Configuration:
    """A code security configuration of an organization, as far as it concerns private vulnerability reporting."""

    id: int
    name: str
    private_vulnerability_reporting: Setting
    enforced: bool
    created_at: datetime

    @property
    def guards_private_reporting(self) -> bool:
        """Does a change of PVR silently do nothing? (GitHub: "Security configuration enforcement")."""
        return self.enforced and self.private_vulnerability_reporting != "not_set"


@dataclass(slots=True, kw_only=True)
class Repository:
    """A repository. Its id outlives renames; `commits` counts what it holds."""

    id: int
    owner: Organization
    name: str
    created_at: datetime
    updated_at: datetime
    private: bool = False
    archived: bool = False
    fork: bool = False
    has_issues: bool = True
    has_wiki: bool = True
    has_pages: bool = False
    has_discussions: bool = False
    commits: int = 1
    private_reporting: bool = False
    configuration: Configuration | None = None
    admins: set[int] = field(default_factory=set)
    admin_teams: set[str] = field(default_factory=set)
    readers: set[int] = field(default_factory=set)  # people who were given access to it while it is private
    advisories: dict[str, Advisory] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)  # of the default branch, by path
    trees: dict[str, Tree] = field(default_factory=dict)  # of commits that are not, or no longer, its head
    deleted_issues: set[str] = field(default_factory=set)  # their numbers; none is given twice
    pulls: dict[int, Pull] = field(default_factory=dict)
    check_suites: dict[int, CheckSuite] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def next_issue(self) -> int:
        """Issues and pull requests share their numbers."""
        return len(self.issues) + len(self.deleted_issues) + 1

    def tree_at(self, ref: str) -> Tree | None:
        """What it held at a commit or branch, None where there is none of that name; "" is the default branch."""
        if ref in {"", "main", commit_id(self.id, self.commits)}:
            return self.files
        return self.trees.get(ref)

    def holds(self, sha: str) -> bool:
        """Is that a commit of it? Those of pull requests from forks are, too."""
        return sha in {*self.trees, commit_id(self.id, self.commits)}

    @property
    def can_report_privately(self) -> bool:
        """Public and alive: elsewhere GitHub does not offer private vulnerability reporting."""
        return not self.private and not self.archived

    def set_private_reporting(self, *, enabled: bool) -> bool:
        """Change PVR unless an enforced configuration guards it. Says whether it was free to change."""
        if self.configuration and self.configuration.guards_private_reporting:
            return False
        self.private_reporting = enabled
        return True

    def attach(self, configuration: Configuration) -> None:
        """Attach a configuration, which sets what it says; `not_set` leaves things alone."""
        self.configuration = configuration
        if configuration.private_vulnerability_reporting != "not_set":
            self.private_reporting = configuration.private_vulnerability_reporting == "enabled"
