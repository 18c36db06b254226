"""When does a case get its mirror?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actions import OpenMirror
from app.domain.cases import Participant
from app.reconcile.decide_case import SETTLING
from app.reconcile.gates import fingerprint
from app.reconcile.plan import CloseCase, Conclude
from tests.builders import CASES, DIGESTS, NOW, POLICY, advisory, attempt, case, case_snapshot, intent, known, policies
from tests.reconcile.cases import CLOSED, KEY, opened, with_mirror
from tests.reconcile.plans import kinds, planned


def test_an_open_case_gets_its_mirror() -> None:
    """With the text of its first link, and with what both sides share from then on."""
    [step] = planned(case_snapshot()).steps

    assert step.gate == "go"
    assert isinstance(step.action, OpenMirror)
    assert (step.action.case, step.action.repo) == (1, CASES)
    assert step.action.reason == "an accepted advisory concerns uv, wheel"
    assert step.action.fields.summary == "Path traversal"
    elements = {"vulnerabilities/pip:uv", "vulnerabilities/pip:wheel"}
    assert set(step.synced) == {"summary", "source", "block", "severity", "cwes", "cve", "vulnerabilities"} | elements


GATES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "everything says yes": ({}, {}, "go"),
    "tried in vain": ({"attempts": (attempt(KEY, fingerprint(opened(), DIGESTS)),)}, {}, "blocked"),
    "policy observes": ({}, {"policies": policies(POLICY.replace("cases, mode: enforce", "cases"))}, "observed"),
    "nobody approved": ({}, {"approvals": {}}, "unapproved"),
    "writes are off": ({}, {"writes_enabled": False}, "off"),
}


@pytest.mark.parametrize(("memory", "at", "gate"), GATES.values(), ids=GATES)
def test_a_mirror_is_opened_through_the_same_gates(memory: dict[str, Any], at: dict[str, Any], gate: str) -> None:
    """Mirrors have a mode, and a scope to approve, as policies have."""
    [step] = planned(case_snapshot(**memory), **at).steps

    assert step.gate == gate


@pytest.mark.parametrize(
    ("ago", "waits"),
    [
        (timedelta(0), True),
        (SETTLING - timedelta(microseconds=1), True),
        (SETTLING, False),
        (timedelta(hours=1), False),
    ],
)
@pytest.mark.parametrize("source", [known(advisory()), CLOSED], ids=["open", "over"])
def test_a_request_that_may_still_be_on_its_way_is_waited_for(ago: timedelta, *, waits: bool, source: Any) -> None:
    """A second one would make a second mirror, and closing the case would leave one behind that nobody knows."""
    sent = (
        intent(KEY, OpenMirror.kind, at=NOW - ago, number=5),
        intent(KEY, OpenMirror.kind, at=NOW - ago - timedelta(days=1), number=6),
    )

    plan = planned(case_snapshot(unresolved=sent, sources=(source,)))

    if waits:
        assert (plan.steps, plan.notes, plan.look_again) == ((), (), NOW - ago + SETTLING)
    else:
        assert [note for note in plan.notes if isinstance(note, Conclude)] == [
            Conclude(intent=5, outcome="no effect seen"),
            Conclude(intent=6, outcome="no effect seen"),
        ]
        assert kinds(plan) == (["open-mirror"] if source is not CLOSED else [])


@pytest.mark.parametrize("state", ["published", "closed", "withdrawn"])
def test_a_case_that_is_over_before_it_has_a_mirror_is_closed(state: Any) -> None:
    """There is nothing left to coordinate in private."""
    plan = planned(case_snapshot(sources=(known(advisory(state=state)),)))

    assert (plan.steps, plan.notes[-1:], plan.look_again) == ((), (CloseCase(case=1),), None)


def test_a_mirror_that_was_found_concludes_its_opening() -> None:
    """The answer was lost, the mirror was not."""
    sent = intent(KEY, OpenMirror.kind, fingerprint(opened(), DIGESTS))

    assert planned(with_mirror(unresolved=(sent,))).notes == (Conclude(intent=5, outcome="done"),)


def test_a_mirror_that_has_more_to_say_than_github_takes_is_for_people() -> None:
    """GitHub would refuse it, every day again."""
    crowd = tuple(Participant(tool=f"tool-{number}", why="named in the advisory") for number in range(2000))

    plan = planned(case_snapshot(case=case(mirror=None, sequence=0, participants=crowd)))

    assert plan.steps == ()
    [matter] = plan.people_must
    assert matter == (
        "the mirror cannot be opened: GitHub takes 65535 characters, and what it has to say is longer; shorten the "
        "linked advisory"
    )
