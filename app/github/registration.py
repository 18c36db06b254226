"""Which installations does one App have, and with which token may it act in them?

Tokens are as narrow as the job: named repositories and named permissions. What GitHub gave is held against what was
asked, since GitHub once gave more. Read tokens are kept for most of their hour, write tokens for one write.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from app.clock import Clock
from app.domain.facts import Repository, Webhook
from app.domain.ids import RepoName
from app.github import parse, routes
from app.github.client import Access, Answer, Client, Unauthenticated
from app.github.credentials import Signer
from app.github.errors import RetryLater, WiderToken
from app.github.installations import Installation, is_within
from app.github.limits import Lane
from app.github.parse import well_formed
from app.github.routes import Call
from app.github.share import Pace
from app.github.signing import SigningKeys

T = TypeVar("T")
READ_PERMISSIONS = ("metadata", "repository_advisories", "administration", "members", "contents", "issues")
RENEWED_BEFORE_EXPIRY = timedelta(minutes=5)
REPOSITORIES_PER_TOKEN = 500  # GitHub: "Create an installation access token for an app"
_PAGE = {"per_page": "100"}


class NotInstalled(Exception):
    """The App is not, or no longer, where it was asked to act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A repository in an installation. `repository_id` is None where the installation does not list that name."""

    installation: Installation
    repository_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    value: str = field(repr=False)
    expires_at: datetime


class Registration:
    """One App. `signers` are its private keys: a second one takes over when GitHub does not accept the first."""

    def __init__(self, *, name: str, signers: Iterable[Signer], client: Client, clock: Clock) -> None:
        self.name = name
        self.keys = SigningKeys(signers := tuple(signers), clock)
        self.client = client
        self._clock = clock
        self._own_lane = Lane(clock, client.neighbours(f"app/{signers[0].app_id}"))
        self._lanes: dict[int, Lane] = {}
        self._installations: dict[int, Installation] = {}
        self._directory: dict[int, dict[RepoName, int]] = {}
        self._tokens: dict[tuple[int, tuple[int, ...], frozenset[tuple[str, str]]], _Token] = {}
        self._minting: dict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looking = asyncio.Lock()

    async def installations(self) -> tuple[Installation, ...]:
        """All installations, suspended ones too. What is known of others is forgotten.

        Read tokens were made for what was granted then, so where that is something else by now, they are made anew.
        """
        pages = await self.as_app(lambda access: self.client.read_all(_installations(), access))
        found = [well_formed(parse.installation, item) for page in pages for item in _items(page)]
        for each in found:
            known = self._installations.get(each.id)
            if known is not None and known.permissions != each.permissions:
                self._drop_tokens(each.id)
        self._installations = {installation.id: installation for installation in found}
        for gone in self._directory.keys() - self._installations.keys():
            self._forget(gone)
        return tuple(found)

    async def repositories(self, installation: Installation) -> tuple[Repository, ...]:
        """The repositories of an installation, without the temporary forks of advisories."""
        call = routes.REPOSITORIES.call(query=_PAGE)
        everywhere = Seat(installation=installation, repository_id=None)
        pages = await self.reading(everywhere, lambda access: self.client.read_all(call, access))
        if not pages[0].ok:
            raise RetryLater(f"GitHub answered {pages[0].status} to {call}")
        found = [repository for page in pages for repository in well_formed(parse.repositories, page.body)]
        kept = tuple(repository for repository in found if not repository.name.is_temporary_fork)
        self._directory[installation.id] = {repository.name: repository.id for repository in kept}
        return kept

    async def webhook(self) -> Webhook:
        """How the App's webhook is set up. Raises RetryLater."""
        answer = await self.as_app(lambda access: self.client.read(routes.WEBHOOK.call(), access))
        if not answer.ok:
            raise RetryLater(f"GitHub answered {answer.status} to {routes.WEBHOOK}")
        return well_formed(parse.webhook, answer.body)

    async def seat(self, repo: RepoName) -> Seat | None:
        """Where the repository is, looked up where we do not know it. None where the App is not installed."""
        if seat := self._known_seat(repo):
            return seat
        async with self._looking:  # many may miss at once, and the first to look finds for all
            return self._known_seat(repo) or await self._look_up(repo)

    def sees(self, repo: RepoName) -> bool | None:
        """Does the App see the repository, as far as was asked before? None where that was not."""
        if self._known_seat(repo):
            return True
        for installation in self._installations.values():
            if installation.account.lower() == repo.owner.lower() and installation.id in self._directory:
                return False
        return None

    async def seat_in(self, account: str) -> Seat | None:
        """Any repository's seat in the installation of an account."""
        installations = tuple(self._installations.values()) or await self.installations()
        for installation in installations:
            if installation.account.lower() == account.lower():
                return await self._first_seat(installation)
        return None

    def pace(self, account: str) -> Pace:
        """How much routine work may ask of an account now."""
        for installation in self._installations.values():
            if installation.account.lower() == account.lower():
                return self._lane(installation.id).pace()
        return Lane(self._clock).pace()

    def rooms(self, concerns: Callable[[str], bool]) -> Mapping[int, int]:
        """How many requests routine work may send now, by GitHub's id of the installation, in accounts of concern."""
        mine = [number for number, each in self._installations.items() if concerns(each.account)]
        return {number: self._lane(number).pace().room for number in mine}

    async def reading(
        self, seat: Seat, work: Callable[[Access], Awaitable[T]], *, only: Mapping[str, str] | None = None
    ) -> T:
        """Do some reading with a read token of the seat, and once more with a new one where that is not accepted.

        With `only` it is a token for that one repository and these permissions.
        """
        try:
            return await work(await self._read_access(seat, only))
        except Unauthenticated:
            self._drop_tokens(seat.installation.id)
            return await work(await self._read_access(seat, only))

    async def acting(self, seat: Seat, permissions: Mapping[str, str], work: Callable[[Access], Awaitable[T]]) -> T:
        """Do one thing with a token for exactly this repository and these permissions, revoked afterwards."""
        if seat.repository_id is None:
            raise NotInstalled(f"{self.name} does not see the repository")
        repository_ids = (seat.repository_id,)
        try:
            return await self._act(seat.installation, repository_ids, permissions, work)
        except Unauthenticated:
            return await self._act(seat.installation, repository_ids, permissions, work)

    async def acting_everywhere(
        self, installation: Installation, permissions: Mapping[str, str], work: Callable[[Access], Awaitable[T]]
    ) -> tuple[T, ...]:
        """Do one thing for all repositories of an installation: once for each 500, which is what a token can name."""
        known = sorted(self._directory.get(installation.id, {}).values())
        chunks = (
            known[start : start + REPOSITORIES_PER_TOKEN] for start in range(0, len(known), REPOSITORIES_PER_TOKEN)
        )
        return tuple([await self._act(installation, tuple(chunk), permissions, work) for chunk in chunks])

    async def _act(
        self,
        installation: Installation,
        repository_ids: tuple[int, ...],
        permissions: Mapping[str, str],
        work: Callable[[Access], Awaitable[T]],
    ) -> T:
        token = await self._mint(installation, permissions, repository_ids)
        access = Access(token=token.value, lane=self._lane(installation.id))
        try:
            return await work(access)
        finally:
            await self._revoke(access)

    async def _read_access(self, seat: Seat, only: Mapping[str, str] | None) -> Access:
        installation = seat.installation
        repository_ids = self._chunk(seat) if only is None else (seat.repository_id or 0,)
        permissions = _readable(installation, repository_ids) if only is None else only
        kind = (installation.id, repository_ids, frozenset(permissions.items()))
        async with self._minting[installation.id]:
            token = self._tokens.get(kind)
            if token is None or self._clock.now() >= token.expires_at - RENEWED_BEFORE_EXPIRY:
                self._tokens = {of: each for of, each in self._tokens.items() if self._clock.now() < each.expires_at}
                token = self._tokens[kind] = await self._mint(installation, permissions, repository_ids)
        return Access(token=token.value, lane=self._lane(installation.id))

    def _chunk(self, seat: Seat) -> tuple[int, ...]:
        """The repositories that share a token with this one. None are named for the list of repositories itself."""
        if seat.repository_id is None:
            return ()
        known = sorted({seat.repository_id, *self._directory.get(seat.installation.id, {}).values()})
        start = known.index(seat.repository_id) // REPOSITORIES_PER_TOKEN * REPOSITORIES_PER_TOKEN
        return tuple(known[start : start + REPOSITORIES_PER_TOKEN])

    async def _mint(
        self, installation: Installation, permissions: Mapping[str, str], repository_ids: tuple[int, ...]
    ) -> _Token:
        asked = {"metadata": "read", **permissions}  # GitHub gives this one to every token, so we say so
        body: dict[str, Any] = {"permissions": asked}
        if repository_ids:
            body["repository_ids"] = list(repository_ids)
        call = routes.MINT.call(installation_id=installation.id, body=body)
        answer = await self.as_app(lambda access: self.client.ask(call, access))
        if not answer.ok:
            # Suspended, uninstalled, or something we asked for is no longer ours: all of it is to be read again.
            self._forget(installation.id)
            raise NotInstalled(f"GitHub answered {answer.status} to {call}")
        minted = well_formed(parse.minted_token, answer.body)
        token = _Token(value=minted.token, expires_at=minted.expires_at)
        given = {repository.id for repository in minted.repositories or ()}
        if is_within(minted.permissions, asked) and (not repository_ids or given <= set(repository_ids)):
            return token
        await self._revoke(Access(token=token.value, lane=self._lane(installation.id)))
        raise WiderToken(f"GitHub gave {self.name} a wider token than was asked for; it was not used")

    async def _revoke(self, access: Access) -> None:
        with suppress(RetryLater):  # it expires by itself within the hour, and nobody has it any more
            await self.client.ask(routes.REVOKE.call(), access)

    async def as_app(self, work: Callable[[Access], Awaitable[T]]) -> T:
        """Do some work in the name of the App itself, signed with the first key that GitHub accepts."""
        return await self.keys.signed(lambda jwt: work(Access(token=jwt, lane=self._own_lane)))

    def _lane(self, installation_id: int) -> Lane:
        if installation_id not in self._lanes:
            neighbours = self.client.neighbours(f"installation/{installation_id}")
            self._lanes[installation_id] = Lane(self._clock, neighbours)
        return self._lanes[installation_id]

    async def _first_seat(self, installation: Installation) -> Seat:
        if not installation.suspended and not self._directory.get(installation.id):
            await self.repositories(installation)
        repository_id = min(self._directory.get(installation.id, {}).values(), default=None)
        return Seat(installation=installation, repository_id=repository_id)

    def _known_seat(self, repo: RepoName) -> Seat | None:
        for installation_id, names in self._directory.items():
            installation = self._installations.get(installation_id)
            if installation is not None and repo in names:
                return Seat(installation=installation, repository_id=names[repo])
        return None

    async def _look_up(self, repo: RepoName) -> Seat | None:
        for installation in self._installations.values():
            unlisted = not installation.suspended and installation.id not in self._directory
            if unlisted and installation.account.lower() == repo.owner.lower():
                await self.repositories(installation)
                return self._known_seat(repo)
        call = routes.INSTALLATION_OF.of(repo)
        answer = await self.as_app(lambda access: self.client.read(call, access))
        if answer.status == 404:  # noqa: PLR2004 - GitHub's way of saying that the App is not installed there
            return None
        if not answer.ok:
            raise RetryLater(f"GitHub answered {answer.status} to {call}")
        installation = well_formed(parse.installation, answer.body)
        self._installations[installation.id] = installation
        if not installation.suspended:
            await self.repositories(installation)
        repository_id = self._directory.get(installation.id, {}).get(repo)
        return Seat(installation=installation, repository_id=repository_id)

    def _drop_tokens(self, installation_id: int) -> None:
        self._tokens = {key: token for key, token in self._tokens.items() if key[0] != installation_id}

    def _forget(self, installation_id: int) -> None:
        self._drop_tokens(installation_id)
        self._installations.pop(installation_id, None)
        self._directory.pop(installation_id, None)


def _installations() -> Call:
    return routes.INSTALLATIONS.call(query=_PAGE)


def _items(page: Answer) -> list[Any]:
    if page.ok and isinstance(page.body, list):
        return page.body
    raise RetryLater(f"GitHub answered {page.status} to {routes.INSTALLATIONS} with no list")


def _readable(installation: Installation, repository_ids: tuple[int, ...]) -> dict[str, str]:
    """What we read with, as far as granted. Listing the repositories needs nothing but metadata."""
    if not repository_ids:
        return {"metadata": "read"}
    return {permission: "read" for permission in READ_PERMISSIONS if installation.grants(permission, "read")}
