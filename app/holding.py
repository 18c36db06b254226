"""Which secrets does this instance know, and which of them are used?

Written down each minute, as prints, so that whoever rotates a secret sees whether each instance knows the new one and
whether anybody still uses the old one. What was used within the last minute before a crash is not written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.github.registration import Registration
from app.prints import Kind
from app.reconcile.digests import InvalidKeys
from app.store import secrets_held
from app.store.database import Database
from app.store.secrets_held import Held

log = structlog.get_logger()

EVERY = timedelta(minutes=1)
LIVE = timedelta(minutes=5)  # whoever said something since then runs
SILENT = timedelta(hours=1)  # whoever said nothing for so long does not; in between, nobody can tell
MAKING: tuple[Kind, ...] = ("encryption-key", "digest-key")  # the first one makes whatever is made


class KeysDiffer(InvalidKeys):
    """Another instance makes digests with others. It may be gone, or know these, a little later."""


class Holding:
    """Says what one instance holds. `apps` are those whose keys sign."""

    def __init__(
        self,
        *,
        instance: str,
        prints: Mapping[Kind, tuple[str, ...]],
        apps: Mapping[Kind, Registration],
        database: Database,
        clock: Clock,
    ) -> None:
        self._instance, self._prints, self._apps = instance, prints, apps
        self._database, self._clock = database, clock
        self._used: dict[tuple[str, str], datetime] = {}

    def used(self, kind: Kind, position: int) -> None:
        """One of that kind was used now, by its place among them."""
        self._used[kind, self._prints[kind][position]] = self._clock.now()

    async def begin(self) -> None:
        """Say it for the first time. Raises KeysDiffer where an instance runs that this one would undo digests of."""
        held, now = self._held(), self._clock.now()
        await self._database.write(partial(_begin, held=held, since=now - LIVE))

    async def run(self) -> None:
        """Say it each minute until cancelled, and then that it is over."""
        try:
            while True:
                await self._look()
                await self._clock.sleep(EVERY.total_seconds())
        finally:
            await self.end()

    async def look(self) -> None:
        """Write down what is held, and what was used since the last time."""
        for kind, app in self._apps.items():
            for position, at in app.keys.accepted.items():
                self._used[kind, self._prints[kind][position]] = at
        for kind in MAKING:
            if kind in self._prints:
                self.used(kind, 0)
        held = self._held()
        taken, self._used = self._used, {}
        try:
            await self._database.write(partial(_note, held=held, used=taken))
        except Exception:
            self._used = taken | self._used
            raise

    async def end(self) -> None:
        """It ends in good order: what was used is written down, and nobody waits for it any more."""
        await self._look()
        await self._database.write(partial(secrets_held.forget_instance, instance=self._instance))

    def _held(self) -> list[Held]:
        now = self._clock.now()
        return [Held(instance=self._instance, kind=kind, prints=each, at=now) for kind, each in self._prints.items()]

    async def _look(self) -> None:
        try:
            await self.look()
        except Exception as error:  # noqa: BLE001 - the database is looked after elsewhere; this is said again
            log.error("holding.failed", error=type(error).__name__)  # noqa: TRY400


def _begin(conn: Connection, *, held: list[Held], since: datetime) -> None:
    mine = {each.kind: each for each in held}["digest-key"]
    for other in secrets_held.held(conn, mine.kind, since):
        if other.instance != mine.instance and not _agree(mine.prints, other.prints):
            raise KeysDiffer(
                f"the instance {other.instance} makes digests with a key that this one does not know, or knows not the "
                "one in front here, so each would undo what the other does: greenroom rotate digest-key says how keys "
                "are replaced while instances run; of one that was killed wait five minutes"
            )
    secrets_held.note_held(conn, held)


def _agree(mine: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Each reads what the other makes."""
    return mine[0] in others and others[0] in mine


def _note(conn: Connection, *, held: list[Held], used: Mapping[tuple[str, str], datetime]) -> None:
    secrets_held.note_held(conn, held)
    secrets_held.note_used(conn, used)
