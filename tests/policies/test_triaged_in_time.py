"""A report is accepted or closed before it grows old."""

from __future__ import annotations

import pytest

from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from policies.triaged_in_time import ABOUT_ADVISORIES, check
from tests.builders import NOW, rules
from tests.policies.clocked import COORDINATED, NOTHING_TO_JUDGE, UV, aged, at, clocked, listed, says

PROMISE = "psrt gives itself 14 days to accept or close a report"


TABLE = {
    "nothing to do": (listed(), says("pass", "no report is in triage")),
    **NOTHING_TO_JUDGE,
    "an owner that gives itself no time": (
        listed(aged(500, state="triage"), repo=UV),
        says("not applicable", "maintainers gives itself no time to accept or close a report"),
    ),
    "what was decided is no report any more": (
        listed(*(aged(500, state=state) for state in ("draft", "published", "closed", "withdrawn"))),
        says("pass", "no report is in triage"),
    ),
    "there is still time": (
        listed(aged(13.9, state="triage"), aged(500)),
        says("pass", "1 report in triage, within the 14 days for it"),
    ),
    "nobody decided": (
        listed(aged(20, state="triage"), aged(15, state="triage"), aged(1, state="triage")),
        says("finding", f"{PROMISE}; 2 reports in triage, overdue by up to 6 days", "old-report"),
    ),
    "GitHub does not say when it came in": (
        listed(at(NOW, state="triage", created_at=None), aged(1, state="triage")),
        says("cannot tell", "GitHub does not say when 1 report came in"),
    ),
    "it does not say of one, and another is late": (
        listed(at(NOW, state="triage", created_at=None), aged(15, state="triage")),
        says("finding", f"{PROMISE}; 1 report in triage, overdue by 1 day", "old-report"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository. Whether a report is one is for people to decide."""
    assert check(seen, rules(COORDINATED), NOW) == verdict


def test_no_time_is_made_up_for_an_owner() -> None:
    """Projects are autonomous: other clocks of the same owner say nothing about reports."""
    verdict = check(listed(aged(500, state="triage")), clocked(" triage: 14d,", ""), NOW)

    assert verdict == says("not applicable", "psrt gives itself no time to accept or close a report")


def test_that_something_is_late_tells_that_there_is_something() -> None:
    """So all that this policy finds is under embargo like the report."""
    assert ABOUT_ADVISORIES
