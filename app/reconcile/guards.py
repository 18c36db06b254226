"""Which code security configuration guards a switch?

Where the switch is not as declared, the configuration decides what can be done about it, and is read at once. Where it
is as declared nothing hangs on its guard, so those are read a few at a time, whoever was read longest ago first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from app.clock import Clock
from app.domain.facts import Configuration, Fact, Known, NotApplicable
from app.domain.ids import RepoName

FEW = 2  # in any stretch of that length
STRETCH = timedelta(minutes=9)  # shorter than the time between two sweeps
UNASKED = NotApplicable("not asked yet: what guards a switch that is as declared is read of a few at a time")

Guard: TypeAlias = Fact[Configuration | None]


class Guards:
    """Remembers what was read."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: dict[RepoName, Guard] = {}
        self._read: deque[datetime] = deque(maxlen=FEW)

    async def of(
        self, repo: RepoName, ask: Callable[[], Awaitable[Guard]], *, as_declared: bool, sparing: bool
    ) -> Guard:
        """The configuration of a repository whose switch is as declared, or is not; `sparing`: others need a turn."""
        now = self._clock.now()
        last = self._seen.setdefault(repo, UNASKED)
        if as_declared:
            if not self._is_its_turn(last, now, 1 if sparing else FEW):
                return last
            self._read.append(now)
        self._seen[repo] = fact = await ask()
        return fact

    def _is_its_turn(self, last: Guard, now: datetime, few: int) -> bool:
        if len([each for each in self._read if now - each < STRETCH]) >= few:
            return False
        return not isinstance(last, Known) or now - last.observed_at >= STRETCH * max(1.0, len(self._seen) / few)
