"""Does what GitHub's limit allows tell of what is open?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection

from app.domain.ids import AdvisoryKey, Ghsa, RepoName
from app.domain.records import KnownAdvisory
from app.domain.tiers import NAMED, REST, Freshness, Tier
from app.metrics.page import of_tiers
from app.store import advisories, cases
from tests.clock import START, FakeClock
from tests.e2e.watching_many import watching
from tests.quick_folder import quick_folder
from tests.quiet_github import QuietGitHub

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LETTERS = "23456789cfghjmpqrvwx"


def _advisory(number: int) -> KnownAdvisory:
    return KnownAdvisory(
        repo=RepoName("many", f"tool-{number:05}"),
        ghsa=Ghsa(f"GHSA-2222-3333-444{LETTERS[number]}"),
        state="triage",
        candidate=False,
        tools=("a",),
        first_seen=START,
        observed_at=START,
    )


def _open(conn: Connection, *, many_cases: int, many_advisories: int) -> None:
    found = [_advisory(number) for number in range(20)]
    for each in found[:many_advisories]:
        advisories.remember(conn, each)
    for number, each in enumerate(found[:many_cases], start=1):
        link = AdvisoryKey(each.repo, each.ghsa)
        cases.open_case(conn, number=number, links=[link], participants=[], now=START)


async def _told(
    repositories: int, *, named: int, happens: Callable[[Connection], None] | None = None
) -> tuple[Mapping[str, str], list[Mapping[str, Any]]]:
    """What metrics and the log say of rounds, where cases are kept in the organization that is looked at."""
    clock, names = FakeClock(), ", ".join(f"many/tool-{number:05}" for number in range(named))
    policy = f"version: 1\ncoordination: {{repository: many/cases}}\ntools: {{many: {{repositories: [{names}]}}}}\n"
    github = QuietGitHub(clock, account="many", repositories=repositories, limit=5_000)
    with quick_folder() as folder, structlog.testing.capture_logs() as log:
        async with watching(github, folder, policy=policy, log_level="error") as greenroom:
            if happens:
                await greenroom.database.write(happens)
            for _ in range(2):
                await greenroom.sweep.sweep()
                clock.advance(minutes=10)
            page = (await greenroom.web.metrics.page()).decode()
    rounds = dict(re.findall(r"^(greenroom_tier_round_seconds{.*}) (.*)$", page, re.MULTILINE))
    return rounds, [each for each in log if each["event"].startswith("tier.")]


@pytest.mark.parametrize(
    ("repositories", "named", "many_cases", "many_advisories"),
    [(60, 1, 1, 1), (300, 1, 1, 5), (6_000, 20, 0, 1), (6_000, 20, 20, 20)],
)
async def test_how_long_rounds_take_is_told_without_what_is_open(
    repositories: int, named: int, many_cases: int, many_advisories: int
) -> None:
    """A case that takes half of what may be asked makes rounds longer, which whoever reads metrics need not know."""
    quiet = await _told(repositories, named=named)

    secret = await _told(
        repositories,
        named=named,
        happens=lambda conn: _open(conn, many_cases=many_cases, many_advisories=many_advisories),
    )

    assert len(quiet[0]) == 2
    assert secret == quiet


@pytest.mark.parametrize(
    ("tier", "every", "day", "told"),
    [
        (NAMED, 10 * MINUTE, 5 * MINUTE, 15 * MINUTE),
        (NAMED, 10 * MINUTE, 14 * MINUTE, 15 * MINUTE),
        (NAMED, 10 * MINUTE, 31 * MINUTE, 31 * MINUTE),
        (REST, 10 * MINUTE, 30 * MINUTE, 12 * HOUR),
        pytest.param(REST, 18 * HOUR, 19 * HOUR, 36 * HOUR, id="GitHub's limit is too small for what was meant"),
        (REST, 18 * HOUR, 2 * DAY, 2 * DAY),
    ],
)
def test_how_old_looks_were_is_told_as_what_may_be_until_it_is_more(
    tier: Tier, every: timedelta, day: timedelta, told: timedelta
) -> None:
    """They come a little later while something is open: nobody is told of that who does not have to act on it."""
    samples = {name: value for name, _, value in of_tiers([Freshness(tier=tier, day=day, every=every)])}

    assert samples["greenroom_tier_p95_seconds"] == told.total_seconds()
