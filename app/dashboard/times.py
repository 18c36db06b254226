"""How are moments told? In UTC, with the hour, and how long ago in words."""

from __future__ import annotations

from datetime import datetime, timedelta

_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def date_and_hour(moment: datetime | None) -> str:
    """As `Tue 2026-12-01 09:00 UTC`; a dash where there is none."""
    return moment.strftime("%a %Y-%m-%d %H:%M UTC") if moment else "–"


def ago(moment: datetime | None, now: datetime) -> str:
    """As `3 hours ago` or `in 2 days`; `never` where there is none."""
    if moment is None:
        return "never"
    length = now - moment
    return f"in {_length(-length)}" if length < timedelta() else f"{_length(length)} ago"


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for unit, size in _UNITS:
        if (count := seconds // size) > 0:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "a moment"
