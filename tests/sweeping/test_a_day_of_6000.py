"""How fresh are 6,000 repositories for a day, as they are planned?

The planner and the share of the limit are the app's own. The queue, the minute's points and the ban are told again here
in a few lines, and looks are only counted, as the whole app would take an hour for a day of them. What it does with the
plan is another story (`tests/e2e/test_a_few_hours_of_thousands.py`).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest

from app.domain.tiers import NAMED, REST, SWITCHES, Tier
from app.github.limits import POINTS_A_MINUTE
from app.github.share import ROUTINE_SHARE, Share
from app.sweeping.pacing import DECLARED, LIST, Part, at_a_time, turns
from tests.clock import START

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY, SWEEP, POLL, STEP = 24 * HOUR, 10 * MINUTE, timedelta(seconds=30), timedelta(seconds=5)
COSTS = {NAMED: DECLARED, REST: LIST}
OF_A_CASE = 8  # requests of a look at it, every 90 seconds


@dataclass
class Organization:
    """An installation with its own limit. `cases` are looked at in it, `banned` is when GitHub sends it away."""

    limit: int
    many: dict[Tier, int]
    cases: int = 0
    banned: tuple[timedelta, timedelta] = (DAY, DAY)
    share: Share = field(default_factory=lambda: Share(START))
    seen: dict[tuple[Tier, int], list[datetime]] = field(default_factory=dict)
    due: list[tuple[datetime, int, int]] = field(default_factory=list)  # when, which tier, which one
    asked: Counter[timedelta] = field(default_factory=Counter)  # in each step

    def __post_init__(self) -> None:
        self.share.tell(self.limit)
        self.tiers = tuple(self.many)
        self.seen = {(tier, number): [] for tier, many in self.many.items() for number in range(many)}
        self._turn = 0

    def is_banned(self, now: datetime) -> bool:
        return self.banned[0] <= now - START < self.banned[1]

    def ask(self, now: datetime, requests: int) -> None:
        self.asked[now - START] += requests
        for _ in range(requests):
            self.share.take(now)

    def sweep(self, now: datetime) -> None:
        """Lists its repositories, and begins the rounds that are not under way."""
        self.ask(now, pages := math.ceil(len(self.seen) / 100))
        waiting = {self.tiers[tier] for _, tier, _ in self.due}
        order = {tier: sorted(range(many), key=lambda each: self._last(tier, each)) for tier, many in self.many.items()}
        parts = [
            Part(tier=tier, costs=(COSTS[tier],) * many, goes_on=tier in waiting) for tier, many in self.many.items()
        ]
        pace = self.share.pace(now)
        beside = self._polled() / POLL.total_seconds() + pages / SWEEP.total_seconds() + OF_A_CASE * self.cases / 90
        for place, turn in enumerate(
            turns(parts, room=pace.room, per_second=pace.per_second, beside=beside, sweep=SWEEP)
        ):
            for number, wait in zip(order[turn.tier], turn.waits, strict=False):
                heapq.heappush(self.due, (now + wait, place, number))

    def work(self, now: datetime) -> None:
        """What is due, as far as this minute has points."""
        within = sum(self.asked[now - START - back * STEP] for back in range(12))
        while self.due and self.due[0][0] <= now and within + DECLARED <= POINTS_A_MINUTE:
            _, place, number = heapq.heappop(self.due)
            self.ask(now, COSTS[self.tiers[place]])
            self.seen[self.tiers[place], number].append(now)
            within += COSTS[self.tiers[place]]

    def poll(self, now: datetime, switches: dict[int, list[datetime]]) -> None:
        for _ in range(self._polled()):
            switches[self._turn % self.many[NAMED]].append(now)
            self._turn += 1
            self.ask(now, 1)

    def _polled(self) -> int:
        return at_a_time(self.many.get(NAMED, 0), per_second=ROUTINE_SHARE * self.limit / 3600, poll=POLL)

    def _last(self, tier: Tier, number: int) -> datetime:
        return (self.seen[tier, number] or [START - DAY])[-1]


def _ages(looks: Iterable[list[datetime]]) -> Iterator[timedelta]:
    """Of each thing, at every seventh minute of the day; what was not looked at yet is as old as it is known."""
    for times in looks:
        for before, after in pairwise([START, *times, START + DAY]):
            first = math.ceil((before - START) / (7 * MINUTE))
            last = math.ceil((after - START) / (7 * MINUTE))
            yield from (START + each * 7 * MINUTE - before for each in range(first, last))


def _told(ages: Iterable[timedelta]) -> dict[str, timedelta]:
    ordered = sorted(ages)
    return {name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in SHARES.items()}


SHARES = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "most": 1.0}


def _world() -> dict[str, Organization]:
    """GitHub gives an installation 5,000 requests an hour, 50 more for each repository above 20, and 12,500 at most."""
    return {
        "large": Organization(limit=12_500, many={NAMED: 10, REST: 4_690}, cases=1),
        "middle": Organization(limit=12_500, many={NAMED: 6, REST: 1_194}, banned=(8 * HOUR, 10 * HOUR)),
        "small": Organization(limit=9_000, many={NAMED: 4, REST: 96}),
    }


def _live(world: dict[str, Organization]) -> dict[str, dict[int, list[datetime]]]:
    """A day. Gives when each switch was read."""
    switches: dict[str, dict[int, list[datetime]]] = {
        name: {each: [] for each in range(org.many[NAMED])} for name, org in world.items()
    }
    for step in range(DAY // STEP):
        now = START + step * STEP
        for name, org in world.items():
            if org.is_banned(now):
                continue
            if org.cases and (now - START) % (90 * timedelta(seconds=1)) == timedelta(0):
                org.ask(now, OF_A_CASE * org.cases)
            if (now - START) % POLL == timedelta(0):
                org.poll(now, switches[name])
            if (now - START) % SWEEP == timedelta(0):
                org.sweep(now)
            org.work(now)
    return switches


def _looks(org: Organization, tier: Tier) -> list[list[datetime]]:
    return [times for (of, _), times in org.seen.items() if of == tier]


def _hours(org: Organization) -> list[float]:
    """Of GitHub's hourly limit, what was used in each hour."""
    used = Counter[int]()
    for at, many in org.asked.items():
        used[at // HOUR] += many
    return [used[hour] / org.limit for hour in range(24)]


@pytest.mark.slow
def test_6000_repositories_are_as_fresh_for_a_day_as_they_are_meant_to_be(capsys: pytest.CaptureFixture[str]) -> None:
    """In three organizations, with polls, a case, and a ban of two hours of one of them: what each tier really had."""
    world = _world()
    switches = _live(world)

    looks = {(name, tier): _looks(org, tier) for name, org in world.items() for tier in (NAMED, REST)}
    looks |= {(name, SWITCHES): list(times.values()) for name, times in switches.items()}
    told = {key: _told(_ages(times)) for key, times in looks.items()}
    together = {
        tier: _told(_ages(each for (_, of), times in looks.items() if of == tier for each in times))
        for tier in (SWITCHES, NAMED, REST)
    }
    with capsys.disabled():
        for (name, tier), ages in (*told.items(), *((("all", tier), ages) for tier, ages in together.items())):
            print(f"\n{name:7} {tier.name:9}", *(f"{share} {age}" for share, age in ages.items()), end="")  # noqa: T201
        for name, org in world.items():
            first, *later = _hours(org)
            used = f"first hour {first:.1%}, after that median {median(later):.1%}, most {max(later):.1%}"
            print(f"\n{name:7} of the hourly limit: {used}", end="")  # noqa: T201
    for tier, ages in together.items():
        assert ages["p95"] <= tier.target
    for name in ("large", "small"):  # GitHub banned nobody there
        for tier in (SWITCHES, NAMED, REST):
            assert told[name, tier]["most"] <= tier.target
    for org in world.values():
        assert median(_hours(org)) <= ROUTINE_SHARE
        assert sum(_hours(org)) <= ROUTINE_SHARE * 25  # an hour's worth had been saved up
        assert max(_hours(org)) <= 2 * ROUTINE_SHARE
        for times in _looks(org, NAMED):  # and after a ban everything is as it was, soon
            assert times[-1] >= START + DAY - NAMED.target


def test_what_is_abandoned_grows_old() -> None:
    """Else the least looked at would count for least."""
    sampled = DAY // (7 * MINUTE) * 7 * MINUTE  # the last moment of the day that is looked at

    assert max(_ages([[]])) == sampled
    assert max(_ages([[START + HOUR]])) == sampled - HOUR
