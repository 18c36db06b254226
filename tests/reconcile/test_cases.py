"""Which advisories become cases, and what does a case say of itself?"""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.facts import Advisory
from app.domain.ids import AdvisoryKey, CaseKey, Person, RepoName
from app.domain.records import KnownAdvisory
from app.reconcile.cases import awaits_acceptance, block_of, is_mirror, notes_on, tools_of
from app.reconcile.plan import Forget, LookAt, Moved, Note, OpenCase, Watch
from policies.vendoring import shipped
from tests.builders import (
    CASES,
    GHSA,
    LINK,
    NOW,
    POLICY,
    WHEEL,
    advisory,
    affects,
    case,
    rules,
)

ONE = affects("wheel")


def watch(state: Any, *tools: str) -> Watch:
    return Watch(repo=WHEEL, ghsa=GHSA, state=state, tools=tools)


def before(state: Any, *tools: str) -> KnownAdvisory:
    """What we remembered of it."""
    return KnownAdvisory(
        repo=WHEEL,
        ghsa=GHSA,
        state=state,
        candidate=len(tools) > 1,
        tools=tools,
        first_seen=NOW,
        observed_at=NOW,
    )


OPENED = (OpenCase(link=LINK, tools=("uv", "wheel")),)
ACCEPTED = advisory(reported_privately=True)  # a report to wheel that names wheel and uv, and is a draft now
STRANGERS = RepoName("x", "y")
NOTES: dict[str, tuple[Advisory, int | None, KnownAdvisory | None, tuple[Note, ...]]] = {
    "over, and in no case": (advisory(state="published"), None, None, (Forget(repo=WHEEL, ghsa=GHSA),)),
    "closed": (advisory(state="closed"), None, None, (Forget(repo=WHEEL, ghsa=GHSA),)),
    "withdrawn": (advisory(state="withdrawn"), None, None, (Forget(repo=WHEEL, ghsa=GHSA),)),
    "a draft of one tool is its own matter": (advisory(vulnerabilities=ONE), None, None, (watch("draft", "wheel"),)),
    "a draft of no tool that we know": (
        advisory(repo=STRANGERS, vulnerabilities=affects("numpy")),
        None,
        None,
        (Watch(repo=STRANGERS, ghsa=GHSA, state="draft", tools=()),),
    ),
    "a stranger's draft that names our tools": (
        advisory(repo=STRANGERS),
        None,
        None,
        (Watch(repo=STRANGERS, ghsa=GHSA, state="draft", tools=()),),
    ),
    "a report of two tools opens nothing: a stranger wrote it": (
        advisory(state="triage"),
        None,
        None,
        (watch("triage", "uv", "wheel"),),
    ),
    "an accepted draft of two tools is a case": (advisory(), None, None, OPENED),
    "a maintainers' draft that grew is a case": (advisory(teams=()), None, before("draft", "wheel"), OPENED),
    "but not with somebody from outside in it": (
        advisory(teams=(), people=(Person(login="reporter", id=4),)),
        None,
        before("draft", "wheel"),
        (watch("draft", "uv", "wheel"),),
    ),
    "nor where who is in it cannot be told": (
        advisory(teams=None),
        None,
        before("draft", "wheel"),
        (watch("draft", "uv", "wheel"),),
    ),
    "nor where it was known to name them: it was taken out of its case": (
        advisory(teams=()),
        None,
        before("draft", "uv", "wheel"),
        (watch("draft", "uv", "wheel"),),
    ),
    "a report that is a draft when first seen": (ACCEPTED, None, None, OPENED),
    "a report that was in triage, and named both": (ACCEPTED, None, before("triage", "uv", "wheel"), OPENED),
    "a report that grew while it was accepted": (ACCEPTED, None, before("triage", "wheel"), OPENED),
    "an accepted report that grew since: its reporter can edit it": (
        ACCEPTED,
        None,
        before("draft", "wheel"),
        (watch("draft", "uv", "wheel"),),
    ),
    "an accepted report that grew, at the next look": (
        ACCEPTED,
        None,
        before("draft", "uv", "wheel"),
        (watch("draft", "uv", "wheel"),),
    ),
    "the repository's own tool counts though the draft does not name it": (
        advisory(vulnerabilities=affects("pip")),
        None,
        None,
        (OpenCase(link=LINK, tools=("pip", "wheel")),),
    ),
    "in a case already": (advisory(), 7, None, (Moved(link=LINK), LookAt(keys=frozenset({CaseKey(7)})))),
    "in a case, and over": (
        advisory(state="published"),
        7,
        None,
        (Moved(link=LINK), LookAt(keys=frozenset({CaseKey(7)}))),
    ),
    "in a case, and its repository is nobody's that we know": (
        advisory(repo=STRANGERS),
        7,
        None,
        (Moved(link=AdvisoryKey(STRANGERS, GHSA)), LookAt(keys=frozenset({CaseKey(7)}))),
    ),
    "a mirror is never a source": (advisory(repo=CASES), None, None, ()),
    "a mirror, in other letters": (advisory(repo=RepoName("Packaging-Security", "Cases")), None, None, ()),
}


