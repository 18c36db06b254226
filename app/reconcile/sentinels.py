"""Can we see drafts at all?

Whether a token that may only read is shown drafts is not documented, and a list without them looks like peace. So
people may make a draft for the purpose, the sentinel of an account, and name it in policy. A list of advisories in that
account is known only while the sentinel is seen, and one of the whole account only where it is in there. It is never a
case, a candidate, or anything for a policy.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.clock import Clock
from app.domain.facts import Advisory, CannotTell, Fact, Known
from app.domain.ids import AdvisoryKey, RepoName
from app.github.errors import RetryLater
from app.github.reader import Reader
from policies.config import PolicyFile

SERVES = timedelta(minutes=5)  # how long one look at a sentinel counts for its whole account
ASK_AGAIN = timedelta(seconds=30)  # where GitHub did not answer and named no time

Listed = Fact[tuple[Advisory, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """What a look for a sentinel told: nothing wrong, why drafts cannot be told, or that GitHub did not answer."""

    trouble: CannotTell | RetryLater | None
    until: datetime


class Sentinels:
    """Lists advisories, and says that it cannot where drafts may be missing from the list."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader, self._clock = reader, clock
        self._sightings: dict[AdvisoryKey, _Sighting] = {}
        self._looking: defaultdict[AdvisoryKey, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def advisories(self, repo: RepoName, rules: PolicyFile) -> Listed:
        """The advisories of a repository without the sentinel of its account. Raises RetryLater."""
        sentinel = rules.sentinel_of(repo.owner)
        if sentinel is None:
            return await self._reader.advisories(repo)
        if repo == sentinel.repo:
            listed = await self._reader.own_advisories(repo)
            hidden = self._learn(sentinel, listed)
        else:
            hidden = await self._look(sentinel)
            listed = hidden or await self._reader.advisories(repo, sentinel)
        if not isinstance(listed, Known):
            return listed
        others = tuple(each for each in listed.value if each.ghsa != sentinel.ghsa)
        return hidden or replace(listed, value=others)

    async def _look(self, sentinel: AdvisoryKey) -> CannotTell | None:
        """Look for it, unless that was done lately. Many repositories may ask at once, and one asks for all."""
        async with self._looking[sentinel]:
            last = self._sightings.get(sentinel)
            if last is None or self._clock.now() >= last.until:
                try:
                    # Not from a list of the whole organization, which is read with a token that may write.
                    self._learn(sentinel, await self._reader.own_advisories(sentinel.repo))
                except RetryLater as error:
                    self._remember(sentinel, error, error.after or ASK_AGAIN)
                last = self._sightings[sentinel]
        if isinstance(last.trouble, RetryLater):
            raise RetryLater(_unclear(sentinel, str(last.trouble)), after=last.until - self._clock.now())
        return last.trouble

    def _learn(self, sentinel: AdvisoryKey, listed: Listed) -> CannotTell | None:
        trouble = _hides(sentinel, listed)
        self._remember(sentinel, trouble, SERVES if isinstance(listed, Known) else ASK_AGAIN)
        return trouble

    def _remember(self, sentinel: AdvisoryKey, trouble: CannotTell | RetryLater | None, serves: timedelta) -> None:
        self._sightings[sentinel] = _Sighting(trouble=trouble, until=self._clock.now() + serves)


def _hides(sentinel: AdvisoryKey, listed: Listed) -> CannotTell | None:
    """Why can drafts of the account not be told? Its id stays unsaid: that of a draft is under embargo."""
    if not isinstance(listed, Known):
        return CannotTell(_unclear(sentinel, listed.reason))
    account, repo = sentinel.repo.owner, sentinel.repo
    found = next((each for each in listed.value if each.ghsa == sentinel.ghsa), None)
    if found is None:
        return CannotTell(f"drafts are not visible: the sentinel draft of {account} is not in the list of {repo}")
    if found.state != "draft":
        return CannotTell(_unclear(sentinel, f"the sentinel draft of {account} in {repo} is {found.state}"))
    return None


def _unclear(sentinel: AdvisoryKey, why: str) -> str:
    return f"whether drafts of {sentinel.repo.owner} are visible cannot be told: {why}"
