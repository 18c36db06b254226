"""What is open in a whole organization, by one list instead of one for each repository?

GitHub gives that list only to who may *write* advisories, though it only reads ("List repository security advisories
for an organization"). So it is used where an installation was given that and covers every repository.

A sweep lists the repositories first. Then each of them is answered from here once: whoever asks again wants to know
what has changed since, and gets the repository's own list. An answer can be half a minute old. Where anything about
the list is not as it should be, each repository is asked by itself, so that one bad advisory hides no other. So it is
where the account has a sentinel and the list does not show it: what hides one draft may hide them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.clock import Clock
from app.domain.facts import Advisory, Known, Repository
from app.domain.ids import AdvisoryKey, RepoName
from app.github import parse, routes
from app.github.asking import MAY_SEE_DRAFTS
from app.github.client import Access, Answer
from app.github.errors import RetryLater
from app.github.installations import Installation
from app.github.parse import well_formed
from app.github.registration import NotInstalled, Registration

SERVES = timedelta(seconds=30)
_PER_TOKEN = 2  # to mint it, and to revoke it
_STATES = ("triage", "draft")  # in this order: what is accepted between the two lists is in both


@dataclass(slots=True, kw_only=True)
class _Round:
    """One listing of an installation's repositories, and those of them that were not answered yet."""

    installation: Installation
    names: frozenset[RepoName]
    waiting: set[RepoName]
    listing: asyncio.Lock = field(default_factory=asyncio.Lock)
    listed_at: datetime | None = None
    advisories: tuple[Advisory, ...] = ()
    cost: int = 0  # requests that the list took
    saved: int = 0  # repositories that it answered for


class Overview:
    """The lists of whole organizations, as one registration sees them."""

    def __init__(self, registration: Registration, clock: Clock) -> None:
        self._registration = registration
        self._clock = clock
        self._rounds: dict[int, _Round] = {}

    def begin(self, installation: Installation, repositories: tuple[Repository, ...]) -> None:
        """These are the repositories of an installation now; each may be answered once."""
        self._rounds.pop(installation.id, None)
        if installation.repository_selection != "all" or not installation.grants(*MAY_SEE_DRAFTS):
            return
        # Private and archived ones are asked by themselves: GitHub's answer there says what has no meaning.
        self._rounds[installation.id] = _Round(
            installation=installation,
            names=frozenset(each.name for each in repositories),
            waiting={each.name for each in repositories if not each.private and not each.archived},
        )

    async def open_advisories(self, repo: RepoName, sentinel: AdvisoryKey | None) -> Known[tuple[Advisory, ...]] | None:
        """What is in triage or draft, or None where the repository is to be asked by itself.

        `sentinel` is a draft of the account that must be in the list, where people made one.
        """
        current = next((each for each in self._rounds.values() if repo in each.waiting), None)
        if current is None:
            return None
        async with current.listing:  # many ask at once, and the first one lists for all
            if repo not in current.waiting:
                return None
            listed_at = await self._listed_at(current)
            if listed_at is None or not _shows(current, sentinel):
                current.waiting.clear()
                return None
            current.waiting.discard(repo)
            current.saved += 1
            return Known(value=tuple(each for each in current.advisories if each.repo == repo), observed_at=listed_at)

    async def _listed_at(self, current: _Round) -> datetime | None:
        """When what we have was listed, now if need be. None where it has to do without."""
        if current.listed_at is not None:
            if self._clock.now() - current.listed_at <= SERVES:
                return current.listed_at
            if current.saved < current.cost:  # a long sweep of a large organization: asking each one is cheaper
                return None
        began, current.listed_at = self._clock.now(), None
        try:
            is_whole = await self._list(current)
        except NotInstalled:
            is_whole = False
        except RetryLater as error:
            if error.after is not None:  # a limit, which would meet every other list too
                raise
            is_whole = False
        current.listed_at = began if is_whole else None
        return current.listed_at

    async def _list(self, current: _Round) -> bool:
        """False where it was refused, or speaks of repositories that we do not know: one was renamed meanwhile."""
        call, installation = routes.ADVISORIES_OF_ORGANIZATION, current.installation

        async def every_page(access: Access) -> tuple[Answer, ...]:
            calls = (
                call.call(org=installation.account, query={"state": state, "per_page": "100"}) for state in _STATES
            )
            return tuple([page for each in calls for page in await self._registration.client.read_all(each, access)])

        sees_teams = installation.grants("members", "read")
        permissions = dict([MAY_SEE_DRAFTS, *([("members", "read")] if sees_teams else [])])
        answers = await self._registration.acting_everywhere(installation, permissions, every_page)
        pages = [page for answer in answers for page in answer]
        if not all(page.ok for page in pages):
            return False
        found = (each for page in pages for each in _advisories(page, sees_teams=sees_teams))
        current.advisories = tuple({each.ghsa: each for each in found}.values())
        current.cost, current.saved = len(pages) + _PER_TOKEN * len(answers), 0
        return {each.repo for each in current.advisories} <= current.names


def _shows(current: _Round, sentinel: AdvisoryKey | None) -> bool:
    drafts = {each.ghsa for each in current.advisories if each.state == "draft"}
    return sentinel is None or sentinel.ghsa in drafts


def _advisories(page: Answer, *, sees_teams: bool) -> Iterator[Advisory]:
    yield from well_formed(lambda json: parse.advisories(json, sees_teams=sees_teams), page.body)
