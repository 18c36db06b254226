"""How does a team get into a mirror, and out again, so that no other team is lost?

GitHub replaces the list of teams, and shows it only to who may read members. So it is read right before each write, and
where it is not shown nothing is sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from app.clock import Clock
from app.domain.actions import OfTeam, RemoveTeam
from app.domain.facts import Advisory, Fact, Known
from app.domain.lease import Lease, LeaseLost
from app.github.errors import Ambiguous, Held, Refused, RetryLater
from app.github.reader import Reader
from app.github.writer import Writer
from app.store import added_teams
from app.store.database import Database

NOT_SHOWN = "GitHub does not say which teams read the mirror, so none is added or taken out"


class Teams:
    """Adds one team to those who read a mirror, or takes one out."""

    def __init__(self, reader: Reader, writer: Writer, database: Database, clock: Clock) -> None:
        self._reader, self._writer, self._database, self._clock = reader, writer, database, clock

    async def change(self, action: OfTeam, *, lease: Lease) -> bool:
        """False where it is so already, so that nothing was sent."""
        looked = await self._look(action)
        if not isinstance(looked, Known):
            raise RetryLater(f"cannot tell which teams read the mirror: {looked.reason}")
        present = looked.value.teams
        if present is None:
            raise Held(NOT_SHOWN)
        slug = action.team.slug
        if isinstance(action, RemoveTeam):
            wanted = tuple(each for each in present if each != slug)
        else:
            wanted = present if slug in present else (*present, slug)
        if wanted == present:
            return False
        send = partial(self._writer.set_teams, action.repo, action.mirror, wanted, lease=lease)
        await (send() if isinstance(action, RemoveTeam) else self._announced(action, send))
        return True

    async def trouble(self, action: OfTeam) -> str | None:
        """Read it back, and write down whether it is inside because of us. None where it is as it should be."""
        looked = await self._look(action)
        if not isinstance(looked, Known) or looked.value.teams is None:
            raise Ambiguous("it was sent, and GitHub does not say which teams read the mirror")
        slug, now = action.team.slug, self._clock.now()
        is_inside, is_leaving = slug in looked.value.teams, isinstance(action, RemoveTeam)
        if is_inside == is_leaving:
            return f"GitHub accepted the change and {'still lists' if is_leaving else 'does not list'} {action.team}"
        note = added_teams.gone if is_leaving else added_teams.seen
        await self._database.write(partial(note, case=action.case, slugs=(slug,), at=now))
        return None

    async def _announced(self, action: OfTeam, send: Callable[[], Awaitable[None]]) -> None:
        """Written down before it is sent, for an answer may be lost."""
        slug, now = action.team.slug, self._clock.now()
        before = await self._database.read(partial(added_teams.of_case, case=action.case))
        await self._database.write(
            partial(added_teams.announce, case=action.case, slug=slug, tools=action.tools, at=now)
        )
        try:
            await send()
        except (Refused, Held, RetryLater, LeaseLost):
            unsent = partial(added_teams.unsent, case=action.case, slug=slug, at=now, before=before)
            await self._database.write(unsent)
            raise

    async def _look(self, action: OfTeam) -> Fact[Advisory]:
        """In the name of the Watcher, which may be shown teams."""
        return await self._reader.advisory(action.repo, action.mirror)
