"""Is something of a case public, and what follows for the others?

Public is a linked advisory that was published, an id that is in GitHub's global advisory database, and what a
coordinator says is public. What is seen first stays, but for an id that is listed, which may be by mistake: an advisory
that is published later, or a coordinator's word, is news then. Early is what was public before the agreed hour, or,
where no hour is agreed, before everybody was done: then its coordinator is paged, once for each, and an hour is
proposed to the others, where the case waits for any. Only a coordinator confirms it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from app.domain.cases import Disclosure, StoredCase
from app.domain.facts import Advisory, CannotTell, Known
from app.reconcile.ending import is_over
from app.reconcile.plan import Disclosed, Plan
from app.reconcile.snapshot import CaseSnapshot
from policies.config import PolicyFile

PUBLIC_STATES = frozenset({"published", "withdrawn"})
AT_LEAST = timedelta(hours=24)  # the others need a day to be ready
_FROM, _UNTIL = 8, 18  # working hours in UTC, Monday to Friday
_SATURDAY = 5


def seen(snapshot: CaseSnapshot, now: datetime) -> CaseSnapshot:
    """The same, where its case knows what is public of it."""
    known = snapshot.case.disclosure
    found = min((each for each in _found(snapshot, now) if each.outweighs(known)), key=_order, default=known)
    return replace(snapshot, case=replace(snapshot.case, disclosure=found))


def told(plan: Plan, before: CaseSnapshot, after: CaseSnapshot, rules: PolicyFile, now: datetime) -> Plan:
    """The plan of a case, and what is to be written down and told where `after` knows what `before` did not."""
    disclosure = after.case.disclosure
    if disclosure is None:
        unclear = f"whether it is public: {after.listed.reason}" if isinstance(after.listed, CannotTell) else None
        return replace(plan, cannot_tell=(*plan.cannot_tell, unclear)) if unclear else plan
    if not disclosure.outweighs(before.case.disclosure):
        return plan
    over = is_over(after, rules, now)
    early = is_early(after.case, over=over)
    note = Disclosed(
        case=after.case.number,
        disclosure=disclosure,
        proposed=_proposal(after.case, now) if early and not over else None,
    )
    pages = (_page(after.case, rules),) if early else ()
    return replace(plan, notes=(note, *plan.notes), pages=(*plan.pages, *pages))


def is_early(case: StoredCase, *, over: bool) -> bool:
    """Was it public before it should have been?"""
    if case.disclosure is None:
        return False
    if case.embargo_until is None:
        return not over
    return was_promised(case)


def was_promised(case: StoredCase) -> bool:
    """Was something of it public before an hour on which its tools agreed?"""
    found, until = case.disclosure, case.embargo_until
    return found is not None and until is not None and (found.since or found.seen_at) < until


def working_hour(after: datetime) -> datetime:
    """The next full hour in which people are at work."""
    hour = after.replace(minute=0, second=0, microsecond=0)
    if hour < after:
        hour += timedelta(hours=1)
    while not _FROM <= hour.hour < _UNTIL or hour.weekday() >= _SATURDAY:
        hour += timedelta(hours=1)
    return hour


def _found(snapshot: CaseSnapshot, now: datetime) -> Iterator[Disclosure]:
    said = snapshot.case.disclosed_at
    if said is not None:
        yield Disclosure(by="said", since=said, seen_at=now)
    for fact in snapshot.sources:
        if isinstance(fact, Known) and is_public(fact.value):
            yield Disclosure(by="published", since=fact.value.published_at, seen_at=now)
    if isinstance(snapshot.listed, Known) and snapshot.listed.value is not None:
        yield Disclosure(by="listed", since=snapshot.listed.value.since, seen_at=now)


def is_public(advisory: Advisory) -> bool:
    return advisory.state in PUBLIC_STATES


def _order(found: Disclosure) -> tuple[bool, bool, datetime]:
    """Listed comes last: what outweighs it would be told in the next look, and somebody paged twice."""
    return found.by == "listed", found.since is None, found.since or found.seen_at


def _proposal(case: StoredCase, now: datetime) -> datetime | None:
    """Everybody soon. None where an earlier hour is agreed."""
    soon = working_hour(now + AT_LEAST)
    return soon if case.embargo_until is None or soon < case.embargo_until else None


def _page(case: StoredCase, rules: PolicyFile) -> str:
    """Goes anywhere: the number of a case, and who has to act."""
    named = [case.coordinator] if case.coordinator else sorted(rules.coordinators.users)
    whom = ", ".join(person.login for person in named) or "its coordinators"
    what = "was public before the agreed hour" if case.embargo_until else "is public, and no hour is agreed"
    return f"case {case.number} {what}; {whom} to settle what follows: greenroom case show {case.number}"
