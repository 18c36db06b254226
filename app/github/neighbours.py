"""What do other instances know of the lane that we share with them?"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol


class Neighbours(Protocol):
    """Whoever else sends in one lane, in other processes."""

    async def closed_for(self) -> timedelta:
        """For how long GitHub asked any of them for nothing more. Zero: not, as far as is known since a second."""
        ...

    async def close_for(self, after: timedelta) -> None:
        """Tell them that GitHub asked for nothing more for so long."""
        ...

    async def turn(self, *, creates: bool) -> timedelta:
        """Take the next turn to write, and say how long it is until then.

        Raises RetryLater where the lane is closed, or enough was created in it.
        """
        ...


class Nobody:
    """The lane is ours alone."""

    async def closed_for(self) -> timedelta:
        return timedelta(0)

    async def close_for(self, after: timedelta) -> None:
        """There is nobody to tell."""

    async def turn(self, *, creates: bool) -> timedelta:
        del creates
        return timedelta(0)


NOBODY = Nobody()
