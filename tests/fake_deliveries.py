"""What does GitHub's own log say of the webhooks that it sent?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.sandbox.state.apps import Registration
from app.sandbox.state.attempts import FIRST_ID, Attempt, Outcome
from app.sandbox.state.traffic import Delivery
from app.sandbox.state.world import World


@dataclass(frozen=True, slots=True)
class FakeDeliveryLog:
    """The log of one App. What `bot.deliver` brings stands in it by itself."""

    world: World
    app: Registration

    def failed(self, delivery: Delivery, outcome: Outcome = "no connection") -> None:
        """GitHub sent it once, and nobody took it."""
        self.world.attempts.add(delivery, outcome, self.world.now())

    def line(
        self,
        event: str,
        action: str | None,
        *,
        about: str | int | None = None,
        outcome: Outcome = "no connection",
        at: datetime | None = None,
        installation: int | None = None,
    ) -> Attempt:
        """One whose payload is of no matter; `about` is a repository, or the id of one that nobody knows."""
        attempts = self.world.attempts.all
        attempt = Attempt(
            id=FIRST_ID + len(attempts),
            app=self.app.id,
            guid=f"logged-{len(attempts)}",
            event=event,
            action=action,
            at=at or self.world.now(),
            outcome=outcome,
            installation=installation or self._installation_of(about),
            repository=self.world.repository(about).id if isinstance(about, str) else about,
        )
        attempts.append(attempt)
        return attempt

    def redeliver(self, delivery: Delivery) -> Delivery:
        """Somebody clicks on it. The same bytes under the same GUID come again."""
        return next(each.delivery for each in self.world.attempts.all if each.guid == delivery.guid and each.delivery)

    def _installation_of(self, about: str | int | None) -> int | None:
        if not isinstance(about, str):
            return None
        repo = self.world.repository(about)
        return next(each.id for each in self.world.installations.values() if each.app is self.app and each.covers(repo))
