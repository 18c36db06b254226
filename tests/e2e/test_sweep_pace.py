"""How fast is a sweep of very many repositories, and does it stay inside its share of GitHub's limit?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import structlog

from app.domain.facts import Repository
from app.domain.ids import SWEEP, AdvisoryKey, Ghsa, RepoName
from app.domain.records import KnownAdvisory
from app.main import Greenroom
from app.store import advisories, cases, freshness, repositories, work
from tests.clock import FakeClock
from tests.e2e.watching_many import watching
from tests.quiet_github import QuietGitHub
from tests.unfinished import unfinished

SHARE = 0.15
HOUR = timedelta(hours=1)
_app = partial(watching, policy="version: 1\ntools: {many: {repositories: [many/tool-00000]}}\n", log_level="error")


async def _pass(greenroom: Greenroom, clock: FakeClock, length: timedelta, *, step: float = 60) -> None:
    """Let time pass and do what becomes due; it is time for a sweep every ten minutes."""
    for _ in range(int(length.total_seconds() / step)):
        await greenroom.worker.run_due()
        clock.advance(seconds=step)
    await greenroom.worker.run_due()


async def _begin(greenroom: Greenroom) -> None:
    await greenroom.database.write(partial(work.mark, keys=[SWEEP], due=greenroom.reconciler.now()))


@pytest.mark.slow
async def test_sixty_repositories_are_due_at_once(clock: FakeClock, folder: Path) -> None:
    """A small organization is seen as a whole, as often as the timer says."""
    github = QuietGitHub(clock, account="many", repositories=60, limit=5_000)
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        for times in (1, 2, 3):
            await greenroom.worker.run_due()
            assert set(github.lists.values()) == {times}
            clock.advance(minutes=10)


@pytest.mark.slow
async def test_a_round_goes_on_after_a_restart_and_a_ban_and_asks_nobody_twice(clock: FakeClock, folder: Path) -> None:
    """What is still to be looked at is in the work set, so the timer begins no second round before it is empty."""
    github = QuietGitHub(clock, account="many", repositories=180, limit=1_000)
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, timedelta(minutes=3))
    at_the_restart = len(github.lists)
    assert 150 < at_the_restart < 158

    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, timedelta(minutes=2))
        before = len(github.lists)
        assert at_the_restart < before < 165

        github.ban(timedelta(minutes=8))
        await _pass(greenroom, clock, timedelta(minutes=7))
        assert (github.inside_ban, len(github.lists)) == (1, before)

        for _ in range(30):
            if len(github.lists) < 180:
                await _pass(greenroom, clock, timedelta(minutes=1))

    assert github.inside_ban == 1
    assert len(github.lists) == 180
    assert max(github.lists.values()) == 1


@pytest.mark.slow
async def test_cases_and_candidates_do_not_wait_for_a_round(clock: FakeClock, folder: Path) -> None:
    """The account's share is used up for hours; what is under embargo is looked at all the same."""
    github = QuietGitHub(clock, account="many", repositories=220, limit=200)
    repo, ghsa = RepoName("many", "tool-00219"), Ghsa("GHSA-2222-3333-4444")
    link = AdvisoryKey(RepoName("many", "tool-00218"), Ghsa("GHSA-2222-3333-5555"))
    candidate = KnownAdvisory(
        repo=repo,
        ghsa=ghsa,
        state="triage",
        candidate=True,
        tools=("a", "b"),
        first_seen=clock.now(),
        observed_at=clock.now(),
    )
    async with _app(github, folder) as greenroom:
        await greenroom.database.write(partial(advisories.remember, advisory=candidate))
        await greenroom.database.write(
            lambda conn: cases.open_case(conn, number=1, links=[link], participants=[], now=clock.now())
        )

        await greenroom.sweep.sweep()

        due = await greenroom.database.read(partial(unfinished, now=clock.now()))
        waiting = await greenroom.database.read(work.waiting)
    assert {"case/1", f"{repo}/{ghsa}"} <= set(due)
    assert repo in waiting
    assert str(repo) not in due


@pytest.mark.slow
async def test_a_repository_that_is_new_does_not_wait_for_a_round(clock: FakeClock, folder: Path) -> None:
    """It may have been public for years, with everything that a look would find."""
    github = QuietGitHub(clock, account="many", repositories=220, limit=200)
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, timedelta(minutes=5))
        github.ids["many/newcomer"] = 9

        await _pass(greenroom, clock, timedelta(minutes=10))

    assert github.lists["many/newcomer"] == 1
    assert len(github.lists) < 170


