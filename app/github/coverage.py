"""What do the lists of installations say of a repository?

Each sweep reads them, so a look at a repository asks for nothing. Only a process in which no sweep ran of late reads
them itself. GitHub: "REST API endpoints for GitHub Apps" and "REST API endpoints for GitHub App webhooks".
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from app.clock import Clock
from app.domain.facts import CannotTell, Coverage, Fact, Known, NotApplicable, Presence, Repository, Webhook
from app.domain.ids import RepoName
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.registration import NotInstalled, Registration
from app.github.roles import NO_HAND, roles

T = TypeVar("T")

SERVES = timedelta(minutes=15)  # a sweep comes earlier
ASK_AGAIN = timedelta(minutes=1)


@dataclass(slots=True)
class _Last(Generic[T]):
    """What was answered last, and when it was asked for."""

    answer: T | None = None
    at: datetime | None = None
    tried: datetime | None = None
    why_not: str = "not asked yet"

    def take(self, answer: T, at: datetime) -> None:
        self.answer, self.at, self.tried = answer, at, at

    def fail(self, why_not: str, at: datetime) -> None:
        self.why_not, self.tried = why_not, at

    def known(self) -> Known[T] | CannotTell:
        """The answer, however old it is."""
        if self.answer is None or self.at is None:
            return CannotTell(self.why_not)
        return Known(value=self.answer, observed_at=self.at)

    async def lately(self, ask: Callable[[], Awaitable[T]], now: datetime) -> Known[T] | CannotTell:
        """The answer if it is not old, else another one, for which GitHub is not asked twice in a minute."""
        if self.at is None or now - self.at > SERVES:
            if self.tried is not None and self.tried != self.at and now - self.tried < ASK_AGAIN:
                return CannotTell(self.why_not)
            try:
                self.take(await ask(), now)
            except (RetryLater, NotInstalled) as error:
                self.fail(str(error), now)
        if self.answer is None or self.at is None or now - self.at > SERVES:
            return CannotTell(self.why_not)
        return Known(value=self.answer, observed_at=self.at)


class Coverages:
    """Remembers what was listed last, for both Apps."""

    def __init__(
        self, watcher: Registration, hand: Registration, clock: Clock, *, public_url: str | None = None
    ) -> None:
        """`public_url` is where deliveries should come to, None where nobody said so."""
        self._public_url = public_url
        self._watcher, self._hand, self._clock = watcher, hand, clock
        self._roles = roles(watcher, hand)
        self._of_watcher: _Last[tuple[Installation, ...]] = _Last()
        self._of_hand: _Last[tuple[Installation, ...]] = _Last()
        self._webhook: _Last[Webhook] = _Last()
        self._repositories: dict[int, _Last[frozenset[RepoName]]] = {}
        self._looking = asyncio.Lock()

    async def begin(self, watchers: tuple[Installation, ...]) -> None:
        """A sweep listed where the Watcher is. What else is asked once for each sweep is asked now."""
        now = self._clock.now()
        self._of_watcher.take(watchers, now)
        try:
            self._of_hand.take(await self._hand.installations() if self._roles == "two Apps" else watchers, now)
        except RetryLater as error:  # then what it was granted before counts, as it did up to now
            self._of_hand.fail(str(error), now)
        try:
            self._webhook.take(await self._ask_webhook(), now)
        except RetryLater as error:
            self._webhook.fail(str(error), now)

    def holds(self, installation: Installation, found: Iterable[Repository]) -> None:
        """A sweep listed what an installation of the Watcher sees."""
        self._held(installation).take(frozenset(each.name for each in found), self._clock.now())

    async def of(self, repo: RepoName) -> Fact[Coverage]:
        """What is so of one repository, as far as the last lists tell."""
        async with self._looking:  # many look at once, and the first to ask asks for all
            now = self._clock.now()
            installed = await self._of_watcher.lately(self._watcher.installations, now)
            if not isinstance(installed, Known):
                return CannotTell(f"where Greenroom is installed: {installed.reason}")
            found = _in_account(repo, installed.value)
            sees: bool | None = None
            if found is not None and not found.suspended:
                held = await self._held(found).lately(lambda: self._list(found), now)
                if not isinstance(held, Known):
                    return CannotTell(f"what Greenroom sees in {repo.owner}: {held.reason}")
                sees = repo in held.value
            coverage = Coverage(
                watcher=_presence(found, sees),
                hand=await self._of_the_hand(repo, now),
                webhook=await self._webhook.lately(self._ask_webhook, now),
                is_one_app=self._roles == "one for both",
            )
            return Known(value=coverage, observed_at=installed.observed_at)

    def last(self, repo: RepoName) -> Fact[Coverage]:
        """The same as far as it was listed in this process, however long ago. Never asks."""
        installed = self._of_watcher.known()
        if not isinstance(installed, Known):
            return CannotTell(f"where Greenroom is installed: {installed.reason}")
        found, hands, sees = _in_account(repo, installed.value), self._of_hand.known(), None
        if found is not None and isinstance(held := self._held(found).known(), Known):
            sees = repo in held.value
        hand: Fact[Presence | None] = (
            hands
            if not isinstance(hands, Known)
            else Known(
                value=_presence(_in_account(repo, hands.value), self._hand.sees(repo)), observed_at=hands.observed_at
            )
        )
        coverage = Coverage(
            watcher=_presence(found, sees),
            hand=NotApplicable(NO_HAND) if self._roles == "no Hand" else hand,
            webhook=self._webhook.known(),
            is_one_app=self._roles == "one for both",
        )
        return Known(value=coverage, observed_at=installed.observed_at)

    async def _of_the_hand(self, repo: RepoName, now: datetime) -> Fact[Presence | None]:
        if self._roles == "no Hand":
            return NotApplicable(NO_HAND)
        installed = await self._of_hand.lately(self._hand.installations, now)
        if not isinstance(installed, Known):
            return CannotTell(f"where Greenroom Hand is installed: {installed.reason}")
        # Which repositories were selected for it is asked where something is to be written, and not here.
        presence = _presence(_in_account(repo, installed.value), None)
        return Known(value=presence, observed_at=installed.observed_at)

    async def _list(self, installation: Installation) -> frozenset[RepoName]:
        return frozenset(each.name for each in await self._watcher.repositories(installation))

    async def _ask_webhook(self) -> Webhook:
        return replace(await self._watcher.webhook(), ours=self._public_url)

    def _held(self, installation: Installation) -> _Last[frozenset[RepoName]]:
        return self._repositories.setdefault(installation.id, _Last())


def _in_account(repo: RepoName, installed: tuple[Installation, ...]) -> Installation | None:
    return next((each for each in installed if each.account.lower() == repo.owner.lower()), None)


def _presence(found: Installation | None, sees: bool | None) -> Presence | None:  # noqa: FBT001 - None: not asked
    if found is None:
        return None
    return Presence(
        suspended=found.suspended,
        selected=found.repository_selection != "all",
        permissions=tuple(sorted(found.permissions.items())),
        sees=sees,
    )
