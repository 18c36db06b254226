"""What does the timeline of a case look like as a picture? Pure: numbers for an SVG, nothing of a browser.

One lane for the case, one for each tool, coloured by what it answered. The list below the picture says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.domain.cases import SHOWN, CaseEvent, Participant, Status, StoredCase

WIDTH = 960
LEFT, RIGHT = 132, 20
TOP, LANE, BOTTOM = 30, 30, 26
MOST_LANES = 12
_LETTER = 6.6  # about as wide as one is, in the picture's units
_STEPS = (
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=2),
    timedelta(days=3),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
    timedelta(days=90),
    timedelta(days=365),
)
_MOST_TICKS = 8
_DAY = timedelta(days=1)
_DRAWN = timedelta(days=36_525)  # before and after now: records that came back may hold any day


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A day or an hour of the axis."""

    x: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """For a while, a tool's answer was this. `label` is empty where there is no room for it."""

    x: float
    width: float
    status: Status
    label: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A tool. `asked_until` is where the day ends until which it was asked, while it is silent."""

    y: float
    name: str
    stretches: tuple[Stretch, ...]
    asked_until: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that happened to the case as a whole."""

    x: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it, in units of the picture. `more` lanes are left out."""

    width: int
    height: float
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    more: int
    now: float | None
    embargo: float | None


def picture(case: StoredCase, events: Iterable[CaseEvent], now: datetime) -> Picture:
    events = tuple(events)
    axis = _Axis.of(case, events, now)
    shown = case.participants[:MOST_LANES]
    lanes = tuple(
        _lane(each, TOP + LANE * index, _answers(each, case, events, now), axis)
        for index, each in enumerate(shown, start=1)
    )
    height = TOP + LANE * (1 + len(lanes)) + BOTTOM
    return Picture(
        width=WIDTH,
        height=height,
        ticks=tuple(axis.ticks()),
        marks=tuple(_marks(events, axis)),
        lanes=lanes,
        more=len(case.participants) - len(shown),
        now=axis.x(now) if axis.begin <= now <= axis.end else None,
        embargo=axis.x(case.embargo_until) if case.embargo_until else None,
    )


@dataclass(frozen=True, slots=True)
class _Axis:
    begin: datetime
    end: datetime

    @classmethod
    def of(cls, case: StoredCase, events: tuple[CaseEvent, ...], now: datetime) -> _Axis:
        last = case.closed_at if case.closed_at is not None else now
        moments = [last, *(event.at for event in events), *([case.embargo_until] if case.embargo_until else [])]
        first, last = now - _DRAWN, now + _DRAWN
        begin, end = (max(first, min(each, last)) for each in (min([case.opened_at, *moments]), max(moments)))
        length = max(end - begin, timedelta(hours=1))
        return cls(begin - length * 0.02, begin + length * 1.05)

    def x(self, moment: datetime) -> float:
        share = (moment - self.begin) / (self.end - self.begin)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * max(0.0, min(1.0, share)), 1)

    def ticks(self) -> Iterator[Tick]:
        length = self.end - self.begin
        step = next((each for each in _STEPS if length / each <= _MOST_TICKS), length / _MOST_TICKS)
        at = datetime.combine(self.begin.date(), time(), tzinfo=self.begin.tzinfo)
        while at <= self.end:
            if at >= self.begin:
                yield Tick(x=self.x(at), label=_label(at, step))
            at += step


def _label(at: datetime, step: timedelta) -> str:
    if step >= _DAY:
        return f"{at.day} {at:%b}"
    return f"{at:%H:%M}" if at.time() != time() else f"{at.day} {at:%b} 0:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What a tool answered since when, and until when that is told."""

    changes: tuple[tuple[datetime, Status], ...]
    end: datetime


def _answers(participant: Participant, case: StoredCase, events: tuple[CaseEvent, ...], now: datetime) -> _Answers:
    mine = [each for each in events if each.tool == participant.tool]
    began = next((each.at for each in mine if each.what == "invited"), case.opened_at)
    said = ((each.at, _status(each.detail)) for each in mine if each.what == "answered")
    end = participant.left_at or case.closed_at or now
    changes: tuple[tuple[datetime, Status], ...] = ((began, "unknown"), *said)
    return _Answers(changes=changes, end=max(end, changes[-1][0]))


def _lane(participant: Participant, y: float, answers: _Answers, axis: _Axis) -> Lane:
    ends = [*(at for at, _ in answers.changes[1:]), answers.end]
    stretches = (_stretch(axis, at, end, status) for (at, status), end in zip(answers.changes, ends, strict=True))
    return Lane(y=y, name=participant.tool, stretches=tuple(stretches), asked_until=_asked_until(participant, axis))


def _asked_until(participant: Participant, axis: _Axis) -> float | None:
    if participant.rsvp is None or participant.status != "unknown":
        return None
    end = datetime.combine(participant.rsvp, time.max, tzinfo=axis.begin.tzinfo)
    return axis.x(end) if axis.begin <= end <= axis.end else None


def _status(detail: str) -> Status:
    word = detail.partition(" (")[0]
    return next((status for status in SHOWN if status == word), "unknown")


def _stretch(axis: _Axis, begin: datetime, end: datetime, status: Status) -> Stretch:
    x, width = axis.x(begin), max(axis.x(end) - axis.x(begin), 3.0)
    words = SHOWN[status]
    fits = len(words) * _LETTER + 12 <= width
    return Stretch(x=x, width=round(width, 1), status=status, label=words if fits else "", words=words)


_MARKED = {
    "opened": "opened",
    "linked": "linked",
    "embargo": "hour agreed",
    "disclosed": "public",
    "not-public": "not public after all",
    "coordinator": "coordinator named",
    "proposed": "asked for",
    "confirmed": "confirmed",
    "declined": "declined",
    "exported": "exported",
    "rebuilt": "came back",
    "closed": "closed",
}


def _marks(events: Iterable[CaseEvent], axis: _Axis) -> Iterator[Mark]:
    for each in events:
        if words := _MARKED.get(each.what):
            yield Mark(x=axis.x(each.at), kind=each.what, words=words)
