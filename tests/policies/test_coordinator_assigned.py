"""An open advisory has a coordinator within the owner's days."""

from __future__ import annotations

import pytest

from app.domain.facts import RepositoryFacts
from app.domain.findings import Verdict
from policies.coordinator_assigned import ABOUT_ADVISORIES, check
from tests.builders import NOW, report, rules
from tests.policies.clocked import COORDINATED, NOTHING_TO_JUDGE, UV, aged, at, listed, says

COORDINATOR = ("seth", "coordinator")
FINDER = ("finn", "finder")
PROMISE = "psrt gives itself 3 days to assign a coordinator"

TABLE = {
    "nothing to do": (listed(), says("pass", "no advisory is open")),
    **NOTHING_TO_JUDGE,
    "an owner that gives itself no time": (
        listed(aged(500), repo=UV),
        says("not applicable", "maintainers gives itself no time to assign a coordinator"),
    ),
    "all have one": (
        listed(aged(500, credits=(FINDER, COORDINATOR)), aged(1, credits=(COORDINATOR,))),
        says("pass", "2 open advisories with a coordinator"),
    ),
    "there is still time": (
        listed(aged(2.9)),
        says("pass", "1 open advisory without a coordinator, within the 3 days to assign one"),
    ),
    "nobody was assigned in time": (
        listed(aged(5)),
        says("finding", f"{PROMISE}; 1 open advisory without one, overdue by 2 days", "no-coordinator"),
    ),
    "reports in triage are waiting for one too": (
        listed(report(created_at=aged(3.5).created_at)),
        says("finding", f"{PROMISE}; 1 open advisory without one, overdue by less than a day", "no-coordinator"),
    ),
    "other credits are none": (
        listed(aged(5, credits=(FINDER,))),
        says("finding", f"{PROMISE}; 1 open advisory without one, overdue by 2 days", "no-coordinator"),
    ),
    "one of three": (
        listed(aged(5), aged(5, credits=(COORDINATOR,)), aged(1)),
        says("finding", f"{PROMISE}; 1 open advisory without one, overdue by 2 days", "no-coordinator"),
    ),
    "what is over needs none": (
        listed(*(aged(500, state=state) for state in ("published", "closed", "withdrawn"))),
        says("pass", "no advisory is open"),
    ),
    "GitHub does not say when it came in": (
        listed(at(NOW, created_at=None)),
        says("cannot tell", "GitHub does not say when 1 open advisory came in"),
    ),
    "it does not say of one, and another is late": (
        listed(at(NOW, created_at=None), aged(5)),
        says("finding", f"{PROMISE}; 1 open advisory without one, overdue by 2 days", "no-coordinator"),
    ),
    "it does not say, and there is one": (
        listed(at(NOW, created_at=None, credits=(COORDINATOR,))),
        says("pass", "1 open advisory with a coordinator"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository. Only people can assign somebody."""
    assert check(seen, rules(COORDINATED), NOW) == verdict


def test_that_something_is_late_tells_that_there_is_something() -> None:
    """So all that this policy finds is under embargo like the advisory."""
    assert ABOUT_ADVISORIES
