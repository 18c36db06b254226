"""How is one cell drawn?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import get_args

import pytest

from app.dashboard.grid import LOOKS, UNSEEN, Cell, Pace, age, cell
from app.domain.findings import State
from app.store.grid import Stand
from tests.builders import NOW

SWEEP = timedelta(minutes=10)


def stand(state: str = "pass", *, ago: timedelta = timedelta(0), embargoed: bool | None = False) -> Stand:
    return Stand(policy="app-covers", state=state, observed_at=NOW - ago, seen_at=NOW - ago, embargoed=embargoed)


def drawn(seen: Stand | None, *, may_know: bool = False, allowed: timedelta = 2 * SWEEP) -> Cell:
    return cell(seen, may_know, allowed, NOW)


@pytest.mark.parametrize("state", get_args(State))
def test_what_is_older_than_two_sweeps_is_stale_whatever_it_was(state: str) -> None:
    """At exactly two sweeps it is what it is; a moment later nobody knows any more."""
    assert drawn(stand(state, ago=2 * SWEEP)) == Cell(look=LOOKS[state], word=state, age="20m")
    assert drawn(stand(state, ago=2 * SWEEP + timedelta(seconds=1))).look == "old"


def test_every_state_is_drawn_in_its_own_way() -> None:
    """None is mistaken for another, and only one of them is green."""
    assert LOOKS.keys() == set(get_args(State))
    assert len(set(LOOKS.values())) == len(LOOKS)
    assert [state for state, look in LOOKS.items() if look == "pass"] == ["pass"]


def test_what_was_never_looked_at_is_no_pass() -> None:
    """A policy that is new has no row yet."""
    assert drawn(None) == UNSEEN


def test_what_cannot_be_told_has_the_age_of_the_last_look_that_could() -> None:
    """We looked a minute ago and saw nothing: what people want to know is since when."""
    seen = Stand(
        policy="app-covers",
        state="cannot tell",
        observed_at=NOW - timedelta(minutes=1),
        seen_at=NOW - timedelta(hours=3),
        embargoed=False,
    )
    assert drawn(seen) == Cell(look="ask", word="cannot tell", age="3h")


@pytest.mark.parametrize(
    ("seen", "to_others"),
    [
        (stand("finding", embargoed=True), "pass"),
        (stand("exempt", embargoed=True), "pass"),
        (stand("finding", embargoed=False), "finding"),
        (stand("finding", embargoed=None), "cannot tell"),
        (stand("pass", embargoed=None), "pass"),
    ],
)
def test_what_tells_of_an_advisory_is_drawn_for_those_who_may_read_it(seen: Stand, to_others: str) -> None:
    """Rows of before that was kept say neither the one nor the other."""
    assert drawn(seen).word == to_others
    assert drawn(seen, may_know=True).word == seen.state


def test_a_large_account_is_looked_at_in_longer_rounds() -> None:
    """6,000 repositories take hours inside our share of GitHub's limit: two of those rounds are its two sweeps."""
    pace = Pace(sweep=SWEEP, rounds={"large": timedelta(hours=3), "small": timedelta(minutes=1)})

    assert pace.allows("Large/one") == timedelta(hours=6)
    assert pace.allows("small/one") == 2 * SWEEP
    assert pace.allows("unknown/one") == 2 * SWEEP


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        (timedelta(seconds=-5), "0m"),
        (timedelta(seconds=59), "0m"),
        (timedelta(minutes=59), "59m"),
        (timedelta(hours=1), "1h"),
        (timedelta(hours=23, minutes=59), "23h"),
        (timedelta(days=400), "400d"),
    ],
)
def test_ages_are_short(passed: timedelta, told: str) -> None:
    """There are 1,500 of them on a page."""
    assert age(NOW - passed, NOW) == told


def test_never_is_an_age() -> None:
    """No look could tell, ever."""
    assert age(None, datetime.now(tz=NOW.tzinfo)) == "never"
