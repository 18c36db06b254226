"""What is a case: which tools take part, what did they answer, and what waits for a person?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from app.domain.ids import AdvisoryKey, Ghsa, MirrorId, Person, RepoName

# What a tool's people answer. Silence is unknown and stays so, also when the day passes until which they were asked.
# mitigated: at the index, for all installers · embedded: it ships a copy of what is affected
Status = Literal["unknown", "acknowledged", "affected", "not-affected", "fixed", "mitigated", "embedded"]
STATUSES: tuple[Status, ...] = get_args(Status)
ANSWERS = tuple(status for status in STATUSES if status != "unknown")
DONE: tuple[Status, ...] = ("not-affected", "fixed", "mitigated")  # nothing is left to do for that tool

SHOWN: Mapping[Status, str] = {
    **{status: status.replace("-", " ") for status in STATUSES},
    "mitigated": "mitigated at the index",
    "embedded": "ships an embedded copy",
}

# Why a tool is not affected: the closed list of VEX ("Minimum Requirements for Vulnerability Exploitability eXchange").
Justification = Literal[
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
]
JUSTIFICATIONS: tuple[Justification, ...] = get_args(Justification)

FARTHEST = timedelta(days=5 * 366)  # from now: a later day is a slip of the finger, and nobody would notice for years

NAMED = "named in the advisory"
BY_HAND = "named by a coordinator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A tool in a case, why it is there, and what its people answered.

    `rsvp` is the day (UTC) until which they were asked to. One that left keeps its answer.
    """

    tool: str
    why: str
    status: Status = "unknown"
    justification: Justification | None = None
    rsvp: date | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    left_at: datetime | None = None

    def is_silent(self, today: date) -> bool:
        """Did the day pass without an answer?"""
        return self.status == "unknown" and self.left_at is None and self.rsvp is not None and self.rsvp < today


