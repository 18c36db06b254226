"""What is a pull request to us, and what may be said of its newest commit?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """An open pull request. `is_to_default` says that it would change the default branch."""

    number: int
    head_sha: str
    is_fork: bool
    is_to_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A commit that open pull requests would bring to the default branch. `is_fork`: none of them is of a branch of the

    repository itself. Whatever is said of the commit is shown beside all of them.
    """

    sha: str
    numbers: tuple[int, ...]
    is_fork: bool

    @property
    def number(self) -> int:
        """The oldest of them."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mistake beside its line."""

    line: int
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a pull request is told. `fingerprint` names exactly this answer, so that it is not given twice."""

    is_valid: bool
    title: str
    summary: str
    marks: tuple[Mark, ...] = ()
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What this App said of a commit: the fingerprint of the newest, and how often it said something."""

    newest: str | None
    times: int
