"""Which repositories need no look, as GitHub's lists say all that there is to say of them?

Those that are archived or private, and those that are gone: no installation lists them, though the list of their
account came. Kept: nobody loses sight of what policy names, nor of what is under embargo or was promised to be; and an
account of which nothing is listed has lost nothing, it is what cannot be seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.domain.facts import Repository
from app.domain.findings import Standing, Verdict
from app.domain.ids import RepoName
from app.reconcile.keeping import keep
from app.store import advisories, cases, embargoes, findings
from policies.config import Policies
from policies.embargo_kept import TOLD_FOR
from policies.policy import all_policies

GONE = "no installation lists it any more"


def silent(
    conn: Connection, listed: Iterable[Repository], declared: Collection[RepoName], now: datetime
) -> list[Repository]:
    """Where GitHub has neither reports nor drafts, and nothing was promised either."""
    looked_at = {*declared, *embargoes.promised(conn, since=now - TOLD_FOR)}
    return [each for each in listed if (each.archived or each.private) and each.name not in looked_at]


def note_silent(conn: Connection, silent: Iterable[Repository], policies: Policies, now: datetime) -> None:
    """GitHub told us what they are when it listed them, so they need no look of their own."""
    names = [policy.name for policy in all_policies()]
    for each in silent:
        kind = "private" if each.private else "archived"
        message = f"{each.name} is {kind}, where GitHub has neither private reports nor drafts"
        verdict = Verdict(state="not applicable", message=message)
        keep(conn, [(each.name, name, verdict) for name in names], policies=policies, now=now)
        as_listed = Standing(
            repo=each.name, policy="", state=verdict.state, message=message, since=now, observed_at=now
        )
        findings.record(conn, *(replace(as_listed, policy=name) for name in names))


def gone(conn: Connection, missed: Collection[RepoName], told: Collection[str], now: datetime) -> frozenset[RepoName]:
    """Of those that policy does not name and that were not listed. `told` accounts (in small letters) were listed."""
    away = frozenset(name for name in missed if name.owner.lower() in told)
    if not away:
        return away
    linked = {link.repo for case in cases.open_cases(conn) for link in case.links}
    known = {each.repo for each in advisories.open_advisories(conn)}
    return away - linked - known - embargoes.promised(conn, since=now - TOLD_FOR)


def note_gone(conn: Connection, names: Iterable[RepoName], now: datetime) -> None:
    """It stands with no policy. What is found of it ends with the sweep, and if it comes back it is new."""
    findings.not_applicable(conn, names, message=GONE, now=now)
