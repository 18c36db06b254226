"""What may be counted for those who need not know that there is an advisory or a case at all?

A number that moves with what is hidden tells of it as well as a list would. So counted is what would be the same
without any advisory, and what is left of GitHub's limit is told only where it is used up, and roughly.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.actions import CASE_SCOPES, SetPrivateReporting
from app.domain.ids import Key, PolicyKey
from app.domain.records import Notice
from app.reconcile.digests import HIDDEN_POLICY
from policies.policy import about_advisories

WRITES = (SetPrivateReporting.kind,)  # every other one is about an advisory, or a mirror of one
_ROUGHLY = 100  # more than a case costs between two sweeps takes of it


def is_told(notice: Notice) -> bool:
    """Would there be such a notice without any advisory?"""
    about = notice.about
    if about.startswith(("advisory/", HIDDEN_POLICY, "case/")) or about in CASE_SCOPES:
        return False
    return about.partition(":")[0] not in about_advisories()


def is_open(key: Key) -> bool:
    """Would this be looked at, or left alone, without any advisory?"""
    return isinstance(key, PolicyKey) and key.policy not in about_advisories()


def room(rooms: Iterable[int]) -> int:
    """What routine work lacks where it lacks most. Zero: nowhere anything to speak of."""
    return min(0, int(min(rooms, default=0) / _ROUGHLY) * _ROUGHLY)
