from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.ids import POLL, SWEEP, CaseKey, Key, PolicyKey, RepoName, RepositoryKey, parse_key
from app.store.database import Database
from app.store.work import ROUTINE, Claim, claim, due_repositories, finish, mark, postpone, put_off, renew, waiting
from tests.clock import FakeClock
from tests.unfinished import unfinished

PIP, UV = parse_key("pypa/pip"), parse_key("astral-sh/uv")
LEASE = timedelta(minutes=1)


class Bench:
    """A work set with a clock, and whoever claims from it."""

    def __init__(self, database: Database) -> None:
        self.database, self.clock = database, FakeClock()

    async def mark(self, *keys: Key, seconds: float = 0, priority: int = 0) -> None:
        due = self.clock.now() + timedelta(seconds=seconds)
        await self.database.write(lambda conn: mark(conn, keys, due=due, priority=priority))

    async def claim(self, owner: str = "one") -> Claim | None:
        now = self.clock.now()
        return await self.database.write(lambda conn: claim(conn, owner=owner, now=now, until=now + LEASE))

    async def take(self, owner: str = "one") -> Claim:
        claimed = await self.claim(owner)
        assert claimed is not None
        return claimed

    async def finish(self, claimed: Claim) -> None:
        await self.database.write(lambda conn: finish(conn, claimed))

    async def unfinished(self) -> list[str]:
        return await self.database.read(lambda conn: unfinished(conn, self.clock.now()))


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


async def test_nothing_marked_means_nothing_to_claim(bench: Bench) -> None:
    """An idle app does no work."""
    assert await bench.claim() is None
    assert await bench.unfinished() == []
    assert await bench.database.read(waiting) == {}


async def test_a_key_marked_often_is_looked_at_once(bench: Bench) -> None:
    """A burst of deliveries about one repository costs one look, not a hundred."""
    for _ in range(100):
        await bench.mark(PIP)

    await bench.finish(await bench.take())

    assert await bench.claim() is None


async def test_the_earliest_due_time_and_the_highest_priority_win(bench: Bench) -> None:
    """A sweep that comes later does not put off what a delivery asked for now."""
    await bench.mark(PIP, seconds=0, priority=10)
    await bench.mark(UV, seconds=-60, priority=0)
    await bench.mark(PIP, seconds=600, priority=0)

    assert [(await bench.take("one")).key, (await bench.take("two")).key] == [PIP, UV]


async def test_of_equal_priority_the_longest_due_comes_first(bench: Bench) -> None:
    """Nothing starves behind what is marked again and again."""
    await bench.mark(PIP, seconds=-1)
    await bench.mark(UV, seconds=-2)

    assert (await bench.take()).key == UV


async def test_what_is_few_comes_before_repositories_that_somebody_waits_for(bench: Bench) -> None:
    """There may be thousands of those at once, and a poll finds within a minute what somebody switched off."""
    last = ["poll", "case/1", "pypa/pip#private-reporting", "pypa/pip/GHSA-2222-3333-4444"]
    await bench.mark(UV, seconds=-60, priority=10)
    for text in last[:2]:
        await bench.mark(parse_key(text), seconds=0)
    for text in last[2:]:
        await bench.mark(parse_key(text), seconds=-1, priority=10)

    taken = [str((await bench.take(str(number))).key) for number in range(5)]

    assert taken[:2] == last[:2]
    assert set(taken[2:4]) == set(last[2:])
    assert taken[4] == str(UV)


async def test_what_is_put_off_waits_and_what_somebody_is_at_does_not_change(bench: Bench) -> None:
    """A mark, which never puts off what is due earlier, cannot do that; of other things nothing changes."""
    await bench.mark(PIP, seconds=-2, priority=10)
    running = await bench.take("one")
    await bench.mark(UV, seconds=-1, priority=10)
    await bench.mark(parse_key("astral-sh/uv#private-reporting"), seconds=-1)
    due = await bench.database.read(lambda conn: due_repositories(conn, "Astral-SH", bench.clock.now()))
    assert due == (RepoName("astral-sh", "uv"),)

    pip, uv, minute = RepoName("pypa", "pip"), RepoName("astral-sh", "uv"), bench.clock.now() + timedelta(minutes=1)
    later = {pip: minute, uv: minute}
    await bench.database.write(lambda conn: put_off(conn, later, priority=ROUTINE))

    other = await bench.take("two")
    assert str(other.key) == "astral-sh/uv#private-reporting"
    assert await bench.claim("three") is None
    assert await bench.database.read(waiting) == {uv: minute}
    await bench.finish(running)
    await bench.finish(other)
    bench.clock.advance(seconds=60)
    assert (await bench.take("three")).key == UV


async def test_names_that_differ_in_case_are_one_key(bench: Bench) -> None:
    """GitHub ignores case, so two spellings of a repository must not be worked on by two instances at once."""
    await bench.mark(parse_key("PyPA/Pip"))
    await bench.mark(parse_key("pypa/pip"))

    await bench.take("one")

    assert await bench.claim("two") is None


async def test_what_is_due_later_waits(bench: Bench) -> None:
    """A due time is kept to the second: neither earlier nor later."""
    await bench.mark(SWEEP, seconds=600)
    bench.clock.advance(seconds=599)
    assert await bench.claim() is None

    bench.clock.advance(seconds=1)

    assert (await bench.take()).key == SWEEP


