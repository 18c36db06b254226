"""Which accounts were not wholly looked at under what policy says now, and how long does anybody wait for that?

A changed policy writes nothing before all that it declares was looked at, since it may be a mistake that reaches far.
An account that GitHub does not let us look at would hold back all others for as long: they wait for it an hour. What
would be mended in it waits on, and people are told which account it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.domain.ids import RepoName
from app.domain.records import Notice
from app.reconcile.terms import declared_terms
from app.store import approvals, notices, reaching, rounds
from policies.config import Policies
from policies.policy import all_policies

PATIENCE = timedelta(hours=1)


def enforced(policies: Policies) -> list[str]:
    """The policies whose findings are mended."""
    return [policy.name for policy in all_policies() if policies.file.mode_of(policy.name) == "enforce"]


def awaited(
    unlooked: Mapping[str, int], repo: RepoName, behind: Mapping[str, datetime], now: datetime
) -> Mapping[str, int]:
    """Of the accounts that were not wholly looked at: those that a remedy for this repository waits for."""
    own = repo.owner.lower()
    return {
        account: count
        for account, count in unlooked.items()
        if account == own or now - behind.get(account, now) < PATIENCE
    }


def note_lagging(conn: Connection, policies: Policies, now: datetime) -> None:
    """Write down which accounts are behind, since when, and tell people of those that held something back for long."""
    unlooked, scopes = _unlooked(conn, policies, now)
    is_held = not scopes.isdisjoint(approvals.approvals(conn))
    for account in rounds.all_behind(conn).keys() - unlooked.keys():
        rounds.caught_up(conn, account)
        notices.close(conn, "cannot-see", _about(account), now)
    for account, count in unlooked.items():
        since = rounds.behind(conn, account, now)
        if is_held and now - since >= PATIENCE:
            notices.tell(conn, _notice(account, count, since, now))


def _unlooked(conn: Connection, policies: Policies, now: datetime) -> tuple[Counter[str], set[str]]:
    """By account, how many were not looked at; and the kinds of remedy that are wanted anywhere."""
    counts, scopes = Counter[str](), set[str]()
    for policy in enforced(policies):
        found = reaching.reaching(conn, policy=policy, declared=declared_terms(policies.file, policy, now))
        counts |= Counter(found.unlooked)  # the most of any policy
        scopes |= found.of.keys()
    return counts, scopes


def _notice(account: str, count: int, since: datetime, now: datetime) -> Notice:
    text = (
        f"{count} of the repositories of {account} that policy speaks of were not looked at since"
        f" {since:%Y-%m-%d %H:%M} UTC; what would be mended there waits for that, elsewhere nothing waits any more"
    )
    return Notice(kind="cannot-see", about=_about(account), severity="warning", text=text, since=now)


def _about(account: str) -> str:
    return f"{account}/*"
