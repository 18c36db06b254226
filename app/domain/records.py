"""What did we write down ourselves? Ids, states, times and keyed digests: never the text of an advisory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from app.domain.facts import AdvisoryState
from app.domain.findings import State
from app.domain.ids import Ghsa, Key, Person, RepoName


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAdvisory:
    """An open advisory that we saw. `tools` are those it names, sorted; two or more make it a candidate."""

    repo: RepoName
    ghsa: Ghsa
    state: AdvisoryState
    candidate: bool
    tools: tuple[str, ...]
    first_seen: datetime
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """The keyed digest of a field's last synced value, and which key made it."""

    key_id: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A coordinator's yes to remedies of one kind and direction (`scope`).

    `wide` is a yes to more at once than usual: to these repositories and cases, in small letters, and to no others. It
    holds for a day and for that commit.
    """

    scope: str
    plan_id: str
    policy_commit: str
    rules_version: int
    approved_by: str
    approved_at: datetime
    wide: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A write that we were about to make. Until it is concluded nobody knows whether it happened."""

    id: int
    at: datetime
    key: Key
    kind: str
    scope: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A write that took effect, and when it was seen to."""

    kind: str
    scope: str
    fingerprint: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A repository was not as policy wants it. It became so after the last good look (None: there was none) and before

    the first bad one; `over_at` is the first good look after it. `kinds` are those of what was found first.
    """

    repo: RepoName
    policy: str
    last_good: datetime | None
    first_bad: datetime
    over_at: datetime | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A delivery about a repository. `happened_at` is what GitHub said of its own time, not when it arrived."""

    repo: RepoName
    event: str
    action: str | None
    sender: Person | None
    happened_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Something that others undid each time we mended it. It is left alone until a person thaws it.

    `thing` is the same for the same thing: a scope, or a fingerprint.
    """

    key: Key
    thing: str
    scope: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A write that GitHub refused, or accepted without effect: not to be repeated until something changes."""

    key: Key
    fingerprint: str
    outcome: str
    reason: str
    at: datetime


# Of a write, as the audit has it. Metrics have a line for each, so it is nothing that anybody could type.
Ended = Literal["done", "without effect", "no effect seen", "refused", "not sent", "unknown"]

NoticeKind = Literal[
    "page",
    "cannot-see",
    "policy-invalid",
    "blocked",
    "people-must",
    "moved",
    "audit-broken",
    "contested",
    "capped",
    "digests-failed",
    "check-missing",
    "channel-dead",
    "deliveries-missed",
    "deliveries-fail",
    "too-wide",
]
Severity = Literal["page", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that people have to be told, fit to be sent anywhere.

    `about` and `text` hold counts, case numbers, pseudonyms and names of public things: never an advisory's id or text.
    """

    kind: NoticeKind
    about: str
    severity: Severity
    text: str
    since: datetime


FindingState = Literal["open", "accepted", "resolved"]
FindingEventKind = Literal["opened", "reopened", "changed", "accepted", "resolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a policy found at a repository. There is one for both, ever, so its id can be referred to.

    `since`: of this time that it is open; a day without it begins another time. `maybe_older`: nothing is remembered of
    before, as after the first look and after a lost database. `observed_at`: the last look that could tell.
    `message` never leaves the database but to people who may read what it is about. `id`: None until it is written.
    """

    id: int | None
    repo: RepoName
    policy: str
    state: FindingState
    verdict: State
    message: str
    kinds: tuple[str, ...]
    pages: bool
    embargoed: bool
    mode: str
    opened_at: datetime
    since: datetime
    maybe_older: bool
    observed_at: datetime
    closed_at: datetime | None
    accepted_by: str | None
    accepted_until: date | None
    opened_commit: str
    seen_commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingEvent:
    """One line of a finding's history. `commit` is the version of the policy file under which it happened.

    `embargoed`: what was found then would tell that there is an unpublished advisory, or nobody knows any more.
    """

    at: datetime
    what: FindingEventKind
    commit: str
    message: str
    embargoed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one person is told on one day. Fit to be sent anywhere, like a notice.

    `recipient`: LOGIN:ID; operators; or tool/NAME, whose people share a channel. `hears_all`: of every tool, as
    coordinators do.
    """

    recipient: str
    day: date
    severity: Severity
    text: str
    made_at: datetime
    hears_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """Looks in a row that could not tell everything about a key."""

    since: datetime
    looks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What became of the repository that was the first of a name. Numbers are GitHub's ids, which stay.

    `called` is its name today, None where no installation lists it any more; `holder` has the name today.
    """

    first: int
    called: RepoName | None
    holder: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A repository had this name from then until then (UTC). None: from the beginning, until today."""

    name: RepoName
    since: datetime | None
    until: datetime | None

    def at(self, moment: datetime) -> bool:
        """Did it have the name then?"""
        return (self.since is None or self.since < moment) and (self.until is None or moment <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A repository that we knew has another name."""

    id: int
    was: RepoName
    now: RepoName

    def names(self) -> dict[str, str]:
        return {"was": str(self.was), "now": str(self.now)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A name that we knew belongs to another repository, and its own is not in sight any more."""

    name: RepoName
    was: int
    now: int

    def names(self) -> dict[str, str]:
        return {"name": str(self.name), "was": str(self.was), "now": str(self.now)}
