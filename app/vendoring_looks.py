"""Do the repositories' own files still say what we think that they ship?

They are read once a day at most, and only while that can matter: while a case is open. What cannot be read stays as it
was said before, and is listed with the reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.cases import Vendored, VendoringMode
from app.domain.facts import CannotTell
from app.domain.ids import RepoName
from app.domain.manifests import can_be_read
from app.github.errors import RetryLater
from app.github.vendored_files import Read, VendoredFiles
from app.store import cases, vendored
from app.store.database import Database
from policies.config import Policies, PolicyFile
from policies.vendoring import Graph, shipped

log = structlog.get_logger()

EVERY = timedelta(days=1)
QUIET = timedelta(hours=1)  # after a start, when everything else is asked for


class VendoringLooks:
    """Reads what repositories ship that policy knows."""

    def __init__(
        self, *, files: VendoredFiles, database: Database, clock: Clock, policies: Callable[[], Policies]
    ) -> None:
        self._files, self._database, self._clock, self._policies = files, database, clock, policies
        self._not_before = clock.now() + QUIET

    async def keep_fresh(self) -> None:
        """Read what was not read for a day, where a case is open. Never fails: nothing waits for it."""
        now = self._clock.now()
        if now < self._not_before:
            return
        self._not_before = now + QUIET
        try:
            wanted = frozenset(_wanted(shipped(), self._policies().file))
            if await self._database.read(partial(_matters, wanted=wanted, now=now)):
                await self.read()
        except RetryLater as error:
            log.warning("vendoring.unread", reason=str(error))

    async def read(self) -> None:
        """Read it now. Raises RetryLater."""
        wanted = _wanted(shipped(), self._policies().file)
        found = await self._files.read({repo: tuple(places) for repo, places in wanted.items()})
        now = self._clock.now()
        for repo, read in found.items():
            await self._database.write(partial(_save, repo=repo, read=read, modes=wanted[repo], now=now))


def _matters(conn: Connection, *, wanted: frozenset[RepoName], now: datetime) -> bool:
    fresh = {look.consumer for look in vendored.looks(conn) if now < look.looked_at + EVERY}
    return bool(wanted - fresh) and bool(cases.open_cases(conn))


def _wanted(graph: Graph, rules: PolicyFile) -> dict[RepoName, dict[str, set[VendoringMode]]]:
    """Of consumers that policy knows: place → how what stands there is shipped."""
    wanted: dict[RepoName, dict[str, set[VendoringMode]]] = defaultdict(lambda: defaultdict(set))
    for line in graph.lines:
        if can_be_read(line.place) and rules.tool_of(line.consumer):
            wanted[line.consumer][line.place].add(line.mode)
    return {repo: dict(places) for repo, places in wanted.items()}


def _save(conn: Connection, *, repo: RepoName, read: Read, modes: dict[str, set[VendoringMode]], now: datetime) -> None:
    good = {place: said for place, said in read.items() if not isinstance(said, CannotTell)}
    trouble = sorted(said.reason for said in read.values() if isinstance(said, CannotTell))
    lines = [
        Vendored(consumer=repo, component=component, mode=mode, place=place, version=version, read_at=now)
        for place, said in good.items()
        for component, version in said.items()
        for mode in modes[place]
    ]
    vendored.save(conn, repo, lines, places=good, trouble="; ".join(trouble) or None, now=now)
