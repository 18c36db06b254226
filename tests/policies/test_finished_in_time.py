"""An advisory is rejected, public, or ready within the time of its owner."""

from __future__ import annotations

import pytest

from app.domain.facts import RepositoryFacts, Vulnerability
from app.domain.findings import Verdict
from policies.finished_in_time import ABOUT_ADVISORIES, check
from tests.builders import NOW, rules
from tests.policies.clocked import COORDINATED, NOTHING_TO_JUDGE, UV, aged, at, listed, says

FIXED = Vulnerability(ecosystem="pip", package="pip", patched_versions="26.4")
UNFIXED = Vulnerability(ecosystem="pip", package="pip")
CVE = "CVE-2026-12345"
PROMISE = "psrt gives itself 90 days from receipt to finish an advisory"
LATE = says("finding", f"{PROMISE}; 1 open advisory not finished, overdue by 10 days", "not-finished")

TABLE = {
    "nothing to do": (listed(), says("pass", "no advisory is open")),
    **NOTHING_TO_JUDGE,
    "an owner that gives itself no time": (
        listed(aged(500), repo=UV),
        says("not applicable", "maintainers gives itself no time to finish an advisory"),
    ),
    "rejected, public, or taken back": (
        listed(*(aged(500, state=state) for state in ("published", "closed", "withdrawn"))),
        says("pass", "no advisory is open"),
    ),
    "there is still time": (
        listed(aged(89.9), aged(1, state="triage")),
        says("pass", "2 open advisories not finished, within the 90 days for it"),
    ),
    "patched, with a CVE id and an advisory": (
        listed(aged(500, vulnerabilities=(FIXED, FIXED), cve_id=CVE)),
        says("pass", "1 open advisory, patched and with a CVE id"),
    ),
    "a draft that lies there": (listed(aged(100)), LATE),
    "a report that nobody decided": (listed(aged(100, state="triage")), LATE),
    "a report is not ready, whatever its reporter wrote into it": (
        listed(aged(100, state="triage", vulnerabilities=(FIXED,), cve_id=CVE)),
        LATE,
    ),
    "without a CVE id": (listed(aged(100, vulnerabilities=(FIXED,))), LATE),
    "without packages": (listed(aged(100, vulnerabilities=(), cve_id=CVE)), LATE),
    "one of two packages is not fixed": (listed(aged(100, vulnerabilities=(FIXED, UNFIXED), cve_id=CVE)), LATE),
    "two, and one that is ready": (
        listed(aged(100), aged(400, vulnerabilities=(FIXED,), cve_id=CVE), aged(91)),
        says("finding", f"{PROMISE}; 2 open advisories not finished, overdue by up to 10 days", "not-finished"),
    ),
    "GitHub does not say when it came in": (
        listed(at(NOW, created_at=None)),
        says("cannot tell", "GitHub does not say when 1 open advisory came in"),
    ),
    "it does not say of one, and another is late": (listed(at(NOW, created_at=None), aged(100)), LATE),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository. Only people can finish something."""
    assert check(seen, rules(COORDINATED), NOW) == verdict


def test_that_something_is_late_tells_that_there_is_something() -> None:
    """So all that this policy finds is under embargo like the advisory."""
    assert ABOUT_ADVISORIES
