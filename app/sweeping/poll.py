"""Is a switch that policy enforces, and that GitHub is silent about, as it should be?

Looked at every few seconds while GitHub answers, a few of each account in turn: where policy enforces many, each is
read less often. What GitHub does not answer is asked less and less often, or when GitHub said, so that an outage is not
made longer; the sweep tells people what cannot be seen. However often somebody asks for a poll, switches are read once
in its time.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from app.clock import Clock
from app.domain.facts import CannotTell, NotApplicable
from app.domain.ids import PolicyKey, RepoName
from app.domain.tiers import CASES, SWITCHES
from app.github.errors import RetryLater
from app.github.reader import Reader
from app.store import breaches, freshness, good_looks, last_looks, work
from app.store.database import Database
from app.store.freshness import Round
from app.sweeping.pacing import at_a_time
from policies.config import Policies, PolicyFile, ReportOwner

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=5)
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing is asked until then, after so many questions in a row that were not answered."""

    until: datetime
    failures: int


class Poll:
    """Reads switches, and marks those that are not as declared."""

    def __init__(
        self,
        *,
        reader: Reader,
        database: Database,
        clock: Clock,
        policies: Callable[[], Policies],
        every: timedelta,
    ) -> None:
        self._reader, self._database, self._clock, self._policies = reader, database, clock, policies
        self._every, self._not_before = every, clock.now()
        self._pauses: dict[RepoName, Pause] = {}
        self._asked: dict[RepoName, datetime] = {}  # by this instance, whatever GitHub answered

    async def poll(self) -> datetime:
        """Read the switches if it is time to, and say when it is next."""
        if self._clock.now() >= self._not_before:
            try:
                await self._read()
            finally:
                self._not_before = self._clock.now() + self._every
        return self._not_before

    async def _read(self) -> None:
        """Read private vulnerability reporting where policy enforces it, and mark what is not as it should be."""
        rules, now = self._policies().file, self._clock.now()
        owners = polled(rules, now)
        seen = await self._database.write(partial(self._measure, owners=owners, now=now))
        self._asked = {repo: at for repo, at in self._asked.items() if repo in owners}
        if not owners:
            return
        good: list[RepoName] = []
        read: list[RepoName] = []
        for repo in self._next(owners, seen, now):
            is_on = await self._is_reporting(repo)
            if is_on is not None:
                read.append(repo)
            if isinstance(is_on, NotApplicable):
                continue
            if is_on is owners[repo][1].wants_private_reporting:
                good.append(repo)
            elif is_on is not None:
                # At once: the answer about the next one may take half a minute.
                wrong = [PolicyKey(repo, "private-reporting")]
                await self._database.write(partial(work.mark, keys=wrong, due=now, priority=work.PROMPT))
        if read:
            await self._database.write(partial(_note, read=read, good=good, at=now))

    def _measure(
        self, conn: Connection, owners: Mapping[RepoName, object], now: datetime
    ) -> Mapping[RepoName, datetime]:
        """How old is what was seen of switches and cases, before we look again?"""
        seen = good_looks.switches(conn, owners)
        freshness.note(conn, SWITCHES, [now - at for at in seen.values()], now)
        freshness.note(conn, CASES, [now - at for at in last_looks.open_cases(conn).values()], now)
        accounts = Counter(repo.owner.lower() for repo in owners)
        freshness.keep_rounds(conn, (SWITCHES,), accounts)
        for account, many in accounts.items():
            every = self._every * math.ceil(many / self._at_a_time(account, many))
            freshness.note_round(conn, account, SWITCHES, Round(things=many, every=every), now)
        return seen

    def _at_a_time(self, account: str, many: int) -> int:
        return at_a_time(many, per_second=self._reader.pace(account).per_second, poll=self._every)

    def _next(self, declared: Iterable[RepoName], seen: Mapping[RepoName, datetime], now: datetime) -> list[RepoName]:
        """Those whose turn it is: of each account a few, that no instance read for longest.

        What GitHub did not answer this instance waits for its turn as if it had, so that it takes nobody else's.
        """
        accounts: dict[str, list[RepoName]] = defaultdict(list)
        for repo in declared:
            accounts[repo.owner.lower()].append(repo)

        def place(repo: RepoName) -> tuple[datetime, str]:
            return max(seen.get(repo, _NEVER), self._asked.get(repo, _NEVER)), str(repo).lower()

        chosen: list[RepoName] = []
        for account, repos in accounts.items():
            ready = sorted((repo for repo in repos if not self._is_paused(repo)), key=place)
            chosen += ready[: self._at_a_time(account, len(repos))]
        self._asked |= dict.fromkeys(chosen, now)
        return chosen

    def _is_paused(self, repo: RepoName) -> bool:
        pause = self._pauses.get(repo)
        return pause is not None and self._clock.now() < pause.until

    async def _is_reporting(self, repo: RepoName) -> bool | NotApplicable | None:
        """None: nobody could tell. One that is archived or private has no such switch, which tells all."""
        try:
            fact = await self._reader.private_reporting(repo)
        except RetryLater as error:
            self._pause(repo, error.after)
            return None
        if isinstance(fact, CannotTell):
            self._pause(repo, None)
            return None
        self._pauses.pop(repo, None)
        return fact if isinstance(fact, NotApplicable) else fact.value

    def _pause(self, repo: RepoName, asked: timedelta | None) -> None:
        failures = self._pauses[repo].failures if repo in self._pauses else 0
        wait = asked or min(LONGEST_WAIT, FIRST_WAIT * 2**failures)
        self._pauses[repo] = Pause(until=self._clock.now() + wait, failures=min(failures + 1, 10))


def polled(rules: PolicyFile, now: datetime) -> dict[RepoName, tuple[str, ReportOwner]]:
    """The repositories whose switch is read as often, each with who takes its reports."""
    if rules.mode_of("private-reporting") != "enforce":
        return {}
    return {repo: owner for repo in rules.repositories() if (owner := rules.report_owner_of(repo, now))}


def _note(conn: Connection, *, read: list[RepoName], good: list[RepoName], at: datetime) -> None:
    breaches.still_good(conn, repos=good, policy="private-reporting", at=at)
    good_looks.saw_switches(conn, read, at)
