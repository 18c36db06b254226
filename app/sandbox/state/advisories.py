"""What is an advisory, which states may follow which, and what does a change of it do?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.sandbox.state.comments import Comment
from app.sandbox.state.scores import Scores, scores_of

State = Literal["triage", "draft", "published", "closed"]

# GitHub: "Privately reporting a security vulnerability" and "Managing privately reported security vulnerabilities".
# What nobody has seen GitHub do (triage to published, published to closed) is refused.
_FOLLOWS: dict[str, frozenset[str]] = {
    "triage": frozenset({"draft", "closed"}),
    "draft": frozenset({"published", "closed"}),
    "closed": frozenset({"draft"}),
    "published": frozenset(),
}


class Unprocessable(Exception):
    """GitHub answers 422 with this message."""


@dataclass(slots=True, kw_only=True)
class Vulnerability:
    """One affected package."""

    ecosystem: str
    package: str | None
    vulnerable_version_range: str | None = None
    patched_versions: str | None = None
    vulnerable_functions: list[str] | None = None


@dataclass(slots=True, kw_only=True)
class Credit:
    """Thanks to somebody, who has to accept it before it is shown in public."""

    user: int
    type: str
    state: Literal["accepted", "declined", "pending"] = "pending"


@dataclass(slots=True, kw_only=True, repr=False)
class Advisory:
    """A repository security advisory. People are ids; teams are slugs of the repository's own organization."""

    ghsa: str
    state: State
    author: int
    created_at: datetime
    updated_at: datetime
    summary: str
    description: str | None
    reported: bool = False
    accepted: bool = False
    publisher: int | None = None
    cve_id: str | None = None
    severity: str | None = None
    cvss_vector: str | None = None
    cwe_ids: list[str] = field(default_factory=list)
    vulnerabilities: list[Vulnerability] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    collaborating_users: list[int] = field(default_factory=list)
    collaborating_teams: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    published_at: datetime | None = None
    closed_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Advisory({self.state}, under embargo)"

    @property
    def scores(self) -> Scores:
        return scores_of(self.cvss_vector)

    @property
    def is_unpublished(self) -> bool:
        return self.state != "published"

    def change(self, changes: dict[str, Any], *, by: int, at: datetime) -> None:
        """Replace the fields that are named, arrays included, or raise Unprocessable and change nothing.

        `changes` has the names of this class and resolved values; who may do this was decided before.
        """
        state = changes.get("state", self.state)
        if state != self.state and state not in _FOLLOWS[self.state]:
            raise Unprocessable(f"Invalid state transition from `{self.state}` to `{state}`.")
        rated = self._rated(changes)
        for name, value in (changes | rated).items():
            if name != "state":
                setattr(self, name, value)
        if state != self.state:
            self._enter(state, by=by, at=at)
        self.updated_at = at

    def _rated(self, changes: dict[str, Any]) -> dict[str, Any]:
        severity, vector = changes.get("severity"), changes.get("cvss_vector", self.cvss_vector)
        if severity is not None and changes.get("cvss_vector") is not None:
            raise Unprocessable("You must choose between setting severity or cvss_vector_string.")
        if severity is not None and vector is not None:
            raise Unprocessable("Cannot update severity value when CVSS is set.")
        if changes.get("cvss_vector") is None:
            return {}
        return {"severity": scores_of(changes["cvss_vector"]).severity}

    def _enter(self, state: State, *, by: int, at: datetime) -> None:
        if self.state == "triage":
            self.accepted = state == "draft"
        self.state = state
        self.closed_at = at if state == "closed" else None
        if state == "published":
            self.published_at, self.publisher = at, by
