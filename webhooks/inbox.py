"""Where do deliveries go?"""

from __future__ import annotations

from typing import Protocol

from app.domain.delivery import Delivery
from app.domain.ids import Key


class Inbox(Protocol):
    """Whoever remembers deliveries and what to look at."""

    async def receive(self, delivery: Delivery, keys: frozenset[Key]) -> bool:
        """Take a delivery in, durably; False if it was here before. Raises app.domain.delivery.NotDurable."""
        ...
