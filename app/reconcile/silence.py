"""Does GitHub send us anything at all? Pure.

It does not say whether an App's webhook is switched on. But something that it sends a delivery of happened, we saw it
by a look of our own, and its log of deliveries lists none since: then nothing was sent. Kept:
* whatever is listed since the change may have happened answers it, of whatever it tells: a single delivery that GitHub
  lost is no silence;
* nothing is said before the log was read so long after the change that the delivery would have to be in it;
* of advisories only the published ones count: how many were reported is nobody's business.
Not kept: deliveries that GitHub sends later than that look like silence until the first of them comes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.delivery import LATELY, Change, Silence
from app.domain.facts import Advisory, Coverage, Fact, Known
from app.reconcile.snapshot import AdvisorySnapshot, CaseSnapshot, RepositorySnapshot, Snapshot
from policies.config import PolicyFile

APPEARS = timedelta(minutes=10)  # GitHub: "Troubleshooting webhooks": deliveries appear there within minutes


def silence(changes: Collection[tuple[datetime, datetime]], read_at: datetime | None) -> Silence | None:
    """Of these the log lists nothing. `read_at`: when it was read last, from its newest line to what was known."""
    if read_at is None:
        return None
    due = [latest for _, latest in changes if latest + APPEARS <= read_at]
    return Silence(changes=len(due), since=min(due)) if due else None


def next_due(changes: Iterable[tuple[datetime, datetime]], read_at: datetime) -> datetime | None:
    """When would the next of them have to be in the log?"""
    return min((latest + APPEARS for _, latest in changes if latest + APPEARS > read_at), default=None)


def heard(coverage: Fact[Coverage], silence: Silence | None) -> Fact[Coverage]:
    """What is known of where the Apps are, and that nothing is heard there."""
    if not isinstance(coverage, Known):
        return coverage
    return Known(value=replace(coverage.value, silence=silence), observed_at=coverage.observed_at)


def published(snapshot: Snapshot, rules: PolicyFile, now: datetime) -> Iterator[Change]:
    """Advisories of which GitHub says when they were published, lately (GitHub: `repository_advisory`).

    Those of the repository that holds mirrors are read by another App.
    """
    for each in _advisories(snapshot):
        at = each.published_at
        if each.state == "published" and at and now - LATELY < at <= now and not rules.is_coordination(each.repo):
            what, account = f"published {each.ghsa}", each.repo.owner
            yield Change(what=what, account=account, event="repository_advisory", earliest=at, latest=at)


def _advisories(snapshot: Snapshot) -> Iterator[Advisory]:
    match snapshot:
        case AdvisorySnapshot():
            yield from _known([snapshot.advisory])
        case CaseSnapshot():
            yield from _known(snapshot.sources)
        case RepositorySnapshot():
            for facts in (snapshot.facts.advisories, snapshot.facts.published):
                yield from facts.value if isinstance(facts, Known) else ()


def _known(facts: Iterable[Fact[Advisory]]) -> Iterator[Advisory]:
    return (fact.value for fact in facts if isinstance(fact, Known))
