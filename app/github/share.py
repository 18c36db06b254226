"""What may looking around use of an hour of GitHub's limit, and what is left of it now?

A bucket from which every request takes one, and that time refills evenly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

USUAL_LIMIT = 5_000  # requests an hour of an installation, until GitHub tells us its own
ROUTINE_SHARE = 0.15  # of these is what looking around may use; the rest is for what is urgent, and for others
MOST_OWED = 2  # hours' worth, so that an hour after the worst there is room again

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How much routine work may send: `room` requests now (below zero: none yet), `per_second` more as time passes.

    `wait` is how long until this minute has points for one more look at something.
    """

    room: int
    per_second: float
    wait: timedelta = timedelta(0)


class Share:
    """How many requests were taken from it.

    What is urgent takes more than there is. That is owed, but never for longer than until routine work goes on soon.
    """

    def __init__(self, now: datetime) -> None:
        self._limit: int | None = None  # requests an hour, once GitHub told them
        self._used, self._at = 0.0, now

    @property
    def told(self) -> float | None:
        """An hour's worth, in requests, by what GitHub told. None where it told nothing yet."""
        return None if self._limit is None else ROUTINE_SHARE * self._limit

    def tell(self, limit: int) -> None:
        """GitHub's own limit, which grows with the repositories of an account."""
        self._limit = limit

    def take(self, now: datetime) -> None:
        self._used, self._at = taken(self._used, self._at, 1, now, an_hour=self._an_hour), now

    def all_used(self, used: float, now: datetime) -> None:
        """So much was used by all who send there."""
        self._used, self._at = used, now

    def pace(self, now: datetime) -> Pace:
        used = taken(self._used, self._at, 0, now, an_hour=self._an_hour)
        room = math.floor(round(self._an_hour - used, 6))  # 750 less 100 are 650, and not 649.9999
        return Pace(room=room, per_second=self._an_hour / _HOUR.total_seconds())

    @property
    def _an_hour(self) -> float:
        return ROUTINE_SHARE * (USUAL_LIMIT if self._limit is None else self._limit)


def taken(used: float, at: datetime, more: float, now: datetime, *, an_hour: float) -> float:
    """How many requests are used when more are taken, if so many were at that time, and so many come back an hour."""
    refilled = an_hour * (max(timedelta(0), now - at) / _HOUR)  # a clock may have been set back
    return min(max(0.0, used - refilled) + more, MOST_OWED * an_hour)
