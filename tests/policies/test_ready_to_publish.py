"""A draft says everything that its readers will need."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.facts import Advisory, RepositoryFacts, Vulnerability
from app.domain.findings import Verdict
from policies.config import PolicyFile
from policies.ready_to_publish import ABOUT_ADVISORIES, check
from tests.builders import NOW, rules
from tests.policies.clocked import CLOCKED, CLOCKS, COORDINATED, NOTHING_TO_JUDGE, UV, aged, at, clocked, listed, says

V4 = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"
V3 = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
FIXED = Vulnerability(ecosystem="pip", package="pip", vulnerable_version_range="< 26.4", patched_versions="26.4")
ALL: dict[str, Any] = {
    "vulnerabilities": (FIXED,),
    "cwe_ids": ("CWE-22",),
    "severity": "high",
    "cvss_vector": V4,
    "cve_id": "CVE-2026-12345",
}
PSF = clocked(CLOCKS, f"cna: PSF, {CLOCKS}")


def whole(days: float = 30, **but: Any) -> Advisory:
    return aged(days, **(ALL | but))


def lacking(what: str, kind: str) -> Verdict:
    return says("finding", f"1 draft not ready to publish: 1 without {what}", f"no-{kind}")


def affected(**but: Any) -> RepositoryFacts:
    return listed(whole(vulnerabilities=(FIXED, replace(FIXED, **but))))


TABLE = {
    "nothing to do": (listed(), says("pass", "there is no draft")),
    **NOTHING_TO_JUDGE,
    "complete": (listed(whole(), whole()), says("pass", "2 drafts complete")),
    "reports and what is over are no drafts": (
        listed(*(aged(30, state=state) for state in ("triage", "published", "closed", "withdrawn"))),
        says("pass", "there is no draft"),
    ),
    "young": (listed(aged(13.9)), says("pass", "1 draft too young to be complete")),
    "young, and one is complete": (
        listed(aged(1), whole()),
        says("pass", "1 draft complete; 1 draft too young to be complete"),
    ),
    "no packages": (
        listed(whole(vulnerabilities=())),
        says(
            "finding",
            "1 draft not ready to publish: 1 without a package, 1 without the affected versions, "
            "1 without a fixed version",
            "no-package",
            "no-range",
            "no-fixed-version",
        ),
    ),
    "a package without a name": (affected(package=""), lacking("a package", "package")),
    "no affected versions": (affected(vulnerable_version_range=None), lacking("the affected versions", "range")),
    "no fixed version": (affected(patched_versions=None), lacking("a fixed version", "fixed-version")),
    "a fixed version of blanks": (affected(patched_versions="  "), lacking("a fixed version", "fixed-version")),
    "people wrote that there is none": (affected(patched_versions="None"), lacking("a fixed version", "fixed-version")),
    "no CWE": (listed(whole(cwe_ids=())), lacking("a CWE", "cwe")),
    "no rating at all": (listed(whole(severity=None, cvss_vector=None)), lacking("a severity", "severity")),
    "a severity without a vector": (listed(whole(cvss_vector=None)), lacking("a CVSS v4 vector", "cvss-4")),
    "a vector of version 3": (listed(whole(cvss_vector=V3)), lacking("a CVSS v4 vector", "cvss-4")),
    "a vector says how severe it is": (listed(whole(severity=None)), says("pass", "1 draft complete")),
    "no CVE id": (listed(whole(cve_id=None)), lacking("a CVE id", "cve")),
    "several lack several things": (
        listed(whole(cwe_ids=(), cve_id=None), whole(cve_id=None), whole(), aged(1)),
        says("finding", "2 drafts not ready to publish: 1 without a CWE, 2 without a CVE id", "no-cwe", "no-cve"),
    ),
    "GitHub does not say when it came in": (
        listed(at(NOW, created_at=None)),
        says("cannot tell", "GitHub does not say when 1 draft came in"),
    ),
    "it does not say of one, and another lacks something": (
        listed(at(NOW, created_at=None), whole(cwe_ids=())),
        lacking("a CWE", "cwe"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository whose owner has ids from the PSF. Only people can complete a draft."""
    assert check(seen, rules(COORDINATED.replace(CLOCKS, f"cna: PSF, {CLOCKS}")), NOW) == verdict


@pytest.mark.parametrize(
    ("file", "repo", "state"),
    [
        (PSF, "pip", "finding"),
        (clocked(), "pip", "pass"),
        (clocked(CLOCKS, f"cna: GitHub, {CLOCKS}"), "pip", "pass"),
        (clocked(), "uv", "pass"),
    ],
    ids=["an id of the PSF", "no CNA named", "GitHub gives ids after publication", "an owner without clocks"],
)
def test_an_id_is_wanted_where_its_owner_says_that_it_brings_one(file: PolicyFile, repo: str, state: str) -> None:
    """Not everybody takes CVE ids, and no field of GitHub says who does."""
    seen = listed(whole(cve_id=None), repo=UV) if repo == "uv" else listed(whole(cve_id=None))

    assert check(seen, file, NOW).state == state


GRACES = {
    "two weeks, of ninety days": (CLOCKED, timedelta(days=14)),
    "two weeks, where nobody gave themselves time": (CLOCKED.replace(CLOCKS, "clocks: {}"), timedelta(days=14)),
    "two thirds of nine days": (CLOCKED.replace("finish: 90d", "finish: 9d"), timedelta(days=6)),
    "two thirds of a day": (CLOCKED.replace("finish: 90d", "finish: 1d"), timedelta(hours=16)),
}


@pytest.mark.parametrize(("text", "grace"), GRACES.values(), ids=GRACES)
def test_a_draft_may_be_incomplete_for_a_while(text: str, grace: timedelta) -> None:
    """A fix takes its time, but the last third of what its owner gave itself is late enough to be told."""
    drafts = (at(NOW - grace + step) for step in (timedelta(seconds=1), timedelta(0), -timedelta(seconds=1)))

    assert [check(listed(draft), rules(text), NOW).state for draft in drafts] == ["pass", "finding", "finding"]


def test_that_something_is_missing_tells_that_there_is_a_draft() -> None:
    """So all that this policy finds is under embargo like the advisory."""
    assert ABOUT_ADVISORIES
