"""Is a case over, and if not, for whose answer does it wait?

It is over when each of its advisories is published or closed and it waits for no tool, or when a coordinator says so.
It waits for tools without an advisory of their own in it: until the hour on which all agreed for each that does not say
that nothing is left to do; where no hour is agreed, for those that say that they are affected or ship a copy. At the
hour everything may be public, so it waits for nobody.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.cases import DONE, Participant, Status, StoredCase
from app.domain.facts import Known
from app.reconcile.snapshot import CaseSnapshot
from policies.config import PolicyFile

HELD_BACK: tuple[Status, ...] = ("affected", "embedded")


def is_over(snapshot: CaseSnapshot, rules: PolicyFile, now: datetime) -> bool:
    """Is nothing left to be done? What cannot be seen may be open."""
    if snapshot.case.over_at is not None:
        return True
    return is_out(snapshot) and not awaited(snapshot.case, rules, now)


def is_out(snapshot: CaseSnapshot) -> bool:
    """Is every linked advisory published or closed? Never where none is linked."""
    done = [isinstance(fact, Known) and not fact.value.is_open for fact in snapshot.sources]
    return bool(done) and all(done)


def awaited(case: StoredCase, rules: PolicyFile, now: datetime) -> tuple[Participant, ...]:
    """Tools that a case waits for, beside its advisories."""
    until = case.embargo_until
    if until is not None and until <= now:
        return ()
    own = {rules.tool_of(link.repo) for link in case.links}
    left = (each for each in case.present if each.tool not in own and each.status not in DONE)
    return tuple(each for each in left if until is not None or each.status in HELD_BACK)