async def test_two_owners_never_hold_one_key(bench: Bench) -> None:
    """Two writers of one mirror would undo each other."""
    await bench.mark(PIP)

    assert (await bench.take("one")).key == PIP
    assert await bench.claim("two") is None
    assert await bench.unfinished() == ["pypa/pip"]


async def test_marked_while_running_runs_again(bench: Bench) -> None:
    """What changed on GitHub after we looked would otherwise be missed until the next sweep."""
    await bench.mark(PIP)
    first = await bench.take()
    await bench.mark(PIP)
    assert await bench.claim("two") is None  # not at the same time

    await bench.finish(first)

    await bench.finish(await bench.take("two"))
    assert await bench.claim() is None


async def test_a_timer_marked_for_later_while_running_waits_until_then(bench: Bench) -> None:
    """A poll plans the next poll while it runs. That must be neither at once nor at the end of the lease."""
    await bench.mark(POLL)
    running = await bench.take()
    await bench.mark(POLL, seconds=600)
    await bench.finish(running)

    bench.clock.advance(seconds=599)
    assert await bench.claim() is None
    bench.clock.advance(seconds=1)
    assert (await bench.take()).key == POLL


async def test_an_expired_lease_is_taken_over_and_counts_as_an_attempt(bench: Bench) -> None:
    """A killed instance's work goes on; a key that kills its worker each time is seen to do so."""
    await bench.mark(PIP)
    await bench.take("one")
    bench.clock.advance(seconds=59)
    assert await bench.claim("two") is None

    bench.clock.advance(seconds=1)

    takeover = await bench.take("two")
    assert (takeover.key, takeover.attempts) == (PIP, 1)


async def test_whoever_lost_a_lease_can_neither_finish_nor_renew_nor_postpone(bench: Bench) -> None:
    """A process that was paused wakes up and believes it still works on the key. Its successor must not notice."""
    await bench.mark(PIP)
    stale = await bench.take("one")
    bench.clock.advance(minutes=1)
    current = await bench.take("one")  # the same owner, after its own pause
    until = bench.clock.now() + LEASE

    await bench.finish(stale)
    await bench.database.write(lambda conn: postpone(conn, stale, due=until, error_kind="late"))

    assert not await bench.database.write(lambda conn: renew(conn, stale, until))
    assert await bench.database.write(lambda conn: renew(conn, current, until))
    assert await bench.unfinished() == ["pypa/pip"]


async def test_a_renewed_lease_is_not_taken_over(bench: Bench) -> None:
    """Slow work is not started twice."""
    await bench.mark(PIP)
    claimed = await bench.take("one")
    bench.clock.advance(seconds=50)
    until = bench.clock.now() + LEASE

    assert await bench.database.write(lambda conn: renew(conn, claimed, until))
    bench.clock.advance(seconds=50)

    assert await bench.claim("two") is None


async def test_what_was_not_tried_did_not_fail(bench: Bench) -> None:
    """It waits for a turn, in its round as before, and the first failure that comes is the first."""
    await bench.mark(PIP)
    claimed = await bench.take()
    due = bench.clock.now() + timedelta(minutes=1)

    await bench.database.write(lambda conn: postpone(conn, claimed, due=due, error_kind=None))

    assert await bench.database.read(waiting) == {RepoName("pypa", "pip"): due}
    bench.clock.advance(minutes=1)
    assert (await bench.take()).attempts == 0


async def test_postponed_work_waits_and_remembers_how_often(bench: Bench) -> None:
    """GitHub said when to come back. Nothing that was marked meanwhile gets in before that."""
    await bench.mark(PIP)
    claimed = await bench.take()
    await bench.mark(PIP)
    due = bench.clock.now() + timedelta(minutes=5)

    await bench.database.write(lambda conn: postpone(conn, claimed, due=due, error_kind="rate limited"))

    assert await bench.claim() is None
    bench.clock.advance(minutes=5)
    assert (await bench.take()).attempts == 1


async def test_success_forgets_failed_attempts(bench: Bench) -> None:
    """Backing off starts anew once something went well."""
    await bench.mark(PIP)
    failing = await bench.take()
    await bench.database.write(lambda conn: postpone(conn, failing, due=bench.clock.now(), error_kind="502"))
    running = await bench.take()
    await bench.mark(PIP)

    await bench.finish(running)

    assert (await bench.take()).attempts == 0


async def test_a_round_is_what_waits_for_its_first_routine_look(bench: Bench) -> None:
    """A sweep that goes on is not begun again. What failed, and what somebody asked for, does not hold it up."""
    failing, asked, later = (RepositoryKey(RepoName("pypa", name)) for name in ("failing", "asked", "later"))
    await bench.mark(failing)
    claimed = await bench.take()
    await bench.database.write(lambda conn: postpone(conn, claimed, due=bench.clock.now(), error_kind="502"))
    await bench.mark(asked, priority=10)
    await bench.mark(later, seconds=600)
    await bench.mark(POLL, PolicyKey(later.repo, "private-reporting"), CaseKey(1), seconds=600)

    assert await bench.database.read(waiting) == {later.repo: bench.clock.now() + timedelta(seconds=600)}

    bench.clock.advance(seconds=600)
    while (await bench.take()).key != later:
        pass
    assert await bench.database.read(waiting) == {later.repo: None}
