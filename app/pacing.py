"""When is each of many repositories looked at, so that a sweep stays inside its share of GitHub's limit?

A pure function. The first are looked at at once, so that a small organization is always seen as a whole. Then a steady
pace, and never more than the share gives: what was not used up to now, and what comes back while the round goes on.
"""

from __future__ import annotations

from datetime import timedelta

REQUESTS_EACH = 2  # a quiet repository: its switch and its list of advisories
AT_ONCE = 150  # requests
PAUSE = timedelta(seconds=30)  # after these, so that the first minute too leaves points for what is urgent
PER_SECOND = 4.0  # requests; 240 of the 300 points a minute that an installation allows itself
OURS = 0.8  # of what comes back; the rest is for polls, cases and deliveries


def delays(count: int, *, room: int, per_second: float) -> list[timedelta]:
    """How long each of `count` repositories waits. `room` requests may be sent now, `per_second` more with time."""
    return [_delay(REQUESTS_EACH * (number + 1), room, per_second) for number in range(count)]


def _delay(requests: int, room: int, per_second: float) -> timedelta:
    """How long until that many requests may have been sent."""
    if requests <= AT_ONCE:
        return timedelta(0)
    steady = PAUSE + timedelta(seconds=(requests - AT_ONCE) / PER_SECOND)
    return max(steady, timedelta(seconds=(requests - room) / (OURS * per_second)))
