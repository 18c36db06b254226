"""What does GitHub answer to each question, and what does that mean?

An answer is well-formed, or it is *cannot tell* with its reason. Whether GitHub lets strangers read if private
reporting is on is not documented, so no refusal is taken for a yes or a no.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known, Repository
from app.domain.ids import InvalidName, RepoName
from app.github import parse
from app.survey import trees
from app.survey.asking import Answer, Outsider, Untold
from app.survey.files import PLACES, Folder, own_policy
from app.survey.found import NotSurveyed, SecurityPolicy

T = TypeVar("T")

MOST_ENTRIES = 1000  # of a folder (GitHub: "Get repository content")
MOST_PAGES = 200
_MOVED = {HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND, HTTPStatus.TEMPORARY_REDIRECT}
UNREADABLE = "GitHub sent something that cannot be read"
_REPOSITORIES = {"type": "public", "sort": "pushed", "direction": "desc", "per_page": "100"}
_PUBLISHED = {"state": "published", "per_page": "100"}


class _Entry(msgspec.Struct):
    name: str
    type: str


class _Advisory(msgspec.Struct):
    state: str


class _Account(msgspec.Struct):
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Public repositories. `unlisted` says why there may be more of them."""

    found: tuple[Repository, ...]
    unlisted: CannotTell | None = None


class Questions:
    """Each asks as an outsider."""

    def __init__(self, outsider: Outsider, clock: Clock) -> None:
        self._outsider, self._clock = outsider, clock

    async def repositories(self, login: str) -> Listed | NotSurveyed:
        """The public ones, those first in which something happened lately; without the private forks of advisories."""
        try:
            answer = await self._outsider.get(f"orgs/{login}/repos", **_REPOSITORIES)
            if answer.status == HTTPStatus.NOT_FOUND:
                return await self._no_organization(login)
            page = _of(answer, list[Any])
        except Untold as untold:
            return NotSurveyed(login=login, kind="cannot tell", reason=str(untold))
        return await self._further(answer, page)

    async def private_reporting(self, repo: RepoName) -> Fact[bool]:
        """Is private vulnerability reporting on?"""
        return await self._fact(f"repos/{repo}/private-vulnerability-reporting", parse.private_reporting)

    async def own_policies(self, repos: Sequence[RepoName]) -> dict[RepoName, Fact[SecurityPolicy | None]]:
        """The SECURITY.md of as many of these repositories of one owner as one query tells about."""
        if not self._outsider.signed_in:  # GitHub answers queries to nobody else
            return {}
        try:
            answer = await self._outsider.query(*trees.question(repos))
        except Untold:
            return {}
        folders = trees.told(answer.body, repos) if answer.ok else {}
        return {repo: self._policy(found) for repo, found in folders.items()}

    async def own_policy(self, repo: RepoName) -> Fact[SecurityPolicy | None]:
        """The SECURITY.md of the repository itself. A folder that its root does not name is not asked for."""
        try:
            root = await self._folder(repo, "")
            others = [await self._folder(repo, place) for place in PLACES[1:] if place in root.folders]
        except Untold as untold:
            return CannotTell(str(untold))
        return self._policy([root, *others])

    async def published_advisories(self, repo: RepoName) -> Fact[int]:
        """How many there are. Others are not asked for, and would not be counted: a member's token might show them."""
        try:
            answer: Answer | None = await self._outsider.get(f"repos/{repo}/security-advisories", **_PUBLISHED)
            count = 0
            while answer is not None:
                count += sum(each.state == "published" for each in _of(answer, list[_Advisory]))
                answer = await self._outsider.get_next(answer)
        except Untold as untold:
            return CannotTell(str(untold))
        return self._known(count)

    async def _no_organization(self, login: str) -> NotSurveyed:
        account = await self._outsider.get(f"users/{login}")
        if account.status == HTTPStatus.NOT_FOUND:
            return NotSurveyed(login=login, kind="no such account", reason="GitHub has no account of this name")
        if _of(account, _Account).type == "User":
            reason = "this is the account of a person, and a survey is of organizations"
            return NotSurveyed(login=login, kind="not an organization", reason=reason)
        return NotSurveyed(login=login, kind="cannot tell", reason="GitHub does not list its repositories")

    async def _further(self, first: Answer, items: list[Any]) -> Listed:
        """The pages after the first. If one is missing, what is there is told with the reason why there may be more."""
        answer: Answer | None = first
        try:
            for _ in range(MOST_PAGES):
                answer = await self._outsider.get_next(answer) if answer else None
                if answer is None:
                    return _public(items, None)
                items += _of(answer, list[Any])
        except Untold as untold:
            return _public(items, str(untold))
        return _public(items, "GitHub's list does not end")

    async def _folder(self, repo: RepoName, place: str) -> Folder:
        answer = await self._outsider.get(f"repos/{repo}/contents/{place}".rstrip("/"))
        if answer.status == HTTPStatus.NOT_FOUND and not place and _is_empty(answer):
            return Folder(place=place, files=frozenset())
        entries = _of(answer, list[_Entry])
        return Folder(
            place=place,
            files=frozenset(each.name for each in entries if each.type in {"file", "symlink"}),
            folders=frozenset(each.name for each in entries if each.type == "dir"),
            whole=len(entries) < MOST_ENTRIES,
        )

    async def _fact(self, path: str, parsed: Callable[[Any], T]) -> Fact[T]:
        try:
            answer = await self._outsider.get(path)
            return self._known(_parsed(_answered(answer), parsed))
        except Untold as untold:
            return CannotTell(str(untold))

    def _policy(self, folders: Sequence[Folder]) -> Fact[SecurityPolicy | None]:
        policy = own_policy(folders)
        return policy if isinstance(policy, CannotTell) else self._known(policy)

    def _known(self, value: T) -> Known[T]:
        return Known(value=value, observed_at=self._clock.now())


def _answered(answer: Answer) -> Any:
    """The body of a yes. What GitHub answers to what it does not show is 404, as to what is not there."""
    if answer.ok:
        return answer.body
    if answer.status in _MOVED:
        raise Untold("GitHub knows it by another name now")
    if answer.status == HTTPStatus.UNAUTHORIZED:
        raise Untold("GitHub does not answer this to unknown visitors (401); try with a token")
    raise Untold(f"GitHub answered {answer.status}, and does not tell strangers why")


def _of(answer: Answer, kind: type[T]) -> T:
    return _parsed(_answered(answer), lambda body: msgspec.convert(body, kind))


def _parsed(body: Any, parsed: Callable[[Any], T]) -> T:
    try:
        return parsed(body)
    except (msgspec.ValidationError, parse.Malformed, InvalidName):
        raise Untold(UNREADABLE) from None


def _public(items: list[Any], unlisted: str | None) -> Listed:
    """A member's token might show private ones, which are nobody else's business."""
    found: dict[int, Repository] = {}  # one to which something happens meanwhile may be on two pages
    for item in items:
        try:
            repo = _parsed(item, parse.repository)
        except Untold as untold:
            unlisted = unlisted or str(untold)
            continue
        if not repo.private and not repo.name.is_temporary_fork:
            found[repo.id] = repo
    return Listed(found=tuple(found.values()), unlisted=CannotTell(unlisted) if unlisted else None)


def _is_empty(answer: Answer) -> bool:
    """GitHub answers 404 about the root of a repository without commits, and says so in words."""
    message = answer.body.get("message") if isinstance(answer.body, dict) else None
    return isinstance(message, str) and "empty" in message