# published: a linked advisory was · listed: an id is in GitHub's global advisory database · said: by a coordinator
DisclosedBy = Literal["published", "listed", "said"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """Something of a case is public, and by what we know. `since` (UTC) is None where nobody says since when."""

    by: DisclosedBy
    since: datetime | None
    seen_at: datetime

    def outweighs(self, known: Disclosure | None) -> bool:
        """Is it news? A listed id may be another bug's; a published advisory and a coordinator's word are of this."""
        return known is None or (known.by == "listed" and self.by != "listed")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCase:
    """A case. `sequence` counts the states of its mirror that we wrote, so an older one is recognised.

    `mirror_in` is GitHub's id of the repository in which the mirror was seen; None until then. Nothing of it may be
    public before `embargo_until`; `disclosed_at` is when a person said that it is, `over_at` when one ended it (all
    UTC). `disclosure` is what was seen of it in public; `hinted_at` is when a delivery last named
    an id of it. `unconfirmed_since` is when it came back from its mirror, until a coordinator confirms who takes part:
    what a mirror remembers may be older than the last that was said. The first of `links` is the one that the mirror's
    fields follow; there is none where a report came by mail and nothing was linked yet.
    """

    number: int
    state: Literal["open", "closed"]
    opened_at: datetime
    closed_at: datetime | None
    mirror: MirrorId | None
    mirror_in: int | None
    sequence: int
    links: tuple[AdvisoryKey, ...]
    participants: tuple[Participant, ...]
    embargo_until: datetime | None = None
    disclosed_at: datetime | None = None
    coordinator: Person | None = None
    over_at: datetime | None = None
    disclosure: Disclosure | None = None
    hinted_at: datetime | None = None
    unconfirmed_since: datetime | None = None
    cves: tuple[CveRequest, ...] = ()
    declined: tuple[Suggestion, ...] = ()  # whom a coordinator left out

    @property
    def present(self) -> tuple[Participant, ...]:
        """Those who did not leave."""
        return tuple(each for each in self.participants if each.left_at is None)

    @property
    def recorded_cves(self) -> frozenset[str]:
        """Ids that people wrote down here. What an advisory shows is no such thing: its reporter can edit that."""
        return frozenset(each.cve_id for each in self.cves if each.cve_id is not None and each.is_held)


CaseEventKind = Literal[
    "opened",
    "linked",
    "unlinked",
    "invited",
    "answered",
    "left",
    "embargo",
    "disclosed",
    "not-public",
    "coordinator",
    "proposed",
    "confirmed",
    "declined",
    "suggested",
    "relay",
    "cve",
    "mirror-opened",
    "mirror-closed",
    "closed",
    "rebuilt",
    "exported",
    "offer",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """One line of a case's timeline. `detail` is made of words of closed lists, names, hours and ids."""

    at: datetime
    what: CaseEventKind
    tool: str | None = None
    detail: str = ""
    by: str | None = None


# vendored: it ships a copy · dependency: it has it installed beside itself · sibling: it has code of the same kind
# stranger: it ships a copy, and policy knows no tool of that repository
SuggestionKind = Literal["vendored", "dependency", "sibling", "stranger"]
Answer = Literal["yes", "no"]

# Why a coordinator says no to a suggestion.
REFUSALS = ("not-affected-version", "code-not-reachable", "told-already", "duplicate", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A tool that may be affected too. `path` leads from what is affected to the tool, one step a line."""

    tool: str
    kind: SuggestionKind
    path: tuple[str, ...]
    first_seen: datetime
    answer: Answer | None = None
    reason: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None


GREENROOM = Person("greenroom", 0)  # asks where nobody did: no account has this id

# What widens access is not done by asking for it in a comment: a coordinator confirms it.
Widening = Literal["invite", "coordinator", "link", "relay", "embargo"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Something that somebody asked for and that waits for a coordinator. `value` is what a command would take."""

    id: int
    case: int
    what: Widening
    value: str
    asked_by: Person
    asked_at: datetime
    state: Literal["open", "confirmed", "declined"]
    settled_by: str | None = None
    settled_at: datetime | None = None


# vendored: copied into the tree · patched: copied and changed · embedded: as a wheel · bundled: built in
# dependency: installed beside it
VendoringMode = Literal["vendored", "patched", "embedded", "bundled", "dependency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendored:
    """A repository ships or needs a component, ECOSYSTEM:NAME.

    `read_at`: when its own file said so (UTC), None where people wrote it. `in_part`: without what the component
    vendors itself.
    """

    consumer: RepoName
    component: str
    mode: VendoringMode
    place: str
    version: str | None = None
    note: str | None = None
    in_part: bool = False
    read_at: datetime | None = None


Direction = Literal["to-mirror", "to-source"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """Comments go from a linked advisory to the mirror, or back, where a coordinator and the source's people agreed."""

    ghsa: Ghsa
    direction: Direction
    confirmed_by: str | None
    agreed_by: str | None
    since: datetime
    ended_at: datetime | None = None

    @property
    def is_on(self) -> bool:
        return self.ended_at is None and self.confirmed_by is not None and self.agreed_by is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class CveRequest:
    """Somebody asked a CNA for an id for a tool. `proof` is the membership that showed that they may.

    `cve_id` is what it assigned. It goes to the advisory `ghsa` once `agreed_by`, who speaks for the tool, said yes,
    and is there since `written_at`. What was not to be used ended, for a reason of a closed list.
    """

    id: int
    case: int
    tool: str
    cna: str
    asked_by: Person
    proof: str
    asked_at: datetime
    cve_id: str | None = None
    recorded_at: datetime | None = None
    ghsa: Ghsa | None = None
    agreed_by: str | None = None
    agreed_at: datetime | None = None
    written_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None

    @property
    def is_held(self) -> bool:
        """Is there an id that has to go somewhere?"""
        return self.cve_id is not None and self.ended_at is None


# Why an id is not written to an advisory here. elsewhere: its tool publishes what it is for in another place.
CVE_ENDS = ("rejected", "duplicate", "returned-to-cna", "published-elsewhere")
