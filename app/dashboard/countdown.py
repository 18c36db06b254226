"""How long is it until something of a case may be public, in words and as a picture?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.dashboard.times import date_and_hour
from app.domain.cases import DisclosedBy, StoredCase

Kind = Literal["public", "closed", "none", "to-come", "soon", "over"]
SOON = timedelta(days=2)

PUBLIC_BY: dict[DisclosedBy, str] = {
    "published": "a linked advisory was published",
    "listed": "an id of it is in GitHub's global advisory database",
    "said": "a coordinator says so",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Countdown:
    """`share`, of a hundred, is how much of the way from the opening to the hour is over; `big` is in the picture."""

    kind: Kind
    big: str
    unit: str
    words: str
    detail: str
    share: int = 0


def countdown(case: StoredCase, now: datetime) -> Countdown:
    if case.disclosure is not None or case.disclosed_at is not None:
        return _public(case)
    if case.state == "closed":
        return _closed(case)
    if case.embargo_until is None:
        return Countdown(
            kind="none",
            big="–",
            unit="no hour",
            words="No hour is agreed",
            detail="Nothing of it is public until the tools agree on an hour.",
        )
    return _agreed(case.opened_at, case.embargo_until, now)


def _public(case: StoredCase) -> Countdown:
    found = case.disclosure
    if found is None:
        since, by = case.disclosed_at, PUBLIC_BY["said"]
    else:
        since, by = found.since or found.seen_at, PUBLIC_BY[found.by]
    agreed = f" The agreed hour was {date_and_hour(case.embargo_until)}." if case.embargo_until else ""
    return Countdown(
        kind="public",
        big="!",
        unit="public",
        words="It is public",
        detail=f"Since {date_and_hour(since)}, as {by}.{agreed}",
        share=100,
    )


def _closed(case: StoredCase) -> Countdown:
    agreed = f" The agreed hour is {date_and_hour(case.embargo_until)}." if case.embargo_until else ""
    return Countdown(
        kind="closed",
        big="✓",
        unit="closed",
        words="The case is over",
        detail=f"Since {date_and_hour(case.closed_at)}. Nothing of it is known to be public.{agreed}",
        share=100,
    )


def _agreed(opened: datetime, until: datetime, now: datetime) -> Countdown:
    left = until - now
    if left <= timedelta():
        return Countdown(
            kind="over",
            big="0",
            unit="over",
            words="The agreed hour is over",
            detail=f"It was {date_and_hour(until)}. From then on it should be public.",
            share=100,
        )
    big, unit = _largest(left)
    whole = max(until - opened, timedelta(minutes=1))
    return Countdown(
        kind="soon" if left <= SOON else "to-come",
        big=big,
        unit=unit,
        words=f"In {_in_words(left)}",
        detail=f"Nothing of it is public before {date_and_hour(until)}.",
        share=max(0, min(100, round(100 * (now - opened) / whole))),
    )


def _largest(left: timedelta) -> tuple[str, str]:
    if left.days:
        return str(left.days), "day" if left.days == 1 else "days"
    minutes = left.seconds // 60
    if minutes >= 60:  # noqa: PLR2004 - of an hour
        return str(minutes // 60), "hour" if minutes < 120 else "hours"  # noqa: PLR2004
    return str(minutes), "minute" if minutes == 1 else "minutes"


def _in_words(left: timedelta) -> str:
    """The two largest units, as `3 days 4 hours`."""
    minutes = int(left.total_seconds()) // 60
    counts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    told = [f"{count} {unit}{'s' if count > 1 else ''}" for count, unit in counts if count]
    return " ".join(told[:2]) or "less than a minute"
