"""When is somebody not to be disturbed, but by what pages? Pure."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

LONGEST = timedelta(hours=12)


class InvalidHours(ValueError):
    """Quiet hours cannot be read. The message says what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """From one hour to another, in a zone, whatever its clocks do in spring."""

    begins: time
    ends: time
    zone: ZoneInfo

    @classmethod
    def parse(cls, text: str) -> Quiet:
        """Read `22:00-07:00@Europe/Berlin`, or UTC where no zone is given. Raises InvalidHours."""
        match = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)(?:@(\S+))?", text)
        if match is None:
            raise InvalidHours("write hours as 22:00-07:00@Europe/Berlin; without a zone they are UTC")
        begins, ends = _time(match[1]), _time(match[2])
        length = (_minutes(ends) - _minutes(begins)) % (24 * 60)
        if not 0 < length <= LONGEST / timedelta(minutes=1):
            raise InvalidHours("quiet hours end after 12 hours at the latest, as a digest would not find its day")
        return cls(begins=begins, ends=ends, zone=_zone(match[3] or "UTC"))

    def holds(self, now: datetime) -> bool:
        """Is it quiet now?"""
        here = now.astimezone(self.zone).time()
        if self.begins < self.ends:
            return self.begins <= here < self.ends
        return here >= self.begins or here < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}@{self.zone.key}"


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise InvalidHours("an hour is written from 00:00 to 23:59") from None


def _minutes(hour: time) -> int:
    return 60 * hour.hour + hour.minute


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        [nearest] = difflib.get_close_matches(name, sorted(available_timezones()), n=1) or ["UTC"]
        raise InvalidHours(f"there is no zone of that name; did you mean {nearest}?") from None
