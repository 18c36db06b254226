"""Which advisories of a repository are published?

The list of a repository tells at once where it fits on one page. Where only what is open was listed (many advisories,
or the organization's list) they are asked for by themselves, one repository at a time: what is public changes rarely,
so an answer serves for a day. Until the first one nothing is claimed, and of one that could not be renewed for two
days nothing any more.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from app.clock import Clock
from app.domain.facts import Advisory, CannotTell, Fact, Known, NotApplicable, Whole
from app.domain.ids import RepoName
from app.reconcile.turns import Turns

SERVES = timedelta(days=1)
CLAIMED_FOR = timedelta(days=2)
AGAIN = timedelta(hours=1)  # after a question that was not answered
UNASKED = NotApplicable("not asked yet: what was published is read of one repository at a time", unasked=True)
NOT_RENEWED = CannotTell("what was published could not be read for two days")

Listed: TypeAlias = Fact[tuple[Advisory, ...]]


class Publishing:
    """Remembers what was read."""

    def __init__(self, clock: Clock, turns: Turns) -> None:
        self._clock, self._turns = clock, turns
        self._seen: dict[RepoName, Known[tuple[Advisory, ...]]] = {}
        self._silence: dict[RepoName, CannotTell | NotApplicable] = {}  # instead of the last answer
        self._due: dict[RepoName, datetime] = {}

    async def of(self, repo: RepoName, listed: Listed, ask: Callable[[], Awaitable[Listed]]) -> Listed:
        """The published ones, as far as the list tells or they were asked for. Silence about the list is kept."""
        if not isinstance(listed, Known):
            return listed
        if isinstance(listed, Whole):
            self._learn(repo, listed, listed.observed_at)
        elif self._is_due(repo) and self._turns.take("published"):
            now = self._clock.now()
            self._due[repo], self._silence[repo] = now + AGAIN, NOT_RENEWED
            found = await ask()
            if isinstance(found, Known):
                self._learn(repo, found, now)
            else:
                self._silence[repo] = found
                if repo not in self._seen:
                    return found
        return self._claimed(repo)

    def _claimed(self, repo: RepoName) -> Listed:
        seen = self._seen.get(repo)
        if seen is not None and self._clock.now() - seen.observed_at < CLAIMED_FOR:
            return seen
        # Of many repositories some wait longer than that for their turn. That is nobody's silence.
        return UNASKED if seen is None else self._silence.get(repo, UNASKED)

    def _learn(self, repo: RepoName, found: Known[tuple[Advisory, ...]], now: datetime) -> None:
        published = tuple(each for each in found.value if each.state == "published")
        self._seen[repo] = Known(value=published, observed_at=found.observed_at)
        self._silence.pop(repo, None)
        self._due[repo] = now + SERVES

    def _is_due(self, repo: RepoName) -> bool:
        return repo not in self._due or self._due[repo] <= self._clock.now()
