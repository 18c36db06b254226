"""What is written down of how a repository stands, and of a look that told nothing?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from app.domain.findings import Standing, State, Verdict
from app.domain.ids import CaseKey, Key, RepoName, RepositoryKey
from app.reconcile import noticing
from app.reconcile.digests import Digests
from app.reconcile.terms import terms_of
from app.store import breaches, findings, reaching, widening
from policies.config import Policies
from policies.policy import all_policies

_WRONG: frozenset[State] = frozenset({"finding", "blocked", "contested"})
_OVER: frozenset[State] = frozenset({"pass", "not applicable", "unmanaged"})


def stands(
    conn: Connection,
    verdicts: Iterable[tuple[RepoName, str, Verdict]],
    *,
    policies: Policies,
    began: datetime,
    now: datetime,
) -> None:
    """Write down what one look says. What it saw may be as old as its beginning."""
    verdicts = tuple(verdicts)
    for repo, policy, verdict in verdicts:
        if verdict.state in _WRONG:
            breaches.begin(conn, repo, policy, now, verdict.kinds)
    breaches.end(conn, [(repo, policy) for repo, policy, verdict in verdicts if verdict.state in _OVER], now)
    findings.record(conn, *(_standing(*each, policies=policies, began=began, now=now) for each in verdicts))


def _standing(
    repo: RepoName, policy: str, verdict: Verdict, *, policies: Policies, began: datetime, now: datetime
) -> Standing:
    return Standing(
        repo=repo,
        policy=policy,
        state=verdict.state,
        message=verdict.message,
        since=now,
        observed_at=now,
        seen_at=None if verdict.state == "cannot tell" and not verdict.lasts else now,
        good_at=began if verdict.state == "pass" else None,
        commit=policies.commit,
        terms=terms_of(policies.file, policy, repo, now),
        scope=next((remedy.scope for remedy in verdict.remedies), None) if verdict.state == "finding" else None,
        embargoed=verdict.embargoed,
    )


def failed(conn: Connection, *, key: Key, policies: Policies, now: datetime, digests: Digests) -> tuple[str, ...]:
    """A look that fails before it saw anything told nothing. It was a look all the same, and nothing waits for it.

    Gives the kinds of remedy of which people are told that there are too many.
    """
    noticing.could_not_see(conn, key, now=now, digests=digests)
    if isinstance(key, RepositoryKey):
        terms = {policy.name: terms_of(policies.file, policy.name, key.repo, now) for policy in all_policies()}
        reaching.tried(conn, key.repo, terms, at=now)
    elif isinstance(key, CaseKey):
        widening.tried(conn, key, commit=policies.commit)
    return reaching.capped(conn)
