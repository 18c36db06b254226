"""What was said about a mirror, and what became of the commands in it?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from app.domain.cases import Justification, Status, Widening
from app.domain.facts import Fact, NotApplicable, Roster
from app.domain.ids import Person

Line: TypeAlias = tuple[str, ...]
"""What one command led to: a word of a closed list, then names, ids and hours. Never a word that somebody wrote."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Comment:
    """A comment as GitHub shows it (UTC). All of it is under embargo.

    `author` is None where the account was deleted. `is_ours`: our own App wrote it. Everybody who reads an advisory may
    edit everybody's comments in it (GitHub: "Permission levels for repository security advisories").
    """

    id: int
    author: Person | None
    body: str
    created_at: datetime
    updated_at: datetime
    is_ours: bool

    def __repr__(self) -> str:
        return "Comment(under embargo)"

    @property
    def is_edited(self) -> bool:
        return self.updated_at != self.created_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """A comment whose commands ran, or never will. `reply` is our answer to it, 0: it gets none, None: it waits."""

    comment: int
    outcome: tuple[Line, ...]
    reply: int | None
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Discussion:
    """What was said about a mirror since we listened last; all of it where `whole`.

    What was written until `since` is no command: before that we may have run it already. `coordinators` are observed
    where there is something to run.
    """

    comments: Fact[tuple[Comment, ...]] = field(default=NotApplicable("not asked"))
    whole: bool = False
    handled: tuple[Handled, ...] = ()
    since: datetime | None = None
    coordinators: Fact[Roster] = field(default=NotApplicable("not asked"))


# What a command does. Decided first, done when it is written down.


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A tool's people say how it stands."""

    tool: str
    status: Status
    justification: Justification | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose:
    """Somebody asks for what shows a case to more people, or for an hour: a coordinator has to confirm it."""

    what: Widening
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Nothing is done; they are told why, or how."""

    line: Line


Doing: TypeAlias = Answer | Propose | Tell
