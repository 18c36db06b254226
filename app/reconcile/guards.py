"""Which code security configuration guards a switch?

Where the switch is not as declared, the configuration decides what can be done about it, and is read at once. Where it
is as declared nothing hangs on its guard, so those are read in turn, whoever was read longest ago first.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from app.clock import Clock
from app.domain.facts import CannotTell, Configuration, Fact, Known, NotApplicable
from app.domain.ids import RepoName
from app.reconcile.turns import STRETCH, Turns

UNASKED = NotApplicable("not asked yet: what guards a switch that is as declared is read in turn", unasked=True)

Guard: TypeAlias = Fact[Configuration | None]


class Guards:
    """Remembers what was read."""

    def __init__(self, clock: Clock, turns: Turns) -> None:
        self._clock, self._turns = clock, turns
        self._seen: dict[RepoName, Guard] = {}

    async def of(self, repo: RepoName, ask: Callable[[], Awaitable[Guard]], *, as_declared: bool) -> Guard:
        """The configuration of a repository whose switch is as declared, or is not."""
        last = self._seen.setdefault(repo, UNASKED)
        # What could not be told is asked again by the next look, like everything else.
        if as_declared and not isinstance(last, CannotTell) and not (self._is_due(last) and self._turns.take("guards")):
            return last
        self._seen[repo] = fact = await ask()
        return fact

    def _is_due(self, last: Guard) -> bool:
        if not isinstance(last, Known):
            return True
        return self._clock.now() - last.observed_at >= STRETCH * max(1, len(self._seen))
