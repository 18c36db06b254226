"""Where does the policy file lie, and what came of the last look at it?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal

from app.domain.ids import InvalidName, RepoName

_WRITTEN = re.compile(r"([^/:#]+/[^/:#]+)(?:#([1-9][0-9]{0,17}))?:(.+)")
_PATH = re.compile(r"(?:[A-Za-z0-9._-]{1,100}/){0,2}[A-Za-z0-9._-]{1,100}")

# in force: it is what counts now · missing: not there (any more) · unreadable: the repository is out of sight
# public: all the world may read the repository · partial: something in its place that is not a whole file
# invalid: it is whole, and says something that cannot be · another: the name is another repository's by now
Outcome = Literal["in force", "missing", "unreadable", "public", "partial", "invalid", "another"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFile:
    """A file on the default branch of a repository. With an id it is meant in that repository and in no other."""

    repo: RepoName
    path: str
    repository_id: int | None = None

    @classmethod
    def is_meant(cls, text: str) -> bool:
        """Does it look like one? A path of this machine that does can be written with ./ before it."""
        return _WRITTEN.fullmatch(text) is not None and not text.startswith((".", "/", "~"))

    @classmethod
    def parse(cls, text: str) -> RepositoryFile:
        """Read `OWNER/REPO:PATH`, or `OWNER/REPO#ID:PATH`. Raises InvalidName."""
        match = _WRITTEN.fullmatch(text)
        if match is None or not _PATH.fullmatch(match[3]) or {".", ".."} & set(match[3].split("/")):
            raise InvalidName("write OWNER/REPO:PATH, as in packaging-security/policy:greenroom.yml")
        return cls(repo=RepoName.parse(match[1]), path=match[3], repository_id=int(match[2]) if match[2] else None)

    @property
    def folder(self) -> str:
        """The folder that it is in; empty for the outermost."""
        parent = str(PurePosixPath(self.path).parent)
        return "" if parent == "." else parent

    def __str__(self) -> str:
        number = "" if self.repository_id is None else f"#{self.repository_id}"
        return f"{self.repo}{number}:{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest commit of the default branch, in the repository of that id."""

    repository_id: int
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRead:
    """There is nothing that could be in force, and why. The reason is fit for a notice."""

    outcome: Outcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPolicy:
    """What is kept of a policy file: the last good text, if there ever was one, and what came of the last look."""

    source: str
    outcome: Outcome
    trouble: str | None
    looked_at: datetime
    repository_id: int | None = None
    commit: str | None = None
    text: str | None = field(default=None, repr=False)  # people and exemptions
    at: datetime | None = None
