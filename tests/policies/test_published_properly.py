"""Advisories are published where their owner publishes, with a fixed version and a CVE id."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.facts import Advisory, NotApplicable, RepositoryFacts, Vulnerability
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.config import PolicyFile
from policies.policy import policy_named
from policies.published_properly import check
from tests.builders import HIDDEN, NOW, PIP, advisory, facts, known, rules
from tests.policies.clocked import CLOCKS, COORDINATED, DAY, NOTHING_TO_JUDGE, UV, clocked, says

FIXED = Vulnerability(ecosystem="pip", package="pip", patched_versions="26.4")
UNFIXED = Vulnerability(ecosystem="pip", package="pip")
HERE = "published on GitHub since 2024-01-01, when psrt took over"
PSF = rules(COORDINATED.replace(CLOCKS, f"cna: PSF, {CLOCKS}"))
BY_MAIL = clocked(CLOCKS, f"publishes_on_github: false, {CLOCKS}")
UNSAID = "; GitHub does not say whether PSF assigned the CVE ids"


def out(**said: Any) -> Advisory:
    boring = {"repo": PIP, "state": "published", "published_at": NOW - DAY, "vulnerabilities": (FIXED,)}
    return advisory(**(boring | {"cve_id": "CVE-2026-12345"} | said))


def published(*advisories: Advisory, repo: RepoName = PIP, ago: timedelta = timedelta(0)) -> RepositoryFacts:
    return facts(repo, published=known(advisories, ago=ago))


TABLE = {
    "nothing to do": (published(), says("pass", f"no advisory {HERE}")),
    **NOTHING_TO_JUDGE,
    "all is said": (published(out(), out()), says("pass", f"2 advisories {HERE}{UNSAID}")),
    "before the tenure": (
        published(out(published_at=datetime(2023, 12, 31, 23, 59, tzinfo=UTC), cve_id=None)),
        says("pass", f"no advisory {HERE}"),
    ),
    "in its first moment": (
        published(out(published_at=datetime(2024, 1, 1, tzinfo=UTC), cve_id=None)),
        says("finding", f"1 advisory {HERE}: 1 without a CVE id", "no-cve"),
    ),
    "no fixed version": (
        published(out(vulnerabilities=(FIXED, UNFIXED)), out()),
        says("finding", f"2 advisories {HERE}: 1 without a fixed version", "no-fixed-version"),
    ),
    "no CVE id": (published(out(cve_id=None)), says("finding", f"1 advisory {HERE}: 1 without a CVE id", "no-cve")),
    "neither": (
        published(out(vulnerabilities=()), out(cve_id=None)),
        says(
            "finding",
            f"2 advisories {HERE}: 1 without a fixed version, 1 without a CVE id",
            "no-fixed-version",
            "no-cve",
        ),
    ),
    "a severity, a CWE and a range are for drafts": (
        published(out(severity=None, cwe_ids=())),
        says("pass", f"1 advisory {HERE}{UNSAID}"),
    ),
    "what is not published is not judged here": (
        published(*(out(state=state, cve_id=None) for state in ("triage", "draft", "closed", "withdrawn"))),
        says("pass", f"no advisory {HERE}"),
    ),
    "an answer of yesterday says so": (
        published(out(), ago=DAY),
        says("pass", f"1 advisory {HERE} (as of 2026-11-30){UNSAID}"),
    ),
    "a finding of yesterday too": (
        published(out(cve_id=None), ago=DAY),
        says("finding", f"1 advisory {HERE} (as of 2026-11-30): 1 without a CVE id", "no-cve"),
    ),
    "nobody asked yet": (
        facts(published=NotApplicable("not asked yet")),
        says("not applicable", "not asked yet"),
    ),
    "what is open does not matter to it": (
        facts(advisories=HIDDEN, published=known(())),
        says("pass", f"no advisory {HERE}"),
    ),
    "GitHub does not say when it came out": (
        published(out(published_at=None)),
        says("cannot tell", "GitHub does not say when 1 advisory was published"),
    ),
    "it does not say of one, and another lacks something": (
        published(out(published_at=None), out(cve_id=None)),
        says("finding", f"1 advisory {HERE}: 1 without a CVE id", "no-cve"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository whose owner publishes on GitHub and has its ids from the PSF."""
    assert check(seen, PSF, NOW) == verdict


ELSEWHERE = {
    "nothing was published": (published(), says("pass", f"no advisory {HERE}")),
    "something was": (
        published(out()),
        says("finding", f"1 advisory {HERE}: psrt does not publish there", "published-on-github"),
    ),
    "something was, and it lacks something": (
        published(out(vulnerabilities=())),
        says(
            "finding",
            f"1 advisory {HERE}: psrt does not publish there; 1 without a fixed version",
            "published-on-github",
            "no-fixed-version",
        ),
    ),
    "that was before its time": (
        published(out(published_at=datetime(2020, 5, 5, tzinfo=UTC))),
        says("pass", f"no advisory {HERE}"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_an_owner_that_does_not_publish_on_github(seen: RepositoryFacts, verdict: Verdict) -> None:
    """It publishes by mail, so an advisory on GitHub came out by mistake, and nobody can take it back."""
    assert check(seen, BY_MAIL, NOW) == verdict


@pytest.mark.parametrize(
    ("file", "repo"),
    [(clocked(), PIP), (clocked(CLOCKS, f"cna: GitHub, {CLOCKS}"), PIP), (PSF, UV)],
    ids=["no CNA named", "GitHub gives ids after publication", "another owner"],
)
def test_an_id_is_wanted_where_its_owner_names_another_cna(file: PolicyFile, repo: RepoName) -> None:
    """Not everybody takes CVE ids. Nothing is said of who assigned one, where nobody asks."""
    verdict = check(published(out(cve_id=None), repo=repo), file, NOW)

    assert (verdict.state, "assigned" in verdict.message) == ("pass", False)


def test_what_is_public_is_under_no_embargo() -> None:
    """Everybody can read these advisories, so a finding may be told like any other."""
    assert not policy_named("published-properly").about_advisories
