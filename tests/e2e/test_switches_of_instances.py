"""Is each switch that policy enforces read within a minute, whichever instance polls?"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import pairwise

import pytest

from app.domain.ids import POLL, SWEEP
from app.main import Greenroom
from app.store import work
from tests.clock import FakeClock
from tests.e2e.watching_many import watching
from tests.quick_folder import quick_folder
from tests.quiet_github import QuietGitHub

NAMES = [f"many/tool-{number:05}" for number in range(4)]
POLICY = f"""
version: 1
report_owners: {{maintainers: {{takes_reports: github}}}}
policies: {{private-reporting: {{mode: enforce}}}}
tools: {{many: {{repositories: [{", ".join(NAMES)}], report_owner: [{{from: 2024-01-01, owner: maintainers}}]}}}}
"""


@pytest.fixture
def quiet(clock: FakeClock) -> QuietGitHub:
    return QuietGitHub(clock, account="many", repositories=4, limit=5_000)


@pytest.fixture
async def three(quiet: QuietGitHub) -> AsyncIterator[list[Greenroom]]:
    """Of one database."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(quick_folder())
        opened = [watching(quiet, folder, policy=POLICY, log_level="error") for _ in range(3)]
        yield [await stack.enter_async_context(each) for each in opened]


async def _minutes(clock: FakeClock, instances: Sequence[Greenroom], whose: str, times: int) -> None:
    """Each half minute one of them takes the poll; `whose` turn it is, again and again."""
    greenroom = instances[0]
    await greenroom.database.write(lambda conn: work.mark(conn, [SWEEP, POLL], due=clock.now()))
    await greenroom.worker.run_due()
    for each in instances[1:]:
        await each.sweep.sweep()  # so that it knows where they are installed
    for number in range(times):
        clock.advance(seconds=30)
        await instances[int(whose[number % len(whose)])].worker.run_due()


def _longest(quiet: QuietGitHub, name: str) -> timedelta:
    return max(later - earlier for earlier, later in pairwise(quiet.switch_reads[name]))


@pytest.mark.parametrize("whose", ["0", "01", "0011", "0012", "001", "0120210"])
async def test_each_of_four_switches_is_read_within_a_minute(
    clock: FakeClock, quiet: QuietGitHub, three: list[Greenroom], whose: str
) -> None:
    """Two of an account are read at a time. Whose turn it is, is not what an instance remembers of its own polls."""
    await _minutes(clock, three, whose, 36)

    assert set(quiet.switch_reads) == set(NAMES)
    assert max(_longest(quiet, name) for name in NAMES) <= timedelta(minutes=1)


@pytest.mark.parametrize("whose", ["0", "01"])
async def test_switches_that_cannot_be_read_take_no_turn_from_the_others(
    clock: FakeClock, quiet: QuietGitHub, three: list[Greenroom], whose: str
) -> None:
    """They are those that nobody read for longest."""
    await _minutes(clock, three, whose, 4)
    quiet.broken |= set(NAMES[:2])

    await _minutes(clock, three, whose, 60)

    assert max(_longest(quiet, name) for name in NAMES[2:]) <= timedelta(minutes=2)
