"""What do pages tell of how fresh everything is?"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app.dashboard.freshness_seen import fresh_rows
from app.domain.ids import Person
from app.domain.tiers import ADVISORIES, CASES, NAMED, TIERS, Freshness, Measured
from app.domain.viewers import Viewer
from tests.clock import START
from tests.dashboard.visiting import sign_in
from tests.harness import Bot

SOMEBODY = Viewer(
    person=Person("somebody", 7), is_lead=False, tools=frozenset(), administers=frozenset({1}), checked_at=START
)
LEAD_VIEWER = replace(SOMEBODY, is_lead=True)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def _named(now: timedelta, day: timedelta, every: timedelta = 10 * MINUTE) -> Freshness:
    return Freshness(tier=NAMED, now=Measured(things=3, p95=now, oldest=now), day=day, every=every)


def _but_one(oldest: timedelta) -> Freshness:
    now = Measured(things=60, p95=9 * MINUTE, oldest=oldest)
    return Freshness(tier=NAMED, now=now, day=10 * MINUTE, every=10 * MINUTE)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (_named(9 * MINUTE, 10 * MINUTE), "kept"),
        (_named(9 * MINUTE, HOUR), "kept now, not all day"),
        (_named(HOUR, 10 * MINUTE), "later than that now"),
        (_named(9 * MINUTE, 10 * MINUTE, 3 * HOUR), "GitHub's limit allows a look every 3 h"),
        (Freshness(tier=NAMED, every=10 * MINUTE), "not looked at yet"),
        (_but_one(2 * HOUR), "kept"),
        (_but_one(2 * HOUR + MINUTE), "kept, but for one not seen for 2 h"),
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


async def test_the_overview_has_the_table_after_looks_happened(looked: Bot) -> None:
    """What was measured stands on the page, each number under its head."""
    await looked.poll()
    await looked.later(minutes=10)

    rows = await _on_the_page(looked)

    # Ages of a day are counted in classes, whose upper end is told.
    assert rows["repositories that policy names"] == ("15 min", "11.4 min", "10 min", "kept")
    assert rows["all other repositories"][0] == "12 h"

    await looked.later(hours=3)
    assert (await _on_the_page(looked))["repositories that policy names"][2:] == ("3 h", "later than that now")


async def _on_the_page(bot: Bot) -> dict[str, tuple[str, ...]]:
    html = (await sign_in(bot, "coordinator-1", "/")).html
    [section] = re.findall(r'<section aria-labelledby="fresh">(.*?)</section>', html, re.DOTALL)
    rows = [[re.sub("<[^>]*>", "", cell) for cell in _CELL.findall(row)] for row in section.split("<tr>")[2:]]
    return {of: tuple(cells) for of, *cells in rows}


_CELL = re.compile(r"<(?:th|td)[^>]*>(.*?)</(?:th|td)>", re.DOTALL)
