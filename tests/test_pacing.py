"""When is each of many repositories looked at?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pacing import delays

HIGHEST = 12_500  # requests an hour, the most that GitHub gives an installation
SHARE = 0.15 * HIGHEST
EACH = 2  # requests
_from_idle = partial(delays, room=int(SHARE), per_second=SHARE / 3600)
HOUR = timedelta(hours=1)


def _requests_until(waits: list[timedelta], moment: timedelta) -> int:
    return EACH * sum(wait <= moment for wait in waits)


def test_nothing_to_look_at_takes_no_time() -> None:
    """An account that lists nothing."""
    assert _from_idle([]) == []


def test_a_small_organization_is_looked_at_at_once() -> None:
    """Sixty repositories are seen together."""
    assert set(delays([EACH] * 60, room=750, per_second=0.2)) == {timedelta(0)}


@pytest.mark.parametrize("room", [-1_000, 0, 50])
def test_what_used_up_the_share_slows_down_a_small_organization_too(room: int) -> None:
    """Else whoever can make us sweep could use up all that GitHub allows."""
    waits = delays([EACH] * 60, room=room, per_second=0.2)

    assert sum(wait == timedelta(0) for wait in waits) == max(0, room) // EACH
    assert waits[-1] >= timedelta(seconds=(120 - room) / 0.2)


def test_600_take_less_than_five_minutes_from_idle() -> None:
    """And never more than GitHub's points of a minute allow us."""
    waits = _from_idle([EACH] * 600)

    assert waits[-1] < timedelta(minutes=5)
    for start in waits:
        within = [wait for wait in waits if start <= wait < start + timedelta(minutes=1)]
        assert EACH * len(within) < 300


def test_6000_take_hours_and_leave_the_rest_of_the_share() -> None:
    """Polls, cases and deliveries find room in every hour; the first one may use what was saved up."""
    waits = _from_idle([EACH] * 6_000)

    assert 6 * HOUR < waits[-1] < 8 * HOUR
    assert _requests_until(waits, HOUR) <= 2 * SHARE
    for hour in range(1, 7):
        used = _requests_until(waits, (hour + 1) * HOUR) - _requests_until(waits, hour * HOUR)
        assert used <= 0.81 * SHARE


@given(
    costs=st.lists(st.integers(1, 3), max_size=400),
    room=st.integers(-2_000, 2_000),
    per_second=st.floats(0.01, 5, allow_nan=False, allow_infinity=False),
)
def test_no_look_comes_before_the_share_gives_it(costs: list[int], room: int, per_second: float) -> None:
    """Whatever was used before: what is sent is what there was and what has come back."""
    waits = delays(costs, room=room, per_second=per_second)

    assert waits == sorted(waits)
    for sent, wait in zip(accumulate(costs), waits, strict=True):
        assert sent <= room + per_second * wait.total_seconds() + 1e-3
