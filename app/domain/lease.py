"""May I still write this?"""

from __future__ import annotations

from typing import Protocol


class LeaseLost(Exception):
    """Another instance may have taken this work over, so nothing more may be sent for it."""


class Lease(Protocol):
    """The right to work on one key. It is an argument of whatever must not run twice at once."""

    def check(self) -> None:
        """Raise LeaseLost unless the lease still holds at this moment."""
        ...
