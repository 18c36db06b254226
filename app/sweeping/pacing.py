"""When is each of many repositories looked at, so that a sweep stays inside its share of GitHub's limit?

Pure functions. The first are looked at at once, so that a small organization is seen as a whole. Then a steady pace,
and never more than the share gives: what was not used up to now, and what comes back while the round goes on.

An account has tiers, each with rounds of its own. The closest gets what it needs to be looked at in every sweep, and so
on to the last, which gets all that is left. Where that is not enough, the last goes slower first; none stands still.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate

from app.domain.tiers import SWITCHES, Tier

LIST = 1  # requests for a quiet repository of which nobody declared who takes the reports: its list of advisories
DECLARED = 2  # for others: the switch, too
AT_ONCE = 150  # requests
PAUSE = timedelta(seconds=30)  # after these, so that the first minute too leaves points for what is urgent
PER_SECOND = 4.0  # requests; 240 of the 300 points a minute that an installation allows itself
OURS = 0.75  # of what comes back; the rest is for polls, cases and deliveries
POLLS = 1 / 3  # of what comes back, at most
POLLED = 2  # switches of an account, at least; every half minute, they are a twentieth of GitHub's usual limit
SPARED = 0.05  # of what comes back, besides what polls and lists of repositories take
LEAST = 0.2  # of what comes back is for rounds, whatever those take
TRICKLE = 0.1  # of what rounds may use is for each tier, however much those before it need


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A tier of an account: what each thing in it costs, the one first that was not looked at for longest.

    `goes_on`: a round over it was begun, and is not over.
    """

    tier: Tier
    costs: tuple[int, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What becomes of a tier in this sweep: how long each thing waits (none where a round goes on).

    `every` is the time between two looks at the same thing as it will be.
    """

    tier: Tier
    waits: tuple[timedelta, ...]
    every: timedelta


def turns(parts: Sequence[Part], *, room: int, per_second: float, beside: float, sweep: timedelta) -> tuple[Turn, ...]:
    """What is looked at next, and when. `parts` are not empty, the closest tier first.

    `room` requests may be sent now, `per_second` more with time, of which polls and lists take `beside`. It is time for
    a sweep every `sweep`.
    """
    totals = [sum(part.costs) for part in parts]
    rates = allotted(totals, per_second=for_rounds(per_second, beside), sweep=sweep)
    ahead, is_crowded, found = 0, False, []
    for number, part in enumerate(parts):
        every = period(timedelta(seconds=totals[number] / rates[number]), sweep)
        is_crowded |= every > sweep  # then each tier from here on goes at its own rate, beside those before it
        # What fits into each sweep may use what those behind it would, and they make up for it.
        rate = rates[number] if every > sweep else sum(rates[number:])
        waits: tuple[timedelta, ...] = ()
        if not part.goes_on:
            # Whatever is owed, a closer tier waits for it no more: those behind it do.
            mine = room - ahead if number == len(parts) - 1 else max(room - ahead, totals[number])
            if is_crowded:
                # What such a round could use at once, the closer tiers need in this sweep; what is owed is shared.
                closer = math.ceil(sum(rates[:number]) * sweep.total_seconds())
                mine = max(0, room - closer) if room >= 0 else math.floor(room * rate / sum(rates))
            waits = delays(part.costs, room=mine, per_second=rate, ahead=ahead)
            ahead += totals[number]
        found.append(Turn(tier=part.tier, waits=waits, every=every))
    return tuple(found)


def allotted(totals: Sequence[int], *, per_second: float, sweep: timedelta) -> list[float]:
    """How many requests a second each tier gets, the closest first. Together they are no more than there are."""
    rates, left = [], per_second
    for number, total in enumerate(totals):
        behind = len(totals) - number - 1
        most = left - behind * TRICKLE * per_second
        rates.append(min(most, total / sweep.total_seconds()) if behind else left)
        left -= rates[-1]
    return rates


def for_rounds(per_second: float, beside: float) -> float:
    """Requests a second that are left for looking around while polls and lists of repositories take so many."""
    return max(LEAST * per_second, min(OURS * per_second, (1 - SPARED) * per_second - beside))


def period(length: timedelta, sweep: timedelta) -> timedelta:
    """How often a round of that length begins, as only sweeps begin rounds."""
    return sweep * max(1, math.ceil(round(length / sweep, 6)))


def at_a_time(many: int, *, per_second: float, poll: timedelta) -> int:
    """Of so many switches of an account, how many does each poll read?"""
    needed = math.ceil(many * poll / SWITCHES.target)
    return min(many, max(POLLED, min(needed, int(POLLS * per_second * poll.total_seconds()))))


def delays(costs: Sequence[int], *, room: int, per_second: float, ahead: int = 0) -> tuple[timedelta, ...]:
    """How long each waits, by the requests that it and those before it cost; `room` of them need not wait.

    So many others, which are counted elsewhere, are sent before them in the same minutes.
    """
    return tuple(_delay(requests, room, per_second, ahead) for requests in accumulate(costs))


def _delay(requests: int, room: int, rate: float, ahead: int) -> timedelta:
    """How long until that many requests may have been sent, so many a second."""
    if requests <= room and requests + ahead <= AT_ONCE:
        return timedelta(0)
    steady = PAUSE + timedelta(seconds=max(0, requests + ahead - AT_ONCE) / PER_SECOND)
    return max(steady, timedelta(seconds=(requests - room) / rate))
