"""What does the doctor say of how fresh everything is?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.doctor.fresh import of_freshness
from app.domain.tiers import NAMED, REST, Freshness, Measured
from tests.clock import START

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def _named(p95: timedelta, every: timedelta = 10 * MINUTE) -> Freshness:
    seen = Measured(things=3, p95=p95, oldest=p95)
    return Freshness(tier=NAMED, at=START, now=seen, day=p95, every=every)


@pytest.mark.parametrize(
    ("found", "state", "says"),
    [
        (_named(9 * MINUTE), "ok", "19 of 20 were seen whole 9 min ago at most; meant: within 15 min"),
        (_named(HOUR), "problem", "19 of 20 were seen whole 60 min ago at most; meant: within 15 min"),
        (_named(9 * MINUTE, 3 * HOUR), "problem", "GitHub's limit allows a look every 3 h; meant: within 15 min"),
    ],
)
def test_a_tier_is_told_with_what_it_is_meant_to_be(found: Freshness, state: str, says: str) -> None:
    """What is not ok comes with what to do."""
    [line] = of_freshness([found, Freshness(tier=REST)])

    assert (line.state, line.says) == (state, says)
    assert bool(line.do) == (state != "ok")


def test_a_database_that_does_not_answer_is_no_peace() -> None:
    """Nothing is told to be fresh because nobody knows."""
    assert [line.state for line in of_freshness(None)] == ["cannot tell"]


def test_before_the_first_sweep_there_is_nothing_to_tell() -> None:
    """That there was none yet is told elsewhere."""
    assert list(of_freshness([Freshness(tier=NAMED, every=10 * MINUTE), Freshness(tier=REST)])) == []
