"""May we ask this of GitHub, and what does a refusal mean?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from app.clock import Clock
from app.domain.facts import CannotTell, Fact, Known
from app.domain.ids import RepoName
from app.github.client import Access, Answer
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.parse import well_formed
from app.github.registration import NotInstalled, Registration, Seat
from app.github.routes import Call, Level, Route

T = TypeVar("T")
Pages = tuple[Answer, ...]
MAY_SEE_DRAFTS: tuple[str, Level] = ("repository_advisories", "write")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What GitHub answered to a question that we were allowed to ask. `about` says of what or whom, for people."""

    route: Route
    about: str
    installation: Installation
    pages: Pages

    @property
    def sees_teams(self) -> bool:
        """Without it GitHub answers with no teams, as if there were none."""
        return self.installation.grants("members", "read")

    @property
    def status(self) -> int:
        """The first status that is not 2xx, where there is one."""
        return next((page.status for page in self.pages if not page.ok), self.pages[0].status)


class Asking:
    """Asks in the name of one registration, and only what the installation has granted."""

    def __init__(self, registration: Registration, clock: Clock) -> None:
        self.registration = registration
        self._client = registration.client
        self._clock = clock

    async def get(self, call: Call, repo: RepoName) -> Reply | CannotTell:
        """Ask about a repository, for one page at most."""

        async def first_page(access: Access) -> Pages:
            return (await self._client.read(call, access),)

        return await self._read(call, self._seat_of(repo), str(repo), first_page)

    async def get_narrowly(self, call: Call, repo: RepoName, permissions: Mapping[str, str]) -> Reply | CannotTell:
        """Ask for one page with a token for nothing but this repository and these permissions."""

        async def first_page(access: Access) -> Pages:
            return (await self._client.read(call, access),)

        return await self._narrowly(call, repo, permissions, first_page)

    async def get_all_narrowly(self, call: Call, repo: RepoName, permissions: Mapping[str, str]) -> Reply | CannotTell:
        """The same for every page."""
        return await self._narrowly(call, repo, permissions, partial(self._client.read_all, call))

    async def _narrowly(
        self, call: Call, repo: RepoName, permissions: Mapping[str, str], work: Callable[[Access], Awaitable[Pages]]
    ) -> Reply | CannotTell:
        async def read(seat: Seat) -> Pages:
            return await self.registration.reading(seat, work, only=permissions)

        [needs] = permissions.items()
        return await self._ask(call.route, needs, self._seat_of(repo), str(repo), read)

    async def get_all(self, call: Call, repo: RepoName) -> Reply | CannotTell:
        """Ask about a repository, for every page."""
        every_page = partial(self._client.read_all, call)
        return await self._read(call, self._seat_of(repo), str(repo), every_page)

    async def get_in(self, call: Call, account: str, about: str) -> Reply | CannotTell:
        """Ask for every page of what is in an account, and in none of its repositories."""
        every_page = partial(self._client.read_all, call)
        return await self._read(call, partial(self.registration.seat_in, account), about, every_page)

    async def get_as_writer(self, calls: tuple[Call, ...], repo: RepoName) -> Reply | CannotTell:
        """Ask several things with a token that may write: whether one that may only read is shown drafts is unknown."""

        async def every_page(access: Access) -> Pages:
            return tuple([page for call in calls for page in await self._client.read_all(call, access)])

        async def act(seat: Seat) -> Pages:
            teams = [("members", "read")] if seat.installation.grants("members", "read") else []
            return await self.registration.acting(seat, dict([MAY_SEE_DRAFTS, *teams]), every_page)

        return await self._ask(calls[0].route, MAY_SEE_DRAFTS, self._seat_of(repo), str(repo), act)

    def fact(self, reply: Reply, parse: Callable[[Any], T]) -> Fact[T]:
        """One thing as a fact. Raises RetryLater where it is garbage."""
        if reply.status not in {200, 204}:
            return self.refusal(reply)
        [page, *_] = reply.pages
        if page.status == 200 and page.body is None:  # noqa: PLR2004 - nothing is an answer only where it says 204
            raise RetryLater(f"GitHub sent an empty answer to {reply.route}")
        return Known(value=well_formed(parse, page.body), observed_at=self._clock.now())

    def facts(self, reply: Reply, parse: Callable[[Any], tuple[T, ...]]) -> Fact[tuple[T, ...]]:
        """All pages of a list as a fact. Raises RetryLater where one is garbage."""
        if reply.status != 200:  # noqa: PLR2004
            return self.refusal(reply)
        values = tuple(value for page in reply.pages for value in well_formed(parse, page.body))
        return Known(value=values, observed_at=self._clock.now())

    def refusal(self, reply: Reply) -> CannotTell:
        """What a status other than 2xx means for what was asked."""
        permission = ": ".join(reply.route.needs or ())
        match reply.status:
            case 404:
                return CannotTell(
                    f"GitHub answered 404 to {reply.route} of {reply.about}: "
                    f"it is not visible any more to {self.registration.name}"
                )
            case 403:
                return CannotTell(f"GitHub refused {reply.route} of {reply.about} (403), which needs {permission}")
            case status:
                return CannotTell(f"GitHub answered {status} to {reply.route} of {reply.about}")

    async def _read(
        self,
        call: Call,
        seat: Callable[[], Awaitable[Seat | None]],
        about: str,
        work: Callable[[Access], Awaitable[Pages]],
    ) -> Reply | CannotTell:
        async def read(seat: Seat) -> Pages:
            return await self.registration.reading(seat, work)

        return await self._ask(call.route, call.route.needs or ("metadata", "read"), seat, about, read)

    async def _ask(
        self,
        route: Route,
        needs: tuple[str, str],
        find: Callable[[], Awaitable[Seat | None]],
        about: str,
        work: Callable[[Seat], Awaitable[Pages]],
    ) -> Reply | CannotTell:
        for _ in range(2):  # where the first seat turns out to be stale, the second is looked up anew
            try:
                seat = await find()  # which asks for a token too where the seat is not known yet
                if seat is None:
                    return CannotTell(f"{about} is not visible any more to {self.registration.name}, or it never was")
                if missing := self._missing(seat, route, needs, about):
                    return missing
                pages = await work(seat)
            except NotInstalled:
                continue
            return Reply(route=route, about=about, installation=seat.installation, pages=pages)
        return CannotTell(f"{self.registration.name} gets no token for {about}")

    def _missing(self, seat: Seat, route: Route, needs: tuple[str, str], about: str) -> CannotTell | None:
        installation, app = seat.installation, self.registration.name
        if installation.suspended:
            return CannotTell(f"the installation of {app} in {installation.account} is suspended")
        if not installation.grants(*needs):
            return CannotTell(f"{installation.account} has not granted {': '.join(needs)} to {app}", lacks=needs[0])
        if seat.repository_id is None and route.needs != ("metadata", "read"):
            return CannotTell(f"{about} is not among the repositories that {installation.account} shows to {app}")
        return None

    def _seat_of(self, repo: RepoName) -> Callable[[], Awaitable[Seat | None]]:
        return partial(self.registration.seat, repo)
