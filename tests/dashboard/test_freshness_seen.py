"""What do pages tell of how fresh everything is?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.dashboard.freshness_seen import fresh_rows
from app.domain.ids import Person
from app.domain.tiers import ADVISORIES, CASES, NAMED, TIERS, Freshness, Measured
from app.domain.viewers import Viewer
from tests.clock import START

SOMEBODY = Viewer(
    person=Person("somebody", 7), is_lead=False, tools=frozenset(), administers=frozenset({1}), checked_at=START
)
LEAD_VIEWER = replace(SOMEBODY, is_lead=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def _named(now: timedelta, day: timedelta, every: timedelta = 10 * MINUTE) -> Freshness:
    return Freshness(tier=NAMED, now=Measured(things=3, p95=now, oldest=now), day=day, every=every)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (_named(9 * MINUTE, 10 * MINUTE), "kept"),
        (_named(9 * MINUTE, HOUR), "kept now, not all day"),
        (_named(HOUR, 10 * MINUTE), "later than that now"),
        (_named(9 * MINUTE, 10 * MINUTE, 3 * HOUR), "GitHub's limit allows a look every 3 h"),
        (Freshness(tier=NAMED, every=10 * MINUTE), "not looked at yet"),
    ],
)
def test_a_row_says_whether_what_was_meant_is_kept(found: Freshness, word: str) -> None:
    """Numbers alone leave the comparison to whoever reads."""
    assert [row.word for row in fresh_rows([found], LEAD_VIEWER)] == [word]


def test_open_advisories_have_no_row_and_cases_one_for_those_who_see_cases() -> None:
    """That a row is there would tell that something is open."""
    found = [replace(_named(MINUTE, MINUTE), tier=tier) for tier in TIERS]

    def of(viewer: Viewer) -> set[str]:
        return {row.of for row in fresh_rows(found, viewer)}

    everything = {tier.of for tier in TIERS}
    assert of(LEAD_VIEWER) == everything - {ADVISORIES.of}
    assert of(SOMEBODY) == everything - {ADVISORIES.of, CASES.of}
