"""A plan is a value: it can be compared, and an action is recognised."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.actions import (
    Action,
    CloseMirror,
    InviteToMirror,
    MirrorFields,
    OpenMirror,
    SetCollaborators,
    SetPrivateReporting,
    UpdateMirror,
)
from app.domain.ids import AdvisoryKey, CaseKey, Key, PolicyKey, RepoName
from app.reconcile.gates import fingerprint
from app.reconcile.plan import Plan, Step, identity, steps_at
from tests.builders import (
    ALICE,
    BOB,
    CASES,
    DIGESTS,
    GHSA,
    MIRROR,
    PIP,
    affects,
    configuration,
)

FIELDS = MirrorFields(summary="Path traversal", vulnerabilities=affects("wheel"))
OFF = SetPrivateReporting(repo=PIP, enabled=False, under=None, reason="because")
PEOPLE = SetCollaborators(repo=PIP, ghsa=GHSA, add=(ALICE,), scope="private-reporting: off", reason="because")
OPEN = OpenMirror(case=1, repo=CASES, store="advisory", fields=FIELDS, reason="because")
UPDATE = UpdateMirror(case=1, repo=CASES, mirror=MIRROR, fields=FIELDS, reason="because")
INVITE = InviteToMirror(case=1, repo=CASES, mirror=MIRROR, add=(ALICE,), reason="because")
CLOSE = CloseMirror(case=1, repo=CASES, mirror=MIRROR, reason="because")
KINDS: dict[Action, tuple[Key, str]] = {
    OFF: (PolicyKey(PIP, "private-reporting"), "private-reporting: off"),
    replace(OFF, enabled=True): (PolicyKey(PIP, "private-reporting"), "private-reporting: on"),
    PEOPLE: (AdvisoryKey(PIP, GHSA), "private-reporting: off"),
    OPEN: (CaseKey(1), "mirror: open and keep in step"),
    UPDATE: (CaseKey(1), "mirror: open and keep in step"),
    INVITE: (CaseKey(1), "mirror: open and keep in step"),
    CLOSE: (CaseKey(1), "mirror: open and keep in step"),
}
NAMES = [f"{action.kind} {scope}" for action, (_, scope) in KINDS.items()]


@pytest.mark.parametrize(("action", "belongs"), KINDS.items(), ids=NAMES)
def test_an_action_belongs_to_a_key_and_a_scope(action: Action, belongs: tuple[Key, str]) -> None:
    """The key is what it is done for, the scope what a coordinator approves."""
    assert (action.key, action.scope) == belongs


@pytest.mark.parametrize("action", KINDS, ids=NAMES)
def test_an_action_is_recognised_whatever_its_reason(action: Action) -> None:
    """Reasons are for people and change; what would be sent is what counts."""
    assert identity(replace(action, reason="another reason")) == identity(action)
    assert fingerprint(replace(action, reason="another reason"), DIGESTS) == fingerprint(action, DIGESTS)


@pytest.mark.parametrize("action", KINDS, ids=NAMES)
def test_a_fingerprint_tells_nothing_of_what_it_was(action: Action) -> None:
    """It is stored, and what would be written is under embargo."""
    assert len(fingerprint(action, DIGESTS)) == 64
    assert "wheel" not in fingerprint(action, DIGESTS)


def test_the_case_of_letters_in_a_repository_makes_no_other_action() -> None:
    """GitHub ignores it, and tells names as they were once typed."""
    assert identity(replace(OFF, repo=RepoName("PyPA", "Pip"))) == identity(OFF)


OTHERS: list[Action] = [
    *KINDS,
    replace(OFF, repo=RepoName("pypa", "wheel")),
    replace(OFF, under=configuration()),
    replace(OFF, under=configuration(enforced=False)),
    replace(PEOPLE, add=(BOB,)),
    replace(PEOPLE, add=(ALICE, BOB)),
    replace(OPEN, case=2),
    replace(OPEN, fields=replace(FIELDS, summary="another")),
    replace(OPEN, fields=replace(FIELDS, summary=None)),
    replace(OPEN, fields=replace(FIELDS, clears_cvss=True)),
    replace(OPEN, fields=replace(FIELDS, vulnerabilities=affects("wheel", "uv"))),
    replace(OPEN, fields=replace(FIELDS, vulnerabilities=())),
    replace(UPDATE, mirror=GHSA),
    replace(INVITE, add=(replace(ALICE, id=9),)),
]


def test_whatever_would_be_sent_otherwise_is_another_action() -> None:
    """A refusal of one must not block another, and a changed configuration is a new chance."""
    assert len({identity(action) for action in OTHERS}) == len(OTHERS)


def test_steps_are_taken_from_many_plans_with_the_key_under_which_they_are_done() -> None:
    """A plan of everything lists what waits, and applying takes only what may go."""
    goes, waits = Step(action=OFF, gate="go"), Step(action=CLOSE, gate="unapproved", why_not="not yet")
    plans = [Plan(key=OFF.key, steps=(goes,)), Plan(key=CLOSE.key, steps=(waits,)), Plan(key=CaseKey(2))]

    assert steps_at(plans, "unapproved") == [(CaseKey(1), waits)]
    assert steps_at(plans, "go", "unapproved") == [(OFF.key, goes), (CaseKey(1), waits)]
    assert steps_at([], "go") == []
    assert plans[0].ready == (goes,)
    assert plans[1].ready == ()


def test_a_step_shows_nothing_of_what_it_shares() -> None:
    """It carries the text of an advisory."""
    assert "traversal" not in repr(Step(action=OPEN, gate="go", synced={"summary": "Path traversal"}))
