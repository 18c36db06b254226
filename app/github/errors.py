"""What can a caller do when GitHub does not do as asked?"""

from __future__ import annotations

from datetime import timedelta


class RetryLater(Exception):
    """Nothing is known and nothing was changed; ask again.

    `after` is GitHub's own word (`retry-after` or the reset of a limit), None where it said nothing.
    """

    def __init__(self, reason: str, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class NotAsked(RetryLater):
    """There was no room to ask. That is no failure: its turn comes."""


class WiderToken(RetryLater):
    """GitHub gave a token that may do more than was asked for. It was given back unused."""


class Refused(Exception):
    """GitHub said no to a write (403, 404, 422). Asking again changes nothing until the world changes."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class Ambiguous(Exception):
    """A write was sent and its answer lost: it may have happened. Look before doing anything else."""


class Held(Exception):
    """A write was not sent: writes are off, or no installation holds the permission. The reason says which."""
