"""For how long does the doctor look, and what is said of whatever did not come in that time or failed?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

SECONDS = 90.0  # for all of it: a GitHub that hangs at each question would keep people waiting for an hour


class Patience:
    """One look at everything. Where it runs out, what is left is asked no more, and nothing that was seen is lost."""

    def __init__(self, seconds: float) -> None:
        self._until = asyncio.get_running_loop().time() + seconds

    async def look(self, work: Awaitable[T], otherwise: Callable[[str], T]) -> T:
        """`otherwise` makes an answer of the reason why there is none."""
        try:
            async with asyncio.timeout_at(self._until):
                return await work
        except TimeoutError:
            return otherwise("GitHub did not answer in time")
        except Exception as error:  # noqa: BLE001 - one look that fails hides no other; its words may hold anything
            return otherwise(f"looking failed ({type(error).__name__})")
