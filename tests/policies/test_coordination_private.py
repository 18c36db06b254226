"""The coordination repository is what its store needs, so that nothing in it is public."""

from __future__ import annotations

import pytest

from app.domain.facts import CoordinationRepository, Fact, NotApplicable
from app.domain.findings import Verdict
from policies.coordination_private import check
from tests.builders import AS_ISSUES, CASES, HIDDEN, NOW, PRIVATE_CASES, coordination, facts, known, rules

CANNOT = "packaging-security/cases cannot hold embargoed advisories: "


def page(kinds: str, problem: str) -> Verdict:
    return Verdict(state="finding", message=f"{CANNOT}{problem}", kinds=tuple(kinds.split()), pages=True)


TABLE = {
    "nothing to do": (
        known(coordination()),
        Verdict(state="pass", message="public and empty; drafts are private"),
    ),
    "private": (known(coordination(private=True)), Verdict(state="pass", message="private")),
    "private, whatever else it has": (
        known(coordination(private=True, commits=True, reporting=True, has_issues=True, has_wiki=True)),
        Verdict(state="pass", message="private"),
    ),
    "archived, so nothing can be written": (known(coordination(archived=True)), page("archived", "it is archived")),
    "private and archived": (known(coordination(private=True, archived=True)), page("archived", "it is archived")),
    "public, with content": (known(coordination(commits=True)), page("has-content", "it is public and has content")),
    "an advisory was published in it": (
        known(coordination(published=True)),
        page("published", "an advisory was published in it"),
    ),
    "strangers can report into it": (
        known(coordination(reporting=True)),
        page("reporting-on", "private vulnerability reporting is on, so strangers can write into it"),
    ),
    "public, with issues": (known(coordination(has_issues=True)), page("open-to-all", "it is public and has issues")),
    "public, with a wiki": (known(coordination(has_wiki=True)), page("open-to-all", "it is public and has a wiki")),
    "public, with Pages": (known(coordination(has_pages=True)), page("open-to-all", "it is public and has Pages")),
    "public, with discussions": (
        known(coordination(has_discussions=True)),
        page("open-to-all", "it is public and has discussions"),
    ),
    "everything at once is told at once": (
        known(coordination(archived=True, commits=True, published=True, reporting=True, has_wiki=True)),
        page(
            "archived has-content published reporting-on open-to-all",
            "it is archived, it is public and has content, an advisory was published in it, private vulnerability "
            "reporting is on, so strangers can write into it, it is public and has a wiki",
        ),
    ),
    "cannot be told": (HIDDEN, Verdict(state="cannot tell", message="GitHub did not say")),
    "another repository": (
        NotApplicable("not the coordination repository"),
        Verdict(state="not applicable", message="not the coordination repository"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: Fact[CoordinationRepository], verdict: Verdict) -> None:
    """Whatever could make it leak is a page; what cannot be told is never calm."""
    assert check(facts(CASES, coordination=seen), rules(), NOW) == verdict


ISSUES_CANNOT = "packaging-security/private-cases cannot hold embargoed advisories: "
PRIVATE = {"private": True, "has_issues": True}
OF_ISSUES = {
    "nothing to do": (PRIVATE, "", None),
    "with content, which its readers may have": (PRIVATE | {"commits": True, "has_wiki": True}, "", None),
    "public": ({"has_issues": True}, "public", "it is public, so everybody reads every case"),
    "public and empty, as drafts need it": (
        {},
        "public issues-off",
        "it is public, so everybody reads every case, its issues are switched off",
    ),
    "without issues": ({"private": True}, "issues-off", "its issues are switched off"),
    "archived": (PRIVATE | {"archived": True}, "archived", "it is archived"),
}


@pytest.mark.parametrize(("said", "kinds", "problem"), OF_ISSUES.values(), ids=OF_ISSUES)
def test_the_table_of_issues(said: dict[str, bool], kinds: str, problem: str | None) -> None:
    """Whoever can read the repository reads every issue in it, so it has to be private."""
    found = check(facts(PRIVATE_CASES, coordination=known(coordination(**said))), rules(AS_ISSUES), NOW)

    message = f"{ISSUES_CANNOT}{problem}"
    finding = Verdict(state="finding", message=message, kinds=tuple(kinds.split()), pages=True)
    assert found == (finding if problem else Verdict(state="pass", message="private"))
