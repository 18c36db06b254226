"""What was said about a mirror since we listened last?

GitHub tells nobody of comments of advisories. A case is looked at every 90 seconds anyway, and that look says how many
comments there are: only where that, or when it was updated, is another than before they are read, and every ten minutes
besides, since GitHub's pages do not say whether an edit shows there. What was read is kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from app.clock import Clock
from app.domain.cases import StoredCase
from app.domain.comments import Comment, Discussion
from app.domain.facts import CannotTell, Fact, Known, NotApplicable
from app.domain.mirrors import Mirror
from app.domain.records import Intent
from app.github.reader import Reader
from app.reconcile.digests import Digests
from app.reconcile.look import Look
from app.reconcile.rosters import Rosters
from app.reconcile.talking import of_replies, unheard
from app.store import commands
from app.store.database import Database

ANYWAY = timedelta(minutes=10)
OVERLAP = timedelta(minutes=2)  # clocks differ, and a list may lag behind


@dataclass(frozen=True, slots=True, kw_only=True)
class _Last:
    """How it was when we listened last, and which comments were still to be looked at then."""

    at: datetime
    comments: int | None
    updated_at: datetime | None
    since: datetime | None  # what was asked for
    waiting: frozenset[int]
    trouble: CannotTell | None


class Listening:
    """Reads comments, as rarely as may be."""

    def __init__(self, reader: Reader, rosters: Rosters, database: Database, clock: Clock, digests: Digests) -> None:
        self._reader, self._rosters, self._database = reader, rosters, database
        self._clock, self._digests = clock, digests
        self._last: dict[int, _Last] = {}

    async def to(
        self, case: StoredCase, mirror: Fact[Mirror | None], unresolved: tuple[Intent, ...], look: Look
    ) -> Discussion:
        """The discussion of a case's mirror."""
        said = await self._database.read(partial(commands.remembered, number=case.number))
        found = mirror.value if isinstance(mirror, Known) else None
        if found is None or found.state != "open" or not found.is_ours or case.state != "open":
            return replace(said, comments=NotApplicable("there is no open mirror to comment on"))
        if found.comments == 0 and not of_replies(unresolved):
            return replace(said, comments=Known(value=(), observed_at=self._clock.now()), whole=True)
        said = await self._listened(case.number, found, said, look, whole=bool(of_replies(unresolved)))
        if not unheard(said, case.number, self._digests):
            return said
        named = look.rules.coordinators
        return replace(said, coordinators=await self._rosters.of(named, named.users, look))

    async def _listened(self, case: int, mirror: Mirror, said: Discussion, look: Look, *, whole: bool) -> Discussion:
        last, now = self._last.get(case), self._clock.now()
        handled = {each.comment for each in said.handled}
        still = bool(last and last.waiting - handled)
        if last and not whole and not still and not self._is_news(last, mirror, now):
            return replace(said, comments=last.trouble or NotApplicable("nothing new was said"))
        since = None if whole or last is None else (last.since if still else last.at - OVERLAP)
        asked, unanswered = partial(self._reader.comments.of, mirror.repo, mirror.id, since=since), look.unanswered
        comments: Fact[tuple[Comment, ...]] = await look.ask(asked)
        said = replace(said, comments=comments, whole=since is None)
        if look.unanswered is unanswered:  # what GitHub cannot answer just now is asked again by the next look
            self._last[case] = _Last(
                at=now,
                comments=mirror.comments,
                updated_at=mirror.updated_at,
                since=since,
                waiting=frozenset(each.id for each in unheard(said, case, self._digests)),
                trouble=comments if isinstance(comments, CannotTell) else None,
            )
        return said

    def _is_news(self, last: _Last, mirror: Mirror, now: datetime) -> bool:
        is_same = (last.comments, last.updated_at) == (mirror.comments, mirror.updated_at)
        return not is_same or now - last.at >= ANYWAY
