"""How old are the last good looks, and of which repositories is it bad news that there is none?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.ids import RepoName
from app.domain.tiers import ADVISORIES, CASES, NAMED, REST, SWITCHES, Freshness, Measured, Tier, measured
from app.store import freshness, good_looks, last_looks, repositories
from app.sweeping.poll import polled
from policies.config import PolicyFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a sweep looks at, what of it was listed, and what policy `declared`.

    Of `hidden` accounts (in small letters) nothing could be listed, or their installation is suspended.
    """

    everything: Collection[RepoName]
    listed: Collection[RepoName]
    hidden: Collection[str]
    declared: Collection[RepoName]


def measure(conn: Connection, sight: Sight, now: datetime) -> None:
    """Count how old everything is that is meant to be seen. To be called before it is looked at again."""
    good_looks.expect(conn, list(_meant(sight, repositories.accounts(conn))), now)
    found = ages(conn, sight.declared, now)
    for tier in (NAMED, REST, ADVISORIES):
        freshness.note(conn, tier, found[tier], now)
    freshness.forget(conn, now)


def spoken_of(rules: PolicyFile) -> frozenset[RepoName]:
    """What policy speaks of."""
    named = frozenset(repo for tool in rules.tools.values() if tool.report_owner for repo in tool.repositories)
    return named | ({rules.coordination.repository} if rules.coordination else frozenset())


def ages(conn: Connection, named: Collection[RepoName], now: datetime) -> Mapping[Tier, Sequence[timedelta]]:
    """How old is the last good look at everything that is meant to be seen, but for switches?"""
    looks = good_looks.repositories(conn)
    return {
        CASES: [now - at for at in last_looks.open_cases(conn).values()],
        ADVISORIES: [now - at for at in last_looks.open_advisories(conn).values()],
        NAMED: [now - at for name, at in looks.items() if name in named],
        REST: [now - at for name, at in looks.items() if name not in named],
    }


def is_seen(conn: Connection, rules: PolicyFile, since: datetime, now: datetime) -> bool:
    """Is everything seen that a sweep since then was to see: of each tier 19 of 20 things, as lately as is meant?

    What policy names is looked at in every sweep, so of that only what was seen since then counts as seen.
    """
    found = {tier: measured(those) for tier, those in ages(conn, spoken_of(rules), now).items() if those}
    if switches := good_looks.switches(conn, polled(rules, now)):
        found[SWITCHES] = measured([now - at for at in switches.values()])

    def is_kept(tier: Tier, seen: Measured) -> bool:
        slowest = max((each.every for each in planned.get(tier, {}).values()), default=None)
        fresh = Freshness(tier=tier, now=seen, every=slowest)
        lately = now - since if tier == NAMED and not fresh.is_short else fresh.allows
        return seen.p95 <= min(lately, fresh.allows)

    planned = freshness.rounds(conn)
    return all(is_kept(tier, seen) for tier, seen in found.items())


def _meant(sight: Sight, seen: Collection[str]) -> Iterator[RepoName]:
    """What an installation no longer lists is gone, unless policy names it: then it counts until policy does not.

    But of an account where nothing was ever listed there is nothing to see yet, which is a finding of `app-covers`.
    """
    for name in sight.everything:
        account = name.owner.lower()
        if name in sight.listed or account in sight.hidden or (name in sight.declared and account in seen):
            yield name
