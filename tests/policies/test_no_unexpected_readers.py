"""Nobody but those who were named for it can see an open advisory or a mirror."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from app.domain.facts import NotApplicable, Readers, RepositoryFacts
from app.domain.findings import Account, Verdict
from policies.config import PolicyFile
from policies.no_unexpected_readers import check
from tests.builders import ALICE, AS_ISSUES, BOB, CAROL, CASES, HIDDEN, NOW, PRIVATE_CASES, WHEEL, facts, known, rules

NAMED = frozenset({ALICE.id, BOB.id})
EXPECTED = Readers(people=(ALICE,), teams=(), named=NAMED)
STRANGER = replace(EXPECTED, people=(ALICE, CAROL))


def of(*readers: Readers, **said: Any) -> RepositoryFacts:
    return facts(**({"readers": known(readers)} | said))


def says(state: Any, message: str, kinds: str = "", who: tuple[Account, ...] = ()) -> Verdict:
    lasts = message.startswith("GitHub does not say")
    return Verdict(state=state, message=message, kinds=tuple(kinds.split()), lasts=lasts, accounts=who)


def account(number: int, login: str) -> Account:
    return Account(id=f"user {number}", name=login)


INTERNS = Account(id="team interns", name="the team interns")
CAROLS = says(
    "finding",
    "nobody named them for an open advisory that they can see: carol",
    "unexpected-people",
    (account(3, "carol"),),
)

TABLE = {
    "nothing to do": (of(), says("pass", "no advisory is open")),
    "only who was named": (of(EXPECTED), says("pass", "only who was named sees 1 open advisory")),
    "nobody at all": (of(replace(EXPECTED, people=())), says("pass", "only who was named sees 1 open advisory")),
    "two": (of(EXPECTED, EXPECTED), says("pass", "only who was named sees 2 open advisories")),
    "somebody whom nobody named": (of(STRANGER), CAROLS),
    "somebody was renamed: who they are is their id": (
        of(replace(EXPECTED, people=(replace(ALICE, login="carol"),))),
        says("pass", "only who was named sees 1 open advisory"),
    ),
    "another account took the login of who was named": (
        of(replace(EXPECTED, people=(replace(CAROL, login="alice"),))),
        says(
            "finding",
            "nobody named them for an open advisory that they can see: alice",
            "unexpected-people",
            (account(3, "alice"),),
        ),
    ),
    "one of two has a stranger": (of(EXPECTED, STRANGER), CAROLS),
    "the same stranger in two is told once": (of(STRANGER, STRANGER), CAROLS),
    "strangers are listed by their logins": (
        of(replace(EXPECTED, people=(replace(BOB, id=8), replace(CAROL, login="Anna")))),
        says(
            "finding",
            "nobody named them for an open advisory that they can see: Anna, bob",
            "unexpected-people",
            (account(3, "Anna"), account(8, "bob")),
        ),
    ),
    "who is named for one is a stranger to another": (
        of(EXPECTED, replace(EXPECTED, people=(BOB,), named=frozenset({ALICE.id}))),
        says(
            "finding",
            "nobody named them for an open advisory that they can see: bob",
            "unexpected-people",
            (account(2, "bob"),),
        ),
    ),
    "a team that was named": (
        of(replace(EXPECTED, teams=("psrt",), named_teams=frozenset({"psrt"}))),
        says("pass", "only who was named sees 1 open advisory"),
    ),
    "a team that nobody named": (
        of(replace(EXPECTED, teams=("interns",))),
        says(
            "finding",
            "nobody named them for an open advisory that they can see: the team interns",
            "unexpected-teams",
            (INTERNS,),
        ),
    ),
    "people and teams": (
        of(replace(STRANGER, teams=("interns",))),
        says(
            "finding",
            "nobody named them for an open advisory that they can see: carol, the team interns",
            "unexpected-people unexpected-teams",
            (account(3, "carol"), INTERNS),
        ),
    ),
    "GitHub does not say which people": (
        of(replace(EXPECTED, people=None)),
        says("cannot tell", "GitHub does not say who sees 1 open advisory"),
    ),
    "GitHub does not say which teams": (
        of(replace(EXPECTED, teams=None)),
        says("cannot tell", "GitHub does not say who sees 1 open advisory"),
    ),
    "which teams is hidden, and there is a stranger": (of(replace(STRANGER, teams=None)), CAROLS),
    "one is hidden, one is as it should be": (
        of(EXPECTED, replace(EXPECTED, people=None)),
        says("cannot tell", "GitHub does not say who sees 1 open advisory"),
    ),
    "nothing can be told": (of(readers=HIDDEN), says("cannot tell", "GitHub did not say")),
    "nobody is named, so nobody is unexpected": (
        of(readers=NotApplicable("policy names nobody of psrt or pip")),
        says("not applicable", "policy names nobody of psrt or pip"),
    ),
    "nobody declared who takes the reports": (
        facts(WHEEL, readers=known((STRANGER,))),
        says("unmanaged", "nobody declared who takes the reports of pypa/wheel"),
    ),
}


@pytest.mark.parametrize(("seen", "verdict"), TABLE.values(), ids=TABLE)
def test_the_table(seen: RepositoryFacts, verdict: Verdict) -> None:
    """What is said of who reads what is open in a repository."""
    assert check(seen, rules(), NOW) == verdict


IN_CASES = {
    "a mirror": (rules(), facts(CASES, readers=known((EXPECTED,))), "pass", "only who was named sees 1 open mirror"),
    "no mirror": (rules(), facts(CASES, readers=known(())), "pass", "no mirror is open"),
    "a mirror with a stranger": (
        rules(),
        facts(CASES, readers=known((STRANGER,))),
        "finding",
        "nobody named them for an open mirror that they can see: carol",
    ),
    "a repository of issues": (
        rules(AS_ISSUES),
        facts(PRIVATE_CASES, readers=known((EXPECTED,))),
        "pass",
        "only who was named can read the repository of every case",
    ),
    "a repository of issues with a stranger": (
        rules(AS_ISSUES),
        facts(PRIVATE_CASES, readers=known((STRANGER,))),
        "finding",
        "nobody named them for the repository of every case that they can see: carol",
    ),
}


@pytest.mark.parametrize(("file", "seen", "state", "message"), IN_CASES.values(), ids=IN_CASES)
def test_where_cases_are_kept(file: PolicyFile, seen: RepositoryFacts, state: str, message: str) -> None:
    """Each mirror names its readers; whoever can read a repository reads all its issues."""
    verdict = check(seen, file, NOW)

    assert (verdict.state, verdict.message) == (state, message)


@pytest.mark.parametrize("seen", [seen for seen, _ in TABLE.values()], ids=list(TABLE))
def test_nobody_is_ever_taken_out_by_us(seen: RepositoryFacts) -> None:
    """People may have reasons that policy does not know; and no message names an advisory."""
    verdict = check(seen, rules(), NOW)

    assert verdict.remedies == ()
    assert not re.search("GHSA", verdict.message)
