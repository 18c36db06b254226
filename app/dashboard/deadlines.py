"""What comes next in somebody's cases, and at which hour? Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from app.dashboard.times import date_and_hour
from app.domain.viewers import Viewer
from app.store.deadlines import Waits

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """`at` is when it is over (UTC), `hour` what people are told of it, with its zone."""

    case: int
    what: str
    at: datetime
    hour: str
    is_over: bool


def deadlines(waits: Iterable[Waits], viewer: Viewer, now: datetime) -> tuple[Deadline, ...]:
    """The hours of their cases and the days until which tools were asked, the next first."""
    mine = (each for each in waits if viewer.is_lead or not viewer.tools.isdisjoint(each.tools))
    found = [deadline for each in mine for deadline in (*_public(each, now), *_asked(each, now))]
    return tuple(sorted(found, key=lambda each: (each.at, each.case, each.what)))


def _public(case: Waits, now: datetime) -> Iterator[Deadline]:
    if case.embargo_until is not None:
        at = case.embargo_until
        yield Deadline(case=case.case, what="becomes public", at=at, hour=date_and_hour(at), is_over=at <= now)


def _asked(case: Waits, now: datetime) -> Iterator[Deadline]:
    for day, silent in groupby(case.silent, key=lambda each: each[0]):
        ends = _end_of(day)
        what = f"{', '.join(tool for _, tool in silent)} asked to answer"
        yield Deadline(case=case.case, what=what, at=ends, hour=f"{day:%a %Y-%m-%d} 24:00 UTC", is_over=ends <= now)


def _end_of(day: date) -> datetime:
    """There is no day after the last one, which a record that came back may hold."""
    return datetime.combine(min(day, date.max - _DAY) + _DAY, time(), UTC)
