"""Do the repositories' own files still say what we think that they ship?

They are read once a day at most, and only while that can matter: while a case is open. What cannot be read stays as it
was said before, and is listed with the reason. A lock file adds versions to what a repository is known to have, and
nothing else: what only a build or a group of developers needs stands in it, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
from app.github.vendored_files import Components, Read, VendoredFiles
from app.store import cases, vendored
from app.store.database import Database
from policies.config import Policies, PolicyFile
from policies.vendoring import Graph, shipped

log = structlog.get_logger()

EVERY = timedelta(days=1)
QUIET = timedelta(hours=1)  # after a start, when everything else is asked for
# Looked for at the root where something is needed; that one of them is not there is no trouble.
MAYBE = frozenset({"pylock.toml", "poetry.lock", "pdm.lock", "uv.lock", "requirements.txt"})
LOCKED: frozenset[VendoringMode] = frozenset({"dependency", "bundled"})  # a copy is of the version that was copied


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where a repository says what it has: how what stands there is shipped, and the lock files."""

    modes: Mapping[str, frozenset[VendoringMode]]
    locks: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        return frozenset(self.modes) | self.locks | self.maybe


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
        found = await self._files.read({repo: places.all for repo, places in wanted.items()})
        now = self._clock.now()
        for repo, read in found.items():
            await self._database.write(partial(_save, repo=repo, read=read, places=wanted[repo], now=now))


def _matters(conn: Connection, *, wanted: frozenset[RepoName], now: datetime) -> bool:
    fresh = {look.consumer for look in vendored.looks(conn) if now < look.looked_at + EVERY}
    return bool(wanted - fresh) and bool(cases.open_cases(conn))


def _wanted(graph: Graph, rules: PolicyFile) -> dict[RepoName, Places]:
    """Of consumers that policy knows, what can be read."""
    modes: dict[RepoName, dict[str, set[VendoringMode]]] = defaultdict(lambda: defaultdict(set))
    for line in graph.lines:
        if can_be_read(line.place) and rules.tool_of(line.consumer):
            modes[line.consumer][line.place].add(line.mode)
    return {
        repo: _places({place: frozenset(found) for place, found in places.items()}, graph.locks.get(repo, frozenset()))
        for repo, places in modes.items()
    }


def _places(modes: Mapping[str, frozenset[VendoringMode]], locks: frozenset[str]) -> Places:
    needs = any("dependency" in each for each in modes.values())
    return Places(modes=modes, locks=locks, maybe=MAYBE - locks - modes.keys() if needs else frozenset())


def _save(conn: Connection, *, repo: RepoName, read: Read, places: Places, now: datetime) -> None:
    good = {place: said for place, said in read.items() if said is not None and not isinstance(said, CannotTell)}
    trouble = sorted(why for place, said in read.items() if (why := _trouble(place, said, places)))
    gone = [place for place in places.maybe if read[place] is None]
    lines = [
        Vendored(consumer=repo, component=component, mode=mode, place=place, version=version, read_at=now)
        for place, modes in places.modes.items()
        for component, version in good.get(place, {}).items()
        for mode in modes
    ]
    kept = [each for each in vendored.lines(conn) if each.place in places.modes.keys() - good.keys()]
    known = shipped().as_read([*(each for each in kept if each.consumer == repo), *lines])
    locked = {place: said for place, said in good.items() if place not in places.modes}
    lines += _locked(repo, known, locked, now)
    vendored.save(conn, repo, lines, places=[*good, *gone], trouble="; ".join(trouble) or None, now=now)


def _trouble(place: str, said: Components | CannotTell | None, places: Places) -> str | None:
    if isinstance(said, CannotTell):
        return said.reason
    return f"{place} is not there" if said is None and place not in places.maybe else None


def _locked(repo: RepoName, known: Graph, locks: Mapping[str, Components], now: datetime) -> Iterator[Vendored]:
    """Of what it has otherwise, the versions that lock files say, as it is shipped there."""
    for component, mode in sorted({(each.component, each.mode) for each in known.lines if each.consumer == repo}):
        for place, said in locks.items():
            if mode in LOCKED and (version := said.get(component)):
                yield Vendored(consumer=repo, component=component, mode=mode, place=place, version=version, read_at=now)
