"""A report owner has at least two reachable people and an escalation contact."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import NotApplicable, RepositoryFacts
from app.domain.findings import Verdict
from app.domain.ids import RepoName
from policies.owner_reachable import check
from tests.builders import ALICE, BOB, CAROL, CASES, HIDDEN, NOW, PIP, POLICY, WHEEL, facts, roster, rules

UV = RepoName("astral-sh", "uv")
WHOLE = POLICY.replace("contact: security@python.org,", 'contact: security@python.org, escalation: "the PSF",')
TEAM = WHOLE.replace('users: ["alice:1", "bob:2"]', "teams: [python/psrt]")
NOBODY = WHOLE.replace(', users: ["alice:1", "bob:2"]', "")
NO_ADDRESS = WHOLE.replace("contact: security@python.org, ", "")
ON_GITHUB = WHOLE.replace(
    "{takes_reports: github}", '{takes_reports: github, escalation: "the PSF", users: ["carol:3"]}'
)
BOTH = roster(ALICE, BOB)


def says(state: Any, message: str, *kinds: str) -> Verdict:
    return Verdict(state=state, message=message, kinds=kinds)


def found(people: Any = BOTH, repo: RepoName = PIP) -> RepositoryFacts:
    return facts(repo, owners_roster=people)


WELL = says("pass", "psrt has enough people, and an escalation contact")
TABLE: dict[str, tuple[RepositoryFacts, str, Verdict]] = {
    "two people and somebody to turn to": (found(), WHOLE, WELL),
    "more people": (found(roster(ALICE, BOB, CAROL)), WHOLE, WELL),
    "a team of two": (found(), TEAM, WELL),
    "a team with nobody in it": (
        found(roster()),
        TEAM,
        says("finding", "psrt is not reachable enough: 0 of 2 people can be reached", "too-few-people"),
    ),
    "one person": (
        found(roster(ALICE)),
        WHOLE,
        says("finding", "psrt is not reachable enough: 1 of 2 people can be reached", "too-few-people"),
    ),
    "a login was taken by somebody else": (
        found(roster(ALICE, CAROL, unconfirmed=(BOB,))),
        WHOLE,
        says(
            "finding",
            "psrt is not reachable enough: these logins cannot be confirmed as the accounts that policy means: bob",
            "unconfirmed-people",
        ),
    ),
    "a login was taken, and one person is left": (
        found(roster(ALICE, unconfirmed=(BOB,))),
        WHOLE,
        says(
            "finding",
            "psrt is not reachable enough: 1 of 2 people can be reached; "
            "these logins cannot be confirmed as the accounts that policy means: bob",
            "too-few-people",
            "unconfirmed-people",
        ),
    ),
    "nobody to turn to": (
        found(),
        POLICY,
        says(
            "finding",
            "psrt is not reachable enough: policy names nobody to turn to when nobody answers",
            "no-escalation",
        ),
    ),
    "reports by mail, and no address": (
        found(),
        NO_ADDRESS,
        says(
            "finding", "psrt is not reachable enough: reports come by mail, and policy names no address", "no-contact"
        ),
    ),
    "who takes reports on GitHub needs no address": (
        found(BOTH, UV),
        ON_GITHUB,
        says("pass", "maintainers has enough people, and an escalation contact"),
    ),
    "policy names nobody": (
        found(),
        NOBODY,
        says("finding", "psrt is not reachable enough: policy names nobody", "nobody-named"),
    ),
    "policy names nobody, and GitHub says nothing": (
        found(HIDDEN),
        NOBODY,
        says("finding", "psrt is not reachable enough: policy names nobody", "nobody-named"),
    ),
    "GitHub does not say who they are": (found(HIDDEN), WHOLE, says("cannot tell", "GitHub did not say")),
    "where GitHub has no reports": (
        found(NotApplicable("pypa/pip is archived")),
        WHOLE,
        says("not applicable", "pypa/pip is archived"),
    ),
    "nobody declared": (
        found(repo=WHEEL),
        WHOLE,
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
    "the coordination repository": (
        found(repo=CASES),
        WHOLE,
        says("not applicable", "its advisories are mirrors, which follow their sources"),
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_table(name: str) -> None:
    """Each row is a repository, a policy file, and what is said of it."""
    seen, text, verdict = TABLE[name]

    assert check(seen, rules(text), NOW) == verdict
