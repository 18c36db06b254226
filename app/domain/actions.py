"""What may we do to GitHub? Everything, in one list. Nothing here publishes an advisory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Literal, TypeAlias

from app.domain.facts import Configuration, Vulnerability
from app.domain.ids import AdvisoryKey, CaseKey, Ghsa, Key, Person, PolicyKey, RepoName

# Fields of an advisory as the writer sends them. `summary` … are absent where nothing is to change.
MirrorState = Literal["draft", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorFields:
    """Fields of a mirror to write; None means *leave as it is*. Text is under embargo."""

    summary: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    severity: str | None = None
    cvss_vector: str | None = None
    clears_cvss: bool = False
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
class OpenMirror:
    """Create the private draft of a case in the coordination repository."""

    kind: ClassVar[str] = "open-mirror"
    case: int
    repo: RepoName
    fields: MirrorFields
    reason: str
    scope: str = "mirror: open and keep in step"

    @property
    def key(self) -> Key:
        return CaseKey(self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMirror:
    """Bring fields of a mirror in step with its source."""

    kind: ClassVar[str] = "update-mirror"
    case: int
    repo: RepoName
    ghsa: Ghsa
    fields: MirrorFields
    reason: str
    scope: str = "mirror: open and keep in step"

    @property
    def key(self) -> Key:
        return CaseKey(self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteToMirror:
    """Let the people of the invited tools read and edit a mirror. Merged, never replaced."""

    kind: ClassVar[str] = "invite-to-mirror"
    case: int
    repo: RepoName
    ghsa: Ghsa
    add: tuple[Person, ...]
    reason: str
    scope: str = "mirror: open and keep in step"

    @property
    def key(self) -> Key:
        return CaseKey(self.case)


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMirror:
    """Close a mirror whose linked advisories are all done."""

    kind: ClassVar[str] = "close-mirror"
    case: int
    repo: RepoName
    ghsa: Ghsa
    reason: str
    scope: str = "mirror: open and keep in step"

    @property
    def key(self) -> Key:
        return CaseKey(self.case)


Action: TypeAlias = SetPrivateReporting | SetCollaborators | OpenMirror | UpdateMirror | InviteToMirror | CloseMirror
