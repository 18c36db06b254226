"""How far would a remedy reach, what was done lately, and what is frozen? Reads our own database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from app.domain.ids import CaseKey, Key, PolicyKey, RepoName, RepositoryKey
from app.domain.records import Effect
from app.reconcile import showing
from app.reconcile.brakes import WITHIN, Brakes, is_of_cases, limit_of, thing_of
from app.reconcile.lagging import awaited, enforced
from app.reconcile.terms import declared_terms
from app.store import effects, freezes, notices, reaching, rounds, switches, work
from app.store.database import Database
from policies.config import Policies
from policies.policy import all_policies


class Gauge:
    """Reads brakes, and notices when everything was looked at."""

    def __init__(self, database: Database, *, sweep_every: timedelta) -> None:
        self._database, self._sweep_every = database, sweep_every
        # What follows from a policy file on a day; asked for at every look, so it is worked out once.
        self._of: tuple[Policies | None, date | None] = (None, None)
        self._terms: dict[str, Mapping[RepoName, str]] = {}

    async def read(self, key: Key, policies: Policies, now: datetime, *, waits: bool) -> Brakes:
        """What holds remedies of this key back (`reading`)."""
        return await self._database.read(self.reading(key, policies, now, waits=waits))

    def reading(self, key: Key, policies: Policies, now: datetime, *, waits: bool) -> Callable[[Connection], Brakes]:
        """How to read what holds remedies of this key back, beside whatever else is read.

        `waits`: what a sweep found has to wait for the end of the sweep, since it may find more. What was found by
        itself, such as a switch that is read every half minute, never waits for that.
        """
        if isinstance(key, PolicyKey):
            declared = self._declared(key.policy, policies, now)
            return partial(self._of_policy, key=key, declared=declared, now=now, waits=waits)
        if isinstance(key, CaseKey):
            return partial(self._of_case, key=key, policies=policies, now=now, waits=waits)
        keys = [PolicyKey(key.repo, policy.name) for policy in all_policies()] if isinstance(key, RepositoryKey) else []
        return partial(_of_keys, key=key, keys=[key, *keys], now=now)

    def wake(self, conn: Connection, key: Key, policies: Policies, now: datetime) -> None:
        """Nobody is at this repository or case any more: if it was the last of a sweep, what that found is mended now.

        To be called in the transaction that ends the work: of two that end side by side, one sees the other gone.
        """
        if isinstance(key, RepositoryKey | CaseKey):
            showing.wake(conn, policies, now)
        if not isinstance(key, RepositoryKey):
            return
        underway: frozenset[RepoName] | None = None
        for policy in enforced(policies):
            declared = self._declared(policy, policies, now)
            if key.repo not in declared:
                continue
            underway = reaching.underway(conn, now) if underway is None else underway
            if underway & declared.keys():
                continue
            found, behind = reaching.reaching(conn, policy=policy, declared=declared), rounds.all_behind(conn)
            waiting = [repo for repos in found.of.values() for repo in repos]
            free = [PolicyKey(repo, policy) for repo in waiting if not awaited(found.unlooked, repo, behind, now)]
            work.mark(conn, free, due=now, priority=work.PROMPT)

    async def looked(self, key: Key, policies: Policies, capped: Iterable[str], now: datetime) -> None:
        """Somebody looked at this repository or case: is a cap over? `capped` are those of which people were told."""
        if not isinstance(key, RepositoryKey | CaseKey):
            return
        for scope in capped:
            if not await self._is_capped(scope, policies, now):
                await self._database.write(partial(notices.close, kind="capped", about=scope, now=now))

    async def watched(self, policy: str) -> int:
        """How many repositories are there of which this policy could say something?"""
        return await self._database.read(partial(reaching.watched, policy=policy))

    async def open_cases(self) -> int:
        """How many cases are there that could be shown to more people?"""
        return await self._database.read(showing.watched)

    async def _is_capped(self, scope: str, policies: Policies, now: datetime) -> bool:
        if is_of_cases(scope):
            asked = partial(showing.is_capped, scope=scope, policies=policies, now=now, sweep_every=self._sweep_every)
            return await self._database.read(asked)
        for policy in enforced(policies):
            declared = self._declared(policy, policies, now)
            found = await self._database.read(partial(reaching.reaching, policy=policy, declared=declared))
            standing = found.of.get(scope, frozenset())
            written = await self._database.read(partial(self._written, declared=declared, now=now))
            if standing and len(standing | written.get(scope, frozenset())) > limit_of(await self.watched(policy)):
                return True
        return False

    def _written(
        self, conn: Connection, declared: Mapping[RepoName, str], now: datetime
    ) -> Mapping[str, frozenset[RepoName]]:
        """What was changed within a sweep, which takes hours where there are thousands of repositories."""
        began = rounds.since(conn, {repo.owner for repo in declared}, now)
        return effects.written(conn, min(began, now - self._sweep_every))

    def _declared(self, policy: str, policies: Policies, now: datetime) -> Mapping[RepoName, str]:
        if self._of[0] is not policies or self._of[1] != now.date():
            self._of, self._terms = (policies, now.date()), {}
        if policy not in self._terms:
            self._terms[policy] = declared_terms(policies.file, policy, now)
        return self._terms[policy]

    def _of_policy(
        self, conn: Connection, *, key: PolicyKey, declared: Mapping[RepoName, str], now: datetime, waits: bool
    ) -> Brakes:
        found = reaching.reaching(conn, policy=key.policy, declared=declared)
        was_found = waits and any(key.repo in repos for repos in found.of.values())
        underway = reaching.underway(conn, now) & declared.keys() if was_found else frozenset()
        unlooked = awaited(found.unlooked, key.repo, rounds.all_behind(conn), now)
        return Brakes(
            off=switches.why_off(conn),
            standing=found.of,
            written=self._written(conn, declared, now),
            watched=reaching.watched(conn, key.policy),
            unlooked=sum(unlooked.values()) + len(underway),
            waits_for=tuple(sorted(unlooked)),
            effects=_effects(conn, key, now),
            freezes=freezes.freezes(conn, [key]),
        )

    def _of_case(self, conn: Connection, *, key: CaseKey, policies: Policies, now: datetime, waits: bool) -> Brakes:
        brakes = _of_keys(conn, key, [key], now)
        return showing.counted(conn, brakes, key, policies, now=now, sweep_every=self._sweep_every, waits=waits)


def _of_keys(conn: Connection, key: Key, keys: Iterable[Key], now: datetime) -> Brakes:
    return Brakes(off=switches.why_off(conn), effects=_effects(conn, key, now), freezes=freezes.freezes(conn, keys))


def _effects(conn: Connection, key: Key, now: datetime) -> tuple[Effect, ...]:
    """What took effect within a day and since it was thawed last."""
    thawed = freezes.thawed(conn, key)

    def counts(effect: Effect) -> bool:
        at = thawed.get(thing_of(effect.kind, effect.scope, effect.fingerprint))
        return at is None or at <= effect.at

    return tuple(filter(counts, effects.effects(conn, key, now - WITHIN)))