@pytest.mark.slow
async def test_a_repository_that_is_new_comes_first_in_a_round_that_begins_with_it(
    clock: FakeClock, folder: Path
) -> None:
    """The others were looked at hours ago, and this one never."""
    github = QuietGitHub(clock, account="many", repositories=220, limit=200)
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, 3 * HOUR)
        while await greenroom.database.read(work.waiting):
            await _pass(greenroom, clock, timedelta(minutes=5))
        github.add("many/newcomer")

        await greenroom.sweep.sweep()

        waiting = await greenroom.database.read(work.waiting)
    assert len(waiting) == 221  # it is a round that begins
    assert waiting[RepoName("many", "newcomer")] == min(due for due in waiting.values() if due)


@pytest.mark.slow
async def test_a_repository_that_was_met_right_before_a_restart_does_not_wait_for_a_round(
    clock: FakeClock, folder: Path
) -> None:
    """A sweep writes down what it met, asks GitHub for more, and its process ends."""
    github = QuietGitHub(clock, account="many", repositories=220, limit=200)
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, timedelta(minutes=5))
        github.add("many/newcomer")
        newcomer = Repository(id=github.ids["many/newcomer"], name=RepoName("many", "newcomer"), private=False)
        listed = partial(repositories.meet, found=[newcomer], listed_at=clock.now(), now=clock.now())
        await greenroom.database.write(listed)

    async with _app(github, folder) as greenroom:
        await _pass(greenroom, clock, timedelta(minutes=10))

    assert github.lists["many/newcomer"] == 1
    assert len(github.lists) < 170


@pytest.mark.slow
async def test_600_repositories_take_less_than_five_minutes_from_idle(clock: FakeClock, folder: Path) -> None:
    """What was not used up to now may be used at four requests a second."""
    github = QuietGitHub(clock, account="many", repositories=600, limit=12_500)
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, timedelta(minutes=5), step=5)

    assert len(github.lists) == 600
    assert set(github.lists.values()) == {1}
    assert max(github.asked_within(at, timedelta(minutes=1)) for at in github.asked_at) <= 300


@pytest.mark.slow
async def test_a_sweep_that_takes_hours_stays_inside_its_share(clock: FakeClock, folder: Path) -> None:
    """As 6,000 repositories at GitHub's highest limit, with a tenth of both. The timer rings every ten minutes."""
    github = QuietGitHub(clock, account="many", repositories=600, limit=1_250)
    start, share = clock.now(), SHARE * github.limit
    async with _app(github, folder) as greenroom:
        await _begin(greenroom)
        await _pass(greenroom, clock, 2 * HOUR)
        assert len(github.lists) < 600
        await _pass(greenroom, clock, 1.5 * HOUR)

    assert len(github.lists) == 600
    assert max(github.lists.values()) <= 2
    assert github.asked_within(start, HOUR) <= 2 * share + 10  # an hour's worth had been saved up; tokens and lists
    for hour in range(1, 3):
        assert github.asked_within(start + hour * HOUR, HOUR) <= share


@pytest.mark.slow
async def test_restarts_give_no_share_back(clock: FakeClock, folder: Path) -> None:
    """An upgrade that is tried again and again, or a machine that crashes: GitHub goes on counting."""
    github = QuietGitHub(clock, account="many", repositories=220, limit=1_250)
    start, share = clock.now(), SHARE * github.limit
    for _ in range(8):
        async with _app(github, folder) as greenroom:
            await _begin(greenroom)
            await _pass(greenroom, clock, HOUR / 2)

    used = [github.asked_within(start + hour * HOUR, HOUR) for hour in range(1, 4)]
    assert max(used) <= 1.2 * share  # each start looks up where it is, and gets tokens


async def test_a_limit_that_is_too_small_for_what_was_meant_is_told(clock: FakeClock, folder: Path) -> None:
    """Whoever relies on the rest must know that a day passes between two looks; what policy names has no delay."""
    github = QuietGitHub(clock, account="many", repositories=220, limit=100)
    async with _app(github, folder) as greenroom:
        with structlog.testing.capture_logs() as told:
            await greenroom.sweep.sweep()
            await greenroom.sweep.sweep()
        found = await greenroom.database.read(partial(freshness.freshness, now=clock.now()))

    assert [each.tier.name for each in found if each.is_short] == ["rest"]
    assert [(each["account"], each["tier"]) for each in told if each["event"] == "tier.short"] == [("many", "rest")]
