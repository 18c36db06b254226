"""How are security policies read so that a sweep asks once for each organization?

Whoever wants one gets it from the last answer for its organization, which also has all others that are listed there and
will be wanted. People change these files a few times a year, so an answer serves for a while; it says when it was
given. Where GitHub says until when it answers nothing more, nobody asks before then.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from app.clock import Clock
from app.domain.facts import CannotTell
from app.domain.ids import RepoName
from app.github.errors import RetryLater
from app.github.security_policies import Found, SecurityPolicies

SERVES = timedelta(minutes=10)


class PolicyRounds:
    """The last answers, by repository."""

    def __init__(self, policies: SecurityPolicies, clock: Clock) -> None:
        self._policies, self._clock = policies, clock
        self._expected: dict[str, frozenset[RepoName]] = {}
        self._answers: dict[RepoName, tuple[datetime, Found]] = {}
        self._limited: dict[str, tuple[datetime, str]] = {}  # of an owner: until when nothing is answered, and why
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def expect(self, owner: str, repos: Iterable[RepoName]) -> None:
        """A new look at an owner begins, and these are its repositories. Older answers are forgotten."""
        self._expected[owner.lower()] = frozenset(repos)
        for repo in [each for each in self._answers if each.owner.lower() == owner.lower()]:
            del self._answers[repo]

    async def policy(self, repo: RepoName, alongside: Callable[[RepoName], bool]) -> Found:
        """The security policy of a repository, at most ten minutes old. Raises RetryLater.

        Where GitHub has to be asked it is asked for those `alongside` too, which the same sweep will want.
        """
        owner = repo.owner.lower()
        async with self._asking[owner]:  # many may miss at once, and the first to ask asks for all
            if found := self._fresh(repo):
                return found
            self._check(owner)
            others = (each for each in self._expected.get(owner, ()) if alongside(each))
            stale = {repo, *(each for each in others if self._fresh(each) is None)}
            found_now = await self._ask(owner, stale)
            now = self._clock.now()
            # What cannot be told just now is asked for again by whoever wants it next.
            told = {each: fact for each, fact in found_now.items() if not isinstance(fact, CannotTell) or fact.lasts}
            self._answers |= {each: (now, fact) for each, fact in told.items()}
            return found_now[repo]

    def _check(self, owner: str) -> None:
        until, why = self._limited.get(owner, (self._clock.now(), ""))
        if (wait := until - self._clock.now()) > timedelta(0):
            raise RetryLater(f"{why}; nothing was asked", after=wait)

    async def _ask(self, owner: str, repos: Iterable[RepoName]) -> dict[RepoName, Found]:
        try:
            return await self._policies.of(repos)
        except RetryLater as error:
            if error.after is not None:
                self._limited[owner] = self._clock.now() + error.after, str(error)
            raise

    def _fresh(self, repo: RepoName) -> Found | None:
        answer = self._answers.get(repo)
        return answer[1] if answer and self._clock.now() - answer[0] < SERVES else None
