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

    async def took(self, *, an_hour: float | None) -> float | None:
        """Took a request from what looking around may use of an hour. How many all used by now, if that was asked now.

        `an_hour` are as many as there are, or None while GitHub did not tell.
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

    async def took(self, *, an_hour: float | None) -> None:
        del an_hour


NOBODY = Nobody()
