"""What became of each webhook that was sent, by GitHub's own log?"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from app.sandbox.state.traffic import Delivery

# The status that was answered, or why none was: GitHub writes these as 502 and 504.
Outcome: TypeAlias = int | Literal["no connection", "timeout"]
FIRST_ID = 12_000_000_001
_SUCCESSFUL = range(200, 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One line of the log. `delivery` is what was sent, None where nobody would send it again."""

    id: int
    app: int
    guid: str
    event: str
    action: str | None
    at: datetime
    outcome: Outcome
    installation: int | None
    repository: int | None
    is_redelivery: bool = False
    delivery: Delivery | None = field(default=None, repr=False)

    @property
    def status(self) -> str:
        """GitHub: "Handling failed webhook deliveries": whatever is not *OK* failed."""
        if self.outcome == "no connection":
            return "failed to connect to host"
        if self.outcome == "timeout":
            return "timed out"
        return "OK" if self.outcome in _SUCCESSFUL else f"Invalid HTTP Response: {self.outcome}"

    @property
    def status_code(self) -> int:
        return {"no connection": 502, "timeout": 504}.get(str(self.outcome)) or int(self.outcome)


class Attempts:
    """The log of all Apps, in the order of time."""

    def __init__(self) -> None:
        self.all: list[Attempt] = []
        self._sent: set[str] = set()

    def add(self, delivery: Delivery, outcome: Outcome, at: datetime) -> Attempt:
        """This was sent, and ended so."""
        attempt = Attempt(
            id=FIRST_ID + len(self.all),
            app=delivery.installation.app.id,
            guid=delivery.guid,
            event=delivery.event,
            action=delivery.action or None,
            at=at,
            outcome=outcome,
            installation=delivery.installation.id,
            repository=_repository_of(delivery),
            is_redelivery=delivery.guid in self._sent,
            delivery=delivery,
        )
        self._sent.add(delivery.guid)
        self.all.append(attempt)
        return attempt


def _repository_of(delivery: Delivery) -> int | None:
    about: Any = json.loads(delivery.body).get("repository")
    return about.get("id") if isinstance(about, dict) else None
