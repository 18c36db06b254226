"""What do we call the things we look at?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

_OWNER = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})"  # managed users of enterprises have an underscore
_NAME = r"[A-Za-z0-9._-]{1,100}"
_LOGIN = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})(?:\[bot\])?"
_GHSA = r"GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}"
_REPOSITORY = re.compile(rf"{_OWNER}/{_NAME}")
_ADVISORY = re.compile(_GHSA)
_FORK = re.compile(rf".+-{_GHSA}", re.IGNORECASE)
# For nets: people write it in any case, and GitHub promises nobody that its letters stay those.
_LIKE_GHSA = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}", re.IGNORECASE)


class InvalidName(ValueError):
    """A name is not spelled as GitHub spells it. The message says what would be right."""


@dataclass(frozen=True, slots=True, eq=False)
class RepoName:
    """`owner/name` of a repository. GitHub ignores case, so comparing does too."""

    owner: str
    name: str
    _folded: str = field(init=False, repr=False)  # a sweep compares names a million times

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", f"{self.owner}/{self.name}".lower())

    @classmethod
    def parse(cls, text: str) -> RepoName:
        """Read `OWNER/REPO`. Raises InvalidName."""
        owner, _, name = text.partition("/")
        if not _REPOSITORY.fullmatch(text) or name in {".", ".."}:
            raise InvalidName(f'"{text}" is not a repository; write OWNER/REPO, as in pypa/pip')
        return cls(owner, name)

    @property
    def is_temporary_fork(self) -> bool:
        """Is this the private fork of an advisory? Those are nobody's project, and integrations see nothing in them."""
        return bool(_FORK.fullmatch(self.name))

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RepoName) and self._folded == other._folded

    def __hash__(self) -> int:
        return hash(self._folded)


@dataclass(frozen=True, slots=True, order=True)
class Ghsa:
    """The id of an advisory, `GHSA-xxxx-xxxx-xxxx`."""

    id: str

    @classmethod
    def parse(cls, text: str) -> Ghsa:
        """Read a GHSA id. Raises InvalidName."""
        if not _ADVISORY.fullmatch(text):
            raise InvalidName("that is not an advisory id; write GHSA-xxxx-xxxx-xxxx, as GitHub shows it")
        return cls(text)

    def __str__(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, order=True)
class IssueNumber:
    """The number of an issue in its repository, written `#12`."""

    number: int

    @classmethod
    def parse(cls, text: str) -> IssueNumber:
        """Read `#12`. Raises InvalidName."""
        if not re.fullmatch(r"#[1-9][0-9]{0,17}", text):
            raise InvalidName("that is not an issue; write #NUMBER, as in #12")
        return cls(int(text[1:]))

    def __str__(self) -> str:
        return f"#{self.number}"


MirrorId: TypeAlias = Ghsa | IssueNumber


def parse_mirror_id(text: str) -> MirrorId:
    """Read the id of a mirror: of an advisory, or of an issue. Raises InvalidName."""
    return IssueNumber.parse(text) if text.startswith("#") else Ghsa.parse(text)


def without_ids(text: str) -> str:
    """A text for people who may not know which advisories there are."""
    return _LIKE_GHSA.sub("GHSA-…", text)


@dataclass(frozen=True, slots=True, order=True)
class Person:
    """A GitHub account. The id is who it is; a login can be renamed and then claimed by a stranger."""

    login: str
    id: int

    @classmethod
    def parse(cls, text: str) -> Person:
        """Read `LOGIN:ID`. Raises InvalidName."""
        if not re.fullmatch(rf"{_LOGIN}:[1-9][0-9]*", text):
            raise InvalidName(f'"{text}" is not a person; write LOGIN:NUMERIC_ID, as in "some-login:12345"')
        login, number = text.split(":")
        return cls(login, int(number))

    def __str__(self) -> str:
        return f"{self.login}:{self.id}"


@dataclass(frozen=True, slots=True, order=True)
class Team:
    """A team of an organization, `org/slug`."""

    org: str
    slug: str

    @classmethod
    def parse(cls, text: str) -> Team:
        """Read `ORG/TEAM-SLUG`. Raises InvalidName."""
        if not re.fullmatch(rf"{_OWNER}/[a-z0-9_-]+", text):
            raise InvalidName(f'"{text}" is not a team; write ORG/TEAM-SLUG, as in pypa/pip-committers')
        org, slug = text.split("/")
        return cls(org, slug)

    def __str__(self) -> str:
        return f"{self.org}/{self.slug}"


# A key names one thing to look at again. Its text form is what people type and what the work set stores.


@dataclass(frozen=True, slots=True)
class RepositoryKey:
    """Look at everything about one repository: `OWNER/REPO`."""

    repo: RepoName

    def __str__(self) -> str:
        return str(self.repo)


@dataclass(frozen=True, slots=True)
class PolicyKey:
    """Hold one policy against one repository, and mend what it finds: `OWNER/REPO#POLICY`."""

    repo: RepoName
    policy: str

    def __str__(self) -> str:
        return f"{self.repo}#{self.policy}"


@dataclass(frozen=True, slots=True)
class AdvisoryKey:
    """Look at one advisory: `OWNER/REPO/GHSA-…`."""

    repo: RepoName
    ghsa: Ghsa

    def __str__(self) -> str:
        return f"{self.repo}/{self.ghsa}"


@dataclass(frozen=True, slots=True)
class CaseKey:
    """Bring one case and its mirror up to date: `case/N`."""

    number: int

    def __str__(self) -> str:
        return f"case/{self.number}"


@dataclass(frozen=True, slots=True)
class TimerKey:
    """Recurring work: `poll` looks at the few things that matter within seconds, `sweep` at everything.

    `policy-pulls` looks at the pull requests that would change the policy file, `deliveries` at GitHub's log of those.
    """

    name: Literal["poll", "sweep", "policy-pulls", "deliveries"]

    def __str__(self) -> str:
        return self.name


POLL = TimerKey("poll")
SWEEP = TimerKey("sweep")
POLICY_PULLS = TimerKey("policy-pulls")
DELIVERIES = TimerKey("deliveries")
_TIMERS: dict[str, TimerKey] = {timer.name: timer for timer in (POLL, SWEEP, POLICY_PULLS, DELIVERIES)}

Key: TypeAlias = RepositoryKey | PolicyKey | AdvisoryKey | CaseKey | TimerKey


def parse_key(text: str) -> Key:
    """Read a key as people type it. Raises InvalidName.

    `case/` is ours: a repository of an account named “case” has no key, in whatever case it is written, since the
    database ignores case too.
    """
    if timer := _TIMERS.get(text):
        return timer
    if re.match("case/", text, re.IGNORECASE):
        return _case(text)
    if match := re.fullmatch(rf"({_OWNER}/{_NAME})/({_GHSA})", text):
        return AdvisoryKey(RepoName.parse(match[1]), Ghsa(match[2]))
    if match := re.fullmatch(rf"({_OWNER}/{_NAME})#([a-z][a-z0-9-]*)", text):
        return PolicyKey(RepoName.parse(match[1]), match[2])
    if _REPOSITORY.fullmatch(text):
        return RepositoryKey(RepoName.parse(text))
    raise InvalidName("not a key; write OWNER/REPO, OWNER/REPO#POLICY, OWNER/REPO/GHSA-xxxx-xxxx-xxxx or case/N")


def _case(text: str) -> CaseKey:
    match = re.fullmatch(r"case/([1-9][0-9]{0,17})", text, re.IGNORECASE)
    if match is None:
        raise InvalidName("that is not a case; write case/N with its number, as in case/12")
    return CaseKey(int(match[1]))
