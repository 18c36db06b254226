"""Is it told right how long something is secret?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.dashboard.countdown import countdown
from app.domain.cases import Disclosure, StoredCase

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def a_case(**changes: object) -> StoredCase:
    case = StoredCase(
        number=1,
        state="open",
        opened_at=NOW - timedelta(days=10),
        closed_at=None,
        mirror=None,
        mirror_in=None,
        sequence=0,
        links=(),
        participants=(),
    )
    return replace(case, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "kind", "big", "unit", "words", "share"),
    [
        (timedelta(days=10), "to-come", "10", "days", "In 10 days", 50),
        (timedelta(days=3, hours=4, minutes=5), "to-come", "3", "days", "In 3 days 4 hours", 76),
        (timedelta(days=2), "soon", "2", "days", "In 2 days", 83),
        (timedelta(days=1, minutes=1), "soon", "1", "day", "In 1 day 1 minute", 91),
        (timedelta(hours=1, minutes=30), "soon", "1", "hour", "In 1 hour 30 minutes", 99),
        (timedelta(minutes=2), "soon", "2", "minutes", "In 2 minutes", 100),
        (timedelta(seconds=20), "soon", "0", "minutes", "In less than a minute", 100),
        (timedelta(0), "over", "0", "over", "The agreed hour is over", 100),
        (-timedelta(days=3), "over", "0", "over", "The agreed hour is over", 100),
    ],
)
def test_an_agreed_hour_is_counted_down(  # noqa: PLR0917 - one row of the table
    left: timedelta, kind: str, big: str, unit: str, words: str, share: int
) -> None:
    """In the two largest units, and as the part of the way that is over. The hour itself stands beside it, in UTC."""
    told = countdown(a_case(embargo_until=NOW + left), NOW)

    assert (told.kind, told.big, told.unit, told.words, told.share) == (kind, big, unit, words, share)
    assert f"{NOW + left:%a %Y-%m-%d %H:%M} UTC" in told.detail


def test_an_hour_that_was_agreed_before_the_case_came_here_is_counted_all_the_same() -> None:
    """A case that came back from its mirror is as old as its record says, which may be this minute."""
    told = countdown(a_case(opened_at=NOW, embargo_until=NOW + timedelta(seconds=30)), NOW)

    assert (told.kind, told.share) == ("soon", 0)


def test_what_is_public_is_not_counted_down() -> None:
    """Whatever was agreed, and by what it is known."""
    seen = Disclosure(by="published", since=NOW - timedelta(hours=1), seen_at=NOW)
    for case in (
        a_case(disclosure=seen, embargo_until=NOW + timedelta(days=2)),
        a_case(disclosed_at=NOW, embargo_until=NOW + timedelta(days=2)),
    ):
        told = countdown(case, NOW)
        assert (told.kind, told.words) == ("public", "It is public")
        assert "The agreed hour was Thu 2026-12-03 12:00 UTC." in told.detail
    assert "11:00 UTC, as a linked advisory was published" in countdown(a_case(disclosure=seen), NOW).detail


def test_where_no_hour_is_agreed_it_is_said() -> None:
    """That is a decision that waits, and no reason to tell anybody."""
    told = countdown(a_case(), NOW)
    assert (told.kind, told.words, told.share) == ("none", "No hour is agreed", 0)


def test_a_case_that_is_over_is_not_public_by_that() -> None:
    """A report that was rejected stays where it is."""
    told = countdown(a_case(state="closed", closed_at=NOW), NOW)
    assert (told.kind, "Nothing of it is known to be public" in told.detail) == ("closed", True)
