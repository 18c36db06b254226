"""Is everything as fresh as it is meant to be over thousands of repositories, whatever happens meanwhile?

Two hours of the whole app with its own budgets and database, on its own clock; looks follow one another. A day of the
same story takes minutes: `make bench ARGS='--only day'`.
"""

from __future__ import annotations

import pytest

from app.domain.tiers import NAMED
from app.store import freshness
from tests.clock import FakeClock
from tests.quick_folder import quick_folder
from tests.thousands import HOUR, MINUTE, thousands
from tests.thousands_lived import live

LENGTH = 2 * HOUR


@pytest.mark.slow
async def test_thousands_are_as_fresh_as_they_are_meant_to_be_whatever_happens(
    clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case and an edit, a flip, a restart, a newcomer, and an organization that GitHub bans for forty minutes."""
    with quick_folder() as folder:
        async with thousands(clock, folder) as there:
            missed = await live(there, LENGTH, lambda _: None)
            found = await there.bot.parts.database.read(lambda conn: freshness.freshness(conn, there.now))
            ages, asked = there.ages(), {each: there.most(each, MINUTE) for each in there.quiet}
    with capsys.disabled():
        for tier, (p50, p95, p99, oldest) in ages.items():
            print(f"\n{tier.name:9} p50 {p50} p95 {p95} p99 {p99} oldest {oldest}", end="")  # noqa: T201
        print(f"\nmost in a minute {asked}", end="")  # noqa: T201
    assert missed == []
    assert [each.tier.name for each in found if each.is_short] == []
    [named] = [each.now for each in found if each.tier == NAMED]
    assert named is not None
    assert named.oldest <= NAMED.target  # those who were banned, too
