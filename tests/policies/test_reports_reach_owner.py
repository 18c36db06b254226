"""Every open advisory can be seen by its report owner's people."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from app.domain.actions import SetCollaborators
from app.domain.facts import CannotTell, Known, NotApplicable, RepositoryFacts
from app.domain.findings import Verdict
from app.domain.ids import Ghsa, RepoName
from policies.config import PolicyFile
from policies.reports_reach_owner import check
from tests.builders import (
    ALICE,
    BOB,
    CAROL,
    CASES,
    GHSA,
    HIDDEN,
    NOW,
    PIP,
    POLICY,
    WHEEL,
    advisory,
    coordination,
    facts,
    known,
    report,
    roster,
    rules,
)

UV = RepoName("astral-sh", "uv")
OTHER = Ghsa("GHSA-9999-9999-9999")
BOTH = roster(ALICE, BOB)
OWN = advisory(repo=PIP)  # a draft that pip's maintainers wrote themselves
UNCONFIRMED = "logins that policy names for psrt cannot be confirmed as the accounts it means"
NOBODY = rules(POLICY.replace(', users: ["alice:1", "bob:2"]', ""))
TEAM = rules(POLICY.replace('users: ["alice:1", "bob:2"]', "teams: [python/psrt]"))
COORDINATED = rules(POLICY.replace("[pypa/pip]", "[pypa/pip, packaging-security/cases]"))


def add(*people: Any, ghsa: Ghsa = GHSA) -> SetCollaborators:
    reason = "psrt takes the reports of pypa/pip and does not see this advisory"
    scope = "reports-reach-owner: add the owner's people"
    return SetCollaborators(repo=PIP, ghsa=ghsa, add=people, scope=scope, reason=reason)


def says(state: Any, message: str, *remedies: Any) -> Verdict:
    return Verdict(state=state, message=message, remedies=remedies)


def found(kinds: str, message: str, *remedies: Any) -> Verdict:
    """A finding of these kinds."""
    return Verdict(state="finding", message=message, remedies=remedies, kinds=tuple(kinds.split()))


def listed(*advisories: Any, people: Any = BOTH, repo: RepoName = PIP) -> RepositoryFacts:
    return facts(repo, advisories=known(advisories), owners_people=people)


TABLE = {
    "nothing to do": (facts(), says("pass", "no advisory is open")),
    "all of the owner's people see it": (
        listed(replace(OWN, people=(BOB, ALICE))),
        says("pass", "psrt sees 1 open advisory"),
    ),
    "others see it too, and stay": (
        listed(replace(OWN, people=(CAROL, BOB, ALICE))),
        says("pass", "psrt sees 1 open advisory"),
    ),
    "somebody was renamed after they were added: who they are is their id": (
        listed(replace(OWN, people=(replace(ALICE, login="alice-now"), BOB))),
        says("pass", "psrt sees 1 open advisory"),
    ),
    "a draft of the maintainers, and nobody of the owner sees it": (
        listed(OWN),
        found("reports-unseen", "psrt does not see 1 open advisory", add(ALICE, BOB)),
    ),
    "a report in triage": (
        listed(report()),
        found("reports-unseen", "psrt does not see 1 open advisory", add(ALICE, BOB)),
    ),
    "some of the owner's people see it": (
        listed(replace(OWN, people=(ALICE,))),
        found("reports-unseen", "psrt does not see 1 open advisory", add(BOB)),
    ),
    "each advisory has people of its own": (
        listed(OWN, report(ghsa=OTHER, people=(BOB,))),
        found("reports-unseen", "psrt does not see 2 open advisories", add(ALICE, BOB), add(ALICE, ghsa=OTHER)),
    ),
    "what is over is no matter": (
        listed(*(replace(OWN, state=state) for state in ("published", "closed", "withdrawn"))),
        says("pass", "no advisory is open"),
    ),
    "one is over, one is open": (
        listed(replace(OWN, state="closed"), replace(OWN, ghsa=OTHER, people=(ALICE, BOB))),
        says("pass", "psrt sees 1 open advisory"),
    ),
    "a login cannot be confirmed: it is named, and the others are added": (
        listed(OWN, people=roster(ALICE, unconfirmed=(BOB,))),
        found(
            "reports-unseen unconfirmed-logins", f"psrt does not see 1 open advisory; {UNCONFIRMED}: bob", add(ALICE)
        ),
    ),
    "all who can be confirmed see it, and one cannot": (
        listed(replace(OWN, people=(ALICE,)), people=roster(ALICE, unconfirmed=(BOB,))),
        found("unconfirmed-logins", f"{UNCONFIRMED}: bob"),
    ),
    "nobody can be confirmed": (
        listed(OWN, people=roster(unconfirmed=(ALICE, BOB))),
        found("unconfirmed-logins", f"{UNCONFIRMED}: alice, bob"),
    ),
    "who sees it is hidden from us": (
        listed(replace(OWN, hides_people=True)),
        says("cannot tell", "GitHub does not say who sees 1 open advisory of pypa/pip"),
    ),
    "who sees one of two is hidden from us: nothing is asked for": (
        listed(OWN, replace(OWN, ghsa=OTHER, hides_people=True)),
        says("cannot tell", "GitHub does not say who sees 1 open advisory of pypa/pip"),
    ),
    "nobody declared who takes the reports": (
        listed(advisory(), repo=WHEEL),
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
    "an owner who takes reports on GitHub, and nobody is named": (
        listed(advisory(repo=UV), repo=UV, people=roster()),
        says(
            "pass",
            "1 open advisory; policy names nobody of maintainers, so the repository's admins decide who sees them",
        ),
    ),
    "the advisories cannot be told": (facts(advisories=HIDDEN), says("cannot tell", "GitHub did not say")),
    "there are no advisories here": (
        facts(advisories=NotApplicable("it is private")),
        says("not applicable", "it is private"),
    ),
    "the owner's people cannot be told": (
        listed(OWN, people=HIDDEN),
        says("cannot tell", "GitHub did not say"),
    ),
    "nothing is open, and the owner's people cannot be told": (
        facts(owners_people=HIDDEN),
        says("pass", "no advisory is open"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of a repository, and what would mend it."""
    assert check(seen, rules(), NOW) == verdict


