"""How do we change GitHub? These verbs are all there are, and none publishes an advisory.

Each verb sends one change at most once, in the name of a registration that was given the permission, with a token made
for it, and only while the caller's lease holds. Whether it took effect is for the caller to look up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from app.domain.actions import MirrorFields
from app.domain.ids import Ghsa, MirrorId, Person, RepoName
from app.domain.lease import Lease
from app.domain.mirrors import Store, store_of
from app.github import comments, parse, routes
from app.github.client import Access
from app.github.errors import Ambiguous, Held, RetryLater
from app.github.mirrors import STORES
from app.github.parse import Malformed, well_formed
from app.github.registration import NotInstalled, Registration, Seat
from app.github.routes import Call, Level

T = TypeVar("T")
Announce = Callable[[tuple[Person, ...]], Awaitable[None]]
Change = Callable[[tuple[Person, ...]], Awaitable[list[str]]]  # who is there → the logins that are to be


class Writer:
    """Writes as the first of the registrations that may: the Hand, then a Watcher that was given write permissions."""

    def __init__(self, registrations: Iterable[Registration], *, enabled: bool) -> None:
        self._registrations = tuple(dict.fromkeys(registrations))  # one App may be both
        self._enabled = enabled
        # Two keys may add people to one advisory, and each merge is a read and a write that nothing may come between.
        self._merging: WeakValueDictionary[Ghsa, asyncio.Lock] = WeakValueDictionary()

    async def set_private_reporting(self, repo: RepoName, enabled: bool, *, lease: Lease) -> None:  # noqa: FBT001
        """Switch private vulnerability reporting. GitHub says 204 even where a configuration makes that a lie."""
        call = (routes.ENABLE_REPORTING if enabled else routes.DISABLE_REPORTING).of(repo)
        await self._send(call, repo, lease)

    async def add_people(
        self, repo: RepoName, ghsa: Ghsa, people: tuple[Person, ...], *, lease: Lease, announce: Announce | None = None
    ) -> bool:
        """Add people to those who may read and edit an advisory. GitHub replaces the list, so we merge.

        `announce` is told who was not there yet, before it is sent. False where all of them were, so that nothing was.
        """

        async def added(present: tuple[Person, ...]) -> list[str]:
            logins = _merged(present, people)
            if announce is not None and len(logins) > len(present):
                new = {login.lower() for login in logins[len(present) :]}
                await announce(tuple(person for person in people if person.login.lower() in new))
            return logins

        return await self._change_people(repo, ghsa, added, lease)

    async def take_out(self, repo: RepoName, ghsa: Ghsa, accounts: Collection[int], *, lease: Lease) -> bool:
        """Take these accounts, and nobody else, from those who may read and edit an advisory.

        False where none of them was there, so that nothing was sent.
        """

        async def kept(present: tuple[Person, ...]) -> list[str]:
            return [person.login for person in present if person.id not in accounts]

        return await self._change_people(repo, ghsa, kept, lease)

    async def _change_people(self, repo: RepoName, ghsa: Ghsa, change: Change, lease: Lease) -> bool:
        """Read who is there, and send the whole list as it is to be. Nothing is sent where it is so already."""
        look = routes.ADVISORY.of(repo, ghsa_id=ghsa)
        alone = self._merging.setdefault(ghsa, asyncio.Lock())

        async def merge(app: Registration, access: Access) -> bool:
            answer = await app.client.read(look, access)
            if not answer.ok:
                raise RetryLater(f"GitHub answered {answer.status} to {look}")
            present = well_formed(parse.collaborators, answer.body)
            logins = await change(present)
            if logins == [person.login for person in present]:
                return False
            body = {"collaborating_users": logins}
            await app.client.write(routes.UPDATE_ADVISORY.of(repo, ghsa_id=ghsa, body=body), access, lease=lease)
            return True

        async with alone:
            return await self._with_token(repo, routes.UPDATE_ADVISORY.needs, merge)

    async def set_teams(self, repo: RepoName, ghsa: Ghsa, slugs: Collection[str], *, lease: Lease) -> None:
        """Replace the list of teams that read a mirror. Their members read it, too."""
        body = {"collaborating_teams": list(slugs)}
        await self._send(routes.UPDATE_ADVISORY.of(repo, ghsa_id=ghsa, body=body), repo, lease)

    async def open_mirror(self, repo: RepoName, store: Store, fields: MirrorFields, *, lease: Lease) -> MirrorId:
        """Create a mirror. A lost answer is Ambiguous: GitHub has no key against doing it twice."""
        call = STORES[store].opening(repo, fields)
        answer = await self._send(call, repo, lease)
        try:
            return STORES[store].created(answer)
        except Malformed as malformed:
            raise Ambiguous(f"GitHub answered {call} with {malformed}") from None

    async def update_mirror(self, repo: RepoName, mirror: MirrorId, fields: MirrorFields, *, lease: Lease) -> None:
        """Change the fields that are set, and no others."""
        for call in STORES[store_of(mirror)].updating(repo, mirror, fields):
            await self._send(call, repo, lease)

    async def comment(self, repo: RepoName, mirror: MirrorId, body: str, *, lease: Lease) -> int:
        """Say something in a mirror, and give the id of the comment. A lost answer is Ambiguous."""
        call = comments.saying(repo, mirror, body)
        answer = await self._send(call, repo, lease)
        try:
            return comments.said(answer)
        except Malformed as malformed:
            raise Ambiguous(f"GitHub answered {call} with {malformed}") from None

    async def edit_comment(self, repo: RepoName, mirror: MirrorId, comment: int, body: str, *, lease: Lease) -> None:
        """Replace what a comment of ours says."""
        await self._send(comments.correcting(repo, mirror, comment, body), repo, lease)

    async def update_source(self, repo: RepoName, ghsa: Ghsa, fields: MirrorFields, *, lease: Lease) -> None:
        """Change the fields that are set of an advisory of a project: never its text, and never its state."""
        if fields.description is not None:
            raise Held("the text of an advisory is its own people's")
        await self.update_mirror(repo, ghsa, fields, lease=lease)

    async def close_mirror(self, repo: RepoName, mirror: MirrorId, *, lease: Lease) -> None:
        """Close a mirror. It can be reopened, by people."""
        await self._send(STORES[store_of(mirror)].closing(repo, mirror), repo, lease)

    async def why_not(self, repo: RepoName, permission: str) -> str | None:
        """Why nothing can be written there now, without asking for it. None where it can."""
        if not self._enabled:
            return "writes are switched off"
        try:
            await self._holder(repo, permission, "write")
        except Held as held:
            return str(held)
        return None

    async def _send(self, call: Call, repo: RepoName, lease: Lease) -> Any:
        async def send(app: Registration, access: Access) -> Any:
            return (await app.client.write(call, access, lease=lease)).body

        return await self._with_token(repo, call.route.needs, send)

    async def _with_token(
        self, repo: RepoName, needs: tuple[str, Level] | None, work: Callable[[Registration, Access], Awaitable[T]]
    ) -> T:
        if not self._enabled:
            raise Held("writes are switched off")
        permission, level = needs or ("metadata", "read")
        for _ in range(2):  # where the first seat turns out to be stale, the second is looked up anew
            app, seat = await self._holder(repo, permission, level)
            try:
                return await app.acting(seat, {permission: level}, partial(work, app))
            except NotInstalled:
                continue
        raise Held(f"GitHub gives no token for {repo}")

    async def _holder(self, repo: RepoName, permission: str, level: str) -> tuple[Registration, Seat]:
        refusals = []
        for app in self._registrations:
            try:
                seat = await app.seat(repo)
            except NotInstalled:
                refusals.append(f"GitHub gives {app.name} no token for {repo}")
                continue
            if seat is None or seat.repository_id is None:
                refusals.append(f"{app.name} is not installed on {repo}; installing it is the consent")
            elif seat.installation.suspended:
                refusals.append(f"the installation of {app.name} in {seat.installation.account} is suspended")
            elif not seat.installation.grants(permission, level):
                refusals.append(f"{seat.installation.account} has not granted {permission}: {level} to {app.name}")
            else:
                return app, seat
        raise Held(refusals[0])


def _merged(present: tuple[Person, ...], people: tuple[Person, ...]) -> list[str]:
    """Those present as they are, then who is missing. GitHub ignores case, and a renamed account keeps its id."""
    logins = {person.login.lower(): person.login for person in present}
    ids = {person.id for person in present}
    for person in people:
        if person.id not in ids:
            logins.setdefault(person.login.lower(), person.login)
    return list(logins.values())
