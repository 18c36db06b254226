"""Which advisories are published? Told by a whole list, or asked for a little at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.domain.facts import Advisory, CannotTell, Fact, Known, NotApplicable, Whole
from app.domain.ids import RepoName
from app.github.errors import RetryLater
from app.reconcile.publishing import NOT_RENEWED, UNASKED, Publishing
from app.reconcile.turns import Turns
from tests.builders import HIDDEN, PIP, WHEEL, advisory
from tests.clock import FakeClock

OPEN, CLOSED, PUBLIC = (advisory(state=state) for state in ("draft", "closed", "published"))
NINE_MINUTES = timedelta(minutes=9)


@dataclass
class Lists:
    """A GitHub that answers what is published, and counts how often it was asked."""

    clock: FakeClock
    answer: Fact[tuple[Advisory, ...]] | None = None
    asked: int = 0
    interrupted: bool = False
    publishing: Publishing = field(init=False)

    def __post_init__(self) -> None:
        self.publishing = Publishing(self.clock, Turns(self.clock))

    async def ask(self) -> Fact[tuple[Advisory, ...]]:
        self.asked += 1
        if self.interrupted:
            raise RetryLater("GitHub answered 502")
        return self.answer or Known(value=(PUBLIC,), observed_at=self.clock.now())

    async def look(self, repo: RepoName = PIP) -> Fact[tuple[Advisory, ...]]:
        """At a repository of which only what is open was listed."""
        return await self.publishing.of(repo, Known(value=(OPEN,), observed_at=self.clock.now()), self.ask)


@pytest.fixture
def lists(clock: FakeClock) -> Lists:
    return Lists(clock)


async def test_a_whole_list_tells_and_nothing_is_asked(lists: Lists) -> None:
    """Most repositories have few advisories, so it costs nothing."""
    listed: Fact[tuple[Advisory, ...]] = Whole(value=(OPEN, CLOSED, PUBLIC), observed_at=lists.clock.now())

    found = await lists.publishing.of(PIP, listed, lists.ask)

    assert found == Known(value=(PUBLIC,), observed_at=lists.clock.now())
    assert lists.asked == 0


@pytest.mark.parametrize("silence", [HIDDEN, NotApplicable("it is private")], ids=["hidden", "private"])
async def test_silence_about_the_list_is_kept(lists: Lists, silence: CannotTell | NotApplicable) -> None:
    """Where the list cannot be told, nothing that was seen before is a pass."""
    await lists.look()

    assert await lists.publishing.of(PIP, silence, lists.ask) == silence
    assert lists.asked == 1


async def test_of_a_list_of_what_is_open_they_are_asked_for_once_a_day(lists: Lists) -> None:
    """Until then it is known as of when it was read."""
    first = lists.clock.now()
    found = [await lists.look()]
    for _ in range(143):
        lists.clock.advance(minutes=10)
        found.append(await lists.look())

    assert set(found) == {Known(value=(PUBLIC,), observed_at=first)}
    assert lists.asked == 1
    lists.clock.advance(minutes=10)
    assert await lists.look() == Known(value=(PUBLIC,), observed_at=lists.clock.now())
    assert lists.asked == 2


async def test_one_repository_is_asked_about_at_a_time(lists: Lists) -> None:
    """So that a sweep of sixty costs one request more. Nothing is claimed of the others before their turn."""
    await lists.look(PIP)
    assert await lists.look(WHEEL) == UNASKED

    lists.clock.advance(seconds=NINE_MINUTES.total_seconds() - 1)
    assert await lists.look(WHEEL) == UNASKED
    lists.clock.advance(seconds=1)
    assert isinstance(await lists.look(WHEEL), Known)
    assert lists.asked == 2


async def test_a_question_that_is_not_answered_is_asked_again_in_an_hour(lists: Lists) -> None:
    """Meanwhile others have their turn, and it cannot be told only by the look that asked."""
    lists.answer = HIDDEN
    assert await lists.look() == HIDDEN
    lists.answer = None
    lists.clock.advance(minutes=10)

    assert await lists.look() == UNASKED
    assert isinstance(await lists.look(WHEEL), Known)
    lists.clock.advance(minutes=50)
    assert isinstance(await lists.look(), Known)


async def test_what_was_known_stays_known_for_two_days_while_nobody_answers(lists: Lists) -> None:
    """With its date, which is what people are told."""
    first = await lists.look()
    lists.answer = HIDDEN
    for _ in range(47):
        lists.clock.advance(hours=1)
        assert await lists.look() == first

    assert lists.asked == 25  # each hour since it was a day old


async def test_what_could_not_be_renewed_for_two_days_is_not_claimed_any_more(lists: Lists) -> None:
    """By then anything may have been published: it cannot be told, by the looks that do not ask neither."""
    await lists.look()
    lists.answer = HIDDEN
    for _ in range(48):
        lists.clock.advance(hours=1)
        await lists.look()

    assert await lists.look() == HIDDEN
    lists.answer = None
    lists.clock.advance(hours=1)
    assert await lists.look() == Known(value=(PUBLIC,), observed_at=lists.clock.now())


async def test_it_is_not_claimed_either_where_the_question_was_interrupted(lists: Lists) -> None:
    """An outage says nothing about what was published."""
    await lists.look()
    lists.clock.advance(days=2)
    lists.interrupted = True
    with pytest.raises(RetryLater):
        await lists.look()

    assert await lists.look() == NOT_RENEWED


async def test_who_waits_for_a_turn_for_two_days_is_not_asked_yet_again(lists: Lists) -> None:
    """Where there are thousands of repositories a turn comes rarely: that is no failure that people could mend."""
    await lists.look()
    lists.clock.advance(days=2)
    assert isinstance(await lists.look(WHEEL), Known)

    assert await lists.look() == UNASKED
