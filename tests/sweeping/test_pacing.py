"""When is each of many things looked at, and which tier waits first where GitHub's limit is too small for all?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.tiers import NAMED, REST, Tier
from app.sweeping.pacing import OURS, TRICKLE, Part, Turn, allotted, at_a_time, for_rounds, turns

HIGHEST = 12_500  # requests an hour, the most that GitHub gives an installation
SHARE = 0.15 * HIGHEST
EACH = 2  # requests
HOUR = timedelta(hours=1)
SWEEP = timedelta(minutes=10)


def _turns(named: int, rest: int, *, room: int = int(SHARE), per_second: float = SHARE / 3600) -> tuple[Turn, ...]:
    parts = [Part(tier=tier, costs=(1,) * many) for tier, many in ((NAMED, named), (REST, rest)) if many]
    return turns(parts, room=room, per_second=per_second, beside=0, sweep=SWEEP)


def _waits(costs: Sequence[int], *, room: int = int(SHARE), per_second: float = SHARE / 3600) -> list[timedelta]:
    """Of an account with one tier."""
    if not costs:
        return []
    [turn] = turns([Part(tier=REST, costs=tuple(costs))], room=room, per_second=per_second, beside=0, sweep=SWEEP)
    return list(turn.waits)


def _requests_until(waits: list[timedelta], moment: timedelta) -> int:
    return EACH * sum(wait <= moment for wait in waits)


def test_nothing_to_look_at_has_no_turn() -> None:
    """An account that lists nothing."""
    assert turns([], room=750, per_second=0.2, beside=0, sweep=SWEEP) == ()


def test_a_small_organization_is_looked_at_at_once() -> None:
    """Sixty repositories are seen together."""
    assert set(_waits([EACH] * 60, room=750, per_second=0.2)) == {timedelta(0)}


@pytest.mark.parametrize("room", [-1_000, 0, 50])
def test_what_used_up_the_share_slows_down_a_small_organization_too(room: int) -> None:
    """Else whoever can make us sweep could use up all that GitHub allows."""
    waits = _waits([EACH] * 60, room=room, per_second=0.2)

    assert sum(wait == timedelta(0) for wait in waits) == max(0, room) // EACH
    assert waits[-1] >= timedelta(seconds=(120 - room) / 0.2)


def test_600_take_less_than_five_minutes_from_idle() -> None:
    """And never more than GitHub's points of a minute allow us."""
    waits = _waits([EACH] * 600)

    assert waits[-1] < timedelta(minutes=5)
    for start in waits:
        within = [wait for wait in waits if start <= wait < start + timedelta(minutes=1)]
        assert EACH * len(within) < 300


def test_6000_take_hours_and_leave_the_rest_of_the_share() -> None:
    """Polls, cases and deliveries find room in every hour; the first one may use what was saved up."""
    waits = _waits([EACH] * 6_000)

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
    waits = _waits(costs, room=room, per_second=per_second)

    assert waits == sorted(waits)
    for sent, wait in zip(accumulate(costs), waits, strict=True):
        assert sent <= room + per_second * wait.total_seconds() + 1e-3


def test_what_policy_names_is_looked_at_in_every_sweep_among_thousands() -> None:
    """A breach there is found in a quarter of an hour, however many repositories the organization has."""
    named, rest = _turns(60, 6_000)

    assert named.every == SWEEP
    assert max(named.waits) == timedelta(0)
    assert 4 * HOUR < rest.every < 6 * HOUR


def test_what_others_used_up_delays_the_rest_and_not_what_policy_names() -> None:
    """A storm of deliveries must not make a breach be found later; the rest makes up for it."""
    named, rest = _turns(60, 6_000, room=-1_000)

    assert max(named.waits) == timedelta(0)
    assert rest.waits[0] > HOUR / 2


def test_a_tier_that_fits_into_no_sweep_leaves_those_behind_it_a_trickle() -> None:
    """However much is named, of the rest none is never looked at."""
    named, rest = _turns(20_000, 100)

    assert named.every > NAMED.target
    assert rest.every <= timedelta(hours=1)


