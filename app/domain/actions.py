"""What may we do to GitHub? Everything, in one list. Nothing here publishes an advisory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from app.domain.cases import Direction
from app.domain.facts import Configuration, Vulnerability
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, Key, MirrorId, Person, PolicyKey, RepoName, Team
from app.domain.mirrors import Store, store_of

# What a coordinator approves for mirrors. An issue has more readers than a draft, so a yes to one is none to the other.
MIRROR_SCOPES: dict[Store, str] = {
    "advisory": "mirror: open and keep in step",
    "issue": "mirror: open as an issue and keep in step",
}
# Taking people out is another direction than letting them in, so it is a yes of its own.
TAKES_OUT = "mirror: take out whom we let in"
# Writing to an advisory of a project is another matter than keeping mirrors, also where its own people said yes.
TAKES_OVER = "source: take over from its mirror what its own people said yes to"
WRITES_CVE = "source: write the CVE id that its own people said yes to"
# Each direction has other readers.
RELAYS: dict[Direction, str] = {
    "to-mirror": "relay: copy comments of a linked advisory into its mirror",
    "to-source": "relay: copy comments of a mirror into a linked advisory",
}
# These reach cases, others repositories.
CASE_SCOPES = (*MIRROR_SCOPES.values(), TAKES_OUT, TAKES_OVER, WRITES_CVE, *RELAYS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorFields:
    """Fields of a mirror to write; None means *leave as it is*. Text is under embargo."""

    summary: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    severity: str | None = None
    cvss_vector: str | None = None
    clears_cvss: bool = False  # then `severity` is not written: it is what is left
    cve_id: str | None = None
    clears_cve: bool = False
    cwe_ids: tuple[str, ...] | None = None
    vulnerabilities: tuple[Vulnerability, ...] | None = field(default=None, repr=False)

    def names(self) -> tuple[str, ...]:
        """Which fields change, for people and for the audit."""
        named = {
            "summary": self.summary is not None,
            "description": self.description is not None,
            "severity": self.severity is not None or self.cvss_vector is not None or self.clears_cvss,
            "cve": self.cve_id is not None or self.clears_cve,
            "cwes": self.cwe_ids is not None,
            "vulnerabilities": self.vulnerabilities is not None,
        }
        return tuple(name for name, changes in named.items() if changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPrivateReporting:
    """Switch private vulnerability reporting of a repository on or off."""

    kind: ClassVar[str] = "set-private-reporting"
    repo: RepoName
    enabled: bool
    under: Configuration | None  # what could make the write a lie
    reason: str

    @property
    def key(self) -> Key:
        return PolicyKey(self.repo, "private-reporting")

    @property
    def scope(self) -> str:
        return f"private-reporting: {'on' if self.enabled else 'off'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCollaborators:
    """Add people to an advisory of a project. GitHub replaces the list, so the writer merges."""

    kind: ClassVar[str] = "set-collaborators"
    repo: RepoName
    ghsa: Ghsa
    add: tuple[Person, ...]
    scope: str
    reason: str

    @property
    def key(self) -> Key:
        return AdvisoryKey(self.repo, self.ghsa)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateSource:
    """Let a linked advisory take over what people wrote in the mirror, as its own people said.

    `was` is what it said when it was looked at: where it says something else by now, nothing is sent.
    """

    kind: ClassVar[str] = "update-source"
    scope: ClassVar[str] = TAKES_OVER
    case: int
    repo: RepoName
    ghsa: Ghsa
    fields: MirrorFields
    was: MirrorFields
    reason: str

    @property
    def key(self) -> Key:
        return CaseKey(self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCve(UpdateSource):
    """Write the id that its CNA assigned to a linked advisory that has none, as people of its tool said."""

    kind: ClassVar[str] = "set-cve"
    scope: ClassVar[str] = WRITES_CVE


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMirror:
    """Create the mirror of a case in the coordination repository."""

    kind: ClassVar[str] = "open-mirror"
    case: int
    repo: RepoName
    store: Store
    fields: MirrorFields
    reason: str

    @property
    def key(self) -> Key:
        return CaseKey(self.case)

    @property
    def scope(self) -> str:
        return MIRROR_SCOPES[self.store]


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfMirror:
    """What is done to a mirror that is there."""

    case: int
    repo: RepoName
    mirror: MirrorId
    reason: str

    @property
    def key(self) -> Key:
        return CaseKey(self.case)

    @property
    def store(self) -> Store:
        return store_of(self.mirror)

    @property
    def scope(self) -> str:
        return MIRROR_SCOPES[self.store]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMirror(_OfMirror):
    """Bring fields of a mirror in step with its source."""

    kind: ClassVar[str] = "update-mirror"
    fields: MirrorFields


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToMirror(_OfMirror):
    """Let the people of the invited tools read and edit a mirror. Merged, never replaced. An issue has no such list.

    `tools` tells for which of them each account is let in.
    """

    kind: ClassVar[str] = "invite-to-mirror"
    mirror: Ghsa
    add: tuple[Person, ...]
    tools: Mapping[int, tuple[str, ...]] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFromMirror(_OfMirror):
    """Take people out of a mirror whom we let in and whom nothing names any more. Everybody else stays."""

    kind: ClassVar[str] = "remove-from-mirror"
    mirror: Ghsa
    remove: tuple[Person, ...]

    @property
    def scope(self) -> str:
        return TAKES_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTeam(_OfMirror):
    """What is done to the list of teams that read a mirror. `tools` are those for which; `members` as of the look."""

    mirror: Ghsa
    team: Team
    tools: tuple[str, ...] = ()
    members: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteTeam(OfTeam):
    """Let a team of the organization that holds the mirrors in, instead of its members one by one."""

    kind: ClassVar[str] = "invite-team-to-mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTeam(OfTeam):
    """Take a team out that we let in, since the tools left for which we did. Others stay."""

    kind: ClassVar[str] = "remove-team-from-mirror"

    @property
    def scope(self) -> str:
        return TAKES_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentOnMirror(_OfMirror):
    """Answer a comment in which somebody gave commands. `about` is its id."""

    kind: ClassVar[str] = "comment-on-mirror"
    about: int
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayComment:
    """Copy a comment to the other side of a case, or correct the copy. `about` is the advisory or issue it goes to."""

    kind: ClassVar[str] = "relay-comment"
    case: int
    repo: RepoName
    about: MirrorId
    direction: Direction
    ghsa: Ghsa
    comment: int
    copy: int | None
    body: str = field(repr=False)
    reason: str

    @property
    def key(self) -> Key:
        return CaseKey(self.case)

    @property
    def scope(self) -> str:
        return RELAYS[self.direction]

    @property
    def store(self) -> Store:
        return store_of(self.about)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMirror(_OfMirror):
    """Close a mirror whose linked advisories are all done."""

    kind: ClassVar[str] = "close-mirror"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlankMirror(_OfMirror):
    """Take the text out of an issue that was written while its repository was made public."""

    kind: ClassVar[str] = "blank-mirror"
    fields: ClassVar[MirrorFields] = MirrorFields(description="")


MirrorAction: TypeAlias = (
    OpenMirror
    | UpdateMirror
    | InviteToMirror
    | RemoveFromMirror
    | InviteTeam
    | RemoveTeam
    | CommentOnMirror
    | CloseMirror
    | BlankMirror
)
Action: TypeAlias = SetPrivateReporting | RelayComment | SetCollaborators | UpdateSource | MirrorAction

# What shows a case to more people. Of these at most so many are done at once.
WIDENS: frozenset[str] = frozenset({OpenMirror.kind, InviteToMirror.kind, InviteTeam.kind})
