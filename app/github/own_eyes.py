"""What does GitHub show to this one person? Asked with their own token, and with no other.

Nothing here knows the App's own credentials, and nothing is kept: what one person may read, another may not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known
from app.domain.ids import Ghsa, IssueNumber, MirrorId, Person, RepoName
from app.github import parse, routes
from app.github.client import Access, Answer, Client
from app.github.errors import RetryLater
from app.github.limits import Lane
from app.github.parse import Malformed, well_formed
from app.github.routes import Call
from app.github.shapes import Id

T = TypeVar("T")
S = TypeVar("S", bound=msgspec.Struct)
MOST_LANES = 10_000
MOST_INSTALLATIONS = 100
MOST_PAGES = 100  # of the repositories of all installations together
_PAGE = {"per_page": "100"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class MirrorText:
    """What a mirror says. All of it is under embargo, so its repr shows nothing."""

    title: str
    body: str
    severity: str = ""


class Visitors:
    """Everybody who looks with eyes of their own. Each has a lane, as GitHub limits people here and not the App."""

    def __init__(self, client: Client, clock: Clock) -> None:
        self._client, self._clock = client, clock
        self._lanes: dict[int, Lane] = {}

    def newcomer(self, token: str) -> OwnEyes:
        """Whose token it is will be seen."""
        return OwnEyes(self._client, self._clock, token=token, lane=Lane(self._clock))

    def of(self, person: Person, token: str) -> OwnEyes:
        if len(self._lanes) >= MOST_LANES:
            self._lanes.clear()
        lane = self._lanes.setdefault(person.id, Lane(self._clock))
        return OwnEyes(self._client, self._clock, token=token, lane=lane)


class OwnEyes:
    """Reads as one person. Raises Unauthenticated where GitHub does not accept their token any more."""

    def __init__(self, client: Client, clock: Clock, *, token: str, lane: Lane) -> None:
        self._client, self._clock = client, clock
        self._access = Access(token=token, lane=lane)

    async def who(self) -> Person:
        """Whose token it is. Raises RetryLater."""
        answer = await self._client.read(routes.ME.call(), self._access)
        if not answer.ok:
            raise RetryLater(f"GitHub answered {answer.status} to {routes.ME}")
        return well_formed(parse.person, answer.body)

    async def administered(self) -> Fact[frozenset[int]]:
        """Repositories that the App sees and this person administers, by id. Raises RetryLater."""
        found: set[int] = set()
        left = MOST_PAGES
        for installation in await self._installations():
            call = routes.MY_REPOSITORIES.call(installation_id=installation, query=_PAGE)
            pages = await self._client.read_all(call, self._access)
            if pages[0].status in {403, 404}:
                continue  # what is not shown is not theirs
            found.update(*(well_formed(_administered, page.body) for page in _ok(pages, call)))
            if (left := left - len(pages)) <= 0:
                return CannotTell("GitHub lists more repositories of theirs than are read")
        return Known(value=frozenset(found), observed_at=self._clock.now())

    async def text(self, repo: RepoName, mirror: MirrorId) -> Fact[MirrorText]:
        """What a mirror says, if GitHub lets them read it. One request. Raises RetryLater."""
        match mirror:
            case Ghsa():
                return await self._one(routes.ADVISORY.of(repo, ghsa_id=mirror), _advisory_text)
            case IssueNumber(number=number):
                return await self._one(routes.ISSUE.of(repo, issue_number=number), _issue_text)

    async def _installations(self) -> tuple[int, ...]:
        call = routes.MY_INSTALLATIONS.call(query=_PAGE)
        pages = _ok(await self._client.read_all(call, self._access), call)
        return tuple(number for page in pages for number in well_formed(_installation_ids, page.body))[
            :MOST_INSTALLATIONS
        ]

    async def _one(self, call: Call, parsed: Callable[[Any], T]) -> Fact[T]:
        answer = await self._client.read(call, self._access)
        if not answer.ok:
            return CannotTell(f"GitHub answered {answer.status} to {call}, asked in your name")
        return Known(value=well_formed(parsed, answer.body), observed_at=self._clock.now())


def _ok(pages: tuple[Answer, ...], call: Call) -> tuple[Answer, ...]:
    if pages[0].ok:
        return pages
    raise RetryLater(f"GitHub answered {pages[0].status} to {call}")


class _Permissions(msgspec.Struct, frozen=True):
    admin: bool = False


class _Repository(msgspec.Struct):
    id: Id
    permissions: _Permissions = _Permissions()


class _Repositories(msgspec.Struct):
    repositories: list[_Repository]


class _Installation(msgspec.Struct):
    id: Id


class _Installations(msgspec.Struct):
    installations: list[_Installation]


class _Advisory(msgspec.Struct):
    summary: str
    description: str | None = None
    severity: str | None = None


class _Issue(msgspec.Struct):
    title: str
    body: str | None = None


def _advisory_text(json: Any) -> MirrorText:
    raw = _convert(json, _Advisory)
    return MirrorText(title=raw.summary, body=raw.description or "", severity=raw.severity or "")


def _issue_text(json: Any) -> MirrorText:
    raw = _convert(json, _Issue)
    return MirrorText(title=raw.title, body=raw.body or "")


def _administered(json: Any) -> tuple[int, ...]:
    return tuple(each.id for each in _convert(json, _Repositories).repositories if each.permissions.admin)


def _installation_ids(json: Any) -> tuple[int, ...]:
    return tuple(each.id for each in _convert(json, _Installations).installations)


def _convert(json: Any, shape: type[S]) -> S:
    try:
        return msgspec.convert(json, shape)
    except (msgspec.ValidationError, OverflowError, RecursionError):
        raise Malformed("something that lacks what we need") from None  # not chained: it may quote the value