def test_a_round_that_goes_on_is_not_begun_again() -> None:
    """Else the same ones would be looked at twice, and the last of them never."""
    parts = [Part(tier=NAMED, costs=(1, 1)), Part(tier=REST, costs=(1,) * 900, goes_on=True)]

    named, rest = turns(parts, room=100, per_second=0.2, beside=0, sweep=SWEEP)

    assert (named.waits, rest.waits) == ((timedelta(0),) * 2, ())


@given(
    totals=st.lists(st.integers(1, 30_000), min_size=1, max_size=4),
    per_second=st.floats(0.01, 1, allow_nan=False),
    beside=st.floats(0, 0.4, allow_nan=False),
)
def test_the_last_tier_waits_first_and_none_stands_still(totals: list[int], per_second: float, beside: float) -> None:
    """Whatever there is and whatever GitHub allows: all of them together keep to it."""
    mine = for_rounds(per_second, beside)
    rates = allotted(totals, per_second=mine, sweep=SWEEP)
    needed = [total / SWEEP.total_seconds() for total in totals]

    assert mine <= OURS * per_second + 1e-9
    assert sum(rates) <= mine + 1e-9
    assert all(rate >= TRICKLE * mine - 1e-9 or rate >= need for rate, need in zip(rates, needed, strict=True))
    for number in range(len(totals) - 1):
        if rates[number] < needed[number] - 1e-9:  # then those behind it have no more than the trickle
            behind = rates[number + 1 :]
            assert sum(behind) <= len(behind) * TRICKLE * mine + 1e-9


@settings(deadline=None, max_examples=60)
@example(named=125, rest=1, room=0, limit=5_000)  # a closer tier that needs more than there is, and few behind it
@given(
    named=st.integers(0, 400),
    rest=st.integers(0, 6_000),
    room=st.integers(-300, 1_875),
    limit=st.integers(5_000, HIGHEST),
)
def test_what_rounds_are_said_to_take_is_what_they_take(named: int, rest: int, room: int, limit: int) -> None:
    """From any state of the budget: the time between looks of each tier is what was foreseen, but for two sweeps.

    One goes by before it is seen that a round is over, and one where the budget is behind. Looks are replayed for days.
    What was owed before the first look at a tier is no part of its rounds.
    """
    per_second = 0.15 * limit / 3600
    parts = {tier: many for tier, many in ((NAMED, named), (REST, rest)) if many}
    foreseen = {turn.tier: turn.every for turn in _turns(named, rest, room=room, per_second=per_second)}
    looks = _replayed(parts, room=float(room), per_second=per_second, sweeps=6 * 40)

    for tier in parts:
        gaps = sorted(later - sooner for sooner, later in zip(looks[tier][1:], looks[tier][2:], strict=False))
        if gaps:
            assert gaps[-1] <= foreseen[tier] + 2 * SWEEP


def _replayed(parts: dict[Tier, int], *, room: float, per_second: float, sweeps: int) -> dict[Tier, list[timedelta]]:
    """When the last thing of each tier was looked at, again and again."""
    now, ends = timedelta(0), dict.fromkeys(parts, timedelta(0))
    looks: dict[Tier, list[timedelta]] = {tier: [] for tier in parts}
    sent: list[timedelta] = []
    for _ in range(sweeps):
        given_ = [Part(tier=tier, costs=(1,) * many, goes_on=ends[tier] > now) for tier, many in parts.items()]
        for turn in turns(given_, room=int(room), per_second=per_second, beside=0, sweep=SWEEP):
            if turn.waits:
                ends[turn.tier] = now + turn.waits[-1]
                looks[turn.tier].append(ends[turn.tier])
                sent += [now + wait for wait in turn.waits]
        used = sum(now <= at < now + SWEEP for at in sent)
        sent = [at for at in sent if at >= now + SWEEP]
        room = min(3600 * per_second, room - used + per_second * SWEEP.total_seconds())
        now += SWEEP
    return looks


@pytest.mark.parametrize(
    ("many", "limit", "read"), [(0, 5_000, 0), (1, 5_000, 1), (4, 5_000, 2), (40, 5_000, 2), (40, 12_500, 5)]
)
def test_switches_are_polled_as_their_target_asks_within_their_part_of_the_limit(
    many: int, limit: int, read: int
) -> None:
    """Each within a minute where the limit is enough for that, and else in turn."""
    assert at_a_time(many, per_second=0.15 * limit / 3600, poll=timedelta(seconds=30)) == read
