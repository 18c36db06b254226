"""Is a page there before anybody waits for it?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import pytest

from tests.clock import FakeClock
from tests.dashboard.grids import grid
from tests.dashboard.prepared import fill
from tests.dashboard.visiting import Visitor, sign_in
from tests.fake_github import FakeGitHub
from tests.harness import running

LARGEST = 100_000  # bytes of a page, as it is sent
TIMES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """So many repositories, these pages, and so many milliseconds at most."""

    many: int
    paths: tuple[str, ...]
    limit: int


SIXTY = Case(many=60, paths=("/", "/findings", "/audit"), limit=100)
THOUSANDS = Case(many=6_000, paths=("/", "/?page=60", "/?state=finding", "/?state=stale", "/findings"), limit=500)


async def p95(visitor: Visitor, path: str) -> tuple[float, float]:
    """Milliseconds in which nineteen of twenty answers are made: worked, and passed. The first times are not counted.

    Others may use the same machine, so it is held to what it worked.
    """
    worked, passed = [], []
    for _ in range(TIMES):
        began = process_time(), perf_counter()
        await visitor.look(path)
        worked.append(1000 * (process_time() - began[0]))
        passed.append(1000 * (perf_counter() - began[1]))
        assert visitor.status == 200
    last = int(0.95 * (TIMES - 3))
    return sorted(worked[3:])[last], sorted(passed[3:])[last]


@pytest.mark.slow
@pytest.mark.alike
@pytest.mark.parametrize("case", [SIXTY, THOUSANDS], ids=["sixty", "thousands"])
async def test_pages_are_quick_and_small(github: FakeGitHub, clock: FakeClock, folder: Path, case: Case) -> None:
    """At a glance means at once: 100 ms for PyPA's sixty repositories, half a second for six thousand."""
    async with running(github, clock, folder) as bot:  # of repositories that GitHub does not know
        await bot.parts.database.write(partial(fill, many=case.many, now=clock.now()))
        lead = await sign_in(bot, "coordinator-1", "/")
        assert len(grid(lead.html)) == min(case.many, 100)
        for path in case.paths:
            worked, passed = await p95(lead, path)
            size = len(lead.page.content)
            told = f"{case.many} repositories, {path}: {worked:.0f} ms ({passed:.0f} passed), {size / 1000:.0f} kB"
            print(told)  # noqa: T201 - for docs/figures.md
            assert worked <= case.limit, path
            assert size <= LARGEST, path