@pytest.mark.parametrize(("seen", "number", "known", "notes"), NOTES.values(), ids=NOTES)
def test_what_is_remembered_of_an_advisory(
    seen: Advisory, number: int | None, known: KnownAdvisory | None, notes: tuple[Note, ...]
) -> None:
    """Only the project's own yes opens a case; what a reporter wrote opens nothing, before it and after."""
    assert notes_on(seen, rules(), shipped(), number, known) == notes


@pytest.mark.parametrize(
    ("seen", "awaits"),
    [
        (advisory(state="triage"), True),
        (advisory(state="triage", vulnerabilities=ONE), False),
        (advisory(state="draft"), False),
        (advisory(state="closed"), False),
        (advisory(state="triage", repo=CASES), False),
    ],
)
def test_a_candidate_awaits_its_acceptance(seen: Advisory, *, awaits: bool) -> None:
    """GitHub does not tell when a report is accepted."""
    assert awaits_acceptance(seen, rules(), shipped()) == awaits


def test_without_a_coordination_repository_nothing_is_a_mirror() -> None:
    """Somebody only observes."""
    assert not is_mirror(advisory(repo=CASES), rules("version: 1"))


def test_tools_are_told_in_a_stable_order() -> None:
    """The same advisory gives the same case at every look."""
    assert tools_of(advisory(vulnerabilities=affects("wheel", "uv", "pip", "numpy")), rules()) == ("pip", "uv", "wheel")


def test_a_repository_that_policy_does_not_know_has_no_tools() -> None:
    """Anybody can install the App and name whom they like."""
    assert tools_of(advisory(repo=STRANGERS, vulnerabilities=affects("wheel", "uv", "pip")), rules()) == ()
    assert not awaits_acceptance(advisory(repo=STRANGERS, state="triage"), rules(), shipped())


BLOCK = """\
## Case 1

| tool | here because | status |
| --- | --- | --- |
| uv | named in the advisory | unknown |
| wheel | named in the advisory | unknown |

Linked advisories:
- pypa/wheel GHSA-2222-3333-4444: draft

Embargo: no date is agreed yet.
Coordinators: carol.
Everybody who reads this advisory reads all of it. Keep it here until the tools agree on a date.
"""


def test_the_coordination_block() -> None:
    """Nothing in it comes from a reporter."""
    assert block_of(case(), (advisory(),), rules()) == BLOCK


def test_a_case_without_coordinators_says_so() -> None:
    """Somebody will ask whom to ask."""
    text = POLICY.replace('coordinators: {users: ["carol:3"]}\n', "")

    assert "Coordinators: nobody is named in policy.\n" in block_of(case(), (advisory(),), rules(text))
