"""What was decided? A plan is a value: it can be printed, stored, compared and applied."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from app.domain.actions import Action, InviteToMirror, OfTeam, RemoveFromMirror, SetCollaborators
from app.domain.cases import CveRequest, Disclosure
from app.domain.comments import Doing
from app.domain.facts import AdvisoryState
from app.domain.findings import Verdict
from app.domain.ids import AdvisoryKey, Ghsa, IssueNumber, Key, MirrorId, Person, RepoName
from app.domain.offers import Difference
from app.domain.records import Freeze
from app.domain.talks import Copied
from app.reconcile.suggesting import Suggest

# go: is done now · unapproved: waits for a coordinator · observed: policy does not enforce · off: writes are off
# blocked: was tried, and GitHub refused it or changed nothing · frozen: others undid it each time
# looking: not everything was looked at under what policy says now · capped: too many would be changed at once
Gate = Literal["go", "unapproved", "observed", "off", "blocked", "frozen", "looking", "capped"]
PLANNED: tuple[Gate, ...] = ("go", "unapproved", "looking", "capped", "off")  # what a coordinator says yes or no to

SMALLEST_CASE = 2  # tools; a matter of one tool is its own, unless others ship copies of it

Outcome = Literal["done", "no effect seen", "unknown"]  # of a write whose answer was lost


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Step:
    """An action, whether it may be done now, and what both sides share once it is done."""

    action: Action
    gate: Gate
    why_not: str = ""
    synced: Mapping[str, str] = field(default_factory=dict)


# A note is something to remember. It is written to our own database and to nothing else.


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Remember an open advisory; two tools make it a candidate, or one of which others ship copies."""

    repo: RepoName
    ghsa: Ghsa
    state: AdvisoryState
    tools: tuple[str, ...]
    is_shipped_elsewhere: bool = False

    @property
    def is_candidate(self) -> bool:
        return len(self.tools) >= SMALLEST_CASE or self.is_shipped_elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """An advisory is done and belongs to no case."""

    repo: RepoName
    ghsa: Ghsa


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """The project's own people accepted an advisory that concerns several tools; it names these."""

    link: AdvisoryKey
    tools: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An advisory of a case is in this repository now: the id stays when a repository is renamed or transferred."""

    link: AdvisoryKey


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptMirror:
    """A case's mirror was found, at this state of its record, in the repository of that id."""

    case: int
    mirror: MirrorId
    sequence: int
    repository: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """What is known of a case is older than what its mirror remembers."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SaveBaselines:
    """Both sides share these values now; what was shared of the `forgotten` fields has another name, or is gone."""

    case: int
    values: Mapping[str, str]
    forgotten: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """Something of a case is public. `proposed` is the hour at which the others might be (UTC)."""

    case: int
    disclosure: Disclosure
    proposed: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommands:
    """What somebody commanded in a comment of the mirror. `silently`: it gets no answer."""

    case: int
    comment: int
    by: Person
    doings: tuple[Doing, ...]
    silently: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SawReply:
    """Our answer to a comment with commands is there."""

    case: int
    comment: int
    reply: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CveWritten:
    """A linked advisory shows the id that a CNA assigned."""

    request: CveRequest
    ghsa: Ghsa


@dataclass(frozen=True, slots=True, kw_only=True)
class SawCopy:
    """A comment was copied to the other side, and the copy says what it says."""

    copied: Copied


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase:
    """Everything linked to a case is done, and so is its mirror."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SawInside:
    """Of those whom we added to a mirror, these accounts are listed by now, and those no more."""

    case: int
    came: frozenset[int]
    gone: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class SawTeams:
    """The same of teams, by their slugs."""

    case: int
    came: frozenset[str]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """What became of an announced write whose answer was lost, as far as can be seen."""

    intent: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetAttempts:
    """What was blocked is no longer wanted, so the next time counts anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveAlone:
    """Others undid this each time it was mended, so a person has to look first."""

    freeze: Freeze


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAt:
    """Look at other keys, now or when due."""

    keys: frozenset[Key]
    due: datetime | None = None


# What became of writes is noted only by whoever holds the key: for others one may still be on its way.
@dataclass(frozen=True, slots=True, kw_only=True)
class EndOffers:
    """People said which way these fields are to go: that was done, or it lapsed, since a side changed meanwhile."""

    case: int
    fields: tuple[tuple[str, Literal["done", "lapsed"]], ...]


NoteOnCase: TypeAlias = (
    AdoptMirror
    | Doubt
    | SawCopy
    | SaveBaselines
    | SawInside
    | SawTeams
    | CloseCase
    | Disclosed
    | CveWritten
    | EndOffers
)


HoldersNote: TypeAlias = NoteOnCase | RunCommands | SawReply | Conclude | ForgetAttempts | LeaveAlone
Note: TypeAlias = HoldersNote | Watch | Forget | OpenCase | Moved | LookAt | Suggest


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All that follows from one snapshot."""

    key: Key
    verdicts: tuple[tuple[RepoName, str, Verdict], ...] = ()  # (repository, policy, verdict)
    steps: tuple[Step, ...] = ()
    notes: tuple[Note, ...] = ()
    cannot_tell: tuple[str, ...] = ()
    hushed: frozenset[str] = frozenset()  # of these, what would tell that there is an unpublished advisory
    people_must: tuple[str, ...] = ()  # what only a person can settle
    differences: tuple[Difference, ...] = ()  # between a mirror and its sources, for people to say which way
    pages: tuple[str, ...] = ()  # what happened to a case that somebody must see at once, fit to be sent anywhere
    look_again: datetime | None = None

    @property
    def ready(self) -> tuple[Step, ...]:
        """The steps that are to be done now."""
        return tuple(step for step in self.steps if step.gate == "go")

    def unclear(self) -> list[dict[str, str | bool]]:
        """What cannot be told, and which of it would tell those who may not know that there is an advisory."""
        return [{"key": str(self.key), "reason": each, "embargoed": each in self.hushed} for each in self.cannot_tell]


def steps_at(plans: Iterable[Plan], *gates: Gate) -> list[tuple[Key, Step]]:
    """The steps of all plans at one of these gates, each with the key under which it is done."""
    return [(plan.key, step) for plan in plans for step in plan.steps if step.gate in gates]


def identity(action: Action) -> str:
    """An action in canonical form: what would be sent and under which circumstances, without its reason.

    An advisory is known by its id, whatever its repository is called by then.
    """
    of_one_advisory = isinstance(action, SetCollaborators | InviteToMirror | RemoveFromMirror | OfTeam)
    left_out = {"reason", "repo", "tools", "members"} if of_one_advisory else {"reason"}
    fields = {each.name: getattr(action, each.name) for each in dataclasses.fields(action) if each.name not in left_out}
    return json.dumps([action.kind, fields], default=_plain, sort_keys=True)


def _plain(value: object) -> object:
    if isinstance(value, RepoName):
        return str(value).lower()  # GitHub ignores case, so the same action must not look like another one
    if dataclasses.is_dataclass(value) and not isinstance(value, type) and not isinstance(value, Ghsa | IssueNumber):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    return str(value)
