"""Whose turn is it to ask for something that nothing hangs on at the moment?"""

from __future__ import annotations

import pytest

from app.reconcile.turns import STRETCH, Turns
from tests.clock import FakeClock

NINE_MINUTES = STRETCH.total_seconds()


@pytest.fixture
def turns(clock: FakeClock) -> Turns:
    return Turns(clock)


def test_one_turn_in_nine_minutes(turns: Turns, clock: FakeClock) -> None:
    """A sweep of sixty repositories then costs one request more, and not sixty."""
    assert [turns.take("guards") for _ in range(60)] == [True, *[False] * 59]
    clock.advance(seconds=NINE_MINUTES - 1)
    assert not turns.take("guards")
    clock.advance(seconds=1)
    assert turns.take("guards")


def test_who_was_sent_away_goes_first(turns: Turns, clock: FakeClock) -> None:
    """Whoever happens to ask first in each sweep must not have every turn."""
    took = []
    for _ in range(6):
        took += [who for who in ("guards", "published") if turns.take(who)]
        clock.advance(minutes=10)

    assert took == ["guards", "published"] * 3


def test_nobody_waits_for_who_does_not_come_back(turns: Turns, clock: FakeClock) -> None:
    """Once nothing more is to be asked there, the others go on at their pace."""
    assert turns.take("guards")
    assert not turns.take("published")
    clock.advance(minutes=10)
    assert not turns.take("guards")
    for _ in range(3):
        clock.advance(minutes=10)
        assert turns.take("guards")
