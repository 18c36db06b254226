"""What does a policy say of a repository?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.actions import Action
from app.domain.facts import CannotTell, NotApplicable
from app.domain.ids import RepoName

State = Literal["pass", "finding", "cannot tell", "not applicable", "exempt", "blocked", "contested", "unmanaged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom a finding is about: `id` stays whatever they are called, `name` is for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One policy's answer about one repository. `message` never holds advisory text.

    `remedies` are what would mend it; they are done only where policy enforces and a coordinator approved the kind.
    `pages` marks what a person must see at once. `kinds` are short words for what was found, such as `switched-on`: who
    accepted one of them did not accept another. `embargoed`: that it is so would tell that there is an unpublished
    advisory, though its policy is not only about advisories. `lasts` is of what cannot be told until people change what
    is there, so that it is for them to settle and no outage of looking. `unasked` where it was not its turn to be asked
    about yet: then it stands as it stood before. `accounts` are those whom a finding is about, where it is about whom:
    who accepted one of them did not accept another.
    """

    state: State
    message: str
    remedies: tuple[Action, ...] = ()
    pages: bool = False
    lasts: bool = False
    kinds: tuple[str, ...] = ()
    embargoed: bool = False
    unasked: bool = False
    accounts: tuple[Account, ...] = ()


def passed(message: str) -> Verdict:
    return Verdict(state="pass", message=message)


def finding(
    message: str,
    *remedies: Action,
    kinds: tuple[str, ...] = (),
    pages: bool = False,
    embargoed: bool = False,
    accounts: tuple[Account, ...] = (),
) -> Verdict:
    return Verdict(
        state="finding",
        message=message,
        remedies=remedies,
        pages=pages,
        kinds=kinds,
        embargoed=embargoed,
        accounts=accounts,
    )


def unmanaged(message: str) -> Verdict:
    return Verdict(state="unmanaged", message=message)


def unclear(fact: CannotTell | NotApplicable, *, embargoed: bool = False) -> Verdict:
    """The verdict where a fact is missing: it says why, and asks for nothing."""
    if isinstance(fact, CannotTell):
        return Verdict(state="cannot tell", message=fact.reason, lasts=fact.lasts, embargoed=embargoed)
    return Verdict(state="not applicable", message=fact.reason, unasked=fact.unasked, embargoed=embargoed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a (repository, policy) stands, since when, when we last looked, and when a look last saw it (UTC).

    `good_at` is the last look that found it as it should be. `commit` is the policy under which it was judged, `terms`
    a digest of all that this policy says of the repository, `scope` what its remedy would do, None where there is none.
    `embargoed`: that it is so tells that there is an unpublished advisory. None: that was not kept yet.
    """

    repo: RepoName
    policy: str
    state: State
    message: str
    since: datetime
    observed_at: datetime
    seen_at: datetime | None = None
    good_at: datetime | None = None
    commit: str | None = None
    terms: str | None = None
    scope: str | None = None
    embargoed: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """What was found when an exemption came into force: nothing else is ever covered by it.

    `accounts` are keyed digests, each the id of its key and the digest.
    """

    since: datetime
    kinds: frozenset[str]
    accounts: frozenset[tuple[str, str]] = frozenset()
