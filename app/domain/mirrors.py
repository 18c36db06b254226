"""What is a mirror, and in which kind of place is it kept?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.facts import AdvisoryState, Vulnerability
from app.domain.ids import Ghsa, MirrorId, Person, RepoName

# advisory: a draft advisory, read by those whom it names · issue: an issue, read by all who can read its repository
Store = Literal["advisory", "issue"]
MirrorState = Literal["open", "closed", "published"]
_STATES: dict[AdvisoryState, MirrorState] = {
    "triage": "open",
    "draft": "open",
    "closed": "closed",
    "withdrawn": "closed",
    "published": "published",
}


def store_of(mirror: MirrorId) -> Store:
    """In which kind of place is the mirror of that id?"""
    return "advisory" if isinstance(mirror, Ghsa) else "issue"


def state_as_mirror(state: AdvisoryState) -> MirrorState:
    """What the state of an advisory means for a mirror."""
    return _STATES[state]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Mirror:
    """The private copy of an advisory, for the people of several tools. All of it is under embargo.

    `summary` is its title and `description` its body. An issue has no other fields. `people` and `teams` are those whom
    it names as its readers, besides all who can read its repository; teams are None where GitHub does not say, and
    `hides_people` is true where it does not say who the people are, so that none is not taken for nobody.
    `is_ours` tells whether our own App opened it.
    """

    repo: RepoName
    id: MirrorId
    state: MirrorState
    summary: str
    description: str
    severity: str | None = None
    cvss_vector: str | None = None
    cve_id: str | None = None
    cwe_ids: tuple[str, ...] = ()
    vulnerabilities: tuple[Vulnerability, ...] = ()
    people: tuple[Person, ...] = ()
    hides_people: bool = False
    teams: tuple[str, ...] | None = ()
    is_ours: bool = True
    comments: int | None = None  # how many there are, where GitHub says it
    created_at: datetime | None = None
    updated_at: datetime | None = None

    def __repr__(self) -> str:
        return "Mirror(under embargo)"

    @property
    def store(self) -> Store:
        return store_of(self.id)