BY_POLICY = {
    "an owner who takes reports by mail, and nobody is named": (
        NOBODY,
        listed(OWN, people=roster()),
        found("nobody-named", "policy names nobody of psrt to see 1 open advisory"),
    ),
    "nobody is named, and nothing is open": (NOBODY, facts(), says("pass", "no advisory is open")),
    "a team without members": (
        TEAM,
        listed(OWN, people=roster()),
        found("empty-teams", "the teams that policy names for psrt have nobody in them to see 1 open advisory"),
    ),
    "the members of a team": (
        TEAM,
        listed(OWN, people=roster(CAROL)),
        found("reports-unseen", "psrt does not see 1 open advisory", add(CAROL)),
    ),
    "mirrors are seen by the people of their cases, whoever takes reports there": (
        COORDINATED,
        facts(CASES, advisories=known((advisory(repo=CASES),)), coordination=known(coordination())),
        says("not applicable", "its advisories are mirrors, which the people of a case see"),
    ),
}


@pytest.mark.parametrize(("file", "seen", "verdict"), BY_POLICY.values(), ids=BY_POLICY)
def test_what_policy_names_decides(file: PolicyFile, seen: RepositoryFacts, verdict: Verdict) -> None:
    """The same world under other rules."""
    assert check(seen, file, NOW) == verdict


def test_coordinators_are_added_to_nothing() -> None:
    """They see the advisories of their cases only; policy names carol as one."""
    verdict = check(listed(OWN), rules(), NOW)

    added = {person for each in verdict.remedies if isinstance(each, SetCollaborators) for person in each.add}
    assert added == {ALICE, BOB}


@pytest.mark.parametrize("seen", [seen for seen, _ in TABLE.values()], ids=list(TABLE))
def test_no_message_names_an_advisory(seen: RepositoryFacts) -> None:
    """Ids of unpublished advisories are under embargo too: a message and a reason have counts only."""
    verdict = check(seen, rules(), NOW)

    told = " ".join([verdict.message, *(remedy.reason for remedy in verdict.remedies)])
    assert not re.search("GHSA", told, re.IGNORECASE)
    assert "Path traversal" not in told


UNKNOWN = ("private_reporting", "configuration", "advisories", "owners_people")


@pytest.mark.parametrize(
    "unknown", [[fact for fact in UNKNOWN if mask & 1 << UNKNOWN.index(fact)] for mask in range(16)]
)
@pytest.mark.parametrize(
    "world",
    [facts(), listed(OWN), listed(replace(OWN, people=(ALICE, BOB)))],
    ids=["at rest", "unseen", "seen"],
)
def test_what_cannot_be_told_is_never_a_pass_and_never_mended(world: RepositoryFacts, unknown: list[str]) -> None:
    """Every combination of silence: only facts that are known may lead to calm or to a write."""
    silence: dict[str, Any] = dict.fromkeys(unknown, CannotTell("GitHub did not say"))
    seen = replace(world, **silence)

    verdict = check(seen, rules(), NOW)

    if "advisories" in unknown:
        assert verdict == says("cannot tell", "GitHub did not say")
    elif verdict.remedies or "psrt sees" in verdict.message:
        assert isinstance(seen.owners_people, Known)
