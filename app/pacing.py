"""When is each of many repositories looked at, so that a sweep stays inside its share of GitHub's limit?

A pure function. The first are looked at at once, so that a small organization is seen as a whole. Then a steady pace,
and never more than the share gives: what was not used up to now, and what comes back while the round goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import accumulate

LIST = 1  # requests for a quiet repository of which nobody declared who takes the reports: its list of advisories
DECLARED = 2  # for others: the switch, too
AT_ONCE = 150  # requests
PAUSE = timedelta(seconds=30)  # after these, so that the first minute too leaves points for what is urgent
PER_SECOND = 4.0  # requests; 240 of the 300 points a minute that an installation allows itself
OURS = 0.75  # of what comes back; the rest is for polls, cases and deliveries


def delays(costs: Iterable[int], *, room: int, per_second: float) -> list[timedelta]:
    """How long each repository waits, by the requests that it and those before it cost.

    `room` requests may be sent now, `per_second` more with time.
    """
    return [_delay(requests, room, per_second) for requests in accumulate(costs)]


def _delay(requests: int, room: int, per_second: float) -> timedelta:
    """How long until that many requests may have been sent."""
    if requests <= min(AT_ONCE, room):
        return timedelta(0)
    steady = PAUSE + timedelta(seconds=max(0, requests - AT_ONCE) / PER_SECOND)
    return max(steady, timedelta(seconds=(requests - room) / (OURS * per_second)))
