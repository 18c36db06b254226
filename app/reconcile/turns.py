"""Whose turn is it to ask for something that nothing hangs on at the moment?

One question in nine minutes, shared by all who ask such things, so that a sweep of sixty repositories costs one request
more and not one for each. Who had the last turn waits for those who have been sent away since.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.clock import Clock

STRETCH = timedelta(minutes=9)  # shorter than the time between two sweeps


class Turns:
    """Gives one turn in each stretch."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: tuple[str, datetime] | None = None
        self._waiting: set[str] = set()

    def take(self, who: str) -> bool:
        """May they ask now?"""
        now = self._clock.now()
        if self._last is not None:
            before, at = self._last
            others_wait = before == who and bool(self._waiting - {who})
            if now - at < (2 * STRETCH if others_wait else STRETCH):  # they may not want it any more
                self._waiting.add(who)
                return False
        self._waiting.clear()
        self._last = (who, now)
        return True
