"""Is something public of the cases that have advisories in a repository, and since when?

GitHub's global database is asked about ids, and at most every ten minutes about each: those of open cases, and of
closed ones whose hour was lately. A CVE id is asked about only where it was recorded for the case: the one that a draft
shows is written by whoever may edit the draft, its reporter included, and may be anybody's. What was seen in public
once stays seen.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeAlias

from app.clock import Clock
from app.domain.cases import StoredCase
from app.domain.facts import Advisory, CannotTell, Embargo, Fact, Known, NotApplicable, Public
from app.domain.ids import AdvisoryKey, RepoName
from app.github.reader import Reader
from app.reconcile.disclosing import is_public
from app.reconcile.look import Look

Ask: TypeAlias = Callable[[], Awaitable[Fact[Public | None]]]

AGAIN = timedelta(minutes=10)
_NOTHING_PROMISED = NotApplicable("no hour is agreed, so nothing is asked")


class Embargoes:
    """Remembers what the global database said."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader, self._clock = reader, clock
        self._said: dict[str, tuple[datetime, Fact[Public | None]]] = {}  # by id

    async def of(
        self, repo: RepoName, listed: Fact[tuple[Advisory, ...]], cases: Iterable[StoredCase], look: Look
    ) -> Fact[tuple[Embargo, ...]]:
        """Of the cases that are open, and those whose hour was lately. `listed` are the repository's advisories."""
        now = self._clock.now()
        found = [
            # Of an open case its own look pages, and who was paged once is not paged again.
            Embargo(
                case=case.number,
                until=case.embargo_until,
                public=public,
                pages=case.state == "closed" and case.disclosure is None,
            )
            for case in cases
            for link in case.links
            if link.repo == repo and (public := await self._public(case, link, listed, look)) is not None
        ]
        return Known(value=tuple(found), observed_at=now)

    async def listed(
        self, case: StoredCase, sources: Iterable[Fact[Advisory]], look: Look
    ) -> Fact[Public | None] | NotApplicable:
        """Is an id of this case in the global database? Asked while a case is open and nothing of it was seen."""
        known = tuple(fact.value for fact in sources if isinstance(fact, Known))
        if case.state != "open" or case.disclosure or case.disclosed_at or any(map(is_public, known)):
            return NotApplicable("that is known, or does not matter any more")
        database = self._reader.global_database
        asking: dict[str, Ask] = {str(link.ghsa): partial(database.ghsa, link.ghsa) for link in case.links}
        asking |= {cve: partial(database.cve, cve) for cve in sorted(case.recorded_cves)}
        said = [await self._lately(known_as, ask, look, case.hinted_at) for known_as, ask in asking.items()]
        if seen := _seen(said):
            return Known(value=_first(seen), observed_at=self._clock.now())
        unclear = next((each for each in said if not isinstance(each, Known)), None)
        return unclear or Known(value=None, observed_at=self._clock.now())

    async def _public(
        self, case: StoredCase, link: AdvisoryKey, listed: Fact[tuple[Advisory, ...]], look: Look
    ) -> Fact[Public | None] | None:
        """None: it was closed, and will never be public."""
        if case.embargo_until is None:
            return _NOTHING_PROMISED
        source = await self._source(link, listed, look)
        said = [_said_by_people(case), _published(source)]
        if not _seen(said):  # an advisory that is published gets there later, and its CVE id may have been there before
            said.append(await self._lately(str(link.ghsa), partial(self._reader.global_database.ghsa, link.ghsa), look))
        database = self._reader.global_database
        said += [await self._lately(cve, partial(database.cve, cve), look) for cve in sorted(case.recorded_cves)]
        if seen := _seen(said):
            return Known(value=_first(seen), observed_at=self._clock.now())
        if unclear := next((each for each in said if not isinstance(each, Known)), None):
            return unclear
        is_over = isinstance(source, Known) and not source.value.is_open
        return None if is_over else Known(value=None, observed_at=self._clock.now())

    async def _source(self, link: AdvisoryKey, listed: Fact[tuple[Advisory, ...]], look: Look) -> Fact[Advisory]:
        """Long lists hold only what is open, so what is in none of them is asked for by itself."""
        if isinstance(listed, Known):
            for each in listed.value:
                if each.ghsa == link.ghsa:
                    return Known(value=each, observed_at=listed.observed_at)
        return await look.ask(partial(self._reader.advisory, link.repo, link.ghsa))

    async def _lately(
        self, known_as: str, ask: Ask, look: Look, hinted_at: datetime | None = None
    ) -> Fact[Public | None]:
        at, said = self._said.get(known_as, (None, None))
        now = self._clock.now()
        is_old = at is None or now - at >= AGAIN or (hinted_at is not None and at <= hinted_at)
        if at is None or said is None or (is_old and not _seen([said])):
            said = await look.ask(ask)
            self._said[known_as] = (now, said)
        return said


def _said_by_people(case: StoredCase) -> Fact[Public | None]:
    at = case.disclosed_at
    return Known(value=Public(since=at) if at else None, observed_at=at or case.opened_at)


def _published(source: Fact[Advisory]) -> Fact[Public | None]:
    if not isinstance(source, Known):
        return CannotTell(source.reason)
    published = Public(since=source.value.published_at) if is_public(source.value) else None
    return Known(value=published, observed_at=source.observed_at)


def _seen(said: Iterable[Fact[Public | None]]) -> list[Public]:
    return [each.value for each in said if isinstance(each, Known) and each.value is not None]


def _first(seen: list[Public]) -> Public:
    """The earliest of which we know since when it is public."""
    known = [each.since for each in seen if each.since is not None]
    return Public(since=min(known, default=None))
