"""What is wrong with Greenroom itself: its policy file, what it tells of changes to it, its sight of GitHub, its audit?

Whatever it finds becomes a notice, and is closed by the next look that finds it mended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from app.clock import Clock
from app.domain.ids import SWEEP, InvalidName, Key, PolicyKey, RepoName, RepositoryKey, parse_key
from app.domain.records import Notice, NoticeKind
from app.policy_file.in_force import PolicyInForce
from app.reconcile.digests import HIDDEN_POLICY, Digests
from app.reconcile.keeping import let_go
from app.reconcile.noticing import BLIND_FOR
from app.store import advisories, audit, freezes, moments, notices, repositories, unseen
from app.store.audit import Chain
from app.store.database import Database
from app.sweeping.sweep import Sweep
from policies.config import Policies
from policies.policy import all_policies

log = structlog.get_logger()

AUDITED_EVERY = timedelta(days=1)
AUDIT_WHOLE = "audit was whole"
LOOKED: frozenset[NoticeKind] = frozenset({"cannot-see", "blocked", "page"})  # opened and closed by looks


class SelfWatch:
    """Looks at Greenroom itself. `policy` and `sweep` are called whenever there is something to look at."""

    def __init__(
        self, *, database: Database, clock: Clock, policy: PolicyInForce, sweep: Sweep, digests: Digests
    ) -> None:
        self._database, self._clock, self._policy, self._sweep = database, clock, policy, sweep
        self._digests = digests
        self._told: str | None = "nothing yet"
        self._untold: Mapping[str, str | None] | None = None
        self._audited: datetime | None = None

    async def policy(self) -> None:
        """Is the policy file as it is on disk in force? One notice for each state of it that is not."""
        mistakes = self._policy.mistakes
        if mistakes == self._told:
            return
        notice = None
        if mistakes is not None:
            about, severity = self._policy.name, self._policy.severity
            notice = Notice(
                kind="policy-invalid", about=about, severity=severity, text=mistakes, since=self._clock.now()
            )
        await self._database.write(partial(_policy, name=self._policy.name, notice=notice, now=self._clock.now()))
        self._told = mistakes

    async def pulls(self, untold: Mapping[str, str | None] | None) -> None:
        """Do pull requests to the policy file hear what follows from them? See `app.policy_file.untold_pulls`."""
        if untold is None or untold == self._untold:
            return
        await self._database.write(partial(_pulls, untold=untold, now=self._clock.now()))
        self._untold = untold

    async def sweep(self) -> frozenset[Key]:
        """Sweep. Half an hour in which not every installation could be listed is a notice. Raises RetryLater."""
        started, keys = self._clock.now(), None
        try:
            keys = await self._sweep.sweep()
        finally:
            last = self._sweep.last_complete
            complete = keys is not None and last is not None and last >= started
            marked = keys if complete else None
            # Read first: with two digest keys it takes a digest of everything, while others wait for whoever writes.
            former = await self._database.read(partial(_under_older_keys, keys=marked, digests=self._digests))
            swept = partial(_swept, keys=marked, policies=self._policy.current(), now=self._clock.now())
            await self._database.write(partial(swept, digests=self._digests, former=former))
            await self._audit_daily()
        return keys

    async def _audit_daily(self) -> None:
        now = self._clock.now()
        if self._audited is None or now - self._audited >= AUDITED_EVERY:
            self._audited = now
            if (await verified(self._database, now)).broken:
                log.error("audit.broken")


async def verified(database: Database, now: datetime, noted: str | None = None) -> Chain:
    """Inspect the audit, and whether it still holds a hash that was noted elsewhere. What is wrong becomes a notice."""
    chain = await database.read(partial(audit.inspect, noted=noted))
    await database.write(partial(_verified, chain=chain, noted=noted, now=now))
    return chain


def _policy(conn: Connection, *, name: str, notice: Notice | None, now: datetime) -> None:
    told = [each for each in notices.open_notices(conn) if each.kind == "policy-invalid" and each.about == name]
    if notice is None or told != [replace(notice, since=each.since) for each in told]:  # another mistake is other news
        notices.close(conn, "policy-invalid", name, now)
    if notice is not None:
        notices.tell(conn, notice)


def _pulls(conn: Connection, *, untold: Mapping[str, str | None], now: datetime) -> None:
    """What was told of one that could not be looked at yet stays."""
    for notice in notices.open_notices(conn):
        if notice.kind == "check-missing" and notice.about not in untold:
            notices.close(conn, notice.kind, notice.about, now)
    for about, why in untold.items():
        if why is not None:
            notices.tell(conn, Notice(kind="check-missing", about=about, severity="warning", text=why, since=now))


def _swept(
    conn: Connection,
    *,
    keys: frozenset[Key] | None,
    policies: Policies,
    now: datetime,
    digests: Digests,
    former: Mapping[str, str],
) -> None:
    """`keys` are what a complete sweep marked, None where it was not complete; `former` pseudonyms have others now."""
    if keys is not None:
        unseen.could_tell(conn, SWEEP)
        notices.close(conn, "cannot-see", str(SWEEP), now)
        watched = _watched(keys)
        if former:
            notices.rename(conn, former, now)
        _let_go(conn, watched, now, digests)
        there_are = {policy.name for policy in all_policies()}
        looked_at = {repo for repo in watched if policies.concerns(repo.owner)}
        let_go(
            conn,
            lambda each: each.repo in looked_at and each.policy in there_are,
            commit=policies.commit,
            now=now,
        )
        return
    unseen.could_not_tell(conn, SWEEP, now)
    [blind] = unseen.unseen(conn, SWEEP)
    if now - blind.since >= BLIND_FOR:
        text = f"no sweep could list every installation since {blind.since:%Y-%m-%d %H:%M} UTC; some may be missed"
        notice = Notice(kind="cannot-see", about=str(SWEEP), severity="warning", text=text, since=now)
        notices.tell(conn, notice)


def _let_go(conn: Connection, watched: set[RepoName], now: datetime, digests: Digests) -> None:
    """What is archived, private or gone is not looked at any more, so no look would ever close what was told of it."""
    for notice in notices.open_notices(conn):
        if notice.kind in LOOKED and (repo := _repo_of(notice.about)) is not None and repo not in watched:
            notices.close(conn, notice.kind, notice.about, now)
            unseen.could_tell(conn, RepositoryKey(repo))
    told = [notice for notice in notices.open_notices(conn) if notice.about.startswith(HIDDEN_POLICY)]
    if not told:
        return
    # A pseudonym shows nobody whose it is, so those of everything that is watched are made again.
    hidden = {digests.hidden(PolicyKey(repo, policy.name)) for repo in watched for policy in all_policies()}
    leads = _former_pseudonyms(conn, digests)
    for notice in told:
        if notice.about not in hidden:
            notices.close(conn, notice.kind, notice.about, now)
            if notice.kind == "contested" and (today := leads.get(notice.about)):
                notices.tell(conn, replace(notice, about=today, text=notice.text.replace(notice.about, today)))


def _watched(keys: frozenset[Key]) -> set[RepoName]:
    return {key.repo for key in keys if isinstance(key, RepositoryKey)}


def _under_older_keys(conn: Connection, *, keys: frozenset[Key] | None, digests: Digests) -> Mapping[str, str]:
    """What is known has its pseudonym of today by the one that it had while another digest key was in front."""
    if keys is None or not digests.older:
        return {}
    known: list[Key] = [PolicyKey(repo, policy.name) for repo in _watched(keys) for policy in all_policies()]
    known += advisories.every_key(conn)
    each = (digests.hidden_under_each(key) for key in known)
    return {former: newest for newest, *older in each for former in older}


def _former_pseudonyms(conn: Connection, digests: Digests) -> Mapping[str, str]:
    """What is frozen is told once, so that follows it to its repository's name of today; looks tell the rest anew."""
    frozen = {each.key for each in freezes.freezes(conn)}
    return {
        digests.hidden(replace(key, repo=was)): digests.hidden(key)
        for key in frozen
        if isinstance(key, PolicyKey)
        for was, today in repositories.former(conn).items()
        if today == key.repo
    }


def _repo_of(about: str) -> RepoName | None:
    if about.startswith(("advisory/", HIDDEN_POLICY)):  # a pseudonym
        return None
    try:
        key = parse_key(about)
    except InvalidName:
        return None
    return key.repo if isinstance(key, RepositoryKey | PolicyKey) else None


def _verified(conn: Connection, *, chain: Chain, noted: str | None, now: datetime) -> None:
    broken = f"row {chain.broken} of the audit is not as it was written" if chain.broken else None
    _settle(conn, "audit", broken, now)
    if broken is None:
        moments.note(conn, name=AUDIT_WHOLE, at=now)
    if noted is not None:  # without it nobody can know what is missing at the end
        cut = None if chain.holds else "the audit does not hold a hash that was noted earlier: rows are missing"
        _settle(conn, "audit's end", cut, now)


def _settle(conn: Connection, about: str, trouble: str | None, now: datetime) -> None:
    if trouble is None:
        notices.close(conn, "audit-broken", about, now)
    else:
        notices.tell(conn, Notice(kind="audit-broken", about=about, severity="page", text=trouble, since=now))
