"""How fresh are 6,000 repositories for a day of the whole app, whatever happens meanwhile?

The story is that of `tests/e2e/test_a_few_hours_of_thousands.py`, on the simulated clock.
"""

from __future__ import annotations

import asyncio
import resource
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from app.domain.tiers import TIERS
from benchmarks.extent import Extent
from benchmarks.figures import table
from benchmarks.progress import say
from tests.clock import FakeClock
from tests.quick_folder import quick_folder
from tests.thousands import HOUR, MINUTE, Thousands, thousands
from tests.thousands_lived import BANNED, live

HEAD = """### {hours} hours of 6,000 repositories, the whole app

Three organizations beside the sandbox. A case whose draft is edited, switches that somebody flips, newcomers, restarts,
and one organization (*{banned}*) that GitHub bans for a while. Ages of last looks, h:mm:ss, taken every five minutes on
GitHub's side.
"""


class Missed(Exception):
    """Something was not as fresh, or as sparing, as it is meant to be. The message is the section, which says what."""


def run(extent: Extent) -> str:
    """The section of the figures. Raises Missed."""
    # httpx looks for it at each request that this process answers itself; to look in vain takes a fifth of the request.
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
    return asyncio.run(_play(timedelta(hours=extent.hours)))


async def _play(length: timedelta) -> str:
    wall, core = time.perf_counter(), time.process_time()
    with quick_folder() as folder:
        async with thousands(FakeClock(), folder) as there:
            missed = await live(there, length, lambda line: say(f"day: {line}"))
            wall, core = time.perf_counter() - wall, time.process_time() - core
            head = HEAD.format(hours=f"{length / HOUR:.0f}", banned=BANNED)
            section = "\n".join((head, *_told(there), "", *_cost(there, wall, core), "", *_missed(missed)))
            if missed:
                raise Missed(section)
            return section


def _told(there: Thousands) -> Iterator[str]:
    names = ("p50", "p95", "p99", "oldest")
    every, without = there.ages(), there.ages(without=BANNED)
    rows = [
        (who, tier.of, _age(tier.target), *map(_age, ages[tier]))
        for who, ages in (("all", every), ("where GitHub bans nobody", without))
        for tier in TIERS
        if tier in ages
    ]
    yield table(("who", "tier", "meant to be", *names), rows)
    yield ""
    shares = {account: there.shares(account) for account in there.quiet}
    hours = [
        (str(hour + 1), *(f"{each[hour]:.1%}" for each in shares.values()))
        for hour in range(len(next(iter(shares.values()))))
    ]
    yield table(("requests of hour, share of the limit", *shares), hours)


def _cost(there: Thousands, wall: float, core: float) -> Iterator[str]:
    asked = sum(len(each.asked_at) for each in there.quiet.values())
    for account in there.quiet:
        yield (
            f"* {account}: {there.most(account, MINUTE)} requests in a minute at most (budget 300, GitHub allows 900), "
            f"median hour {median(there.shares(account)):.1%} of the limit."
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"* {there.beside.at_once} requests under way at once at most; looks follow one another here."
    yield f"* {asked:,} requests, {core:.0f} s of one core, {wall:.0f} s on the clock, {peak:.0f} MiB."


def _missed(missed: list[str]) -> Iterator[str]:
    yield "Missed: nothing." if not missed else "Missed:\n"
    yield from (f"* {each}" for each in missed)


def _age(age: timedelta) -> str:
    return str(timedelta(seconds=round(age.total_seconds())))
