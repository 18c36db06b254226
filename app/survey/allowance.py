"""How many more requests of this hour may we use?

GitHub says with each answer what is left ("Rate limits for the REST API"). A little is left over on purpose: whoever
runs a survey may want to ask GitHub something else within the hour, and who goes on beyond the limit may be banned.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from app.clock import Clock

_LEAST_LEFT, _SHARE_LEFT = 3, 20  # three requests, or a twentieth of the hour's


class Allowance:
    """What is left of one of GitHub's hourly limits, as far as GitHub has said. Nothing said is no limit."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._left: int | None = None
        self.limit = 0
        self.resets_at: datetime | None = None

    def take(self) -> bool:
        """One request more, if there is room for it."""
        if self.resets_at is None or self._clock.now() >= self.resets_at:
            self._left = None
        if self._left is None:
            return True
        if self._left <= max(_LEAST_LEFT, self.limit // _SHARE_LEFT):
            return False
        self._left -= 1
        return True

    def learn(self, headers: Mapping[str, str]) -> None:
        """What an answer says. Answers overtake each other, so within the hour nothing makes it more again."""
        told = [headers.get(f"x-ratelimit-{name}", "") for name in ("limit", "remaining", "reset")]
        if not all(_is_number(each) for each in told):
            return
        self.limit, left, reset = (int(each) for each in told)
        resets_at = datetime.fromtimestamp(reset, UTC)
        same_hour = self._left is not None and resets_at == self.resets_at
        self._left = min(left, self._left) if same_hour and self._left is not None else left
        self.resets_at = resets_at


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 10  # noqa: PLR2004 - more digits are no time of ours
